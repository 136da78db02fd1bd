"""The market department's list of entities: everything it registers on the street, with all that goes wrong in it. Pure."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence

from coverage.matching import codes
from coverage.trial import trades, words
from coverage.trial.workbooks import noise
from coverage.trial.workbooks.rows import Held, Row, Sheet, deal, doubled

COLUMNS = (
    ("统一社会信用代码", "code"),
    ("注册号", "old_number"),
    ("企业名称(字号名称)", "name"),
    ("企业类型", "kind"),
    ("登记状态", "registration_status"),
    ("法定代表人(经营者姓名)", "legal_person"),
    ("住所(个体户经营场所)", "address"),
    ("行业代码", "industry_code"),
    ("注册资本", "capital"),
    ("经营范围", "scope"),
    ("成立日期", "established_on"),
    ("核准日期", "approved_on"),
    ("登记机关", "office"),
    ("邮政编码", "postcode"),
    ("片区", "patch"),
)
OFFICE = "示例区市场监督管理局"
GONE, CHANGED, NEW, SLIPS, MANGLED, CODELESS, BRANCHES, TWINS, NOISY = 41, 101, 42, 27, 8, 6, 9, 36, 0.3

# What the drawings show: the row of a known firm, and what stands in it instead of the registry's value.
TOLD = {
    "子丑面馆": {"legal_person": "孙丙六", "scope": "餐饮服务、食品销售"},
    "寅卯咖啡（示例）店": {"address": "望桥路88号甲"},
    "辰巳五金经营部": {"registration_status": "4"},
    "戌亥花店": {"legal_person": "李丁九"},
    "地支文化传播工作室": {"address": "云台路12弄3号502室"},
}
PUZZLE = "甲乙丙贸易有限公司"


def sheet(held: Sequence[Held], *, seed: int, on: dt.date) -> Sheet:
    """Rows for the registry as it stands on a day."""
    chance = random.Random(f"{seed} market")
    known = [one for one in held if one.name in TOLD or one.name == PUZZLE]
    plain = [one for one in held if one not in known]
    closing = [one for one in plain if one.registration_status == "1" and one.kind in {"enterprise", "sole_trader"}]
    gone = {one.code for one in chance.sample(closing, GONE)}
    parts = deal(
        (one for one in plain if one.code not in gone), chance, changed=CHANGED, slips=SLIPS, mangled=MANGLED, codeless=CODELESS
    )  # fmt: skip
    rows = [_same(one, chance) for one in parts["rest"]]
    rows += [_changed(one, chance) for one in parts["changed"]]
    rows += [_told(one, chance) for one in known]
    rows += [_row("repaired", one, chance, code=slipped(one.code, chance)) for one in parts["slips"]]
    rows += [_row("doubt", one, chance, code=noise.mangled(one.code)) for one in parts["mangled"]]
    rows += [_row("doubt", one, chance, code=chance.choice(noise.EMPTY)) for one in parts["codeless"]]
    rows += [_branch(one, number, chance) for number, one in enumerate(_parents(parts["rest"], chance))]
    rows += _unreadable(rows, chance)
    rows += new(held, NEW, chance, on)
    chance.shuffle(rows)
    return Sheet(doubled(rows, TWINS, chance), gone=GONE)


def cells_of(one: Held, chance: random.Random, **instead: str) -> dict[str, str]:
    """A row's cells in everyday notation, with format noise in some of them; `instead` is written as it is."""

    def noisy(text: str, spell: Callable[[str, random.Random], str]) -> str:
        return spell(text, chance) if text and chance.random() < NOISY else text

    day = one.established_on
    cells = {
        "code": noisy(one.code, noise.code),
        "old_number": chance.choice(noise.EMPTY),
        "name": noisy(one.name, noise.name),
        "kind": _type_of(one),
        "registration_status": chance.choice(noise.STATUS[one.registration_status]),
        "legal_person": noisy(one.legal_person, noise.person),
        "address": noise.address(one.address, chance) if one.address else chance.choice(noise.EMPTY),
        "industry_code": noise.industry_code(one.industry_code, chance) if one.industry_code else "",
        "capital": noise.money(one.capital, chance) if one.capital else chance.choice(noise.EMPTY),
        "scope": noisy(one.scope, noise.scope),
        "established_on": noise.date(day, chance) if day else "",
        "approved_on": noise.date(day + dt.timedelta(days=chance.randint(0, 900)), chance) if day else "",
        "office": OFFICE,
        "postcode": chance.choice(("000000", "000001", "-")),
        "patch": chance.choice(("东片", "西片", "")),
    }
    return cells | instead


def _row(kind: str, one: Held, chance: random.Random, **instead: str) -> Row:
    return Row(kind, cells_of(one, chance, **instead))


def _same(one: Held, chance: random.Random) -> Row:
    return _row("same", one, chance)


def _type_of(one: Held) -> str:
    if one.kind == "sole_trader":
        return "个体工商户"
    if one.kind == "social":
        return "社会团体" if one.name.endswith(("协会", "联谊会")) else "民办非企业单位"
    if one.name.endswith(("分公司", "店")):
        return "有限责任公司分公司"
    return "有限合伙企业" if "合伙" in one.name else "有限责任公司(自然人投资或控股)"


def _told(one: Held, chance: random.Random) -> Row:
    if one.name == PUZZLE:  # a code that a spreadsheet ruined, and a name that two firms come near to
        cells = cells_of(
            one, chance, code="9.13101E+17", name="甲乙丙贸易（示例）有限公司", address="清波路120弄7号3楼"
        )
        return Row("doubt", cells)
    instead = TOLD[one.name]
    written = {key: noise.STATUS[text][0] if key == "registration_status" else text for key, text in instead.items()}
    return Row("changed", cells_of(one, chance, **written), fields=len(instead))


_CHANGES = (
    "legal_person",
    "scope",
    "scope",
    "capital",
    "registration_status",
    "industry_code",
    "name",
    "address",
    "established_on",
)


def _changed(one: Held, chance: random.Random) -> Row:
    """One fact, now and then two, that really became another."""
    wanted = [key for key in _CHANGES if key in {"legal_person", "scope", "registration_status"} or getattr(one, key)]
    chosen = {chance.choice(wanted)} | ({"scope"} if chance.random() < 0.15 else set())
    instead = {key: _other(key, one, chance) for key in sorted(chosen)}
    written = {key: noise.STATUS[text][0] if key == "registration_status" else text for key, text in instead.items()}
    return Row("changed", cells_of(one, chance, **written), fields=len(instead))


def _other(key: str, one: Held, chance: random.Random) -> str:
    match key:
        case "legal_person":
            return next(name for name in iter(lambda: words.person(chance), "") if name != one.legal_person)
        case "scope":
            return f"{one.scope}、{chance.choice(('信息咨询服务', '会议及展览服务', '日用百货销售'))}"
        case "capital":
            return str(int(float(one.capital)) * chance.choice((2, 3, 5)))
        case "registration_status":
            return "4" if one.registration_status == "1" else "1"
        case "industry_code":
            return chance.choice(
                [code for code in trades.CATALOGUE if code[0] == one.industry_code[0] and code != one.industry_code]
                or ["L7259"]
            )
        case "name":
            return _renamed(one.name)
        case "address":
            return _moved(one.address, chance)
        case _:
            return (
                (one.established_on or dt.date(2020, 1, 1))
                .replace(day=28 if one.established_on and one.established_on.day != 28 else 27)
                .isoformat()
            )


def _renamed(name: str) -> str:
    """A firm that took another word into its name: 甲乙丙贸易… → 甲乙丙新贸易…"""
    at = name.find("示例区") + 3 if name.startswith("示例区") else 0
    at = at or (4 if name.startswith("示例街道") else 0)
    return f"{name[:at]}{name[at : at + 2]}新{name[at + 2 :]}"


def _moved(address: str, chance: random.Random) -> str:
    """Next door, or another room of the same building."""
    if address.endswith("室"):
        return (
            f"{address[:-2]}{(int(address[-2]) + chance.randint(1, 8)) % 10}室"
            if address[-2].isdigit()
            else f"{address[:-1]}9室"
        )
    return f"{address}甲"


def slipped(code: str, chance: random.Random) -> str:
    while True:
        written = noise.slip(code, chance)
        if written != code and not (len(written) == codes.LENGTH and codes.checksum_holds(written)):
            return written


def _parents(rest: Sequence[Held], chance: random.Random) -> list[Held]:
    return chance.sample([one for one in rest if one.name.endswith("有限公司") and one.kind == "enterprise"], BRANCHES)


def _branch(parent: Held, number: int, chance: random.Random) -> Row:
    """A branch reported under its parent's code: a person must say whether it is one."""
    return _row(
        "doubt", parent, chance, name=f"{parent.name}第{words.NUMERALS[number]}营业部", address="", code=parent.code
    )


def _unreadable(rows: Sequence[Row], chance: random.Random) -> list[Row]:
    """Cells that say nothing a reader understands (their rows are otherwise the same), and rows that say nothing at all."""
    capitals = chance.sample([row for row in rows if row.kind == "same" and row.cells["capital"][:1].isdigit()], 3)
    days = chance.sample([row for row in rows if row.kind == "same" and row not in capitals], 3)
    for row in capitals:
        row.cells["capital"], row.unread = "500万美元", 1
    for row, written in zip(days, ("2019-02-30", "2019年", "见附件"), strict=True):
        row.cells["established_on"], row.unread = written, 1
    blank = dict.fromkeys((field for _, field in COLUMNS), "")
    nameless = [
        Row("refused", {**blank, "legal_person": words.person(chance), "address": f"望桥路{n}号", "office": OFFICE})
        for n in (3, 9, 15)
    ]
    shifted = chance.sample([row for row in rows if row.kind == "same"], 2)
    slid = [
        Row("refused", {**row.cells, "code": "名称见右", "name": row.cells["code"].strip("' \t")}) for row in shifted
    ]
    return nameless + slid


def new(held: Sequence[Held], count: int, chance: random.Random, on: dt.date) -> list[Row]:
    """Firms that the registry does not know, with codes that hold, most of them at doors that it does know."""
    coder = words.Coder(chance, {one.code for one in held})
    namer = words.Namer(chance, set())
    known = "".join(one.name for one in held)
    doors = [one.address for one in held if one.address and not one.address.endswith("室")]
    rooms = [one.address for one in held if one.address.endswith("室")]
    rows: list[Row] = []
    while len(rows) < count:
        run = namer.take(3)
        if run in known:
            continue
        trade, is_shop = chance.choice(trades.SHOPS if len(rows) % 2 else trades.FIRMS), len(rows) % 2 == 1
        word = chance.choice(trade.words)
        name = f"{run}{word}" if is_shop else f"{run}{word}{words.MARK}有限公司"
        day = on - dt.timedelta(days=chance.randint(3, 40))
        one = Held(
            coder.take("92" if is_shop else "91"), name, "sole_trader" if is_shop else "enterprise", words.person(chance), "1",
            trade.code, trade.section, "", trade.scope, chance.choice(doors if is_shop else rooms), day, "" if is_shop else "100.0000", 0, "",
        )  # fmt: skip
        rows.append(_row("new", one, chance))
    return rows
