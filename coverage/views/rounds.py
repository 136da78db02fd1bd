"""Rounds: the list, one round's progress, and the changes that concern all of it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from coverage.forms.rounds import AbsenceForm, DayForm
from coverage.models import Entity, Rearrangement, Round, Stop, Visit
from coverage.rounds import arrangements, plans
from coverage.rounds import rounds as verbs
from coverage.views import round_parts as parts
from coverage.views.round_parts import READERS
from shimen import clock
from shimen.accounts.access import allow, scope_of
from shimen.accounts.models import Role, User
from shimen.outbox.models import Job
from shimen.territory.models import Area
from shimen.web import paginate, refuse, render

ROUNDS_ON_A_PAGE = 26  # a year of fortnights
ARRANGEMENTS_ON_THE_PAGE = 6
REARRANGEMENTS_SHOWN = 8
MOVES_SHOWN = 40


def get_round(request: HttpRequest, pk: uuid.UUID) -> Round:
    """The round if it is of the user's street, else 404."""
    return get_object_or_404(Round.objects.visible_to(request.user).select_related("street", "closed_by"), pk=pk)


def scoped_balance(request: HttpRequest, round_: Round) -> Any:
    """The sum over the stops that the user may see; the frozen number only where that is the whole street."""
    if scope_of(request.user).area_ids is None:
        return verbs.balance_of(round_)
    stops, found = Stop.objects.visible_to(request.user), Visit.objects.visible_to(request.user)
    return verbs.balance_of(round_, stops=stops, found=found)


def tell_undoable(request: HttpRequest, sentence: str, made: Rearrangement | None) -> None:
    """Say what was done, with a button that takes it back."""
    undo = f"undo={reverse('coverage:rearrangement-undo', args=[made.pk])}" if made is not None else ""
    messages.success(request, sentence, extra_tags=undo)


@require_GET
@allow(*READERS)
def rounds(request: HttpRequest) -> HttpResponse:
    """All rounds, the newest first, each with its sum."""
    page = paginate(request, Round.objects.visible_to(request.user).order_by("-period_start"), size=ROUNDS_ON_A_PAGE)
    stops, found = Stop.objects.visible_to(request.user), Visit.objects.visible_to(request.user)
    sums = verbs.balances_of(page.object_list, stops=stops, found=found)
    lines = [(each, balance, parts.bar_of(balance)) for each, balance in sums.items()]
    return render(request, "coverage/rounds.html", {"page": page, "lines": lines}, part="list")


@require_GET
@allow(*READERS)
def round_page(request: HttpRequest, round: uuid.UUID) -> HttpResponse:
    """How a round stands: the sum, the day's walks, the teams, and what asks to be arranged."""
    current, seen, today = get_round(request, round), Stop.objects.visible_to(request.user), clock.today()
    form = DayForm(request.GET, round=current, areas=Area.objects.visible_to(request.user).grids().in_order())
    chosen = form.chosen()
    day = parts.shown_day(current, seen, today=today, asked=chosen["day"])
    form.show(day)
    context = {
        "round": current,
        "is_open": current.state == Round.State.OPEN,
        "sum": parts.sum_of(current, scoped_balance(request, current)),
        "form": form,
        "day": parts.day_of_round(current, seen, day=day, team=chosen["team"], grid=chosen["grid"]) if day else None,
        "day_number": (today - current.period_start).days + 1,
        "days_left": (current.period_end - today).days,
        "may_direct": scope_of(request.user).has(Role.STAFF),
        "entered": arrangements.entered_since(Entity.objects.visible_to(request.user), round=current),
        **_to_arrange(current, seen),
    }
    if context["is_open"]:
        context["redrawn"] = seen.filter(round=current).redrawn().count()
    return render(request, "coverage/round.html", context | _planning(current))


def _to_arrange(round_: Round, seen: Any) -> dict[str, Any]:
    if round_.state != Round.State.OPEN:
        return {"arrangements": [], "waiting": []}
    numbers = arrangements.counts(seen, round=round_)
    listed = arrangements.listed(seen, round=round_, on=clock.today(), limit=ARRANGEMENTS_ON_THE_PAGE)
    waiting = [(arrangements.TITLES[reason], number) for reason, number in numbers.items() if number]
    return {"arrangements": listed, "waiting": waiting, "waiting_total": sum(numbers.values())}


def _planning(round_: Round) -> dict[str, Any]:
    """How far the plan is, while one is being made."""
    if round_.plan_state != Round.Plan.RUNNING:
        return {}
    job = Job.objects.filter(kind=verbs.PLAN_JOB, payload__round=str(round_.pk)).order_by("-enqueued_at").first()
    return {"job": job, "is_planning": job is not None and job.state in {Job.State.WAITING, Job.State.RUNNING}}


@require_GET
@allow(*READERS)
def planning(request: HttpRequest, round: uuid.UUID) -> HttpResponse:
    """The progress of the plan; the page loads anew when it is there."""
    current = get_round(request, round)
    response = render(request, "coverage/round.html#planning", {"round": current} | _planning(current))
    if current.plan_state != Round.Plan.RUNNING:
        response.headers["HX-Refresh"] = "true"
    return response


@require_POST
@allow(Role.STAFF)
def plan_again(request: HttpRequest, round: uuid.UUID) -> HttpResponse:
    """Plan all that is unvisited from scratch, by a worker."""
    current = get_round(request, round)
    try:
        verbs.order_plan(round=current, actor=request.user, at=clock.now())
    except verbs.RoundError as error:
        messages.error(request, error.sentence)
    return redirect("coverage:round", round=current.pk)


@allow(Role.STAFF)
def replan(request: HttpRequest, round: uuid.UUID) -> HttpResponse:
    """What 重排未访 would move, and then moving it."""
    current = get_round(request, round)
    if request.method == "POST":
        try:
            made = plans.replan_open(round=current, actor=request.user, at=clock.now())
        except verbs.RoundError as error:
            messages.error(request, error.sentence)
        else:
            tell_undoable(request, made.sentence, made)
        return redirect("coverage:round", round=current.pk)
    moves = plans.propose_open(round=current, at=clock.now()) if current.state == Round.State.OPEN else None
    return render(request, "coverage/round_replan.html", {"round": current} | _moves(moves))


def _moves(moves: plans.Moves | None) -> dict[str, Any]:
    """A proposed change, summed up by person, and its first lines: stop, who and when before, who and when after."""
    if moves is None:
        return {"moves": None}
    changed, per_person = moves.changed(), plans.by_visitor(moves)
    people = {str(pk): user for pk, user in User.objects.in_bulk(per_person).items()}
    totals = [(people[str(pk)], gives, takes) for pk, (gives, takes) in per_person.items()]
    shown = Stop.objects.filter(pk__in=changed).select_related("entity").by_address()[:MOVES_SHOWN]
    rows = [(stop, *(_slot_words(slot, people) for slot in changed[str(stop.pk)])) for stop in shown]
    return {
        "moves": moves,
        "moved": len(changed),
        "lines": sorted(totals, key=lambda line: str(line[0])),
        "rows": rows,
        "more": len(changed) - len(rows),
    }


def _slot_words(slot: plans.Slot, people: dict[str, User]) -> str:
    visitor, day, _ = slot
    return f"{people[visitor]} {day[5:]}" if visitor and day else "未排"


@allow(Role.STAFF)
def people(request: HttpRequest, round: uuid.UUID) -> HttpResponse:
    """Who walks in this round; noting an absence shows first what it moves."""
    current = get_round(request, round)
    asked = request.POST or (request.GET if "user" in request.GET else None)
    form, moves = AbsenceForm(asked, round=current), None
    if form.is_bound and form.is_valid():
        span = {
            "user": form.cleaned_data["user"],
            "first": form.cleaned_data["first"],
            "last": form.cleaned_data["last"],
        }
        try:
            if request.method == "POST":
                made = plans.mark_absent(**span, round=current, actor=request.user, at=clock.now())
                tell_undoable(request, made.sentence if made else "已登记。", made)
                return redirect("coverage:round-people", round=current.pk)
            moves = plans.propose_absence(round=current, **span, at=clock.now())
        except verbs.RoundError as error:
            refuse(form, error)
    context = {"round": current, "form": form, "crew": _crew(current), "changes": _changes(current)} | _moves(moves)
    return render(request, "coverage/round_people.html", context, status=422 if form.errors else 200)


def _crew(round_: Round) -> list[tuple[parts.TeamLine, list[tuple[User, int, int]]]]:
    """Teams with their people, each with the stops left and those of all; people stand in order of name."""
    load = {row["visitor"]: row for row in Stop.objects.filter(round=round_).load_by_visitor()}
    lines = parts.team_lines(round_, clock.today())
    return [
        (line, [(p, load.get(p.pk, {}).get("left", 0), load.get(p.pk, {}).get("total", 0)) for p in line.people])
        for line in lines
    ]


def _changes(round_: Round) -> Any:
    return round_.rearrangements.select_related("made_by").newest_first()[:REARRANGEMENTS_SHOWN]


@allow(Role.STAFF)
def close(request: HttpRequest, round: uuid.UUID) -> HttpResponse:
    """What closing writes down and what goes on to the next round; then closing."""
    current = get_round(request, round)
    if request.method == "POST":
        try:
            balance = verbs.close(round=current, actor=request.user, at=clock.now())
        except verbs.RoundError as error:
            messages.error(request, error.sentence)
        else:
            left = balance.unvisited + balance.no_answer
            messages.success(request, f"{current}已结束，账平。{left} 家未访到，下一轮开轮时自动顺延。")
        return redirect("coverage:round", round=current.pk)
    balance = verbs.balance_of(current)
    context = {
        "round": current,
        "balance": balance,
        "sum": parts.sum_of(current, balance),
        "left": balance.unvisited + balance.no_answer,
        "days_left": (current.period_end - clock.today()).days,
    }
    return render(request, "coverage/round_close.html", context)


@require_POST
@allow(Role.STAFF)
def undo(request: HttpRequest, rearrangement: uuid.UUID) -> HttpResponse:
    """Take a change of the plan back."""
    made = get_object_or_404(Rearrangement.objects.visible_to(request.user), pk=rearrangement)
    try:
        given_back, left = plans.undo(rearrangement=made, actor=request.user, at=clock.now())
    except verbs.RoundError as error:
        messages.error(request, error.sentence)
    else:
        rest = f"，{left} 家之后又有变化，没有动" if left else ""
        messages.success(request, f"已撤销“{made.sentence}”，{given_back} 家回到原来的安排{rest}。")
    return redirect("coverage:round", round=made.round_id)
