"""What is done on an activity's page: minutes, decisions, material; and the sheet that is printed."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from branches.forms.activities import DecisionForm, FileForm, MinutesForm, TakeBackForm
from branches.forms.joint import OfferForm
from branches.life import files, minutes
from branches.models import Activity, ActivityFile, Minutes, Organisation
from branches.pages import activities as pages
from branches.pages.activities import READERS, WRITERS
from branches.rules.meetings import Kind
from shimen import clock
from shimen.accounts.access import allow
from shimen.audit import record as audit
from shimen.errors import DomainError
from shimen.web import refuse, render

KEPT_SHOWN = 10


def run(request: HttpRequest, activity: uuid.UUID) -> Activity:
    """An activity that the person may change."""
    rows = Activity.objects.run_by(request.user).select_related("lead__area", "project", "street")
    return get_object_or_404(rows, pk=activity)


def parts_of(request: HttpRequest, activity: Activity) -> dict[str, Any]:
    """The forms of an activity's page, and the lists that only some kinds have."""
    found: dict[str, Any] = {
        "decision_form": DecisionForm(), "file_form": FileForm(), "take_back_form": TakeBackForm(),
        "minutes_form": _form_of(minutes.of(activity)), "may_be": files.MAY_BE,
        "kept": list(activity.kept_minutes.select_related("saved_by").order_by("-saved_at")[:KEPT_SHOWN]),
    }  # fmt: skip
    if activity.meeting is Kind.SERVICE:
        hosts = Organisation.objects.filter(hosted__activity=activity).order_by("hosted__place")
        offers = list(activity.offers.select_related("organisation").order_by("organisation__pinyin", "pk"))
        counted = [offer.people for offer in offers if offer.people is not None]
        found |= {
            "offers": offers,
            "offer_form": OfferForm(hosts=hosts),
            "helped": sum(counted),
            "counted": len(counted),
        }
    if activity.meeting is Kind.SHOP_VISIT:
        shops = activity.shops.filter(removed_at__isnull=True).select_related("entity").prefetch_related("check_ins")
        found["shops"] = list(shops.order_by("place", "pk"))
    return found


def _form_of(row: Minutes) -> MinutesForm:
    return MinutesForm(initial={"chair": row.chair, "recorder": row.recorder, "text": row.text, "version": row.version})


def _page(request: HttpRequest, activity: Activity, *, status: int, **more: Any) -> HttpResponse:
    """The whole page again, with what was typed and what was wrong."""
    context = pages.about(activity, request.user, at=clock.now()) | parts_of(request, activity)
    context["minutes"] = minutes.of(activity)
    return render(request, "branches/activity.html", context | more, status=status)


@require_POST
@allow(*WRITERS)
def save_minutes(request: HttpRequest, activity: uuid.UUID) -> HttpResponse:
    """Save what was typed, by a pause in typing or by the button; a newer text is shown beside it, not overwritten."""
    row = run(request, activity)
    form = MinutesForm(request.POST)
    newer, status = None, 422
    if form.is_valid():
        said = form.cleaned_data
        try:
            minutes.save(
                activity=row, seen=form.seen, chair=said["chair"], recorder=said["recorder"], text=said["text"],
                actor=request.user, at=clock.now(),
            )  # fmt: skip
            status = 200
        except minutes.NewerText as news:
            newer = news
        except DomainError as error:
            refuse(form, error)
    return _saved(request, row, form, newer, status)


def _saved(
    request: HttpRequest, row: Activity, form: MinutesForm, newer: minutes.NewerText | None, status: int
) -> HttpResponse:
    """To htmx the line below the text; to a plain form the page, or on with what was saved."""
    context = {
        "activity": row,
        "minutes_form": form,
        "newer": newer,
        "minutes": minutes.of(row),
        "saved": status == 200,
    }
    htmx = getattr(request, "htmx", None)
    if htmx and not htmx.boosted:
        return render(request, "branches/minutes_state.html", context, status=status)
    if status == 200:
        messages.success(request, "会议记录已保存")
        return redirect("branches:activity", row.pk)
    return _page(request, row, status=422, minutes_form=form, newer=newer)


@require_POST
@allow(*WRITERS)
def settle_minutes(request: HttpRequest, activity: uuid.UUID) -> HttpResponse:
    """The minutes are final."""
    row = run(request, activity)
    try:
        minutes.settle(activity=row, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, "会议记录已定稿，可以打印")
    return redirect("branches:activity", row.pk)


@require_POST
@allow(*WRITERS)
def reopen_minutes(request: HttpRequest, activity: uuid.UUID) -> HttpResponse:
    """Settled minutes are opened again."""
    row = run(request, activity)
    form = TakeBackForm(request.POST)
    if form.is_valid():
        try:
            minutes.take_back(activity=row, reason=form.cleaned_data["reason"], actor=request.user, at=clock.now())
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, "会议记录已退回，可以再改")
            return redirect("branches:activity", row.pk)
    return _page(request, row, status=422, take_back_form=form)


@require_POST
@allow(*WRITERS)
def decide(request: HttpRequest, activity: uuid.UUID) -> HttpResponse:
    """Note what was put to the vote."""
    row = run(request, activity)
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            made = minutes.decide(activity=row, actor=request.user, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, "决议已记下，表决通过" if made.is_passed else "决议已记下，表决没有通过")
            return redirect("branches:activity", row.pk)
    return _page(request, row, status=422, decision_form=form)


@require_POST
@allow(*WRITERS)
def add_file(request: HttpRequest, activity: uuid.UUID) -> HttpResponse:
    """Keep a piece of material."""
    row = run(request, activity)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        content = sent.read() if sent.size <= files.LARGEST else b"\0" * (files.LARGEST + 1)
        try:
            files.add(activity=row, name=sent.name, content=content, actor=request.user, at=clock.now())
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, f"“{sent.name}”已放在这里")
            return redirect("branches:activity", row.pk)
    return _page(request, row, status=422, file_form=form)


def _file(rows: Any, activity: uuid.UUID, file: uuid.UUID) -> ActivityFile:
    kept = ActivityFile.objects.filter(removed_at__isnull=True, activity__in=rows.filter(pk=activity))
    return get_object_or_404(kept.select_related("activity"), pk=file)


@require_GET
@allow(*READERS)
def download(request: HttpRequest, activity: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """A piece of material, always as a download: the browser is to run nothing of it. Who took it is kept."""
    row = _file(Activity.objects.visible_to(request.user), activity, file)
    if row.content is None:
        raise Http404
    audit.exported(
        target=ActivityFile,
        actor=request.user,
        at=clock.now(),
        purpose=f"下载材料：{row.name}",
        rows=1,
        digest=row.sha256,
    )
    response = HttpResponse(bytes(row.content), content_type=files.TYPES.get(row.kind, "application/octet-stream"))
    response.headers["Content-Disposition"] = content_disposition_header(True, row.name) or "attachment"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@allow(*WRITERS)
def remove_file(request: HttpRequest, activity: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """Take a piece of material away."""
    row = _file(Activity.objects.run_by(request.user), activity, file)
    files.remove(file=row, actor=request.user, at=clock.now())
    messages.success(request, f"“{row}”已移走，原件已删除")
    return redirect("branches:activity", activity)


@require_GET
@allow(*WRITERS)
def print_minutes(request: HttpRequest, activity: uuid.UUID) -> HttpResponse:
    """The minutes on paper, in the usual form; it names who came, so opening it is kept."""
    row = run(request, activity)
    people = pages.rows_of_people(row) if row.meeting.is_meeting else []
    if people:
        audit.seen(target=row, actor=request.user, at=clock.now(), rows=len(people), reason="打印会议记录")
    by_state = {
        key: [each["name"] for each in people if each["state"] == key] for key in ("present", "excused", "blank")
    }
    context = pages.about(row, request.user, at=clock.now()) | {
        "minutes": minutes.of(row),
        "people": people,
        **by_state,
    }
    return render(request, "branches/minutes_print.html", context)


URLS = [
    path("activities/<uuid:activity>/minutes/", save_minutes, name="activity-minutes"),
    path("activities/<uuid:activity>/minutes/settle/", settle_minutes, name="activity-minutes-settle"),
    path("activities/<uuid:activity>/minutes/reopen/", reopen_minutes, name="activity-minutes-reopen"),
    path("activities/<uuid:activity>/minutes/print/", print_minutes, name="activity-print"),
    path("activities/<uuid:activity>/decisions/", decide, name="activity-decide"),
    path("activities/<uuid:activity>/files/", add_file, name="activity-file-add"),
    path("activities/<uuid:activity>/files/<uuid:file>/", download, name="activity-file"),
    path("activities/<uuid:activity>/files/<uuid:file>/remove/", remove_file, name="activity-file-remove"),
]
