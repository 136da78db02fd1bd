"""A year of the trial street's branch life: meetings as the rules ask, a few late; what several do together.

Everything is counted from the day of loading: a meeting that its branch holds on the 12th is held if the 12th is past and
planned if it is not, so that on any day the same few branches are late.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from branches.models import Activity, ActivityHost, Attendance, Member, Minutes, Organisation, Seat
from branches.rules import meetings
from branches.rules.meetings import Kind
from branches.trial import together
from coverage.trial.copying import copy
from coverage.trial.days import SHANGHAI, Ids
from coverage.trial.load import Scene
from shimen.territory import addresses

# Of so many branches in order every one is late with something: the nth with its general meeting or its party day.
LATE_EVERY = 13
LISTED_DAYS = 45  # of the meetings held so long ago at most, the lists of who came are written too
TITLES = {
    Kind.GENERAL: ("讨论半年工作（示例）", "通报党费收缴（示例）", "学习示例文件，讨论发展对象", "讨论联建分工（示例）"),
    Kind.COMMITTEE: ("研究本月工作（示例）", "研究走访带回的诉求（示例）", "研究主题党日安排（示例）"),
    Kind.GROUP: ("第一小组学习（示例）",),
    Kind.LESSON: ("书记讲党课：小店里的先锋（示例）", "党课：两企三新怎么抓（示例）"),
    Kind.THEME_DAY: ("主题党日：走访沿街小店（示例）", "主题党日：清理楼道（示例）", "主题党日：骑手安全提醒（示例）", "主题党日：学雷锋便民（示例）"),
    Kind.LIFE: ("年度组织生活会（示例）",),
    Kind.REVIEW: ("年度民主评议党员（示例）",),
}  # fmt: skip
WORDS = (
    "（示例）会上学习了示例文件。{who}谈了门口停车的事，大家同意先由支部联系物业，下月 5 日前答复商户。",
    "（示例）通报了本月走访情况。讨论了两件诉求，一件当场有了办法，一件报街道。{who}负责跟进。",
    "（示例）按议程讨论，没有不同意见。{who}汇报了下月安排，请假的同志由组长转达。",
)
REASONS_LATE = ("当天没有网络，隔天才登记（示例）", "书记出差，回来补登（示例）")


@dataclass(slots=True)
class Held:
    """An activity before it is written; `others` host it with `lead`."""

    kind: Kind
    lead: uuid.UUID
    starts: dt.datetime
    title: str
    minutes: int = 90
    location: str = ""
    others: list[uuid.UUID] = field(default_factory=list)
    state: str = Activity.State.HELD
    reason: str = ""
    is_late: bool = False
    moved_from: dt.datetime | None = None
    project: uuid.UUID | None = None
    pk: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What the meetings are made from: branches in order, the members and seats of each."""

    scene: Scene
    branches: list[Organisation]
    full: dict[uuid.UUID, list[uuid.UUID]]
    seats: dict[uuid.UUID, int]

    @property
    def today(self) -> dt.date:
        return self.scene.days.today


def write(scene: Scene) -> None:
    """All activities with their hosts, minutes and the newest lists, then what several do together."""
    ground = _ground(scene)
    chance = random.Random(f"{scene.seed} activities")
    rows = [one for number, branch in enumerate(ground.branches) for one in _of(ground, number, branch, chance)]
    rows += _soon(ground)
    joint = together.plan(ground.scene, ground.branches)
    together.write_projects(scene, joint)
    rows += [Held(**each) for each in joint.activities]
    made = Ids(scene.seed, "activity")
    for row in rows:
        row.pk = made.at(_known_at(row, scene))
    _write(ground, rows, chance)
    together.write(scene, joint, [row.pk for row in rows[-len(joint.activities) :] if row.pk])
    scene.say(f"组织生活 {len(rows):,} 场")


def _ground(scene: Scene) -> Ground:
    standing = Organisation.objects.filter(street=scene.street).standing(scene.days.today)
    full: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    members = Member.objects.filter(street=scene.street).full().on(scene.days.today)
    for organisation, pk in members.order_by("pk").values_list("organisation_id", "pk"):
        full[organisation].append(pk)
    seats: dict[uuid.UUID, int] = defaultdict(int)
    for organisation in (
        Seat.objects.filter(street=scene.street).held(scene.days.today).values_list("organisation_id", flat=True)
    ):
        seats[organisation] += 1
    return Ground(
        scene, list(standing.branches().select_related("place").order_by("area__sort", "pinyin", "pk")), full, seats
    )


# ---- one branch's year


def _of(ground: Ground, number: int, branch: Organisation, chance: random.Random) -> Iterator[Held]:
    """What the rules ask of a branch, held in every period but the last of the late ones; and some lessons."""
    day, hour = chance.randrange(3, 27), chance.choice((9, 14, 16, 19))
    late = {0: Kind.THEME_DAY, 1: Kind.GENERAL}.get(number // LATE_EVERY % 2) if number % LATE_EVERY == 5 else None
    kinds = {Kind.GENERAL: 3, Kind.THEME_DAY: 1, Kind.LIFE: 12, Kind.REVIEW: 12}
    if ground.seats[branch.pk] or len(ground.full[branch.pk]) >= 7:
        kinds[Kind.COMMITTEE] = 1
    if len(ground.full[branch.pk]) >= 12:
        kinds[Kind.GROUP] = 1
    for place, (kind, months) in enumerate(kinds.items()):
        for on in _days(ground.today, branch.founded_on or ground.today, months, (day + 4 * place) % 24 + 4):
            if kind is late and meetings.due_by(since=on, months=months) >= ground.today:
                continue
            yield _meeting(ground, kind, branch, on, hour, chance)
    for back in (40, 160, 280):
        on = ground.today - dt.timedelta(days=back + day)
        if branch.founded_on and on > branch.founded_on:
            yield _meeting(ground, Kind.LESSON, branch, on, hour, chance)


def _soon(ground: Ground) -> list[Held]:
    """Half an hour after loading the first street-block branch meets, so that its secretary finds a list to tick."""
    hubs = [row for row in ground.branches if row.kind == Organisation.Kind.STREET_BLOCK and row.is_campaign]
    at = ground.scene.at.astimezone(SHANGHAI) + dt.timedelta(minutes=30)
    starts = at.replace(minute=at.minute // 10 * 10, second=0, microsecond=0)
    title, state = "讨论联建分工，表决一项（示例）", Activity.State.PLANNED
    return [Held(Kind.GENERAL, hub.pk, starts, title, location="党群服务站（示例）", state=state) for hub in hubs[:1]]


def _days(today: dt.date, founded: dt.date, months: int, day: int) -> Iterator[dt.date]:
    """The same day of a month in every period of a year back and in the present one; yearly ones in February."""
    count = today.year * 12 + today.month - 1
    first = count - 12
    for at in range(first - first % months, count + months, months):
        # A quarter's meeting is in its second month, a year's in the second too.
        month = at + (1 if months > 1 else 0)
        on = dt.date(month // 12, month % 12 + 1, day)
        on -= dt.timedelta(days=max(0, on.weekday() - 4))
        if on > founded and on <= meetings.period_end(today, months):
            yield on


def _meeting(ground: Ground, kind: Kind, branch: Organisation, on: dt.date, hour: int, chance: random.Random) -> Held:
    starts = dt.datetime(on.year, on.month, on.day, hour, 0, tzinfo=SHANGHAI)
    place = addresses.spaced(branch.place.address) if branch.place else "党群服务站（示例）"
    row = Held(kind, branch.pk, starts, chance.choice(TITLES[kind]), location=place)
    if starts + dt.timedelta(hours=3) > ground.scene.at:
        return replace(row, state=Activity.State.PLANNED)
    if kind in (Kind.THEME_DAY, Kind.LESSON) and chance.random() < 0.02:
        return replace(row, is_late=True, reason=chance.choice(REASONS_LATE))
    if kind is Kind.LESSON and chance.random() < 0.05:
        return replace(row, state=Activity.State.CANCELLED, reason="讲课的同志临时有任务（示例）")
    if chance.random() < 0.03:
        return replace(row, moved_from=starts - dt.timedelta(days=1), reason="会议室另有安排（示例）")
    return row


def _known_at(row: Held, scene: Scene) -> dt.datetime:
    """When it was put into the calendar: a week ahead, or afterwards where it was recorded late."""
    if row.is_late:
        return row.starts + dt.timedelta(days=2)
    return min(row.starts - dt.timedelta(days=7), scene.at - dt.timedelta(hours=2))


# ---- writing

_FIELDS = (
    "id", "street", "kind", "title", "lead", "is_joint", "location", "starts_at", "ends_at", "agenda", "audience", "state",
    "revision", "moved_from", "moved_reason", "cancelled_reason", "is_late_record", "late_reason", "full_due",
    "full_present", "made_by", "made_at", "held_at", "project",
)  # fmt: skip


def _write(ground: Ground, rows: list[Held], chance: random.Random) -> None:
    scene = ground.scene
    ids, street = Ids(scene.seed, "activity parts"), scene.street.pk
    came = {row.pk: _counts(ground, row, chance) for row in rows}
    copy(Activity, _FIELDS, (_row(ground, row, came[row.pk]) for row in rows))
    hosts = [(host, place, row) for row in rows for place, host in enumerate([row.lead, *row.others])]
    copy(ActivityHost, ("id", "street", "activity", "organisation", "place"),
         ((ids.at(scene.at), street, row.pk, host, place) for host, place, row in hosts))  # fmt: skip
    held = [row for row in rows if row.state == Activity.State.HELD]
    copy(Minutes, ("id", "street", "activity", "chair", "recorder", "text", "version", "saved_at", "saved_by", "settled_at", "settled_by"),
         (_minutes(scene, ids, row, chance) for row in held))  # fmt: skip
    newest = scene.at - dt.timedelta(days=LISTED_DAYS)
    listed = [row for row in held if row.starts > newest and row.kind.is_meeting and row.kind is not Kind.COMMITTEE]
    copy(Attendance, ("id", "street", "activity", "member", "state", "how", "marked_at"),
         (line for row in listed for line in _list(ground, ids, row, came[row.pk][1] or 0, chance)))  # fmt: skip


def _counts(ground: Ground, row: Held, chance: random.Random) -> tuple[int | None, int | None]:
    """Full members due and present: nearly all, and more than half."""
    if row.state != Activity.State.HELD or not row.kind.is_meeting:
        return None, None
    due = len(ground.full[row.lead])
    if row.kind is Kind.COMMITTEE:
        due = min(due, ground.seats[row.lead] or 3)
    return due, max((due + 1) // 2, due - chance.choice((0, 0, 0, 1, 1, 2)))


def _row(ground: Ground, row: Held, came: tuple[int | None, int | None]) -> tuple[object, ...]:
    is_held, is_off = row.state == Activity.State.HELD, row.state == Activity.State.CANCELLED
    ends, made = row.starts + dt.timedelta(minutes=row.minutes), _known_at(row, ground.scene)
    audience = {Kind.COMMITTEE: "committee", Kind.SHOP_VISIT: "open", Kind.SERVICE: "open"}.get(row.kind, "members")
    held_at = (made if row.is_late else ends + dt.timedelta(minutes=10)) if is_held else None
    return (
        row.pk, ground.scene.street.pk, row.kind.value, row.title, row.lead, bool(row.others), row.location[:100], row.starts, ends,
        "通报上次议定的事\n讨论本次事项\n议定谁来办、到哪天" if row.kind.is_meeting else "", audience, row.state,
        1 if row.moved_from else 0, row.moved_from, row.reason if row.moved_from else "", row.reason if is_off else "",
        row.is_late, row.reason if row.is_late else "", *came, ground.scene.users["zhouwuwu"].pk, made, held_at, row.project,
    )  # fmt: skip


def _minutes(scene: Scene, ids: Ids, row: Held, chance: random.Random) -> tuple[object, ...]:
    saved = min(row.starts + dt.timedelta(hours=3), scene.at)
    office = scene.users["zhouwuwu"].pk
    text = chance.choice(WORDS).format(who="示例同志")
    return (
        ids.at(saved),
        scene.street.pk,
        row.pk,
        "主持人（示例）",
        "记录人（示例）",
        text,
        1,
        saved,
        office,
        saved,
        office,
    )


def _list(ground: Ground, ids: Ids, row: Held, present: int, chance: random.Random) -> Iterator[tuple[object, ...]]:
    people = list(ground.full[row.lead])
    chance.shuffle(people)
    for number, pk in enumerate(people):
        state = "present" if number < present else "excused"
        yield ids.at(row.starts), ground.scene.street.pk, row.pk, pk, state, "hand", row.starts
