"""Writing the handbook: one draft at a time, section by section, then published for good."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from branches.forms.training import PublishForm, SectionForm
from branches.models import HandbookSection, HandbookVersion
from branches.people import handbook as verbs
from branches.views.handbook import lines
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.answering import attempt, press, status_of
from shimen.web import render


def _version(request: HttpRequest, version: uuid.UUID) -> HandbookVersion:
    return get_object_or_404(HandbookVersion.objects.visible_to(request.user), pk=version)


def _section(request: HttpRequest, section: uuid.UUID) -> HandbookSection:
    return get_object_or_404(HandbookSection.objects.visible_to(request.user).select_related("version"), pk=section)


@require_POST
@allow(Role.STAFF)
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a draft from the version in use."""
    back = reverse("branches:handbook-versions")
    return press(request, verbs.begin_draft, done="草稿已起好", back=back, street=request.user.street)


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def draft(request: HttpRequest, version: uuid.UUID) -> HttpResponse:
    """A draft: its sections in order, and publishing it."""
    found = _version(request, version)
    form = PublishForm(request.POST or None)
    done = attempt(request, form, verbs.publish, version=found, note=lambda: form.cleaned_data["note"])
    if done is not None:
        messages.success(request, f"第 {done.number} 版已发布")
        return redirect("branches:handbook")
    if request.method == "GET" and not found.is_draft:
        return redirect("branches:handbook-versions")
    removed = found.sections.filter(removed_at__isnull=False).in_order().defer("search", "body")
    context = {"version": found, "lines": lines(found), "removed": removed, "form": form}
    return render(request, "branches/handbook_draft.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def add(request: HttpRequest, version: uuid.UUID) -> HttpResponse:
    """Put a section into a draft, behind the one named in the address."""
    found = _version(request, version)
    form = SectionForm(request.POST or None, initial={"after": request.GET.get("after", "")[:36], "depth": 1})
    after = lambda: found.sections.filter(pk=form.cleaned_data["after"]).first()  # noqa: E731 - asked once the form holds
    said = {key: (lambda key=key: form.cleaned_data[key]) for key in ("title", "body", "depth")}
    done = attempt(request, form, verbs.add_section, version=found, after=after, **said)
    if done is not None:
        messages.success(request, f"已加上“{done}”")
        return redirect("branches:handbook-draft", found.pk)
    return render(request, "branches/handbook_write.html", {"form": form, "version": found}, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def write(request: HttpRequest, section: uuid.UUID) -> HttpResponse:
    """Write a section anew; what somebody else wrote meanwhile is shown before it is overwritten."""
    found = _section(request, section)
    form = SectionForm(request.POST or None, section=found, seen=verbs.mark(found))
    said = {key: (lambda key=key: form.cleaned_data[key]) for key in ("title", "body", "depth", "seen")}
    done = attempt(request, form, verbs.write, section=found, **said)
    if done is not None:
        messages.success(request, f"已保存“{done}”")
        return redirect("branches:handbook-draft", found.version_id)
    if form.is_bound and form.errors:
        data = request.POST.copy()
        data["seen"] = verbs.mark(found)
        form.data = data
    context = {"form": form, "version": found.version, "section": found}
    return render(request, "branches/handbook_write.html", context, status=status_of(form))


@require_POST
@allow(Role.STAFF)
def move(request: HttpRequest, section: uuid.UUID) -> HttpResponse:
    """Exchange a section with its neighbour (`down=1` for the one behind it)."""
    found = _section(request, section)
    back = f"{reverse('branches:handbook-draft', args=[found.version_id])}#s{found.pk}"
    return press(request, verbs.move, done="已移动", back=back, section=found, down=request.POST.get("down") == "1")


@require_POST
@allow(Role.STAFF)
def remove(request: HttpRequest, section: uuid.UUID) -> HttpResponse:
    """Take a section out of a draft."""
    found = _section(request, section)
    back = reverse("branches:handbook-draft", args=[found.version_id])
    undo = reverse("branches:handbook-section-back", args=[found.pk])
    return press(request, verbs.remove, done=f"已删去“{found}”", back=back, undo=undo, section=found)


@require_POST
@allow(Role.STAFF)
def bring_back(request: HttpRequest, section: uuid.UUID) -> HttpResponse:
    """Put a removed section back."""
    found = _section(request, section)
    back = reverse("branches:handbook-draft", args=[found.version_id])
    return press(request, verbs.bring_back, done=f"已恢复“{found}”", back=back, section=found)


@require_POST
@allow(Role.STAFF)
def discard(request: HttpRequest, version: uuid.UUID) -> HttpResponse:
    """Put a draft aside."""
    found = _version(request, version)
    undo = reverse("branches:handbook-reclaim", args=[found.pk])
    back = reverse("branches:handbook-versions")
    return press(request, verbs.discard, done="草稿已作废", back=back, undo=undo, version=found)


@require_POST
@allow(Role.STAFF)
def reclaim(request: HttpRequest, version: uuid.UUID) -> HttpResponse:
    """Bring a discarded draft back."""
    found = _version(request, version)
    return press(request, verbs.reclaim, done="草稿已恢复", back=reverse("branches:handbook-versions"), version=found)


URLS = [
    path("handbook/draft/", begin, name="handbook-begin"),
    path("handbook/versions/<uuid:version>/draft/", draft, name="handbook-draft"),
    path("handbook/versions/<uuid:version>/add/", add, name="handbook-section-new"),
    path("handbook/versions/<uuid:version>/discard/", discard, name="handbook-discard"),
    path("handbook/versions/<uuid:version>/reclaim/", reclaim, name="handbook-reclaim"),
    path("handbook/sections/<uuid:section>/write/", write, name="handbook-section-edit"),
    path("handbook/sections/<uuid:section>/move/", move, name="handbook-section-move"),
    path("handbook/sections/<uuid:section>/remove/", remove, name="handbook-section-remove"),
    path("handbook/sections/<uuid:section>/back/", bring_back, name="handbook-section-back"),
]
