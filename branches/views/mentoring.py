"""名书记传帮带: the pairs, one pair's page with its sessions."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.forms.people import EndForm, HoldForm, PairFilter, PairForm
from branches.models import MentorPair, MentorSession
from branches.people import mentoring as verbs
from branches.views.people_parts import EDITORS, READERS
from branches.views.talents import grids, organisations
from shimen import clock
from shimen.accounts.access import allow, scope_of
from shimen.accounts.models import Role, User
from shimen.answering import attempt, press, status_of
from shimen.web import paginate, render


def _get(request: HttpRequest, pair: uuid.UUID) -> MentorPair:
    rows = MentorPair.objects.visible_to(request.user).with_last().select_related("organisation__area")
    return get_object_or_404(rows, pk=pair)


@require_GET
@allow(*READERS)
def pairs(request: HttpRequest) -> HttpResponse:
    """Who teaches whom, and when they meet next."""
    form = PairFilter(request.GET, areas=grids(request))
    rows = form.rows(MentorPair.objects.visible_to(request.user), today=clock.today())
    context = {"form": form, "page": paginate(request, rows), "may_begin": scope_of(request.user).has(Role.STAFF)}
    return render(request, "branches/mentor_pairs.html", context, part="list")


def _form(request: HttpRequest, pair: MentorPair | None = None) -> PairForm:
    users = User.objects.visible_to(request.user).filter(is_active=True).by_name()
    given = request.POST if request.method == "POST" else None
    return PairForm(given, organisations=organisations(request), users=users, pair=pair)


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def new(request: HttpRequest) -> HttpResponse:
    """Begin a pair."""
    form = _form(request)
    done = attempt(
        request, form, verbs.begin, organisation=lambda: form.cleaned_data["organisation"], said=form.said,
        since=lambda: form.cleaned_data["since"],
    )  # fmt: skip
    if done is not None:
        messages.success(request, f"{done}，已结对")
        return redirect("branches:mentor-pair", done.pk)
    return render(request, "branches/mentor_pair_form.html", {"form": form}, status=status_of(form))


def _page(request: HttpRequest, found: MentorPair, **forms: Any) -> HttpResponse:
    """A pair's page; a form that came back stands on it with its sentences."""
    scope = scope_of(request.user)
    rows = found.sessions.select_related("recorded_by").order_by("-held_on", "-pk")
    context = {
        "pair": found,
        "sessions": [row for row in rows if row.withdrawn_at is None],
        "taken_back": [row for row in rows if row.withdrawn_at is not None],
        "hold_form": HoldForm(initial={"held_on": clock.today()}),
        "end_form": EndForm(initial={"on": clock.today()}),
        "may_hold": scope.has(*EDITORS) and found.until is None,
        "may_edit": scope.has(Role.STAFF),
    }
    refused = any(form.is_bound and form.errors for form in forms.values())
    return render(request, "branches/mentor_pair.html", context | forms, status=422 if refused else 200)


@require_GET
@allow(*READERS)
def pair(request: HttpRequest, pair: uuid.UUID) -> HttpResponse:
    """One pair: what is taught, what was held, when they meet next."""
    return _page(request, _get(request, pair))


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def edit(request: HttpRequest, pair: uuid.UUID) -> HttpResponse:
    """Correct names, goals and pace."""
    found = _get(request, pair)
    form = _form(request, found)
    if attempt(request, form, verbs.change, pair=found, said=form.said) is not None:
        messages.success(request, "已保存")
        return redirect("branches:mentor-pair", found.pk)
    return render(request, "branches/mentor_pair_form.html", {"form": form, "pair": found}, status=status_of(form))


@require_POST
@allow(Role.STAFF)
def end(request: HttpRequest, pair: uuid.UUID) -> HttpResponse:
    """End a pair."""
    found = _get(request, pair)
    form = EndForm(request.POST)
    done = attempt(
        request, form, verbs.end, pair=found, on=lambda: form.cleaned_data["on"],
        reason=lambda: form.cleaned_data["reason"],
    )  # fmt: skip
    if done is None:
        return _page(request, found, end_form=form)
    messages.success(request, "已结束", extra_tags=f"undo={reverse('branches:mentor-pair-resume', args=[found.pk])}")
    return redirect("branches:mentor-pair", found.pk)


@require_POST
@allow(Role.STAFF)
def resume(request: HttpRequest, pair: uuid.UUID) -> HttpResponse:
    """Take back that a pair ended."""
    found = _get(request, pair)
    back = reverse("branches:mentor-pair", args=[found.pk])
    return press(request, verbs.resume, done="已恢复结对", back=back, pair=found)


@require_POST
@allow(*EDITORS)
def hold(request: HttpRequest, pair: uuid.UUID) -> HttpResponse:
    """Write down a session."""
    found = _get(request, pair)
    form = HoldForm(request.POST)
    done = attempt(
        request, form, verbs.hold, pair=found, held_on=lambda: form.cleaned_data["held_on"],
        note=lambda: form.cleaned_data["note"], next_on=lambda: form.cleaned_data["next_on"],
    )  # fmt: skip
    if done is None:
        return _page(request, found, hold_form=form)
    url = reverse("branches:mentor-session-back", args=[done.pk])
    messages.success(request, f"已记下 {done.held_on:%m-%d} 这一次", extra_tags=f"undo={url}")
    return redirect("branches:mentor-pair", found.pk)


def _session(request: HttpRequest, mentor_session: uuid.UUID) -> MentorSession:
    return get_object_or_404(MentorSession.objects.visible_to(request.user), pk=mentor_session)


@require_POST
@allow(*EDITORS)
def take_back(request: HttpRequest, mentor_session: uuid.UUID) -> HttpResponse:
    """Take back that a session was held."""
    found = _session(request, mentor_session)
    back = reverse("branches:mentor-pair", args=[found.pair_id])
    undo = reverse("branches:mentor-session-restore", args=[found.pk])
    return press(request, verbs.take_back, done="已撤销这一次", back=back, undo=undo, session=found)


@require_POST
@allow(*EDITORS)
def put_back(request: HttpRequest, mentor_session: uuid.UUID) -> HttpResponse:
    """Bring a session back that was taken back."""
    found = _session(request, mentor_session)
    back = reverse("branches:mentor-pair", args=[found.pair_id])
    return press(request, verbs.put_back, done="已恢复", back=back, session=found)


URLS = [
    path("mentoring/", pairs, name="mentor-pairs"),
    path("mentoring/new/", new, name="mentor-pair-new"),
    path("mentoring/<uuid:pair>/", pair, name="mentor-pair"),
    path("mentoring/<uuid:pair>/edit/", edit, name="mentor-pair-edit"),
    path("mentoring/<uuid:pair>/end/", end, name="mentor-pair-end"),
    path("mentoring/<uuid:pair>/resume/", resume, name="mentor-pair-resume"),
    path("mentoring/<uuid:pair>/hold/", hold, name="mentor-session-new"),
    path("mentoring/sessions/<uuid:mentor_session>/back/", take_back, name="mentor-session-back"),
    path("mentoring/sessions/<uuid:mentor_session>/restore/", put_back, name="mentor-session-restore"),
]
