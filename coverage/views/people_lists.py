"""A department's list of people: what it says otherwise, masked, and what is to be taken over."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from coverage.comparison.people import write
from coverage.forms.people_lists import PersonFilter
from coverage.models import Batch, PersonDifference, Worker
from coverage.pages import people_lists as page_of
from coverage.replies import reply
from coverage.views import compare_parts as parts
from coverage.views.compare import READERS, as_download, back, get_batch
from shimen import clock
from shimen.accounts.access import allow, scope_of
from shimen.accounts.models import Role
from shimen.audit import record as audit
from shimen.errors import DomainError
from shimen.web import paginate, render

LINES = 20


@require_GET
@allow(*READERS)
def people(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """A list of people from upload to apply; that its rows were seen is kept."""
    current = get_batch(request, batch)
    if current.subject != Batch.Subject.PEOPLE:
        return redirect("coverage:batch", batch=current.pk)
    if current.state == Batch.State.MAPPING and scope_of(request.user).has(Role.DATA_ADMIN):
        return redirect("coverage:columns", batch=current.pk)
    context: dict[str, Any] = {
        "batch": current,
        "steps": parts.STEPS,
        "step": parts.step_of(current),
        "progress": parts.progress_of(current),
        "may_work": scope_of(request.user).has(Role.DATA_ADMIN),
        "remarks": current.layout.get("remarks", []),
        "news": current.layout.get("news", []),
        "limit": current.department.gone_limit_percent,
    }
    if current.counts:
        context |= _preview(request, current, may_work=context["may_work"])
    return render(request, "coverage/people_list.html", context, part="batch")


def _preview(request: HttpRequest, batch: Batch, *, may_work: bool) -> dict[str, Any]:
    form = PersonFilter(request.GET)
    mine = PersonDifference.objects.visible_to(request.user).filter(batch=batch)
    page = paginate(request, form.rows(mine), size=LINES)
    waiting = batch.people.waiting().count()
    may_decide = may_work and batch.state in write.OPEN and batch.file.expired_at is None
    lines = page_of.lines_of(page.object_list)
    audit.seen(target=PersonDifference, actor=request.user, at=clock.now(), rows=len(lines))
    return {
        "form": form,
        "page": page,
        "lines": lines,
        "waiting": waiting,
        "to_write": batch.people.to_write().count(),
        "sum": page_of.sum_of(batch, waiting),
        "may_decide": may_decide,
        "missing": f"还有 {waiting:,} 行" if waiting and may_decide and batch.state != Batch.State.APPLIED else "",
        "gone_over": batch.counts["gone_percent"] > batch.department.gone_limit_percent
        and not batch.gone_allowed_by_id,
        "applied_sentence": page_of.applied_sentence(batch),
    }


@require_GET
@allow(Role.DATA_ADMIN)
def refused(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """The rows that were not taken, in the list's own columns, each with its reason, for the department."""
    current = get_batch(request, batch)
    if current.subject != Batch.Subject.PEOPLE:
        raise Http404
    try:
        content, number = reply.refused_as_csv(current)
    except DomainError as error:
        messages.error(request, error.sentence)
        return back(request, batch)
    return as_download(request, current, content, number, "拒收行", f"refused-{current.number}.csv")


@require_POST
@allow(Role.DATA_ADMIN)
def decide(request: HttpRequest, batch: uuid.UUID, person: uuid.UUID) -> HttpResponse:
    """Take over what a row says or not; or say which person of the registry a doubtful one is."""
    rows = PersonDifference.objects.visible_to(request.user).filter(batch=batch)
    row, at = get_object_or_404(rows, pk=person), clock.now()
    try:
        if chosen := request.POST.get("worker"):
            worker = get_object_or_404(Worker.objects.visible_to(request.user), pk=uuid.UUID(chosen))
            write.settle_same(difference=row, worker=worker, actor=request.user, at=at)
        else:
            write.decide(difference=row, decision=request.POST.get("decision", ""), actor=request.user, at=at)
    except DomainError as error:
        messages.error(request, error.sentence)
    return back(request, batch)
