"""What coverage brings to the overview and the map: today's work, the round's card, the shops and the buildings."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Min, Q
from django.urls import reverse

from coverage.models import Batch, Demand, Difference, Discrepancy, Question, Round, Stop, Visit, VisitAnswer
from coverage.models.rounds import open_rounds
from coverage.planning.balance import Balance
from coverage.rounds import arrangements
from shimen import clock, overview, waiting
from shimen.accounts.access import OFFICE, scope_of
from shimen.accounts.models import Role
from shimen.figures.registry import Pillar
from shimen.navigation import address_of
from shimen.overview import Work
from shimen.territory import addresses, layers
from shimen.territory.layers import Layer, Mark, Spot
from shimen.territory.models import Area
from shimen.waiting import Shown

if TYPE_CHECKING:
    from coverage.models.rounds import StopQuerySet
    from shimen.accounts.models import User

LEFT_OUT = 2  # rounds in a row without being reached, from which a door stands out on the map
ANSWER_WITHIN = 10  # days within which a demand that was passed on wants an answer
ROUND_READERS = (Role.STAFF, Role.DATA_ADMIN, Role.SECRETARY)


def declare() -> None:
    """Register everything; called once from `AppConfig.ready()`."""
    overview.lead(Pillar.COVERAGE, "entities", beside=(("在营", "entities_operating"),), place=10)
    overview.lead(Pillar.COVERAGE, "workers", place=20)
    overview.lead(Pillar.COVERAGE, "round_reached_share", beside=(("已有结果", "round_reached"),))
    overview.lead(Pillar.COVERAGE, "never_visited", words="在营，还没有上过门", alarm=True)
    overview.mention(Pillar.COVERAGE, "street_shops", "rounds_closed", "questions_open")
    overview.lead(Pillar.INTEGRATION, "demands")
    overview.lead(Pillar.INTEGRATION, "demands_solved_on_spot")
    overview.lead(Pillar.INTEGRATION, "demands_open")
    overview.lead(Pillar.INTEGRATION, "demands_to_tell", words="下次走访时带到")
    overview.mention(Pillar.INTEGRATION, "demands_answered")
    overview.add_work(work)
    waiting.about(
        batches_ready=lambda user: Batch.objects.visible_to(user).filter(state=Batch.State.READY),
        batches_refused=lambda user: Batch.objects.visible_to(user).filter(state=Batch.State.REFUSED),
        differences_late=lambda user: Discrepancy.objects.visible_to(user).overdue(clock.today()),
        demands_passed_on=lambda user: Demand.objects.visible_to(user).passed_on(),
        demands_to_tell=lambda user: Demand.objects.visible_to(user).to_tell(),
        answers_held=lambda user: VisitAnswer.objects.visible_to(user).held(),
        questions=lambda user: Question.objects.visible_to(user).open(),
        differences_to_tell=lambda user: Discrepancy.objects.visible_to(user).to_tell(),
        doors_of_round=_doors,
        doors_left=lambda user: _doors(user).unvisited(),
        first_visits=_first_visits,
        first_visits_late=lambda user: _first_visits(user).filter(due_on__lt=clock.today()),
    )
    told = {"words": str, "entity__trade_sign": str, "entity__name": str}
    waiting.first_of(
        demands_passed_on=Shown(("raised_at", "pk"), raised_at=waiting.moment, **told),
        demands_to_tell=Shown(("answered_at", "pk"), **told),
        differences_late=Shown(("opened_on",), opened_on=waiting.day),
        first_visits=Shown(("due_on",), due_on=waiting.day),
    )
    overview.add_panel(overview.Panel("coverage/overview_round.html", round_panel, place=10, columns=12))
    overview.add_panel(overview.Panel("coverage/overview_demands.html", demand_panel, place=20, columns=6))
    layers.register(SHOPS, BUILDINGS)


# ---- today's work


def work(user: User) -> Iterable[Work]:
    """What waits for this person, from workbooks, rounds and demands; nothing they may not open."""
    scope = scope_of(user)
    if scope.has(*OFFICE):
        yield from _workbooks(user)
    if scope.has(*ROUND_READERS):
        yield from _round(user)
    if scope.has(Role.STAFF, Role.SECRETARY):
        yield from _demands(user)
    if scope.has(Role.STAFF, Role.DATA_ADMIN, Role.SECRETARY):
        yield from _differences(user)


def _workbooks(user: User) -> Iterable[Work]:
    doubt = Q(differences__kind=Difference.Kind.DOUBT, differences__settled="")
    ready = Batch.objects.visible_to(user).filter(state=Batch.State.READY).select_related("department")
    ready = ready.annotate(doubts=Count("pk", filter=doubt)).order_by("created_at")
    for batch in ready[:3] if waiting.how_many(user, "batches_ready") else ():
        words = f"{batch.doubts} 行待确认" if batch.doubts else "比对好了，等着应用"
        yield Work(
            f"{batch}，{words}",
            _batch_url(batch),
            icon="file-diff",
            reason=f"数据截至 {batch.as_of:%m-%d}，确认完才能应用",
            when="待确认" if batch.doubts else "可应用",
        )
    refused = Batch.objects.visible_to(user).filter(state=Batch.State.REFUSED).select_related("department")
    for batch in refused.order_by("-created_at")[:1] if waiting.how_many(user, "batches_refused") else ():
        yield Work(f"{batch.department.name}的表格读不了", _batch_url(batch), icon="file-diff", reason=batch.error[:60])


def _batch_url(batch: Batch) -> str:
    return reverse("coverage:batch", args=[batch.pk])


def _round(user: User) -> Iterable[Work]:
    current = open_round(user)
    if current is None:
        return
    stops, arrange = Stop.objects.visible_to(user), reverse("coverage:round-arrange", args=[current.pk])
    late, all_ = waiting.how_many(user, "first_visits_late"), waiting.how_many(user, "first_visits")
    first = waiting.first(user, "first_visits")
    soonest = first["due_on"] if first else None
    if late:
        yield Work(
            f"{late:,} 家新主体首访超期", arrange, icon="clock", reason="新主体 5 个工作日内要首访", due=soonest, alarm=True,
        )  # fmt: skip
    if all_ > late:
        due = soonest if not late else None
        yield Work(f"{all_ - late} 家新主体等着首访", arrange, icon="walk", reason="限期内排进路线", due=due)
    if to_arrange := sum(n for reason, n in arrangements.counts(stops, round=current).items() if reason != "first"):
        yield Work(
            f"{to_arrange} 家要另外安排",
            arrange,
            icon="calendar-due",
            reason="约好时间、顺延多轮或申请免访",
            due=current.period_end,
        )
    if current.plan_state == Round.Plan.FAILED:
        page = reverse("coverage:round", args=[current.pk])
        yield Work(
            f"{current}的路线没有排成",
            page,
            icon="alert-triangle",
            reason="打开看原因，再排一次",
            when="今天",
            alarm=True,
        )


def _doors(user: User) -> StopQuerySet[Stop]:
    """The doors of the round being walked that are the person's own to visit."""
    open_ = Round.objects.filter(street=user.street_id, state=Round.State.OPEN, period_start__lte=clock.today())
    mine: StopQuerySet[Stop] = Stop.objects.filter(round=open_.order_by("-period_start").values("pk")[:1], visitor=user)
    return mine.exclude(outcome=Stop.Outcome.EXEMPT)


def _first_visits(user: User) -> StopQuerySet[Stop]:
    """New entities of the open round that nobody has seen yet and that have a last day for it."""
    open_ = Round.objects.visible_to(user).filter(state=Round.State.OPEN).order_by("-period_start").values("pk")[:1]
    seen: StopQuerySet[Stop] = Stop.objects.visible_to(user).filter(round=open_, is_first=True, due_on__isnull=False)
    return seen.unvisited()


def _demands(user: User) -> Iterable[Work]:
    if user.street is None:
        return
    if (oldest := waiting.first(user, "demands_passed_on")) is not None:
        days = (clock.today() - clock.day_of(oldest["raised_at"])).days
        late = days > ANSWER_WITHIN
        reason = f"最早一件 {days} 天前提出，满 {ANSWER_WITHIN} 天该有答复"
        yield Work(
            f"{waiting.how_many(user, 'demands_passed_on')} 件诉求还没有答复",
            reverse("coverage:demands"),
            icon="message-circle",
            reason=reason,
            when=f"最长 {days} 天",
            alarm=late,
        )
    if to_tell := waiting.how_many(user, "demands_to_tell"):
        url = reverse("figures:figure", args=["demands_to_tell"])
        yield Work(
            f"{to_tell} 件有了答复，等着当面告知",
            url,
            icon="message-check",
            reason="下次走访时会提醒走访的人",
            when="本轮",
        )
    if held := waiting.how_many(user, "answers_held"):
        url = reverse("coverage:contradictions")
        yield Work(f"{held} 处两次记的不一样", url, icon="arrows-diff", reason="问清楚，定下以哪个为准", when="待核对")
    if asked := waiting.how_many(user, "questions"):
        url = reverse("figures:figure", args=["questions_open"])
        yield Work(
            f"{asked} 件疑问要上门问一句", url, icon="help", reason="部门表格或同事提出，走访时会带到", when="本轮"
        )


def _differences(user: User) -> Iterable[Work]:
    page = reverse("coverage:differences")
    if (oldest := waiting.first(user, "differences_late")) is not None:
        days = (clock.today() - oldest["opened_on"]).days
        yield Work(
            f"{waiting.how_many(user, 'differences_late'):,} 项差异满两轮没有答复",
            f"{page}?age=2",
            icon="arrows-diff",
            reason="问过的直接答复，不用等走访",
            when=f"最长 {days} 天",
            alarm=True,
        )
    if scope_of(user).has(*OFFICE) and (to_tell := waiting.how_many(user, "differences_to_tell")):
        yield Work(
            f"{to_tell:,} 项差异有了结论，还没回复部门",
            f"{page}?state=to_tell",
            icon="file-diff",
            reason="到那一批里做回复表",
            when="待回复",
        )


def open_round(user: User) -> Round | None:
    """The round that is being walked."""
    street = scope_of(user).street_id
    return next(iter(open_rounds(street)), None) if street else None


# ---- the cards


def _by_grid(user: User, current: Round) -> tuple[dict[str, int], dict[uuid.UUID, Balance]]:
    """The stops of a round by outcome, and the sum per grid: stops lie in grids or in areas below them, whose lineage
    begins with the grid (one query)."""
    rows = Stop.objects.visible_to(user).filter(round=current).order_by()
    counts: dict[uuid.UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    whole: dict[str, int] = defaultdict(int)
    for row in rows.values("area__lineage", "outcome").annotate(n=Count("pk"), c=Count("pk", Q(carried_rounds__gt=0))):
        whole[row["outcome"]] += row["n"]
        whole["carried"] += row["c"]
        for area in row["area__lineage"] or ():
            counts[area][row["outcome"]] += row["n"]
    return dict(whole), {area: Balance.of(found) for area, found in counts.items()}


def _demands_by_grid(user: User, current: Round) -> dict[uuid.UUID, tuple[int, int]]:
    rows = (
        Demand.objects.visible_to(user)
        .standing()
        .filter(visit__round=current, entity__area__isnull=False)
        .order_by()
        .values("entity__area__lineage")
        .annotate(n=Count("pk"), solved=Count("pk", Q(solved_on_spot=True)))
    )
    counts: dict[uuid.UUID, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in rows:
        for area in row["entity__area__lineage"]:
            n, solved = counts[area]
            counts[area] = (n + row["n"], solved + row["solved"])
    return counts


def round_panel(user: User) -> dict[str, Any] | None:
    """本轮走访: the sum as a bar, and the same by grid, in order of area."""
    current = open_round(user)
    if current is None:
        return None
    (stops, grids), asked = _by_grid(user, current), _demands_by_grid(user, current)
    total = Balance.of(stops, found=_finds(user, current))
    roster = reverse("coverage:round-roster", args=[current.pk]) if scope_of(user).has(*ROUND_READERS) else ""
    lines = [
        {"area": area, "sum": grids[area.pk], "demands": asked[area.pk][0], "solved": asked[area.pk][1]}
        for area in Area.objects.visible_to(user).grids().in_order()
        if area.pk in grids
    ]
    return {
        "round": current,
        "total": total,
        "ended": total.exempt + total.closed + total.moved,
        "bar": [
            (total.visited, "s3"),
            (total.no_answer, "s2"),
            (total.exempt + total.closed + total.moved, "s1"),
            (total.unvisited, "s0"),
        ],
        "lines": lines,
        "demands": sum(line["demands"] for line in lines),
        "solved": sum(line["solved"] for line in lines),
        "roster": roster,
    }


def _finds(user: User, current: Round) -> int:
    return Visit.objects.visible_to(user).standing().filter(round=current, stop__isnull=True).count()


def demand_panel(user: User) -> dict[str, Any] | None:
    """诉求去向: where demands were solved, and what they were about."""
    seen = Demand.objects.visible_to(user).standing()
    rows = list(
        seen.order_by()
        .values("category")
        .annotate(
            n=Count("pk"),
            solved=Count("pk", Q(solved_on_spot=True)),
            answered=Count("pk", Q(solved_on_spot=False, answered_at__isnull=False)),
            first=Min("raised_at"),
        )
    )
    total = sum(row["n"] for row in rows)
    if not total:
        return None
    solved, answered = sum(row["solved"] for row in rows), sum(row["answered"] for row in rows)
    names = dict(Demand.Category.choices)
    kinds = [
        {"name": names[row["category"]], **row, "open": row["n"] - row["solved"] - row["answered"]} for row in rows
    ]
    order = list(names)
    return {
        "total": total,
        "solved": solved,
        "answered": answered,
        "open": total - solved - answered,
        "bar": [(solved, "s1"), (answered, "s3"), (total - solved - answered, "s4")],
        "kinds": sorted(kinds, key=lambda kind: order.index(kind["category"])),
        "first": min(row["first"] for row in rows),
    }


# ---- the map


def _stops_of(user: User, **where: Any) -> Any:
    current = open_round(user)
    if current is None:
        return Stop.objects.none()
    return Stop.objects.visible_to(user).filter(round=current, entity__place__isnull=False, **where)


def _shop_spots(user: User) -> Iterable[Spot]:
    rows = (
        _stops_of(user, entity__place__kind="shopfront").select_related("entity__place").order_by("entity__address_key")
    )
    has_page = bool(address_of("coverage:entities"))
    for stop in rows:
        kind = "done" if stop.outcome != Stop.Outcome.DUE else "left_out" if stop.carried_rounds >= LEFT_OUT else "due"
        url = reverse("coverage:entity", args=[stop.entity_id]) if has_page else ""
        door = stop.entity.place
        yield Spot(
            door.lon,
            door.lat,
            kind,
            str(stop.entity),
            f"{addresses.spaced(door.address)}，{stop.get_outcome_display()}",
            url,
        )


def _shop_finding(counts: Mapping[str, int]) -> str:
    left, waiting = counts["left_out"], counts["due"] + counts["left_out"]
    total = waiting + counts["done"]
    return f"沿街商铺 {total} 家，本轮 {counts['done']} 家已有结果，{waiting} 家待访，其中连续两轮没访到 {left} 家。"


def _building_spots(user: User) -> Iterable[Spot]:
    houses: dict[tuple[float, float], list[Stop]] = defaultdict(list)
    rows = _stops_of(user).exclude(entity__place__kind="shopfront").select_related("entity__place__building")
    names: dict[tuple[float, float], str] = {}
    for stop in rows:
        house = stop.entity.place.building or stop.entity.place
        houses[house.lon, house.lat].append(stop)
        names[house.lon, house.lat] = house.name or house.address
    for at, stops in houses.items():
        done = sum(stop.outcome != Stop.Outcome.DUE for stop in stops)
        kind = "all" if done == len(stops) else "some" if done else "none"
        yield Spot(*at, kind, names[at], f"{len(stops)} 家，已有结果 {done} 家")


def _building_finding(counts: Mapping[str, int]) -> str:
    total = counts["all"] + counts["some"] + counts["none"]
    return f"楼宇和弄内 {total} 处，本轮全部有结果 {counts['all']} 处，还没有去过 {counts['none']} 处。"


def _reached_facts(user: User) -> dict[str, str]:
    current = open_round(user)
    if current is None:
        return {}
    sums = _by_grid(user, current)[1]
    grids = Area.objects.visible_to(user).grids()
    return {
        area.name: f"已有结果 {100 * sums[area.pk].reached / sums[area.pk].parts:.1f} %"
        for area in grids
        if area.pk in sums and sums[area.pk].parts
    }


def _rows_url() -> str:
    return address_of("coverage:entities") or reverse("coverage:rounds")


SHOPS = Layer(
    key="shops",
    title="沿街商铺",
    marks=(Mark("done", "已有结果", "k3"), Mark("due", "待访", "k1"), Mark("left_out", "连续两轮没访到", "ko")),
    spots=_shop_spots,
    finding=_shop_finding,
    facts=_reached_facts,
    rows_url=_rows_url,
    rows_words="看商铺清单",
    place=10,
)
BUILDINGS = Layer(
    key="buildings",
    title="楼宇企业",
    marks=(Mark("all", "全部有结果", "k3"), Mark("some", "访了一部分", "k2"), Mark("none", "还没去过", "ko")),
    spots=_building_spots,
    finding=_building_finding,
    facts=_reached_facts,
    rows_url=_rows_url,
    rows_words="看企业清单",
    place=20,
)
