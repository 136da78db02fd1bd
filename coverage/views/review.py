"""Reviewing the doubtful rows of a batch: one per keystroke, and the all but certain ones together."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from coverage.comparison import reviewing, settle
from coverage.models import Entity
from coverage.pages import review as reading
from coverage.views.compare import READERS, get_batch
from shimen import clock
from shimen.accounts.access import allow, scope_of
from shimen.accounts.models import Role
from shimen.web import render


@require_GET
@allow(*READERS)
def review(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """One doubtful row with the entities it may be; after a decision the next one that waits."""
    current = get_batch(request, batch)
    context = {
        "batch": current,
        "review": reading.review(current, request.GET.get("row", ""), request.GET.get("after", "")),
        "last": request.GET.get("after", ""),
        "suggested": len(reviewing.suggestions(current)),
        "may_decide": scope_of(request.user).has(Role.DATA_ADMIN)
        and current.state in settle.OPEN_STATES
        and current.file.expired_at is None,
    }
    return render(request, "coverage/review.html", context, part="review")


@require_http_methods(["GET", "POST"])
@allow(Role.DATA_ADMIN)
def suggestions(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """The rows the score is sure of, to be taken together after a look."""
    current = get_batch(request, batch)
    if request.method == "POST":
        ids = {int(pk) for pk in request.POST.getlist("row") if pk.isdigit()}
        done = reviewing.take_suggestions(batch=current, ids=ids, actor=request.user, at=clock.now())
        messages.success(request, f"已认定 {done.taken} 行")
        for sentence in done.refused:
            messages.error(request, sentence)
        return redirect("coverage:batch-review", batch=current.pk)
    found = reviewing.suggestions(current)
    entities = Entity.objects.visible_to(request.user).in_bulk([each.entity_id for each in found])
    rows = [(each, entities[each.entity_id]) for each in found if each.entity_id in entities]
    return render(request, "coverage/review_suggestions.html", {"batch": current, "rows": rows})
