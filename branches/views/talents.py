"""The talent pool: searching it, one person's page, entering, correcting, showing a number, leaving."""

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

from branches.forms.people import ConsentForm, TalentFilter, TalentForm, WhyForm
from branches.models import HelpField, Organisation, Talent
from branches.models.organisations import OrganisationQuerySet
from branches.people import leaving
from branches.people import talents as verbs
from branches.views.people_parts import EDITORS, READERS
from coverage.forms.registry import ExportForm
from coverage.models import Entity
from shimen import clock
from shimen.accounts.access import OFFICE, allow, scope_of
from shimen.answering import attempt, press, status_of
from shimen.audit import record as audit
from shimen.exports import Column, ExportError, export
from shimen.territory.models import Area
from shimen.web import paginate, refuse, render

COLUMNS = (
    Column("姓名（掩码）", lambda row: row.name_mask),
    Column("电话（掩码）", lambda row: row.phone_mask, 16),
    Column("群体", lambda row: row.get_group_display()),
    Column("能帮什么", lambda row: "、".join(field.name for field in row.fields.all()), 24),
    Column("专长", lambda row: row.skill, 30),
    Column("在哪里工作", lambda row: row.where, 30),
    Column("什么时候有空", lambda row: row.times_words, 24),
    Column("网格", lambda row: str(row.area or "")),
    Column("登记", lambda row: row.registered_at, 18),
)
SOON = dt.timedelta(days=60)


def grids(request: HttpRequest) -> QuerySet[Area]:
    return Area.objects.visible_to(request.user).grids().in_order()


def help_fields(request: HttpRequest) -> QuerySet[HelpField]:
    """The street's fields that are in use."""
    rows = HelpField.objects.filter(street_id=request.user.street_id, retired_at__isnull=True)
    return rows.order_by("sort", "name")


def organisations(request: HttpRequest) -> OrganisationQuerySet:
    """The organisations that the person looks after, as they stand today."""
    return Organisation.objects.visible_to(request.user).standing(clock.today()).in_order()


def get_talent(request: HttpRequest, talent: uuid.UUID) -> Talent:
    rows = Talent.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("area", "entity", "organisation", "street", "erasure"), pk=talent)


def _filtered(request: HttpRequest) -> tuple[TalentFilter, QuerySet[Talent]]:
    form = TalentFilter(request.GET, areas=grids(request), fields=help_fields(request))
    rows = form.rows(Talent.objects.visible_to(request.user))
    return form, rows.select_related("area", "entity").prefetch_related("fields")


@require_GET
@allow(*READERS)
def talents(request: HttpRequest) -> HttpResponse:
    """Who offers to help within one's areas; names and numbers are masked, and that the page was seen is kept."""
    form, rows = _filtered(request)
    page = paginate(request, rows)
    scope = scope_of(request.user)
    audit.seen(target=Talent, actor=request.user, at=clock.now(), rows=len(page.object_list))
    context = {
        "form": form,
        "page": page,
        "waiting": Talent.objects.visible_to(request.user).filter(state=Talent.State.WAITING).count(),
        "notice": verbs.current_notice(request.user.street_id),
        "export": ExportForm(),
        "may_export": scope.has(*OFFICE),
        "may_edit": scope.has(*EDITORS),
    }
    return render(request, "branches/talents.html", context, part="list")


@require_POST
@allow(*OFFICE)
def export_talents(request: HttpRequest) -> HttpResponse:
    """What the list shows, masked as there, as a file that names its maker and purpose."""
    form, rows = _filtered(request)
    purpose = ExportForm(request.POST)
    if purpose.is_valid():
        try:
            return export(
                rows=rows, columns=COLUMNS, title="能人达人", filters=form.used(), actor=request.user, at=clock.now(),
                is_personal=True, **purpose.cleaned_data,
            )  # fmt: skip
        except ExportError as error:
            refuse(purpose, error)
    context = {"form": form, "page": paginate(request, rows), "export": purpose, "may_export": True}
    return render(request, "branches/talents.html", context, status=422)


def _page(request: HttpRequest, found: Talent, **forms: Any) -> HttpResponse:
    """A person's page; a form that came back stands on it with its sentences."""
    consents = list(found.consents.select_related("notice", "recorded_by").order_by("-given_on", "-pk"))
    standing = next((consent for consent in consents if consent.withdrawn_at is None), None)
    context = {
        "talent": found,
        "fields": found.fields.order_by("sort", "name"),
        "consents": consents,
        "ends_on": standing.ends_on() if standing else None,
        "is_soon": standing is not None and standing.ends_on() - SOON <= clock.today(),
        "requests": found.requests.select_related("field", "organisation").newest_first()[:50],
        "consent_form": ConsentForm(),
        "may_edit": scope_of(request.user).has(*EDITORS),
        "grids": grids(request) if found.state == Talent.State.WAITING else (),
    }
    refused = any(form.is_bound and form.errors for form in forms.values())
    return render(request, "branches/talent.html", context | forms, status=422 if refused else 200)


@require_GET
@allow(*READERS)
def talent(request: HttpRequest, talent: uuid.UUID) -> HttpResponse:
    """One person: what they offer, since when with which consent, and who asked for what."""
    found = get_talent(request, talent)
    audit.seen(target=found, actor=request.user, at=clock.now())
    return _page(request, found)


def _form(request: HttpRequest, talent: Talent | None = None) -> TalentForm:
    return TalentForm(
        request.POST if request.method == "POST" else None,
        areas=grids(request),
        fields=help_fields(request),
        organisations=organisations(request),
        entities=Entity.objects.visible_to(request.user).listed(),
        talent=talent,
    )


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def new(request: HttpRequest) -> HttpResponse:
    """Enter a person who agreed in writing."""
    form = _form(request)
    done = attempt(
        request, form, verbs.register, street=request.user.street, said=form.values,
        area=lambda: form.cleaned_data["area"], consented_on=lambda: form.cleaned_data["consented_on"],
    )  # fmt: skip
    if done is not None:
        messages.success(request, f"已登记 {done}")
        return redirect("branches:talent", done.pk)
    context = {"form": form, "notice": verbs.current_notice(request.user.street_id)}
    return render(request, "branches/talent_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def edit(request: HttpRequest, talent: uuid.UUID) -> HttpResponse:
    """Correct what is kept of a person."""
    found = get_talent(request, talent)
    form = _form(request, found)
    done = attempt(
        request, form, verbs.correct, talent=found, said=form.values, area=lambda: form.cleaned_data["area"]
    )  # fmt: skip
    if done is not None:
        messages.success(request, "已保存")
        return redirect("branches:talent", found.pk)
    return render(request, "branches/talent_form.html", {"form": form, "talent": found}, status=status_of(form))


@require_POST
@allow(*EDITORS)
def renew(request: HttpRequest, talent: uuid.UUID) -> HttpResponse:
    """Write down that a person agreed again."""
    found = get_talent(request, talent)
    form = ConsentForm(request.POST)
    done = attempt(request, form, verbs.renew, talent=found, consented_on=lambda: form.cleaned_data["consented_on"])
    if done is None:
        return _page(request, found, consent_form=form)
    messages.success(request, f"已续到 {done.ends_on():%Y-%m-%d}")
    return redirect("branches:talent", found.pk)


@require_POST
@allow(*EDITORS)
def take_in(request: HttpRequest, talent: uuid.UUID) -> HttpResponse:
    """Take somebody who wrote themselves into the pool."""
    found = get_talent(request, talent)
    area = grids(request).filter(pk=request.POST.get("area") or uuid.UUID(int=0)).first()
    back = reverse("branches:talent", args=[found.pk])
    return press(request, verbs.take_in, done="已收进能人库", back=back, talent=found, area=area)


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def reveal(request: HttpRequest, talent: uuid.UUID) -> HttpResponse:
    """Name and number in full, for a reason that is kept; shown once and kept nowhere on the way."""
    found = get_talent(request, talent)
    form = WhyForm(request.POST if request.method == "POST" else None)
    shown = attempt(request, form, verbs.reveal, talent=found, reason=lambda: form.cleaned_data["reason"])
    context = {"form": form, "talent": found, "shown": shown}
    response = render(request, "branches/talent_reveal.html", context, status=status_of(form))
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def withdraw(request: HttpRequest, talent: uuid.UUID) -> HttpResponse:
    """Take a consent back for somebody who asked for it: first what goes, then the reason."""
    found = get_talent(request, talent)
    form = WhyForm(request.POST if request.method == "POST" else None)
    done = attempt(request, form, leaving.withdraw, talent=found, reason=lambda: form.cleaned_data["reason"])
    if done is not None:
        messages.success(request, f"已停止使用，{leaving.ERASE_WITHIN.days} 天内删完，通常几分钟")
        return redirect("branches:talents")
    context = {
        "form": form,
        "talent": found,
        "open": found.requests.open().count(),
        "within": leaving.ERASE_WITHIN.days,
    }
    return render(request, "branches/talent_withdraw.html", context, status=status_of(form))


URLS = [
    path("talents/", talents, name="talents"),
    path("talents/export/", export_talents, name="talents-export"),
    path("talents/new/", new, name="talent-new"),
    path("talents/<uuid:talent>/", talent, name="talent"),
    path("talents/<uuid:talent>/edit/", edit, name="talent-edit"),
    path("talents/<uuid:talent>/renew/", renew, name="talent-renew"),
    path("talents/<uuid:talent>/take-in/", take_in, name="talent-take-in"),
    path("talents/<uuid:talent>/reveal/", reveal, name="talent-reveal"),
    path("talents/<uuid:talent>/withdraw/", withdraw, name="talent-withdraw"),
]
