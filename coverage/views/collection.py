"""What came in through the codes: the queue, one submission with whom it may be, and deciding on it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coverage.collection import candidates, submissions
from coverage.forms.collection import QueueFilter, WhyForm
from coverage.models import Entity, Submission, Worker
from shimen import clock, navigation
from shimen.accounts.access import OFFICE, allow
from shimen.accounts.models import Role
from shimen.audit import record as audit
from shimen.errors import DomainError
from shimen.territory.models import Area
from shimen.web import paginate, refuse, render

READERS = (*OFFICE, Role.SECRETARY)


def waiting_in_sight(request: HttpRequest) -> QuerySet[Any]:
    """How many submissions wait in the person's areas."""
    return Submission.objects.visible_to(request.user).waiting()


ENTRIES = (
    navigation.Entry(
        "信息采集",
        icon="qrcode",
        url="coverage:collection",
        pillar=navigation.Pillar.COVERAGE,
        roles=READERS,
        place=35,
        under=("/collection/",),
        count=waiting_in_sight,
    ),
)


def _get(request: HttpRequest, submission: uuid.UUID) -> Submission:
    return get_object_or_404(Submission.objects.visible_to(request.user).with_doors(), pk=submission)


@require_GET
@allow(*READERS)
def queue(request: HttpRequest) -> HttpResponse:
    """What waits in one's own areas, masked; that the page was seen is kept."""
    form = QueueFilter(request.GET, areas=Area.objects.visible_to(request.user).grids().in_order())
    page = paginate(request, form.rows(Submission.objects.visible_to(request.user)).with_doors())
    audit.seen(target=Submission, actor=request.user, at=clock.now(), rows=len(page.object_list))
    return render(request, "collect/queue.html", {"form": form, "page": page}, part="list")


@require_GET
@allow(*READERS)
def submission(request: HttpRequest, submission: uuid.UUID) -> HttpResponse:
    """One submission beside whom it may be; both sides masked."""
    row = _get(request, submission)
    audit.seen(target=row, actor=request.user, at=clock.now())
    return _page(request, row, {"why": WhyForm()})


def _page(request: HttpRequest, row: Submission, more: dict[str, Any], *, status: int = 200) -> HttpResponse:
    workers = Worker.objects.visible_to(request.user)
    entities = Entity.objects.visible_to(request.user).listed()
    found = candidates.likeness(row, workers=workers, entities=entities)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:40]
    others = candidates.by_name(entities, words, but={door.entity.pk for door in found.doors}) if words else []
    people = len(found.people)
    waiting = Submission.objects.visible_to(request.user).waiting()
    context = {
        "row": row,
        "people": list(enumerate(found.people, 1)),
        "doors": list(enumerate(found.doors, people + 1)),
        "others": list(enumerate(others, people + len(found.doors) + 1)),
        "words": words,
        "left": waiting.count(),
        "next": waiting.exclude(pk=row.pk).in_order().first(),
        "reasons": Submission.Reason.choices,
        "consents": row.consents.order_by("pk"),
        **more,
    }
    return render(request, "collect/submission.html", context, status=status)


def _onward(request: HttpRequest, done: Submission, words: str) -> HttpResponse:
    """Say what was done, with a way back, and go on to the next that waits."""
    url = reverse("coverage:submission-reopen", args=[done.pk])
    messages.success(request, words, extra_tags=f"undo={url}")
    following = Submission.objects.visible_to(request.user).waiting().in_order().first()
    return redirect("coverage:submission", following.pk) if following else redirect("coverage:collection")


@require_POST
@allow(*READERS)
def accept(request: HttpRequest, submission: uuid.UUID) -> HttpResponse:
    """Take it over, as a new person or into one who is known."""
    row = _get(request, submission)
    worker = entity = None
    if chosen := request.POST.get("worker"):
        worker = get_object_or_404(Worker.objects.visible_to(request.user).select_related("entity"), pk=_uuid(chosen))
    elif chosen := request.POST.get("entity"):
        entity = get_object_or_404(Entity.objects.visible_to(request.user).listed(), pk=_uuid(chosen))
    try:
        done = submissions.accept(
            submission=row, worker=worker, entity=entity, actor=request.user, at=clock.now(),
            seen=request.POST.get("seen", ""),
        )  # fmt: skip
    except DomainError as error:
        return _page(request, row, {"why": WhyForm(), "wrong": error.sentence}, status=422)
    how = "登记了一位新的人" if done.is_new_worker else "并到已有的人"
    return _onward(request, done, f"已采用，在{done.entity}{how}")


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@require_POST
@allow(*READERS)
def refuse_submission(request: HttpRequest, submission: uuid.UUID) -> HttpResponse:
    """Do not take it over."""
    row = _get(request, submission)
    try:
        done = submissions.refuse(
            submission=row, reason=request.POST.get("reason", ""), actor=request.user, at=clock.now()
        )
    except DomainError as error:
        return _page(request, row, {"why": WhyForm(), "wrong": error.sentence}, status=422)
    return _onward(request, done, f"没有采用：{done.get_reason_display()}")


@require_POST
@allow(*READERS)
def reopen(request: HttpRequest, submission: uuid.UUID) -> HttpResponse:
    """Take a decision back."""
    row = _get(request, submission)
    try:
        submissions.reopen(submission=row, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, "已退回待核对，记进名册的也取回了")
    return redirect("coverage:submission", row.pk)


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def reveal(request: HttpRequest, submission: uuid.UUID) -> HttpResponse:
    """What was written, in full, for a reason that is kept."""
    row = _get(request, submission)
    form = WhyForm(request.POST if request.method == "POST" else None)
    said, status = None, 200
    if request.method == "POST":
        try:
            reason = form.cleaned_data["reason"] if form.is_valid() else ""
            said = submissions.reveal(submission=row, reason=reason, actor=request.user, at=clock.now())
        except DomainError as error:
            form.errors.clear()
            refuse(form, error)
            status = 422
    response = render(request, "collect/reveal.html", {"form": form, "row": row, "said": said}, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def erase(request: HttpRequest, submission: uuid.UUID) -> HttpResponse:
    """Erase it because the person asked somebody of us instead of using their receipt."""
    row = _get(request, submission)
    form = WhyForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        try:
            reason = form.cleaned_data["reason"] if form.is_valid() else ""
            done = submissions.withdraw(submission=row, actor=request.user, at=clock.now(), reason=reason)
        except DomainError as error:
            form.errors.clear()
            refuse(form, error)
            status = 422
        else:
            messages.success(request, f"已登记撤回，最迟 {done.erasure.due_on} 删完")
            return redirect("coverage:submission", row.pk)
    context = {"form": form, "row": row, "within": submissions.ERASE_WITHIN.days}
    return render(request, "collect/erase.html", context, status=status)
