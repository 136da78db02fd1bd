"""差异: what departments say differently, from the workbook to the door and back; one list, one page for each."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from coverage.comparison import differences
from coverage.differences import asking
from coverage.forms.differences import AnswerForm, AskedForm, DifferencesFilter
from coverage.models import Department, Discrepancy, DiscrepancyStep
from coverage.pages import chain
from shimen import clock, navigation
from shimen.accounts.access import allow, scope_of
from shimen.accounts.models import Role
from shimen.errors import DomainError
from shimen.territory.models import Area
from shimen.web import paginate, refuse, render

READERS = (Role.STAFF, Role.DATA_ADMIN, Role.SECRETARY)
SIZE = 30
DONE = {"accept": "已采用", "refuse": "不采用", "ask": "已交下次走访问"}


def waiting(request: HttpRequest) -> QuerySet[Any]:
    """How many of one's own area have no answer yet; the number beside the entry of the side."""
    return Discrepancy.objects.visible_to(request.user).waiting()


ENTRIES = (
    navigation.Entry(
        "差异",
        icon="arrows-diff",
        url="coverage:differences",
        pillar=navigation.Pillar.COVERAGE,
        roles=READERS,
        place=31,
        under=("/differences/", "/contradictions/", "/replies/"),
        count=waiting,
    ),
)


def get_discrepancy(request: HttpRequest, pk: uuid.UUID) -> Discrepancy:
    """The difference if it is of the user's areas, else 404."""
    return get_object_or_404(chain.with_sides(Discrepancy.objects.visible_to(request.user)), pk=pk)


def _filter(request: HttpRequest) -> DifferencesFilter:
    return DifferencesFilter(
        request.GET or None,
        departments=Department.objects.visible_to(request.user).in_order(),
        areas=Area.objects.visible_to(request.user).grids().in_order(),
        today=clock.today(),
    )


@require_GET
@allow(*READERS)
def differences_list(request: HttpRequest) -> HttpResponse:
    """All that somebody may see, the longest waiting first; with the account of each department."""
    form, seen = _filter(request), Discrepancy.objects.visible_to(request.user)
    page = paginate(request, chain.in_order(form.rows(seen)), size=SIZE)
    scope, today = scope_of(request.user), clock.today()
    may_open = scope.has(Role.STAFF, Role.DATA_ADMIN)
    context = {
        "form": form,
        "page": page,
        "lines": [chain.line_of(row, today, may_open_batch=may_open) for row in page.object_list],
        "counts": _counts(seen),
        "overdue": seen.overdue(today).count(),
        "balances": chain.balances(seen, Department.objects.visible_to(request.user).in_order(), today),
        "may_decide": scope.has(Role.DATA_ADMIN),
    }
    return render(request, "coverage/differences.html", context, part="list")


def _counts(seen: QuerySet[Discrepancy]) -> list[tuple[str, str, int]]:
    """The states with how many are in each, for the buttons above the list (one query)."""
    found = dict(seen.order_by().values_list("state").annotate(n=Count("pk")))
    return [(value, str(label), found.get(value, 0)) for value, label in Discrepancy.State.choices]


@allow(*READERS)
def difference(request: HttpRequest, discrepancy: uuid.UUID) -> HttpResponse:
    """One difference on its way, and the place to answer it."""
    row = get_discrepancy(request, discrepancy)
    form = AnswerForm(request.POST or None, row=row)
    if form.is_bound and form.is_valid():
        said = {"verdict": form.cleaned_data.get("verdict", ""), "value": form.cleaned_data.get("value", "")}
        try:
            differences.answer(row=row, reason=form.cleaned_data["reason"], actor=request.user, at=clock.now(), **said)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, f"“{row}”的{chain.label_of(row)}记下了，下次回复部门时带上。")
            return redirect("coverage:difference", discrepancy=row.pk)
    return render(request, "coverage/difference.html", _shown(request, row, form), status=422 if form.is_bound else 200)


def _shown(request: HttpRequest, row: Discrepancy, form: AnswerForm) -> dict[str, Any]:
    scope, way = scope_of(request.user), chain.Chain(row, clock.today())
    may_decide = scope.has(Role.DATA_ADMIN)
    return {
        "row": row,
        "line": chain.line_of(row, clock.today(), may_open_batch=scope.has(Role.STAFF, Role.DATA_ADMIN)),
        "links": way.links(),
        "moments": way.timeline(),
        "question": way.question,
        "form": form if differences.may(row, DiscrepancyStep.Verb.ANSWER) and row.entity else None,
        "verbs": [verb for verb in DONE if may_decide and differences.may(row, verb)],
        "may_reopen": may_decide and differences.may(row, DiscrepancyStep.Verb.REOPEN),
        "answer": chain.answer_of(row),
    }


@require_POST
@allow(Role.DATA_ADMIN)
def decide_many(request: HttpRequest) -> HttpResponse:
    """The same decision for the rows that were ticked."""
    seen = _ticked(request)
    rows = Discrepancy.objects.visible_to(request.user).filter(pk__in=seen).select_related("last_batch")
    verb, at = request.POST.get("verb", ""), clock.now()
    try:
        done = differences.for_many(
            rows=list(rows), verb=verb, actor=request.user, at=at, reason=request.POST.get("reason", ""), seen=seen
        )
    except DomainError as error:
        messages.error(request, error.sentence)
        return _back(request)
    if done.done:
        messages.success(request, f"{done.done} 项{DONE[verb]}。")
    elif not done.refused:
        messages.error(request, "先勾选要处理的差异。")
    for sentence in list(dict.fromkeys(done.refused))[:3]:
        messages.error(request, sentence)
    if len(done.refused) > 3:
        messages.error(request, f"另有 {len(done.refused) - 3} 项没有处理。")
    navigation.forget(request.user.pk)
    return _back(request)


def _ticked(request: HttpRequest) -> dict[uuid.UUID, str]:
    """The ticked rows with the state in which the list showed them, '' where it does not say."""
    found = {}
    for text in request.POST.getlist("row"):
        row, _, state = text.partition(":")
        try:
            found[uuid.UUID(row)] = state
        except ValueError:
            continue
    return found


@require_POST
@allow(Role.DATA_ADMIN)
def reopen(request: HttpRequest, discrepancy: uuid.UUID) -> HttpResponse:
    """Take a decision or an answer back."""
    row = get_discrepancy(request, discrepancy)
    try:
        differences.reopen(row=row, actor=request.user, at=clock.now(), reason=request.POST.get("reason", ""))
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"“{row}”的{chain.label_of(row)}退回待处理。")
    return redirect("coverage:difference", discrepancy=row.pk)


def _back(request: HttpRequest) -> HttpResponse:
    """To where the button stood, with the filters and the page."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(wanted)
    return redirect(reverse("coverage:differences"))


@allow(Role.DATA_ADMIN)
def asked_fields(request: HttpRequest) -> HttpResponse:
    """Which fields are worth a question at the door when two sources contradict each other."""
    street = request.user.street
    form = AskedForm(request.POST or None, initial={"fields_asked": sorted(asking.asked_fields(street.pk))})
    if form.is_bound and form.is_valid():
        wanted = set(form.cleaned_data["fields_asked"])
        for field in asking.ASKABLE:
            asking.set_asked(street=street, field=field, is_asked=field in wanted, actor=request.user, at=clock.now())
        messages.success(request, "记下了，下一次比对起照此办理；已经提出的问题不动。")
        return redirect("coverage:asked-fields")
    return render(request, "coverage/asked_fields.html", {"form": form}, status=422 if form.errors else 200)
