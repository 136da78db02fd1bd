"""What the pages of gaps show beyond a row: counts, reasons, the cross-table, the columns of an export."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, QuerySet
from django.urls import reverse

from branches.duty import gaps
from branches.duty.gaps import Kind, Space, Suggestion
from branches.models import Covering, Organisation, OrganisationUnit, Rule
from coverage.models import Entity, Question, Submission
from coverage.models.entities import IN_SHORT
from shimen.exports import Column
from shimen.territory.models import Place

if TYPE_CHECKING:
    from branches.rules.book import Rules
    from shimen.accounts.models import User

LATELY = 14  # days since an entity came into the registry within which it is called new
INTROS = {
    Kind.UNCOVERED: "在营的主体每家只按一种方式覆盖；这里是今天一种也没有的。",
    Kind.MEMBERS: "{rule}；这里的几家人数够，还没有单独或联合组建。党员数只数本人同意登记的。",
    Kind.BUILDING: "楼里有主体在营，没有一个党组织负责，哪怕是其中几层。",
    Kind.PEOPLE: "没有固定场所的人只数本人扫码登记、没有撤回的；不显示姓名，不按行踪找人。",
    Kind.NEVER: "在营，走访还没有见到过人。接受建议就写进下次上门要问的话。",
    Kind.STALE: "超过 {days} 天没有在门口确认过。接受建议就写进下次上门要问的话。",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap in an entity as it is listed: why it is one, and what is proposed."""

    entity: Entity
    reason: str
    suggestion: Suggestion | None
    is_asked: bool = False
    preparing: uuid.UUID | None = None  # the organisation that has been applied for here


def intro(kind: Kind, rules: Rules) -> str:
    """What this kind of gap means, in a sentence."""
    return INTROS[kind].format(rule=rules.sentence("founding_members"), days=rules["stale_days"])


def rules_for(user: User, on: dt.date) -> Rules:
    """The rules of the user's street (one query)."""
    return Rule.objects.book(street=user.street_id, on=on)  # type: ignore[arg-type]


def counts(user: User, on: dt.date, rules: Rules) -> list[tuple[str, str, int]]:
    """Every kind with its words and number, within the user's areas (one query each)."""
    seen = Entity.objects.visible_to(user)
    found = {kind: gaps.entities(kind, seen, on=on, rules=rules).count() for kind in gaps.OF_ENTITIES}
    found[Kind.BUILDING] = gaps.buildings(Place.objects.visible_to(user), on=on).count()
    found[Kind.PEOPLE] = gaps.people(Submission.objects.visible_to(user), on=on).count()
    return [(kind.value, str(kind.label), found[kind]) for kind in Kind]


def listed(kind: Kind, page: Iterable[Entity], *, street: uuid.UUID, on: dt.date, rules: Rules) -> list[Gap]:
    """The entities of a page, each with its reason and what is proposed (nine queries at most)."""
    rows = list(page)
    ids = [entity.pk for entity in rows]
    suggested = gaps.suggest(kind, rows, street=street, on=on, rules=rules)
    ended = dict(
        Covering.objects.filter(entity__in=ids, valid__endswith__lte=on)
        .values("entity")
        .annotate(last=Max("valid__endswith"))
        .values_list("entity", "last")
    )
    asked = set(Question.objects.open().filter(entity__in=ids, field="").values_list("entity_id", flat=True))
    applied = OrganisationUnit.objects.on(on).filter(entity__in=ids, organisation__in=Organisation.objects.preparing())
    founding = dict(applied.values_list("entity", "organisation"))
    return [
        Gap(entity, _reason(kind, entity, suggested.get(entity.pk), ended.get(entity.pk), on),
            suggested.get(entity.pk), entity.pk in asked, founding.get(entity.pk))
        for entity in rows
    ]  # fmt: skip


def _reason(kind: Kind, entity: Entity, suggestion: Suggestion | None, ended: dt.date | None, on: dt.date) -> str:
    if kind == Kind.MEMBERS:
        return f"已知党员 {suggestion.members if suggestion else 0} 名，没有自己的或联合的党支部"
    if kind == Kind.NEVER:
        return f"{entity.registered_on:%Y-%m-%d} 进入名册，没有见到过人"
    if kind == Kind.STALE:
        days = (on - entity.presence_on).days if entity.presence_on else 0
        return f"{days} 天没有确认"
    parts = []
    if (on - entity.registered_on).days <= LATELY:
        parts.append(f"{entity.registered_on:%m-%d} 新进名册")
    if ended:
        parts.append(f"上次覆盖到 {ended:%Y-%m-%d}")
    if entity.place_id is None:
        parts.append("没有固定场所")
    elif suggestion is None or suggestion.metres:
        parts.append("这个地点没有支部负责")
    else:
        parts.append("还没有接手")
    return "，".join(parts)


# ---- the cross-table


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the cross-table: an industry, its cells (number, address) by space, and their sum."""

    title: str
    cells: list[tuple[int, str]]
    total: int
    url: str


def table(rows: QuerySet[Entity], query: dict[str, str]) -> tuple[list[Line], list[tuple[int, str]], int]:
    """Industries against spaces; every number opens its rows. Lines, sums by space, and the whole (one query)."""
    counted: dict[tuple[str, str], int] = {}
    for row in rows.order_by().values("industry", "space").annotate(n=Count("pk")):  # type: ignore[misc]  # annotated by `narrow`
        counted[row["industry"], row["space"]] = row["n"]

    def url(**more: str) -> str:
        parts = "&".join(f"{key}={value}" for key, value in (query | more).items() if value)
        return f"{reverse('branches:gaps')}?{parts}"

    lines = []
    for industry in sorted({industry for industry, _ in counted}, key=lambda code: (code == "", code)):
        code = industry or "none"
        cells = [(counted.get((industry, space.value), 0), url(industry=code, space=space.value)) for space in Space]
        total = sum(number for number, _ in cells)
        lines.append(Line(IN_SHORT.get(industry, "未登记"), cells, total, url(industry=code)))
    sums = [
        (sum(n for (_, where), n in counted.items() if where == space.value), url(space=space.value)) for space in Space
    ]
    return lines, sums, sum(counted.values())


# ---- buildings and people


def building_rows(page: Iterable[Place], *, street: uuid.UUID, on: dt.date) -> list[dict[str, Any]]:
    """Buildings with how many entities and workers are in them, and the branch that could take them on."""
    places = list(page)
    ids = [place.pk for place in places]
    inside = Entity.objects.operating().filter(place__in=ids) | Entity.objects.operating().filter(
        place__building__in=ids
    )
    tenants: dict[uuid.UUID, int] = {}
    people: dict[uuid.UUID, int] = {}
    for entity in inside.select_related("place").only("place__building_id", "headcount"):
        house = entity.place.building_id or entity.place_id
        tenants[house] = tenants.get(house, 0) + 1
        people[house] = people.get(house, 0) + (entity.headcount or 0)
    near = gaps.nearest_for_places(places, street=street, on=on)
    return [
        {"place": p, "tenants": tenants.get(p.pk, 0), "people": people.get(p.pk, 0), "suggestion": near.get(p.pk)}
        for p in places
    ]


def people_rows(page: Iterable[Submission], *, street: uuid.UUID, on: dt.date) -> list[dict[str, Any]]:
    """People without premises: where and when they registered themselves, and the branch next to it. No names."""
    rows = list(page)
    near = gaps.nearest_for_places([row.place for row in rows if row.place], street=street, on=on)
    return [{"row": row, "suggestion": near.get(row.place_id) if row.place_id else None} for row in rows]


def _way(gap: Gap) -> str:
    if gap.suggestion is None:
        return ""
    return str(Covering.Way(gap.suggestion.way).label) if gap.suggestion.way else ""


COLUMNS = (
    Column("名称", lambda g: g.entity.name, 36),
    Column("统一社会信用代码", lambda g: g.entity.code, 22),
    Column("类型", lambda g: g.entity.get_kind_display(), 12),
    Column("行业", lambda g: g.entity.get_industry_display(), 24),
    Column("地址", lambda g: g.entity.address, 30),
    Column("网格", lambda g: g.entity.area.name if g.entity.area else "", 12),
    Column("原因", lambda g: g.reason, 36),
    Column("建议方式", _way, 14),
    Column("建议党组织", lambda g: str(g.suggestion.organisation) if g.suggestion else "", 24),
    Column("理由", lambda g: g.suggestion.words if g.suggestion else "", 36),
)


class Exported:
    """Gaps in the order of a list, a thousand at a time, each with its reason and proposal, for `shimen.exports`."""

    model = Entity

    def __init__(self, kind: Kind, rows: QuerySet[Entity], *, street: uuid.UUID, on: dt.date, rules: Rules) -> None:
        self.kind, self.rows, self.street, self.on, self.rules = kind, rows, street, on, rules

    def count(self) -> int:
        """How many rows leave."""
        return self.rows.count()

    def iterator(self, chunk_size: int) -> Iterable[Gap]:
        """The rows, whatever their number, a few queries for each thousand."""
        for first in range(0, self.count(), chunk_size):
            chunk = self.rows[first : first + chunk_size]
            yield from listed(self.kind, chunk, street=self.street, on=self.on, rules=self.rules)
