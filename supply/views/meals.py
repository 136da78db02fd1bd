"""Meal points: the list, one point, keeping it, saying when it does not serve, answering reports; its public page."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coverage.collection import qr
from shimen import clock, limits
from shimen.accounts.access import EVERY_WORKER, allow, scope_of
from shimen.accounts.models import Role, User
from shimen.answering import press
from shimen.audit.record import origin
from shimen.errors import DomainError
from shimen.territory import addresses
from shimen.territory.layers import Layer, Mark, Spot
from shimen.territory.models import Area, Street
from shimen.web import paginate, refuse, render
from supply.forms.meals import AnswerForm, EndForm, MealFilter, MealPointForm, PauseForm, ReportForm
from supply.meals import hours, points, reports
from supply.models import MealPause, MealPoint, MealReport
from supply.views.stand_acting import Words, form_page
from supply.views.stand_doors import new_pass, public, read_pass, said, too_often

EDITORS = (Role.STAFF, Role.SECRETARY, Role.STATION_MASTER)
REPORT = "meals.report"
REPORTING = limits.Limit("meal-report", tries=10, seconds=600)
OPEN, SHUT = "open", "shut"


def get_point(request: HttpRequest, meal_point: uuid.UUID) -> MealPoint:
    """One point within the person's sight; 404 outside it."""
    rows = MealPoint.objects.visible_to(request.user).with_rows().select_related("street", "venue")
    found: MealPoint = get_object_or_404(rows, pk=meal_point)
    return found


def _home(point: MealPoint) -> str:
    return reverse("supply:meal-point", args=[point.pk])


def _above(point: MealPoint | None = None) -> tuple[tuple[str, str], ...]:
    top = ("暖新餐点", reverse("supply:meal-points"))
    return (top, (str(point), _home(point))) if point else (top,)


@require_GET
@allow(*EVERY_WORKER)
def meal_points(request: HttpRequest) -> HttpResponse:
    """Where, for whom, at what price, and whether it serves now."""
    form = MealFilter(request.GET, areas=Area.objects.visible_to(request.user).grids().in_order())
    page = paginate(request, form.rows(MealPoint.objects.visible_to(request.user)))
    found = points.standing(page.object_list, clock.now())
    street = request.user.street
    context = {
        "form": form, "page": page, "points": [(row, now, hours.in_words(points.spans(row))) for row, now in found],
        "open": sum(now.is_open for _, now in found), "may_edit": scope_of(request.user).has(*EDITORS),
        "all_url": request.build_absolute_uri(reverse("supply:meals-public", args=[street.code])) if street else "",
    }  # fmt: skip
    return render(request, "supply/meal_points.html", context, part="list")


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def meal_point_new(request: HttpRequest) -> HttpResponse:
    """A new point."""
    form = MealPointForm(request.POST if request.method == "POST" else None, user=request.user)
    words = Words("登记暖新餐点", "登记", "已登记，把公开页的码贴到门口", _above())
    return form_page(request, form, words, points.open_point, to=_home, street=request.user.street, said=form.read)


@require_GET
@allow(*EVERY_WORKER)
def meal_point(request: HttpRequest, meal_point: uuid.UUID) -> HttpResponse:
    """One point: hours, how it stands now, pauses to come, what was reported."""
    found = get_point(request, meal_point)
    today = clock.today()
    address = request.build_absolute_uri(reverse("supply:meal-door", args=[found.token]))
    context = {
        "point": found, "now": points.standing([found], clock.now())[0][1],
        "hours": hours.in_words(points.spans(found)),
        "pauses": [row for row in found.pauses.all() if row.period.upper > today],
        "reports": found.reports.select_related("answered_by").newest_first()[:30],
        "address": address, "drawing": qr.draw(address), "may_edit": scope_of(request.user).has(*EDITORS),
        "is_over": found.is_ended and found.valid.upper <= today,
    }  # fmt: skip
    return render(request, "supply/meal_point.html", context)


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def meal_point_edit(request: HttpRequest, meal_point: uuid.UUID) -> HttpResponse:
    """Change what is kept of a point."""
    found = get_point(request, meal_point)
    form = MealPointForm(request.POST if request.method == "POST" else None, user=request.user, point=found)
    words = Words("更正餐点", "保存更正", "已保存", _above(found))
    return form_page(request, form, words, points.change, point=found, said=form.read)


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def meal_pause(request: HttpRequest, meal_point: uuid.UUID) -> HttpResponse:
    """It does not serve for some days."""
    found = get_point(request, meal_point)
    form = PauseForm(request.POST if request.method == "POST" else None, initial={"first": clock.today()})
    words = Words("登记停供", "登记停供", "已登记，公开页上会写明", _above(found))
    return form_page(
        request, form, words, points.pause, point=found,
        undo=lambda row: reverse("supply:meal-resume", args=[row.pk]),
        **{name: (lambda name=name: form.cleaned_data[name]) for name in ("first", "last", "reason")},
    )  # fmt: skip


@require_POST
@allow(*EDITORS)
def meal_resume(request: HttpRequest, pause: uuid.UUID) -> HttpResponse:
    """It serves again from today on."""
    rows = MealPause.objects.filter(point__in=MealPoint.objects.visible_to(request.user)).select_related("point")
    found = get_object_or_404(rows, pk=pause)
    return press(request, points.resume, done="今天起恢复供餐", back=_home(found.point), pause=found)


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def meal_end(request: HttpRequest, meal_point: uuid.UUID) -> HttpResponse:
    """There is no such point any more."""
    found = get_point(request, meal_point)
    form = EndForm(request.POST if request.method == "POST" else None)
    words = Words(
        "停办餐点", "停办", "已停办，明天起地图和公开页上不再供餐", _above(found), is_stop=True,
        lines=(("餐点", str(found)), ("地点", addresses.spaced(found.place.address)), ("停办以后", "记录都留着，可以恢复")),
    )  # fmt: skip
    undo = reverse("supply:meal-reopen", args=[found.pk])
    return form_page(
        request, form, words, points.end, point=found, reason=lambda: form.cleaned_data["reason"], undo=lambda _: undo
    )  # fmt: skip


@require_POST
@allow(*EDITORS)
def meal_reopen(request: HttpRequest, meal_point: uuid.UUID) -> HttpResponse:
    """There is such a point again."""
    found = get_point(request, meal_point)
    return press(request, points.reopen, done="已恢复", back=_home(found), point=found)


def _report(request: HttpRequest, report: uuid.UUID) -> MealReport:
    rows = MealReport.objects.visible_to(request.user).select_related("point")
    found: MealReport = get_object_or_404(rows, pk=report)
    return found


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def meal_answer(request: HttpRequest, report: uuid.UUID) -> HttpResponse:
    """What was done about a report."""
    found = _report(request, report)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    words = Words(
        "处理反映", "记下处理结果", "已记下，公开页上看得到", _above(found.point),
        lines=((found.get_kind_display(), found.words or "没有写说明"),),
    )  # fmt: skip
    undo = reverse("supply:meal-report-reopen", args=[found.pk])
    return form_page(
        request, form, words, reports.answer, report=found, words=lambda: form.cleaned_data["words"], undo=lambda _: undo
    )  # fmt: skip


@require_POST
@allow(*EDITORS)
def meal_report_reopen(request: HttpRequest, report: uuid.UUID) -> HttpResponse:
    """An answer written by mistake."""
    found = _report(request, report)
    return press(request, reports.reopen, done="已重开", back=_home(found.point), report=found)


# ---- public


@public
@require_GET
def meals_public(request: HttpRequest, code: str) -> HttpResponse:
    """All points of a street, those that serve now first."""
    street = Street.objects.filter(code=code[:12]).first()
    if street is None:
        return said(request, "没有这个街道", "地址没有复制全。", status=404)
    rows = MealPoint.objects.filter(street=street).standing(clock.today()).with_rows().in_order()
    found = points.standing(rows, clock.now())
    context = {"street": street, "points": sorted(found, key=lambda pair: not pair[1].is_open)}
    return render(request, "supply/meals_public.html", context)


@public
@require_http_methods(["GET", "POST"])
def meal_door(request: HttpRequest, token: str) -> HttpResponse:
    """A point's own page: open or not, for whom, how much; and saying that something was wrong."""
    found = points.find(token[:16])
    if found is None:
        return said(request, "没有这个餐点", "码没有扫全，重新扫一次。", status=404)
    form = ReportForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {
        "point": found, "now": points.standing([found], clock.now())[0][1], "form": form,
        "hours": hours.in_words(points.spans(found)), "pass": new_pass(REPORT, found.pk),
        "answers": found.reports.filter(answered_at__isnull=False).newest_first()[:3],
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "supply/meal_door.html", context)
    if limits.exceeded(REPORTING, origin.get()):
        return too_often(request, REPORTING)
    if _reported(request, found, form):
        words = "谢谢。街道会去看，处理了写在这一页上。"
        return said(request, "收到了", words, tone="said", go=("回到餐点", reverse("supply:meal-door", args=[token])))
    return render(request, "supply/meal_door.html", context, status=422)


def _reported(request: HttpRequest, point: MealPoint, form: ReportForm) -> MealReport | None:
    shown = read_pass(request.POST.get("pass", ""), REPORT, point.pk)
    if not shown:
        form.add_error(None, "这一页放得太久，再提交一次")
        return None
    if not form.is_valid():
        return None
    data = form.cleaned_data
    try:
        return reports.report(
            id=uuid.UUID(shown), point=point, kind=data["kind"], words=data["words"], at=clock.now()
        )  # fmt: skip
    except DomainError as error:
        refuse(form, error)
        return None


# ---- on the map


def _standing(user: User) -> QuerySet[MealPoint]:
    rows: QuerySet[MealPoint] = MealPoint.objects.visible_to(user).standing(clock.today()).with_rows().in_order()
    return rows


def _spots(user: User) -> Iterable[Spot]:
    for point, now in points.standing(_standing(user), clock.now()):
        place = point.place
        text = f"{addresses.spaced(place.address)}，{point.price_words}。{now.words}"
        yield Spot(place.lon, place.lat, OPEN if now.is_open else SHUT, str(point), text, _home(point))


LAYER = Layer(
    key="meals",
    title="暖新餐点",
    marks=(Mark(OPEN, "正在供餐", "k3"), Mark(SHUT, "现在不供餐", "k1")),
    spots=_spots,
    finding=lambda counts: f"暖新餐点 {counts[OPEN] + counts[SHUT]} 处，现在供餐的 {counts[OPEN]} 处。",
    rows_url=lambda: reverse("supply:meal-points"),
    rows_words="看餐点清单",
    place=60,
    heading="暖新餐点",
)

URLS = [
    path("meals/", meal_points, name="meal-points"),
    path("meals/new/", meal_point_new, name="meal-point-new"),
    path("meals/<uuid:meal_point>/", meal_point, name="meal-point"),
    path("meals/<uuid:meal_point>/edit/", meal_point_edit, name="meal-point-edit"),
    path("meals/<uuid:meal_point>/pause/", meal_pause, name="meal-pause"),
    path("meals/<uuid:meal_point>/end/", meal_end, name="meal-end"),
    path("meals/<uuid:meal_point>/reopen/", meal_reopen, name="meal-reopen"),
    path("meals/pauses/<uuid:pause>/resume/", meal_resume, name="meal-resume"),
    path("meals/reports/<uuid:report>/answer/", meal_answer, name="meal-answer"),
    path("meals/reports/<uuid:report>/reopen/", meal_report_reopen, name="meal-report-reopen"),
    path("e/<str:token>/", meal_door, name="meal-door"),
    path("eat/<str:code>/", meals_public, name="meals-public"),
]
