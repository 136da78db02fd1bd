"""The roster of volunteers: searching it, one person's page, entering, correcting, showing a number, leaving; the notice."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coverage.collection import qr
from coverage.forms.registry import ExportForm
from shimen import clock
from shimen.accounts.access import OFFICE, allow, scope_of
from shimen.accounts.models import Role
from shimen.answering import attempt, press, status_of
from shimen.audit import record as audit
from shimen.exports import Column, ExportError, export
from shimen.territory.models import Area
from shimen.web import paginate, refuse, render
from supply.forms.volunteers import ConsentForm, NoticeForm, VolunteerFilter, VolunteerForm, WhyForm
from supply.models import CallAnswer, Volunteer, VolunteerNotice
from supply.views.stand_acting import Words, form_page
from supply.volunteers import leaving, notices, roster

READERS = (Role.STAFF, Role.SECRETARY, Role.DATA_ADMIN)
EDITORS = (Role.STAFF, Role.SECRETARY)
SOON = dt.timedelta(days=60)
COLUMNS = (
    Column("姓名（掩码）", lambda row: row.name_mask),
    Column("电话（掩码）", lambda row: row.phone_mask, 16),
    Column("群体", lambda row: row.get_group_display()),
    Column("能帮什么", lambda row: row.help_words, 30),
    Column("网格", lambda row: str(row.area or "")),
    Column("登记", lambda row: row.joined_at, 18),
    Column("同意日期", lambda row: row.consented_on, 12),
)


def grids(request: HttpRequest) -> QuerySet[Area]:
    rows: QuerySet[Area] = Area.objects.visible_to(request.user).grids().in_order()
    return rows


def get_volunteer(request: HttpRequest, volunteer: uuid.UUID) -> Volunteer:
    """One person within one's areas; 404 outside them."""
    rows = Volunteer.objects.visible_to(request.user)
    found: Volunteer = get_object_or_404(rows.select_related("area", "street", "erasure", "notice"), pk=volunteer)
    return found


def _home(row: Volunteer) -> str:
    return reverse("supply:volunteer", args=[row.pk])


def _above(row: Volunteer | None = None) -> tuple[tuple[str, str], ...]:
    top = ("志愿者", reverse("supply:volunteers"))
    return (top, (str(row), _home(row))) if row else (top,)


def _filtered(request: HttpRequest) -> tuple[VolunteerFilter, QuerySet[Volunteer]]:
    form = VolunteerFilter(request.GET, areas=grids(request))
    return form, form.rows(Volunteer.objects.visible_to(request.user))


def _list(request: HttpRequest, purpose: ExportForm, status: int = 200) -> HttpResponse:
    form, rows = _filtered(request)
    page = paginate(request, rows)
    scope, street = scope_of(request.user), request.user.street
    audit.seen(target=Volunteer, actor=request.user, at=clock.now(), rows=len(page.object_list))
    join = request.build_absolute_uri(reverse("supply:volunteer-join", args=[street.code])) if street else ""
    context = {
        "form": form, "page": page, "export": purpose, "join_url": join,
        "waiting": Volunteer.objects.visible_to(request.user).filter(state=Volunteer.State.WAITING).count(),
        "notice": notices.current(request.user.street_id),
        "may_export": scope.has(*OFFICE), "may_edit": scope.has(*EDITORS),
    }  # fmt: skip
    return render(request, "supply/volunteers.html", context, part="list", status=status)


@require_GET
@allow(*READERS)
def volunteers(request: HttpRequest) -> HttpResponse:
    """Who is on the roster within one's areas; masked, and that the page was seen is kept."""
    return _list(request, ExportForm())


@require_POST
@allow(*OFFICE)
def volunteers_export(request: HttpRequest) -> HttpResponse:
    """What the list shows, masked as there, as a file that names its maker and purpose."""
    form, rows = _filtered(request)
    purpose = ExportForm(request.POST)
    if purpose.is_valid():
        try:
            return export(
                rows=rows, columns=COLUMNS, title="志愿者名册", filters=form.used(), actor=request.user, at=clock.now(),
                **purpose.cleaned_data,
            )  # fmt: skip
        except ExportError as error:
            refuse(purpose, error)
    return _list(request, purpose, 422)


def _page(request: HttpRequest, found: Volunteer, **forms: Any) -> HttpResponse:
    answers = found.answers.select_related("call").order_by("-call__starts_at")
    came = [row for row in answers if row.state == CallAnswer.State.CAME]
    context = {
        "volunteer": found, "answers": answers[:50], "times": len(came), "hours": sum(row.hours for row in came if row.hours),
        "coupons": found.coupons.select_related("batch").newest_first()[:20],
        "is_soon": found.ends_on - SOON <= clock.today(), "consent_form": ConsentForm(),
        "may_edit": scope_of(request.user).has(*EDITORS),
        "grids": grids(request) if found.state == Volunteer.State.WAITING else (),
    }  # fmt: skip
    refused = any(form.is_bound and form.errors for form in forms.values())
    return render(request, "supply/volunteer.html", context | forms, status=422 if refused else 200)


@require_GET
@allow(*READERS)
def volunteer(request: HttpRequest, volunteer: uuid.UUID) -> HttpResponse:
    """One person: what they help with, since when with which consent, and what they came to."""
    found = get_volunteer(request, volunteer)
    audit.seen(target=found, actor=request.user, at=clock.now())
    return _page(request, found)


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def volunteer_new(request: HttpRequest) -> HttpResponse:
    """Enter a person who agreed in writing."""
    form = VolunteerForm(request.POST if request.method == "POST" else None, areas=grids(request))
    notice = notices.current(request.user.street_id)
    note = f"现在用的是告知书{notice}，同意后保存 {notice.retention_days} 天" if notice else "还没有发布告知书，先发布"
    words = Words(
        "登记志愿者", "登记", "已登记", _above(), note=f"本人看过告知书、签了同意书再登记；不要身份证号。{note}"
    )
    return form_page(
        request, form, words, roster.register, to=_home, street=request.user.street, said=form.read,
        consented_on=lambda: form.cleaned_data["consented_on"],
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def volunteer_edit(request: HttpRequest, volunteer: uuid.UUID) -> HttpResponse:
    """Correct what is kept of a person."""
    found = get_volunteer(request, volunteer)
    form = VolunteerForm(request.POST if request.method == "POST" else None, areas=grids(request), volunteer=found)
    words = Words("更正资料", "保存更正", "已保存", _above(found), note="姓名和电话空着就不改")
    return form_page(request, form, words, roster.correct, volunteer=found, said=form.read)


@require_POST
@allow(*EDITORS)
def volunteer_renew(request: HttpRequest, volunteer: uuid.UUID) -> HttpResponse:
    """Write down that a person agreed again."""
    found = get_volunteer(request, volunteer)
    form = ConsentForm(request.POST)
    done = attempt(request, form, roster.renew, volunteer=found, consented_on=lambda: form.cleaned_data["consented_on"])
    if done is None:
        return _page(request, found, consent_form=form)
    messages.success(request, f"已续到 {done.ends_on:%Y-%m-%d}")
    return redirect(_home(found))


@require_POST
@allow(*EDITORS)
def volunteer_take_in(request: HttpRequest, volunteer: uuid.UUID) -> HttpResponse:
    """Put somebody who wrote themselves on the roster."""
    found = get_volunteer(request, volunteer)
    chosen = request.POST.get("area", "")
    area = next((grid for grid in grids(request) if str(grid.pk) == chosen), None)
    return press(request, roster.take_in, done="已收进名册", back=_home(found), volunteer=found, area=area)


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def volunteer_reveal(request: HttpRequest, volunteer: uuid.UUID) -> HttpResponse:
    """Name and number in full, for a reason that is kept; shown once and kept nowhere on the way."""
    found = get_volunteer(request, volunteer)
    form = WhyForm(request.POST if request.method == "POST" else None)
    shown = attempt(request, form, roster.reveal, volunteer=found, reason=lambda: form.cleaned_data["reason"])
    context = {"form": form, "volunteer": found, "shown": shown}
    response = render(request, "supply/volunteer_reveal.html", context, status=status_of(form))
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def volunteer_withdraw(request: HttpRequest, volunteer: uuid.UUID) -> HttpResponse:
    """Take a consent back for somebody who asked for it: first what goes, then the reason."""
    found = get_volunteer(request, volunteer)
    form = WhyForm(request.POST if request.method == "POST" else None)
    within = leaving.ERASE_WITHIN.days
    words = Words(
        "代本人退出", "退出并删除", f"已停止使用，{within} 天内删完，通常几分钟", _above(found), is_stop=True,
        note="本人提出的才办；马上停用，不能恢复",
        lines=(
            ("姓名、电话、能帮什么、网格", "删除"), ("没有去的召集答复", "删除"), ("来过的次数和小时", "留下，不再有姓名"),
            ("手里的优享券", "照常能用"),
        ),
    )  # fmt: skip
    return form_page(
        request, form, words, leaving.withdraw, volunteer=found, reason=lambda: form.cleaned_data["reason"],
        to=lambda _: reverse("supply:volunteers"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def volunteer_notice(request: HttpRequest) -> HttpResponse:
    """The notice in use, its earlier versions, and a new one; the address under which people join."""
    street = request.user.street
    last = notices.current(street)
    first = {name: getattr(last, name) for name in NoticeForm.Meta.fields} if last else notices.first_draft(street)
    form = NoticeForm(request.POST if request.method == "POST" else None, initial=first)
    done = attempt(request, form, notices.publish, street=street, values=lambda: dict(form.cleaned_data))
    if done is not None:
        messages.success(request, f"已发布第 {done.number} 版，以后的人同意的是这一版")
        return redirect("supply:volunteer-notice")
    join = request.build_absolute_uri(reverse("supply:volunteer-join", args=[street.code]))
    context = {
        "form": form, "last": last, "join_url": join, "drawing": qr.draw(join),
        "versions": VolunteerNotice.objects.visible_to(request.user).order_by("-number"),
    }  # fmt: skip
    return render(request, "supply/volunteer_notice.html", context, status=status_of(form))


URLS = [
    path("volunteers/", volunteers, name="volunteers"),
    path("volunteers/export/", volunteers_export, name="volunteers-export"),
    path("volunteers/new/", volunteer_new, name="volunteer-new"),
    path("volunteers/notice/", volunteer_notice, name="volunteer-notice"),
    path("volunteers/<uuid:volunteer>/", volunteer, name="volunteer"),
    path("volunteers/<uuid:volunteer>/edit/", volunteer_edit, name="volunteer-edit"),
    path("volunteers/<uuid:volunteer>/renew/", volunteer_renew, name="volunteer-renew"),
    path("volunteers/<uuid:volunteer>/take-in/", volunteer_take_in, name="volunteer-take-in"),
    path("volunteers/<uuid:volunteer>/reveal/", volunteer_reveal, name="volunteer-reveal"),
    path("volunteers/<uuid:volunteer>/withdraw/", volunteer_withdraw, name="volunteer-withdraw"),
]
