"""A round's roster: the stops one by one, on the screen, as a file, on paper, and the changes that concern a few."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from coverage.forms.rounds import AppointForm, ExemptForm, ReassignForm, RosterForm
from coverage.models import Entity, Round, Stop, Visit
from coverage.rounds import arrangements, plans
from coverage.rounds import rounds as verbs
from coverage.views.round_parts import READERS
from coverage.views.rounds import get_round, tell_undoable
from shimen import clock
from shimen.accounts.access import FIELD, allow, scope_of
from shimen.accounts.models import Role, User
from shimen.audit import record as audit
from shimen.sheets import as_csv
from shimen.territory.models import Area
from shimen.web import paginate, refuse, render

if TYPE_CHECKING:
    from coverage.models.rounds import StopQuerySet

HANDS = (Role.STAFF, Role.SECRETARY)
COLUMNS = (
    "轮次",
    "名称",
    "招牌",
    "地址",
    "网格",
    "走访人",
    "排在",
    "次序",
    "结果",
    "结果时间",
    "原因",
    "顺延轮数",
    "首访",
)


def _filtered(request: HttpRequest, round_: Round) -> tuple[RosterForm, StopQuerySet[Stop]]:
    areas = Area.objects.visible_to(request.user).grids().in_order()
    form = RosterForm(request.GET, round=round_, areas=areas)
    return form, form.rows(Stop.objects.visible_to(request.user).filter(round=round_))


@require_GET
@allow(*READERS)
def roster(request: HttpRequest, round: uuid.UUID) -> HttpResponse:
    """The stops of a round, filtered; a few can be ticked and handed to somebody else."""
    current = get_round(request, round)
    form, rows = _filtered(request, current)
    context = {
        "round": current,
        "form": form,
        "page": paginate(request, rows),
        "hand_over": ReassignForm(round=current, stops=Stop.objects.none()),
        "may_open_stop": scope_of(request.user).has(*FIELD),
        "may_hand_over": scope_of(request.user).has(*HANDS) and current.state == Round.State.OPEN,
    }
    return render(request, "coverage/round_roster.html", context, part="list")


@require_GET
@allow(*READERS)
def export(request: HttpRequest, round: uuid.UUID) -> HttpResponse:
    """What the roster shows, as CSV that a spreadsheet opens; who took it and by which filter is kept."""
    current = get_round(request, round)
    _, rows = _filtered(request, current)
    content, number = _as_csv(current, rows)
    filters = {key: value for key, value in request.GET.items() if value}
    digest = hashlib.sha256(content).hexdigest()
    audit.exported(
        target=current,
        actor=request.user,
        at=clock.now(),
        purpose="应访清单",
        rows=number,
        filters=filters,
        digest=digest,
    )
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="round-{current.number}.csv"'
    return response


def _as_csv(round_: Round, rows: StopQuerySet[Stop]) -> tuple[bytes, int]:
    lines = [_cells(round_, stop) for stop in rows.iterator(chunk_size=500)]
    return as_csv(COLUMNS, lines), len(lines)


def _cells(round_: Round, stop: Stop) -> list[Any]:
    entity, at = stop.entity, stop.outcome_at
    return [
        round_.number, entity.name, entity.trade_sign, entity.address, stop.area or "", stop.visitor or "",
        stop.planned_on or "", stop.sequence or "", stop.get_outcome_display(),
        at, stop.outcome_reason,
        stop.carried_rounds or "", "是" if stop.is_first else "",
    ]  # fmt: skip


@require_GET
@allow(*READERS)
def finds(request: HttpRequest, round: uuid.UUID) -> HttpResponse:
    """What was found outside the roster; counted beside the sum."""
    current = get_round(request, round)
    found = Visit.objects.visible_to(request.user).standing().filter(round=current, stop__isnull=True)
    page = paginate(request, found.select_related("entity", "entity__area", "visitor").newest_first())
    entities = Entity.objects.visible_to(request.user)
    entered = arrangements.entered_since(entities, round=current) if current.state == Round.State.OPEN else []
    return render(request, "coverage/round_finds.html", {"round": current, "page": page, "entered": entered})


@require_GET
@allow(*READERS)
def sheets(request: HttpRequest, round: uuid.UUID) -> HttpResponse:
    """Walks on paper: one A4 sheet per visitor and day, for those who go without a phone."""
    current = get_round(request, round)
    form, rows = _filtered(request, current)
    day = form.cleaned_data.get("day") or clock.today()
    walks: dict[User, list[Stop]] = {}
    for stop in rows.filter(planned_on=day, visitor__isnull=False).order_by(
        "visitor__display_name", "visitor", "sequence"
    ):
        walks.setdefault(stop.visitor, []).append(stop)
    return render(request, "coverage/round_sheets.html", {"round": current, "day": day, "walks": list(walks.items())})


@require_POST
@allow(*HANDS)
def reassign(request: HttpRequest, round: uuid.UUID) -> HttpResponse:
    """Hand ticked stops to somebody else."""
    current = get_round(request, round)
    seen = Stop.objects.visible_to(request.user).filter(round=current)
    form = ReassignForm(request.POST, round=current, stops=seen)
    if form.is_valid():
        wanted = {name: form.cleaned_data[name] for name in ("visitor", "day")}
        try:
            made = plans.reassign(
                round=current, stops=list(form.cleaned_data["stop"]), **wanted, actor=request.user, at=clock.now()
            )
        except verbs.RoundError as error:
            refuse(form, error)
        else:
            tell_undoable(request, f"{made.sentence}。", made if scope_of(request.user).has(Role.STAFF) else None)
            return redirect("coverage:round-roster", round=current.pk)
    context = {"round": current, "form": form, "ticked": request.POST.getlist("stop")}
    return render(request, "coverage/round_reassign.html", context, status=422)


@require_GET
@allow(*READERS)
def to_arrange(request: HttpRequest, round: uuid.UUID) -> HttpResponse:
    """All that asks to be arranged."""
    current = get_round(request, round)
    seen = Stop.objects.visible_to(request.user)
    listed = arrangements.listed(seen, round=current, on=clock.today()) if current.state == Round.State.OPEN else []
    may = scope_of(request.user).has(Role.STAFF)
    context = {"round": current, "page": paginate(request, listed), "may_direct": may}
    return render(request, "coverage/round_arrange.html", context)


def _get_stop(request: HttpRequest, pk: uuid.UUID) -> Stop:
    seen = Stop.objects.visible_to(request.user).select_related("entity", "round", "area", "visitor", "asked_exempt_by")
    return get_object_or_404(seen, pk=pk)


@require_POST
@allow(Role.STAFF)
def arrange(request: HttpRequest, stop: uuid.UUID) -> HttpResponse:
    """照此安排: carry out what is proposed for a stop."""
    row = _get_stop(request, stop)
    try:
        made = arrangements.arrange(stop=row, actor=request.user, at=clock.now())
    except verbs.RoundError as error:
        messages.error(request, error.sentence)
    else:
        tell_undoable(request, f"{made.sentence}。" if made else f"{row.entity}本轮免访，下轮照访。", made)
    back = "coverage:round-arrange" if request.POST.get("next") == "list" else "coverage:round"
    return redirect(back, round=row.round_id)


@allow(*HANDS, Role.VISITOR)
def stop(request: HttpRequest, stop: uuid.UUID) -> HttpResponse:
    """One stop: where it stands in the plan, and what can be agreed about it."""
    row = _get_stop(request, stop)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    appointing = AppointForm(request.POST if act == "appoint" else None, prefix="a")
    exempting = ExemptForm(request.POST if act in {"exempt", "ask"} else None, prefix="e")
    form = appointing if act == "appoint" else exempting
    if act == "back" or (act and form.is_valid()):
        try:
            messages.success(request, _do(request, row, act, form))
            return redirect("coverage:stop", stop=row.pk)
        except verbs.RoundError as error:
            refuse(form, error) if form.is_bound else messages.error(request, error.sentence)
    scope = scope_of(request.user)
    context = {
        "stop": row,
        "visits": _visits(row),
        "appointing": appointing,
        "exempting": exempting,
        "may_exempt": scope.has(Role.STAFF),
        "may_read_round": scope.has(*READERS),
    }
    return render(request, "coverage/stop.html", context, status=422 if form.errors else 200)


def _visits(stop: Stop) -> Any:
    return stop.visits.standing().select_related("visitor").newest_first()


def _do(request: HttpRequest, stop: Stop, act: str, form: Any) -> str:
    """Carry out one of the page's four acts and say what was done."""
    who = {"stop": stop, "actor": request.user, "at": clock.now()}
    if act == "appoint":
        when: dt.datetime = form.cleaned_data["when"]
        arrangements.appoint(**who, when=when)
        return f"已记下：{stop.entity}约好 {when.astimezone(clock.SHANGHAI):%m-%d %H:%M}。"
    if act == "ask":
        verbs.ask_exempt(**who, reason=form.cleaned_data["reason"])
        return "已提交免访申请，待党建办同意。"
    if not scope_of(request.user).has(Role.STAFF):
        raise verbs.RoundError("免访由街道党建办决定，您可以申请。")
    if act == "back":
        verbs.unexempt(**who)
        return f"{stop.entity}不再免访。"
    verbs.exempt(**who, reason=form.cleaned_data["reason"])
    return f"{stop.entity}本轮免访，下轮照访。"
