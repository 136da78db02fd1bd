"""The phone's pages: today's doors, a door's form, receipts, and the postings behind them.

Every posting answers a plain form with a redirect and a script (`Accept: application/json`) with the visit's id: the
phone deletes what it stored only when it sees that id again.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from coverage.forms.visits import SearchForm, ShopForm, VisitForm
from coverage.models import Entity, Stop, Visit, VisitAnswer
from coverage.registry import entities as registry
from coverage.views import day, doors
from coverage.visits import visits
from shimen import clock
from shimen.accounts.access import FIELD, Gate, allow
from shimen.errors import DomainError
from shimen.territory.models import Area
from shimen.web import render

CALL_REASON = "走访联系"
FOUND_AT_MOST = 30


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _is_somebody_elses(request: HttpRequest) -> bool:
    """Whether the phone stored this for another person than the one signed in now."""
    return bool(request.POST.get("who")) and request.POST["who"] != str(request.user.pk)


def _done(request: HttpRequest, logged: visits.Logged) -> HttpResponse:
    visit = logged.visit
    if not wants_json(request):
        return redirect(f"{reverse('coverage:today')}?did={visit.pk}")
    answer = {
        "id": request.POST["id"],
        "visit": str(visit.pk),
        "receipt": receipt_number(visit),
        "conflict": logged.is_other_sending or visit.answers.held().exists(),
        "late": visit.is_late,
    }
    return JsonResponse(answer, status=200 if logged.is_repeat else 201)


def _refused(request: HttpRequest, sentences: list[str], status: int = 422) -> JsonResponse:
    return JsonResponse({"error": "".join(sentences)}, status=status)


def receipt_number(visit: Visit) -> str:
    """Round and running number, as said on the telephone: 8-1174."""
    return f"{visit.round.number if visit.round else 0}-{visit.receipt}"


def _sentences(form: Any) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]


def _day(request: HttpRequest, tab: str) -> HttpResponse:
    user = request.user
    context: dict[str, Any] = {"today": day.Today(user, clock.today()), "tab": tab, "reasons": doors.REASONS}
    did = request.GET.get("did", "")
    if did:
        visit = Visit.objects.filter(visitor=user, pk=_uuid(did)).select_related("entity", "round").first()
        context["did"], context["can_withdraw"] = visit, visit and visits.can_withdraw(visit, at=clock.now())
    return render(request, f"coverage/visit_{tab}.html", context)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


@require_GET
@gzip_page
@never_cache
@allow(*FIELD)
def today(request: HttpRequest) -> HttpResponse:
    """Whom do I visit today: how many are left, in the order of the walk."""
    return _day(request, "today")


@require_GET
@gzip_page
@never_cache
@allow(*FIELD)
def results(request: HttpRequest) -> HttpResponse:
    """What already has a result today."""
    return _day(request, "results")


@require_GET
@gzip_page
@never_cache
@allow(*FIELD)
def day_map(request: HttpRequest) -> HttpResponse:
    """Today's doors as a small drawing; the list is one tap away."""
    return _day(request, "map")


def _has_pass(request: HttpRequest, entity_id: uuid.UUID) -> bool:
    return request.method == "POST" and doors.has_pass(request.user, entity_id, request.POST.get("pass", ""))


def _stop(request: HttpRequest, pk: uuid.UUID) -> Stop:
    """A stop in scope; or one whose posted form proves that it was shown to this person, whatever became of the scope
    and the role since: what was found at a door is never refused."""
    stops = Stop.objects.select_related("entity", "round")
    stop = stops.filter(pk__in=Stop.objects.visible_to(request.user).filter(pk=pk)).first()
    if stop is not None and doors.may_visit(request.user):
        return stop
    stop = stops.filter(pk=pk).first()
    if stop is not None and _has_pass(request, stop.entity_id):
        return stop
    raise _not_here(request)


def _entity(request: HttpRequest, pk: uuid.UUID) -> Entity:
    """An entity in scope, or by the same proof."""
    entity = Entity.objects.visible_to(request.user).filter(pk=pk).first()
    if entity is not None and doors.may_visit(request.user):
        return entity
    entity = Entity.objects.filter(pk=pk).first()
    if entity is not None and _has_pass(request, pk):
        return entity
    raise _not_here(request)


def _not_here(request: HttpRequest) -> Exception:
    if doors.may_visit(request.user):
        return Http404()
    return PermissionDenied("走访页面给走访队员和支部书记用。需要的话，请街道党建办给您加上相应的角色。")


@gzip_page
@never_cache
@allow(Gate.SIGNED_IN, offered_to=FIELD)
def visit(request: HttpRequest, stop: uuid.UUID) -> HttpResponse:
    """The form of a door on the list."""
    row = _stop(request, stop)
    return _door(request, row.entity, row)


@gzip_page
@never_cache
@allow(Gate.SIGNED_IN, offered_to=FIELD)
def door(request: HttpRequest, entity: uuid.UUID) -> HttpResponse:
    """The form of a door in my area that is not on today's list."""
    return _door(request, _entity(request, entity), None)


def _door(request: HttpRequest, entity: Entity, stop: Stop | None) -> HttpResponse:
    page = doors.DoorPage(request.user, entity, stop, clock.today())
    if request.method != "POST":
        return render(request, "coverage/visit_form.html", {"door": page})
    if _is_somebody_elses(request):
        return _refused(request, ["这一份是别人在这部手机上记的，由本人登录后送。"], status=409)
    form = VisitForm(request.POST)
    if not form.is_valid():
        if wants_json(request):
            return _refused(request, _sentences(form))
        page.keep(form)
        return render(request, "coverage/visit_form.html", {"door": page, "form": form}, status=422)
    said = form.cleaned_data
    logged = visits.log(
        id=said["id"], entity=entity, stop=stop, outcome=said["outcome"], answers=said["answers"], demand=form.wish(),
        found_people=said["people"], told=said["told"], reason=said["reason"], note=said["note"],
        visited_at=said["visited_at"], actor=request.user, at=clock.now(),
    )  # fmt: skip
    return _done(request, logged)


@gzip_page
@never_cache
@allow(*FIELD)
def new_shop(request: HttpRequest) -> HttpResponse:
    """A shop outside the registry."""
    areas = Area.objects.visible_to(request.user).grids().in_order()
    if request.method != "POST":
        return render(request, "coverage/visit_new.html", {"form": ShopForm(areas=areas), "id": doors.new_id()})
    if _is_somebody_elses(request):
        return _refused(request, ["这一份是别人在这部手机上记的，由本人登录后送。"], status=409)
    form = ShopForm(request.POST, areas=areas)
    if not form.is_valid():
        if wants_json(request):
            return _refused(request, _sentences(form))
        context = {"form": form, "id": request.POST.get("id") or doors.new_id()}
        return render(request, "coverage/visit_new.html", context, status=422)
    said = form.cleaned_data
    logged = visits.log_find(
        id=said["id"], shop=form.shop(), area=said["area"] or areas.first(), demand=form.wish(), note=said["note"],
        visited_at=said["visited_at"], actor=request.user, at=clock.now(),
    )  # fmt: skip
    return _done(request, logged)


@require_GET
@gzip_page
@never_cache
@allow(*FIELD)
def find_door(request: HttpRequest) -> HttpResponse:
    """Search my area for a door that is not on today's list."""
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    found = Entity.objects.visible_to(request.user).listed()
    rows = doors.matching(found, words)[:FOUND_AT_MOST] if words else []
    return render(request, "coverage/visit_find.html", {"form": form, "words": words, "rows": rows})


@require_GET
@gzip_page
@never_cache
@allow(*FIELD)
def receipts(request: HttpRequest) -> HttpResponse:
    """What became of what I wrote down: contradictions first, then what waits in the phone, then what was delivered."""
    return render(request, "coverage/visit_receipts.html", {"receipts": doors.Receipts(request.user, clock.now())})


def _mine(request: HttpRequest, pk: uuid.UUID) -> Visit:
    return get_object_or_404(Visit, pk=pk, visitor=request.user)


@require_POST
@allow(Gate.SIGNED_IN)
def reason(request: HttpRequest, visit: uuid.UUID) -> HttpResponse:
    """Why nobody answered; given after the fact."""
    if _is_somebody_elses(request):
        return _refused(request, ["这一份是别人在这部手机上记的，由本人登录后送。"], status=409)
    try:
        row = visits.explain(
            visit=_mine(request, visit), reason=request.POST.get("reason", ""), actor=request.user, at=clock.now()
        )
    except visits.VisitError as error:
        return _refused(request, [error.sentence])
    if wants_json(request):
        return JsonResponse({"id": request.POST.get("id") or str(row.pk)})
    return redirect(f"{reverse('coverage:today')}?did={row.pk}")


@require_POST
@allow(*FIELD)
def withdraw(request: HttpRequest, visit: uuid.UUID) -> HttpResponse:
    """Take a visit back within its five minutes."""
    try:
        row = visits.withdraw(visit=_mine(request, visit), actor=request.user, at=clock.now())
    except visits.VisitError as error:
        context = {"receipts": doors.Receipts(request.user, clock.now()), "problem": error.sentence}
        return render(request, "coverage/visit_receipts.html", context, status=422)
    if row.stop_id and not row.is_late:
        return redirect("coverage:visit", stop=row.stop_id)
    return redirect("coverage:receipts")


@require_POST
@never_cache
@allow(*FIELD)
def call(request: HttpRequest, entity: uuid.UUID) -> HttpResponse:
    """Show the full number once, for a call; who looked and why is kept."""
    row = _entity(request, entity)
    try:
        number = registry.reveal_phone(target=row, reason=CALL_REASON, actor=request.user, at=clock.now())
    except DomainError as error:
        return render(request, "coverage/visit_call.html", {"entity": row, "problem": error.sentence}, status=422)
    return render(request, "coverage/visit_call.html", {"entity": row, "number": number})


@gzip_page
@never_cache
@allow(*FIELD)
def contradiction(request: HttpRequest, answer: int) -> HttpResponse:
    """Two visitors saw different things at one door: which is right."""
    rows = VisitAnswer.objects.select_related("visit__entity", "visit__visitor", "against__visitor")
    mine = Visit.objects.visible_to(request.user) | Visit.objects.filter(visitor=request.user)
    row = get_object_or_404(rows, pk=answer, visit__in=mine.values("pk"))
    context: dict[str, Any] = {"conflict": doors.Contradiction(row, request.user)}
    if request.method == "POST":
        try:
            is_taken = request.POST.get("keep") == "second"
            visits.settle(answer=row, is_taken=is_taken, actor=request.user, at=clock.now())
        except DomainError as error:
            context["problem"] = error.sentence
            return render(request, "coverage/visit_conflict.html", context, status=422)
        return redirect("coverage:receipts")
    return render(request, "coverage/visit_conflict.html", context)


@require_GET
@never_cache
@allow(Gate.PUBLIC)
def token(request: HttpRequest) -> JsonResponse:
    """Who is signed in on this phone, with a fresh CSRF token for the deliveries that follow; `who` is empty when
    nobody is."""
    user = request.user
    if not user.is_authenticated:
        return JsonResponse({"who": "", "name": "", "csrf": ""})
    return JsonResponse({"who": str(user.pk), "name": str(user), "csrf": get_token(request)})


SHELL = ("css/visit.css", "phone/visit.js", "phone-icons.svg", "mark.svg")


@require_GET
@never_cache
@allow(Gate.PUBLIC)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, served under /v/ because that is its scope; it names the shell by today's hashed names."""
    shell = ",".join(f'"{static(name)}"' for name in SHELL)
    script = f'self.SHELL=[{shell}];\nimportScripts("{static("phone/worker.js")}");\n'
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response.headers["Service-Worker-Allowed"] = reverse("coverage:today")
    return response
