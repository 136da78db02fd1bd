"""What the comparison's pages show, worked out from a batch: steps, sums, lines of differences, the doubtful row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse

from coverage.comparison import batches, heard
from coverage.differences import asking
from coverage.facts import fields as facts
from coverage.matching import codes
from coverage.models import Batch, Department, Difference, Entity, PersonDifference
from coverage.reading import fields
from coverage.reading.book import shown_line
from shimen import navigation
from shimen.accounts.access import OFFICE
from shimen.outbox import jobs
from shimen.outbox.models import Job
from shimen.templatetags import look

Kind, Decision, Settled = Difference.Kind, Difference.Decision, Difference.Settled
_FIXED = {Kind.REFUSED: "拒收", Kind.DUPLICATE: "重复", Kind.REPAIRED: "按名册代码", Kind.CONFIRMED: "已一致"}
STEPS = ("上传", "识别", "比对", "确认", "应用", "回执")
RECENT = 4
SKIPPED_SHOWN = 200
SOURCE_WORDS = {"visit": "走访", "staff": "人工", "collection": "采集"}
TONES = {Decision.ACCEPT: "g", Decision.REFUSE: "y", Decision.ASK: "b", Decision.OPEN: "y"}


@dataclass(frozen=True)
class Tally:
    """How a batch stands now, in lines of the sheet."""

    waiting: int
    settled: int
    accepted: int
    asked: int


def tally(batch: Batch) -> Tally:
    """One query over the change set."""
    accepted = Q(kind=Kind.CHANGED, decision=Decision.ACCEPT) | Q(kind=Kind.NEW, decision=Decision.ACCEPT)
    accepted |= Q(kind=Kind.DOUBT, settled=Settled.NEW)
    found = batch.differences.aggregate(
        n_waiting=Count("id", filter=Q(kind=Kind.DOUBT, decision=Decision.OPEN)),
        n_settled=Count("id", filter=Q(kind=Kind.DOUBT) & ~Q(decision=Decision.OPEN)),
        n_accepted=Count("line", filter=accepted, distinct=True),
        n_asked=Count("id", filter=Q(decision=Decision.ASK)),
    )
    return Tally(*found.values())


def step_of(batch: Batch) -> int:
    """Which of STEPS is the current one."""
    return {
        Batch.State.RECEIVED: 1,
        Batch.State.READING: 1 if not batch.counts else 2,
        Batch.State.REFUSED: 1,
        Batch.State.MAPPING: 1,
        Batch.State.APPLYING: 4,
        Batch.State.APPLIED: 6 if batch.replies.filter(state="sent").exists() else 5,
    }.get(Batch.State(batch.state), 3)


def sum_of(batch: Batch, now: Tally) -> dict[str, Any]:
    """Rows in = rows accounted for; each part opens its rows."""
    counts, here = batch.counts, reverse("coverage:batch", args=[batch.pk])

    def part(label: str, value: int, kind: str = "", tone: str = "") -> dict[str, Any]:
        url = f"{here}?kind={kind}" if kind and value else ""
        return {"label": label, "value": value, "url": url, "tone": tone if value else ""}

    parts = [
        part("一致", counts["same"]),
        part("变更", counts["changed"], Kind.CHANGED),
        part("新增", counts["new"], Kind.NEW),
        part("代码修正", counts["repaired"], Kind.REPAIRED),
        part("待确认", now.waiting, Kind.DOUBT, "warn"),
        part("已认定", now.settled, Kind.DOUBT),
        part("重复", counts["duplicate"], Kind.DUPLICATE),
        part("拒收", counts["refused"], Kind.REFUSED),
    ]
    kept = [each for each in parts if each["value"] or each["label"] in {"一致", "变更", "新增", "待确认", "拒收"}]
    registry = counts["registry"]
    aside = [part(f"名册 {registry['total']:,} 家中，疑似消失", counts["gone"], Kind.GONE)]
    return {"total": part("文件行数", counts["rows"]), "parts": kept, "aside": aside}


def registry_sentence(batch: Batch) -> str:
    """The registry's side of the sum, in words."""
    told = batch.counts["registry"]
    parts = [f"表里有的 {told['named']:,}"]
    for key, words in (
        ("occupied", "待确认占用"),
        ("gone", "疑似消失"),
        ("absent", "早已不在表里"),
        ("outside", "不归这份表管"),
    ):
        if told[key]:
            parts.append(f"{words} {told[key]:,}")
    tail = "疑似消失不会自动注销，先交支部上门核实。" if told["gone"] else ""
    return f"名册对账：{told['total']:,} = {' + '.join(parts)}。{tail}"


def file_sentence(batch: Batch) -> str:
    """What was recognised in the file, in words."""
    told = []
    for sheet in batch.layout.get("sheets", []):
        name = f"工作表“{sheet['name']}”" if sheet["name"] and len(batch.layout["sheets"]) > 1 else ""
        told.append(f"{name}表头在第 {sheet['header_row']} 行，认出 {len(sheet['columns'])} 列")
        aside = [
            f"{words} {sheet[key]} 行"
            for key, words in (("titles", "表头以上"), ("blanks", "空行"), ("remarks", "合计和备注"))
            if sheet[key]
        ]
        if aside:
            told[-1] += f"，另有{'、'.join(aside)}"
    return "；".join(told)


def remarks_of(batch: Batch) -> list[str]:
    """What the reader of the result should know: remarks, columns not used."""
    found = list(batch.layout.get("remarks", []))
    found += [
        f"同一字段有几列，只用了一列，没有用：{'、'.join(sheet['doubled'])}"
        for sheet in batch.layout.get("sheets", [])
        if sheet["doubled"]
    ]
    if refused := batch.counts.get("cells_refused"):
        found.append(f"有 {refused:,} 格读不懂或不可信，这些格没有采用，同一行的其他格照常比对")
    return found


@dataclass(frozen=True)
class Line:
    """One row of the table of differences."""

    difference: Difference
    number: str
    span: int  # rows that the first two cells stretch over; 0 inside such a group
    name: str
    code: str
    entity_url: str
    field: str
    old: str
    new: str
    source: str
    label: str
    tone: str
    choices: list[tuple[str, str]]
    is_closing: bool
    sentence: str


def lines_of(batch: Batch, page: Page | Iterable[Difference], *, may_decide: bool) -> list[Line]:
    """The lines of a page, those of one entity grouped under its name."""
    rows = list(page)
    entities = Entity.objects.in_bulk([row.entity_id for row in rows if row.entity_id])
    departments = dict(Department.objects.filter(street=batch.street_id).values_list("code", "name"))
    groups: list[list[Difference]] = []
    for row in rows:
        if groups and row.line and groups[-1][0].line == row.line and groups[-1][0].entity_id == row.entity_id:
            groups[-1].append(row)
        else:
            groups.append([row])
    found, answers = [], heard.heard(rows)
    for group in groups:
        for place, row in enumerate(group):
            entity = entities.get(row.entity_id) if row.entity_id else None
            line = _line(row, entity, len(group) if place == 0 else 0, may_decide, departments)
            if answer := answers.get(row.pk):
                line = replace(line, sentence="；".join(filter(None, (line.sentence, answer.sentence))))
            found.append(line)
    return found


def _line(row: Difference, entity: Entity | None, span: int, may_decide: bool, departments: dict[str, str]) -> Line:
    cells = (row.row or {}).get("cells", {})
    is_whole = row.kind in {Kind.NEW, Kind.DOUBT, Kind.DUPLICATE} or (row.kind == Kind.REFUSED and not row.field)
    label, tone = _decision(row)
    return Line(
        difference=row,
        number=shown_line(row.line) if row.line else "",
        span=span,
        name=str(entity.name if entity else cells.get("name", "")),
        code=str(cells.get("code", "") if is_whole else entity.code if entity else ""),
        entity_url=_entity_url(entity) if not is_whole or row.applied else "",
        field=_field(row),
        old=asking.shown(row.field, row.old),
        new=asking.shown(row.field, row.new),
        source=_source(row, departments),
        label=label,
        tone=tone,
        choices=_choices(row) if may_decide and not row.applied else [],
        is_closing=row.field == "registration_status" and row.new not in {"", "1"},
        sentence=_sentence(row),
    )


def _entity_url(entity: Entity | None) -> str:
    if entity is None or not navigation.address_of("coverage:entities"):
        return ""
    return reverse("coverage:entity", args=[entity.pk])


def _field(row: Difference) -> str:
    if row.kind == Kind.GONE:
        return "主体"
    if row.field:
        return facts.LABELS.get(row.field, fields.TITLES.get(row.field, row.field))
    return "主体"


def _source(row: Difference, departments: dict[str, str]) -> str:
    """Who said what the registry holds, and when."""
    said = row.old_provenance
    if not said:
        return "—"
    who = SOURCE_WORDS.get(said["source"]) or departments.get(said["by"], "部门")
    return f"{who} {look.day(said['on'])}"


def _sentence(row: Difference) -> str:
    if row.kind == Kind.NEW:
        return "名册里没有，建新主体" + (f"；{row.reason}" if row.reason else "")
    if row.kind == Kind.GONE:
        return "名册有，表里没有"
    if row.kind == Kind.CONFIRMED:
        return "部门改过来了，和名册一致"
    if row.kind == Kind.REPAIRED and row.reason.startswith(f"表里写的是 {row.new}"):
        return row.reason.partition("，")[2]  # the cell stands beside it
    return row.reason


def _decision(row: Difference) -> tuple[str, str]:
    """The words and the tone of the decision's chip."""
    if row.skipped_reason:
        return row.skipped_reason, "y"
    if row.kind == Kind.DOUBT:
        return (row.get_settled_display() if row.settled else "待确认"), "y" if row.decision == Decision.OPEN else "g"
    if row.kind in _FIXED:
        return _FIXED[Kind(row.kind)], ""
    if row.applied and row.decision == Decision.ACCEPT:
        return "已写入", "g"
    return dict(_choices(row))[row.decision], TONES[Decision(row.decision)]


def _choices(row: Difference) -> list[tuple[str, str]]:
    """What a person may decide, in the words that fit the row."""
    if row.kind == Kind.NEW:
        return [(Decision.ACCEPT, "建新主体"), (Decision.REFUSE, "不采用")]
    if row.kind == Kind.GONE:
        return [(Decision.ASK, "交支部核实"), (Decision.ACCEPT, "记为不在表里"), (Decision.REFUSE, "是漏报")]
    if row.kind != Kind.CHANGED:
        return []
    source = (row.old_provenance or {}).get("source", "")
    keep = f"以{SOURCE_WORDS[source]}为准" if source in SOURCE_WORDS else "不采用"
    return [(Decision.ACCEPT, "采用新值"), (Decision.REFUSE, keep), (Decision.ASK, "交支部核实")]


@dataclass(frozen=True)
class Doubt:
    """The doubtful row beside the table."""

    difference: Difference
    number: str
    place: int
    total: int
    facts: list[dict[str, Any]]
    candidates: list[dict[str, Any]]
    label: str
    heard: heard.Heard | None = None


def doubt_of(batch: Batch, wanted: str) -> Doubt | None:
    """The row asked for, else the first that waits; None where nothing is in doubt."""
    doubts = list(batch.differences.filter(kind=Kind.DOUBT).order_by("line").values_list("pk", "decision"))
    if not doubts:
        return None
    order = [pk for pk, _ in doubts]
    waiting = [pk for pk, decision in doubts if decision == Decision.OPEN]
    chosen = int(wanted) if wanted.isdigit() and int(wanted) in order else (waiting or order)[0]
    row = batch.differences.select_related("decided_by").get(pk=chosen)
    return Doubt(
        difference=row,
        number=shown_line(row.line or 0),
        place=order.index(chosen) + 1,
        total=len(order),
        facts=_facts(row),
        candidates=list(enumerate(row.candidates, 1)),  # type: ignore[arg-type]
        label=_decision(row)[0],
        heard=heard.heard([row]).get(row.pk),
    )


def _facts(row: Difference) -> list[dict[str, Any]]:
    cells = (row.row or {}).get("cells", {})
    found = []
    for key, label in (
        ("name", "表里名称"),
        ("code", "统一代码"),
        ("old_number", "旧注册号"),
        ("address", "住所"),
        ("legal_person", "法人代表"),
        ("registration_status", "登记状态"),
    ):
        if key == "code" or cells.get(key):
            found.append(
                {"label": label, "value": asking.shown(key, cells.get(key, "")) or "没有写", "code": key == "code"}
            )
    kind = codes.kind(codes.normalise(cells.get("code", "")))
    if kind is codes.Kind.MANGLED:
        found[1 if len(found) > 1 and found[1]["code"] else 0]["doubt"] = "被表格软件改坏"
    return found


def progress_of(batch: Batch) -> dict[str, Any] | None:
    """How far the work is, None while nothing is being done."""
    if batch.state not in {Batch.State.READING, Batch.State.APPLYING}:
        return None
    job = batches.job_of(batch)
    shown = job.progress if job else {}
    failed = job is not None and job.state == Job.State.FAILED
    stage = "撤销中" if job and job.kind == "feed.undo" else shown.get("stage") or batch.get_state_display()
    if job is not None and jobs.is_interrupted(job):
        stage += "（中断过，会自动接着做）"
    return {
        "title": str(batch),
        "done": shown.get("done", 0),
        "total": shown.get("total", 0),
        "stage": stage,
        "failed": job.error if job is not None and failed else "",
    }


def recent(street_batches: Any) -> list[Batch]:
    """The batches applied last, for undoing."""
    rows = street_batches.filter(state=Batch.State.APPLIED).select_related("department", "file", "applied_by")
    return list(rows.defer("layout", "file__content", "file__sealed").order_by("-applied_at")[:RECENT])


def skipped_of(batch: Batch) -> dict[str, Any]:
    """What undoing, or applying again, left as somebody had made it since: how many, and the first of them."""
    part = {Batch.State.UNDONE: "undone", Batch.State.APPLIED: "applied"}.get(Batch.State(batch.state), "")
    if not batch.counts.get(part, {}).get("skipped"):
        return {}
    rows = batch.differences.exclude(skipped_reason="").order_by("line", "id")
    return {"skipped": lines_of(batch, rows[:SKIPPED_SHOWN], may_decide=False), "skipped_count": rows.count()}


def applied_sentence(batch: Batch) -> str:
    """What applying or undoing a batch has done, in words."""
    done = batch.counts.get("applied", {})
    words = [f"变更 {done.get('changed', 0):,} 家", f"新增 {done.get('new', 0):,} 家"]
    if done.get("asked"):
        words.append(f"交支部核实 {done['asked']:,} 件")
    if done.get("skipped"):
        words.append(f"跳过 {done['skipped']:,} 处")
    if batch.state == Batch.State.UNDONE:
        undone = batch.counts.get("undone", {})
        return f"还原 {undone.get('restored', 0):,} 处，移出 {undone.get('removed', 0):,} 家，跳过 {undone.get('skipped', 0):,} 处"
    return "，".join(words)


def waiting(request: HttpRequest) -> int | None:
    """How many rows wait for a person, for the side of the page."""
    ready = Batch.objects.visible_to(request.user).filter(state=Batch.State.READY)
    rows = Difference.objects.filter(batch__in=ready, kind=Kind.DOUBT, decision=Decision.OPEN)
    people = PersonDifference.objects.filter(batch__in=ready).waiting()
    return rows.count() + people.count() or None


ENTRIES = (
    navigation.Entry(
        "数据比对",
        icon="file-diff",
        url="coverage:compare",
        pillar=navigation.Pillar.COVERAGE,
        roles=OFFICE,
        place=30,
        under=("/compare/",),
        count=waiting,
    ),
)
