"""The result of comparing two workbooks as a text that a person reads. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from coverage.pairing import between
from coverage.pairing.pairing import Line, Side
from coverage.reading.contents import SHEET_STRIDE, Contents
from shimen.privacy import phones

_SHORT = 40


def report(result: between.Result, *, names: tuple[str, str], most: int = 20) -> str:
    """Counts, balance and, of every kind, the first `most` lines. Telephone numbers are masked."""
    told = [f"旧表 {names[0]}", *_account(result.old.contents), f"新表 {names[1]}", *_account(result.new.contents), ""]
    told += _counts(result)
    told += _columns(result)
    told += _section("变更", _changes(result), most)
    told += _section(
        "新增",
        (
            f"新表第 {_at(line)} 行 {_who(result.new, line)}{_odd(result, 'new', line)}"
            for line in _sorted(result.new_lines)
        ),
        most,
    )
    told += _section(
        "消失",
        (f"旧表第 {_at(line)} 行 {_who(result.old, line)}{_odd(result, 'old', line)}" for line in _sorted(result.gone)),
        most,
    )
    told += _section("代码损坏", _damages(result), most)
    told += _section("重复", _duplicates(result), most)
    told += _section("拒收", _refusals(result), most)
    return "\n".join(told)


def _account(contents: Contents) -> list[str]:
    words = (
        ("titles", "表头以上"),
        ("headings", "表头"),
        ("blanks", "空行"),
        ("remarks", "合计和备注"),
        ("data", "数据"),
    )
    told = []
    for sheet in contents.sheets:
        label = f"工作表“{sheet.name}”" if sheet.name else "全表"
        parts = " + ".join(f"{word} {getattr(sheet, key):,}" for key, word in words)
        told.append(f"  {label} {sheet.rows:,} 行 = {parts}")
        for letter, count in sheet.unnamed.items():
            told.append(f"  注意：{letter} 列没有表头，{count:,} 格内容没有比")
    told += [
        f"  注意：工作表“{sheet.name}”{sheet.reason}，{sheet.rows:,} 行没有读"
        for sheet in contents.unread
        if sheet.rows
    ]
    told += [f"  注意：{remark}" for remark in contents.remarks]
    return told


def _counts(result: between.Result) -> list[str]:
    both = (
        ("没变", len(result.unchanged)),
        ("只是写法不同", len(result.format_only)),
        ("变更", len(result.changed)),
    )
    balance = between.balance(result)
    told = []
    for which, label, alone in (
        ("old", "旧表", ("消失", len(result.gone))),
        ("new", "新表", ("新增", len(result.new_lines))),
    ):
        side = result.old if which == "old" else result.new
        damaged = sum(1 for entry in result.damaged if entry[0 if which == "old" else 1] is not None)
        parts = (*both, alone, ("代码损坏", damaged), ("重复", len(side.duplicates)), ("拒收", len(side.refused)))
        total = balance[which]["data"]
        told.append(f"{label}数据 {total:,} 行 = " + " + ".join(f"{word} {count:,}" for word, count in parts))
    return told


def _columns(result: between.Result) -> list[str]:
    told = []
    for key, words in (("only_old", "只有旧表有的列"), ("only_new", "只有新表有的列"), ("not_compared", "不比的列")):
        if result.columns[key]:
            told.append(f"{words}：{'、'.join(result.columns[key])}")
    return told


def _section(title: str, entries: Iterable[str], most: int) -> list[str]:
    lines = list(entries)
    if not lines:
        return []
    shown = [f"  {line}" for line in lines[:most]]
    rest = [f"  …… 还有 {len(lines) - most:,} 行，用 --lines 多列几行，或用 --json 取全部"] if len(lines) > most else []
    return ["", f"{title} {len(lines):,} 行", *shown, *rest]


def _at(line: Line | int) -> str:
    number = line if isinstance(line, int) else line.number
    sheet, row = divmod(number, SHEET_STRIDE)
    return f"{row}" if not sheet else f"{row}（第 {sheet + 1} 张表）"


def _sorted(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: line.number)


def _who(side: Side, line: Line) -> str:
    return " ".join(filter(None, (line.code or line.old_number, side.cell(line, "name"))))


def _odd(result: between.Result, side: str, line: Line) -> str:
    warning = result.warnings.get((side, line.number))
    return f"（代码{warning}）" if warning else ""


def _said(change: between.Change) -> str:
    old, new = (_masked(change.field, cell) or "空" for cell in (change.old, change.new))
    problem = f"（{change.problem}）" if change.problem else ""
    return f"{change.heading} {old[:_SHORT]} → {new[:_SHORT]}{problem}"


def _masked(field: str, cell: str) -> str:
    if field != "phone" or not cell:
        return cell
    try:
        return phones.mask(phones.normalise(cell))
    except phones.UnreadablePhoneError:
        return cell


def _changes(result: between.Result) -> Iterable[str]:
    for before, after, changes in sorted(result.changed, key=lambda entry: entry[1].number):
        said = "；".join(map(_said, changes))
        yield f"旧 {_at(before)} → 新 {_at(after)} 行 {_who(result.new, after)}：{said}"


def _damages(result: between.Result) -> Iterable[str]:
    for before, after, which, damage, changes in result.damaged:
        line = after if which == "new" else before
        label = "新表" if which == "new" else "旧表"
        right = f"应为 {damage.proposed}" if damage.proposed else "看不出应为什么"
        said = "".join(f"；{_said(change)}" for change in changes)
        yield f"{label}第 {_at(line) if line else ''} 行写的是 {damage.written}，{right}（{damage.reason}）{said}"


def _duplicates(result: between.Result) -> Iterable[str]:
    for side, label in ((result.old, "旧表"), (result.new, "新表")):
        for line, (first, identical) in sorted(side.duplicates.items()):
            how = "相同" if identical else "是同一家，内容不同"
            yield f"{label}第 {_at(line)} 行与第 {_at(first)} 行{how}"


def _refusals(result: between.Result) -> Iterable[str]:
    for side, label in ((result.old, "旧表"), (result.new, "新表")):
        for line, reason in sorted(side.refused.items()):
            yield f"{label}第 {_at(line)} 行：{reason}"
