"""Pages of areas: what an organisation answers for, adding to it, and a member's responsibility area with its duty list."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.committees.reading import secretary_of
from branches.duty import charges, responsibilities
from branches.forms.areas import AddForm, AreaFilter, ChangeForm, DutyListForm, piece_of
from branches.models import Charge, Member, Organisation, Responsibility
from branches.pages import areas as shown
from branches.pages.coverings import named
from branches.pages.heads import head
from branches.views.gaps import EDITORS, READERS
from branches.views.organisations import get_organisation
from shimen import clock
from shimen.accounts.access import allow, scope_of
from shimen.accounts.models import Role
from shimen.audit import record as audit
from shimen.errors import DomainError
from shimen.territory.models import Place
from shimen.web import paginate, refuse, render

if TYPE_CHECKING:
    from branches.models.areas import ShareQuerySet

PAGE = 50


def _members(organisation: Organisation) -> QuerySet[Member]:
    return shown.members_with_doors(organisation, clock.today())


def _charges(request: HttpRequest, organisation: Organisation) -> ShareQuerySet:
    rows = Charge.objects.visible_to(request.user).filter(organisation=organisation).on(clock.today())
    return rows.select_related("place")


def _change_form(request: HttpRequest, organisation: Organisation, *, bound: bool) -> ChangeForm:
    others = Organisation.objects.visible_to(request.user).standing(clock.today()).exclude(pk=organisation.pk)
    return ChangeForm(
        request.POST if bound else None,
        initial={"since": clock.today(), "do": ChangeForm.ENTRUST},
        charges=_charges(request, organisation),
        members=_members(organisation).order_by("valid", "id"),
        organisations=others.in_order(),
        may_move=scope_of(request.user).has(Role.STAFF),
    )


@require_GET
@allow(*READERS)
def organisation_area(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """What an organisation answers for today, and which member looks after which of it."""
    found = get_organisation(request, organisation)
    return _area_page(request, found, _change_form(request, found, bound=False))


def _area_page(request: HttpRequest, organisation: Organisation, change: ChangeForm) -> HttpResponse:
    today, members = clock.today(), list(_members(organisation))
    named_members = [(str(member.pk), named(member)) for member in members if member.doors]  # type: ignore[attr-defined]
    form = AreaFilter(request.GET, members=named_members)
    everything = _charges(request, organisation)
    page = paginate(request, form.rows(everything, on=today), size=PAGE)
    context = {
        **head(request, organisation),
        "form": form,
        "page": page,
        "doors": shown.doors(page, today),
        "total": everything.count(),
        "members": members,
        "past": shown.past(organisation, today),
        "change": change,
        "may_change": scope_of(request.user).has(*EDITORS),
    }
    status = 422 if change.is_bound else 200
    return render(
        request, "branches/organisation_area.html", context, part="" if status == 422 else "list", status=status
    )


@require_POST
@allow(*EDITORS)
def area_change(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """Entrust the chosen places to a member, hand them over, or answer for them no longer."""
    found = get_organisation(request, organisation)
    form = _change_form(request, found, bound=True)
    if form.is_valid():
        try:
            said = _carry_out(request, found, form)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, said)
            return redirect("branches:organisation-area", found.pk)
    return _area_page(request, found, form)


def _carry_out(request: HttpRequest, organisation: Organisation, form: ChangeForm) -> str:
    data, at = form.cleaned_data, clock.now()
    since, pieces, by = data["since"], form.pieces(), {"actor": request.user, "at": at}
    if data["do"] == ChangeForm.ENTRUST:
        member = data["member"]
        done = responsibilities.entrust(member=member, pieces=pieces, since=since, basis=data["reason"], **by)
        return f"{len(done.taken)} 处自 {since:%m-%d} 起由{named(member)}负责"
    if data["do"] == ChangeForm.MOVE:
        done = charges.move(to=data["organisation"], pieces=pieces, since=since, basis=data["reason"], **by)
        return f"{len(done.taken)} 处自 {since:%m-%d} 起移交给{data['organisation']}，按责任范围覆盖的主体一起过去"
    done = charges.end(organisation=organisation, pieces=pieces, on=since, reason=data["reason"], **by)
    return f"{len(done.taken)} 处自 {since:%m-%d} 起不再负责，会列入覆盖空白"


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def area_add(request: HttpRequest, organisation: uuid.UUID) -> HttpResponse:
    """Let an organisation answer for more places, written or pasted a line each."""
    found = get_organisation(request, organisation)
    places = Place.objects.visible_to(request.user).standing()
    form = AddForm(request.POST or None, initial={"since": clock.today()}, places=places)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            done = charges.assign(
                organisation=found, pieces=data["lines"], since=data["since"], basis=data["basis"],
                actor=request.user, at=clock.now(),
            )  # fmt: skip
        except DomainError as error:
            error.field = "lines" if error.field == "places" else error.field
            refuse(form, error)
        else:
            messages.success(request, f"{len(done.taken)} 处自 {data['since']:%m-%d} 起由{found}负责")
            return redirect("branches:organisation-area", found.pk)
    context = {**head(request, found), "form": form}
    return render(request, "branches/area_add.html", context, status=422 if form.is_bound else 200)


# ---- one member


def _member(request: HttpRequest, member: uuid.UUID) -> Member:
    rows = Member.objects.visible_to(request.user).select_related("organisation", "user")
    return get_object_or_404(rows, pk=member)


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def duty(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    """A member's responsibility area and the versions of their duty list; writing the next one."""
    found, today = _member(request, member), clock.today()
    may_write = scope_of(request.user).has(*EDITORS)
    last = responsibilities.current_duties(found, today)
    initial = {"since": today, "items": "\n".join(last.items) if last else ""}
    form = DutyListForm(request.POST or None, initial=initial)
    if request.method == "POST" and may_write and form.is_valid():
        try:
            row = responsibilities.write_duties(member=found, actor=request.user, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, f"职责清单第 {row.version} 版，自 {row.since:%Y-%m-%d} 起")
            return redirect("branches:duty", found.pk)
    return render(request, "branches/duty.html", _duty(found, form, may_write), status=422 if form.is_bound else 200)


def _duty(member: Member, form: DutyListForm, may_write: bool) -> dict[str, Any]:
    return {
        "member": member,
        "organisation": member.organisation,
        "name": named(member),
        "places": responsibilities.places_of(member, clock.today()),
        "lists": member.duty_lists.select_related("made_by").order_by("-version"),
        "current": responsibilities.current_duties(member, clock.today()),
        "form": form,
        "may_write": may_write,
    }


@require_POST
@allow(*EDITORS)
def duty_release(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    """Let a member no longer look after the chosen places, from today on."""
    found = _member(request, member)
    chosen = Responsibility.objects.filter(member=found, pk__in=_ids(request)).on(clock.today())
    pieces = [piece_of(row) for row in chosen]
    try:
        done = responsibilities.give_back(
            member=found, pieces=pieces, on=clock.today(), actor=request.user, at=clock.now()
        )
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"{len(done.taken)} 处自今天起不再由{named(found)}负责")
    return redirect("branches:duty", found.pk)


def _ids(request: HttpRequest) -> list[uuid.UUID]:
    found = []
    for text in request.POST.getlist("places"):
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


@require_GET
@allow(*EDITORS)
def duty_card(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    """The card to print: who, of which branch, which doors, which duties. It names the person, which the log keeps."""
    found, today = _member(request, member), clock.today()
    size = request.GET.get("size", "")
    audit.seen(target=found, actor=request.user, at=clock.now(), reason="打印责任卡")
    context = {
        "member": found,
        "name": found.name(),
        "places": responsibilities.places_of(found, today),
        "duties": responsibilities.current_duties(found, today),
        "secretary": secretary_of(found.organisation, today),
        "size": size if size in shown.MARK_SIZES else "a5",
        "today": today,
    }
    return render(request, "branches/duty_card.html", context)


URLS = [
    path("organisations/<uuid:organisation>/area/", organisation_area, name="organisation-area"),
    path("organisations/<uuid:organisation>/area/change/", area_change, name="area-change"),
    path("organisations/<uuid:organisation>/area/add/", area_add, name="area-add"),
    path("duties/<uuid:member>/", duty, name="duty"),
    path("duties/<uuid:member>/release/", duty_release, name="duty-release"),
    path("duties/<uuid:member>/card/", duty_card, name="duty-card"),
]
