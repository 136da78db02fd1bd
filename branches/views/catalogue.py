"""Courses, lecturers and training bases: three lists of one kind, entering, correcting, retiring."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.forms.training import BaseForm, CourseForm, LecturerForm, OfferFilter
from branches.models import Course, Lecturer, Training, TrainingBase
from branches.people import catalogue as verbs
from shimen import clock
from shimen.accounts.access import EVERY_WORKER, allow, scope_of
from shimen.accounts.models import Role
from shimen.answering import attempt, press, status_of
from shimen.web import paginate, render


@dataclass(frozen=True)
class Kind:
    """One of the three: its table, form, words, and the names of its pages."""

    model: type[Course] | type[Lecturer] | type[TrainingBase]
    form: type[forms.ModelForm]
    word: str
    listed: str
    prefix: str
    sought: tuple[str, ...]

    @property
    def list_url(self) -> str:
        return reverse(f"branches:{self.listed}")

    @property
    def new_url(self) -> str:
        return reverse(f"branches:{self.prefix}-new")


COURSES = Kind(Course, CourseForm, "课程", "courses", "course", ("title", "summary", "audience"))
LECTURERS = Kind(Lecturer, LecturerForm, "师资", "lecturers", "lecturer", ("name", "unit", "topics"))
BASES = Kind(TrainingBase, BaseForm, "实训基地", "bases", "base", ("name", "address", "topics"))
_HINTS = {
    "course": "市、区、街道三级的课；点开一门看排了哪几堂",
    "lecturer": "讲课的老师和讲什么；停用的不再排课",
    "base": "到现场看、动手学的地方",
}


@require_GET
@allow(*EVERY_WORKER)
def listed(request: HttpRequest, kind: Kind) -> HttpResponse:
    """One of the three lists."""
    form = OfferFilter(request.GET)
    rows = form.rows(kind.model.objects.visible_to(request.user), columns=kind.sought)
    context = {
        "form": form,
        "page": paginate(request, rows),
        "kind": kind,
        "hint": _HINTS[kind.prefix],
        "may_edit": scope_of(request.user).has(Role.STAFF),
        "tab": kind.prefix,
    }
    return render(request, f"branches/{kind.listed}.html", context, part="list")


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def new(request: HttpRequest, kind: Kind) -> HttpResponse:
    """Put something into the catalogue."""
    form = kind.form(request.POST or None)
    done = attempt(
        request, form, verbs.add, street=request.user.street, kind=lambda: kind.model, values=lambda: form.cleaned_data
    )
    if done is not None:
        messages.success(request, f"已登记“{done}”")
        return redirect("branches:course", done.pk) if kind is COURSES else redirect(kind.list_url)
    return render(request, "branches/offer_form.html", {"form": form, "kind": kind}, status=status_of(form))


def _get(request: HttpRequest, kind: Kind, listing: uuid.UUID) -> Any:
    return get_object_or_404(kind.model.objects.visible_to(request.user), pk=listing)


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def edit(request: HttpRequest, kind: Kind, listing: uuid.UUID) -> HttpResponse:
    """Correct what the catalogue says."""
    found = _get(request, kind, listing)
    form = kind.form(request.POST or None, initial={key: getattr(found, key) for key in kind.form.base_fields})
    if attempt(request, form, verbs.change, row=found, values=lambda: form.cleaned_data) is not None:
        messages.success(request, "已保存")
        return redirect("branches:course", found.pk) if kind is COURSES else redirect(kind.list_url)
    context = {"form": form, "kind": kind, "offer": found}
    return render(request, "branches/offer_form.html", context, status=status_of(form))


@require_POST
@allow(Role.STAFF)
def retire(request: HttpRequest, kind: Kind, listing: uuid.UUID) -> HttpResponse:
    """Offer it no more."""
    found = _get(request, kind, listing)
    undo = reverse(f"branches:{kind.prefix}-restore", args=[found.pk])
    return press(request, verbs.retire, done=f"“{found}”已停用", back=kind.list_url, undo=undo, row=found)


@require_POST
@allow(Role.STAFF)
def restore(request: HttpRequest, kind: Kind, listing: uuid.UUID) -> HttpResponse:
    """Offer it again."""
    found = _get(request, kind, listing)
    return press(request, verbs.restore, done=f"“{found}”已恢复", back=kind.list_url, row=found)


@require_GET
@allow(*EVERY_WORKER)
def course(request: HttpRequest, listing: uuid.UUID) -> HttpResponse:
    """One course and its sessions."""
    found = _get(request, COURSES, listing)
    sessions = Training.objects.visible_to(request.user).filter(course=found).with_all()
    context = {
        "course": found,
        "sessions": paginate(request, sessions.order_by("-starts_at", "pk")),
        "now": clock.now(),
        "may_edit": scope_of(request.user).has(Role.STAFF),
    }
    return render(request, "branches/course.html", context)


def _urls(kind: Kind) -> list[Any]:
    def at(route: str, view: Callable[..., HttpResponse], name: str) -> Any:
        return path(f"training/{kind.listed}/{route}", view, {"kind": kind}, name=name)

    return [
        at("", listed, kind.listed),
        at("new/", new, f"{kind.prefix}-new"),
        at("<uuid:listing>/edit/", edit, f"{kind.prefix}-edit"),
        at("<uuid:listing>/retire/", retire, f"{kind.prefix}-retire"),
        at("<uuid:listing>/restore/", restore, f"{kind.prefix}-restore"),
    ]


URLS = [
    *_urls(COURSES),
    *_urls(LECTURERS),
    *_urls(BASES),
    path("training/courses/<uuid:listing>/", course, name="course"),
]
