"""Asking for help, what came of it; and the list of fields and the notice on which the pool stands."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.forms.people import AskForm, HelpFilter, NameForm, NoticeForm, OutcomeForm
from branches.models import HelpField, HelpRequest, TalentNotice
from branches.people import helping as verbs
from branches.people import pool
from branches.people.talents import current_notice
from branches.views.people_parts import EDITORS, READERS
from branches.views.talents import get_talent, help_fields, organisations
from shimen.accounts.access import allow, scope_of
from shimen.accounts.models import Role
from shimen.answering import attempt, press, status_of
from shimen.web import paginate, render


def _get(request: HttpRequest, help: uuid.UUID) -> HelpRequest:  # noqa: A002 - the part's name in the address
    rows = HelpRequest.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("talent__area", "talent__entity", "field", "organisation", "asked_by", "closed_by"), pk=help
    )


@require_GET
@allow(*READERS)
def requests(request: HttpRequest) -> HttpResponse:
    """What was asked of whom, and what came of it."""
    form = HelpFilter(request.GET, fields=help_fields(request))
    rows = form.rows(HelpRequest.objects.visible_to(request.user))
    return render(request, "branches/help_requests.html", {"form": form, "page": paginate(request, rows)}, part="list")


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def ask(request: HttpRequest, talent: uuid.UUID) -> HttpResponse:
    """Ask a person of the pool for help."""
    found = get_talent(request, talent)
    form = AskForm(request.POST or None, talent=found, organisations=organisations(request))

    def said(key: str) -> Any:
        return lambda: form.cleaned_data[key]

    keys = ("field", "asker", "words", "wanted_on", "organisation")
    done = attempt(request, form, verbs.ask, talent=found, **{key: said(key) for key in keys})
    if done is not None:
        messages.success(request, "已记下。约好了、帮完了，回来记一句")
        return redirect("branches:help-request", done.pk)
    return render(request, "branches/help_ask.html", {"form": form, "talent": found}, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def request_page(request: HttpRequest, help: uuid.UUID) -> HttpResponse:  # noqa: A002
    """One request and how it went on."""
    found = _get(request, help)
    moves = [str(move) for move in verbs.MOVES.get(HelpRequest.State(found.state), ())]
    may_edit = scope_of(request.user).has(*EDITORS)
    form = OutcomeForm(request.POST or None, moves=moves if may_edit else [], initial={"outcome": found.outcome})
    done = attempt(
        request, form, verbs.note, request=found, state=lambda: form.cleaned_data["state"],
        outcome=lambda: form.cleaned_data["outcome"],
    )  # fmt: skip
    if done is not None:
        url = reverse("branches:help-reopen", args=[found.pk]) if not done.is_open else ""
        messages.success(request, f"已记为“{done.get_state_display()}”", extra_tags=f"undo={url}" if url else "")
        return redirect("branches:help-request", found.pk)
    context = {"help": found, "form": form, "may_edit": may_edit and found.is_open}
    return render(request, "branches/help_request.html", context, status=status_of(form))


@require_POST
@allow(*EDITORS)
def reopen(request: HttpRequest, help: uuid.UUID) -> HttpResponse:  # noqa: A002
    """Take back that a request was closed."""
    found = _get(request, help)
    back = reverse("branches:help-request", args=[found.pk])
    return press(request, verbs.reopen, done="已重开", back=back, request=found)


# ---- the list of fields


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def fields(request: HttpRequest) -> HttpResponse:
    """The street's list of fields; adding one."""
    form = NameForm(request.POST or None)
    name = lambda: form.cleaned_data["name"]  # noqa: E731 - asked once the form holds
    done = attempt(request, form, pool.add_field, street=request.user.street, name=name)
    if done is not None:
        messages.success(request, f"已加上“{done}”")
        return redirect("branches:help-fields")
    rows = HelpField.objects.visible_to(request.user).order_by("sort", "name")
    context = {"form": form, "rows": rows.filter(retired_at=None), "retired": rows.exclude(retired_at=None)}
    return render(request, "branches/help_fields.html", context, status=status_of(form))


def _field(request: HttpRequest, help_field: uuid.UUID) -> HelpField:
    return get_object_or_404(HelpField.objects.visible_to(request.user), pk=help_field)


@require_POST
@allow(Role.STAFF)
def rename(request: HttpRequest, help_field: uuid.UUID) -> HttpResponse:
    """Call a field by another name."""
    found, name = _field(request, help_field), request.POST.get("name", "").replace("\x00", "")[:60]
    back = reverse("branches:help-fields")
    return press(request, pool.rename_field, done="已改名", back=back, field=found, name=name)


@require_POST
@allow(Role.STAFF)
def retire(request: HttpRequest, help_field: uuid.UUID) -> HttpResponse:
    """Offer a field to nobody any more."""
    found = _field(request, help_field)
    undo = reverse("branches:help-field-restore", args=[found.pk])
    back = reverse("branches:help-fields")
    return press(request, pool.retire_field, done=f"“{found}”已停用", back=back, undo=undo, field=found)


@require_POST
@allow(Role.STAFF)
def restore(request: HttpRequest, help_field: uuid.UUID) -> HttpResponse:
    """Offer a retired field again."""
    found = _field(request, help_field)
    back = reverse("branches:help-fields")
    return press(request, pool.restore_field, done=f"“{found}”已恢复", back=back, field=found)


# ---- the notice


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def notice(request: HttpRequest) -> HttpResponse:
    """The notice: the version in use, those before it, and a new one."""
    street = request.user.street
    last = current_notice(street)
    begin = pool.first_draft(street) if last is None else {k: getattr(last, k) for k in NoticeForm.Meta.fields}
    form = NoticeForm(request.POST or None, initial=begin)
    done = attempt(request, form, pool.publish_notice, street=street, values=lambda: form.cleaned_data)
    if done is not None:
        messages.success(request, f"第 {done.number} 版已发布，以后的人同意的是这一版")
        return redirect("branches:talent-notice")
    versions = TalentNotice.objects.visible_to(request.user).select_related("published_by").order_by("-number")
    return render(request, "branches/talent_notice.html", {"form": form, "versions": versions}, status=status_of(form))


URLS = [
    path("talents/requests/", requests, name="help-requests"),
    path("talents/<uuid:talent>/ask/", ask, name="help-ask"),
    path("talents/requests/<uuid:help>/", request_page, name="help-request"),
    path("talents/requests/<uuid:help>/reopen/", reopen, name="help-reopen"),
    path("talents/fields/", fields, name="help-fields"),
    path("talents/fields/<uuid:help_field>/rename/", rename, name="help-field-rename"),
    path("talents/fields/<uuid:help_field>/retire/", retire, name="help-field-retire"),
    path("talents/fields/<uuid:help_field>/restore/", restore, name="help-field-restore"),
    path("talents/notice/", notice, name="talent-notice"),
]
