"""Departments: who sends workbooks, what is awaited of them, what they send, and which source holds first."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from coverage.comparison import mapping
from coverage.facts import fields as facts
from coverage.facts import precedence
from coverage.feeds import departments
from coverage.forms.departments import DepartmentForm, RetireForm, RuleForm
from coverage.models import Department, FactRule, Layout
from coverage.pages import departments as shown
from coverage.registry import rules
from coverage.registry.words import rules_of
from shimen import clock
from shimen.accounts.access import allow, scope_of
from shimen.accounts.models import Role
from shimen.errors import DomainError
from shimen.territory.models import Area
from shimen.web import refuse, render

READERS = (Role.DATA_ADMIN, Role.STAFF)


def _department(request: HttpRequest, pk: uuid.UUID) -> Department:
    return get_object_or_404(Department.objects.visible_to(request.user), pk=pk)


def _areas(request: HttpRequest) -> Any:
    return Area.objects.visible_to(request.user).grids().in_order()


def _may_work(request: HttpRequest) -> bool:
    return scope_of(request.user).has(Role.DATA_ADMIN)


@require_GET
@allow(*READERS)
def department_list(request: HttpRequest) -> HttpResponse:
    """Every department with its contact, what is awaited, its scope, its last batches and what is open."""
    rows = Department.objects.visible_to(request.user)
    found = shown.shelves(rows.sending().prefetch_related("areas"), request.user, today=clock.today())
    context = {
        "shelves": [(shelf, shown.scope_in_words(shelf.department)) for shelf in found],
        "retired": rows.filter(retired_at__isnull=False).in_order(),
        "may_work": _may_work(request),
    }
    return render(request, "coverage/departments.html", context)


@allow(Role.DATA_ADMIN)
def add(request: HttpRequest) -> HttpResponse:
    """Enter a department by hand."""
    form = DepartmentForm(request.POST or None, areas=_areas(request))
    if form.is_bound and form.is_valid():
        try:
            made = departments.add(
                street=request.user.street,
                code=form.cleaned_data["code"],
                terms=form.terms(),
                areas=form.cleaned_data["areas"],
                actor=request.user,
                at=clock.now(),
            )
        except departments.DepartmentError as error:
            refuse(form, error)
        else:
            messages.success(request, f"{made}登记好了。收到它的表，在“数据比对”页拖进来。")
            return redirect("coverage:department", department=made.pk)
    return render(request, "coverage/department_form.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@allow(*READERS)
def department(request: HttpRequest, department: uuid.UUID) -> HttpResponse:
    """One department: how to reach it, what it declares, its batches, and the layouts it has sent."""
    row = _department(request, department)
    only = Department.objects.filter(pk=row.pk).prefetch_related("areas")
    context = {
        "department": row,
        "shelf": shown.shelves(only, request.user, today=clock.today())[0],
        "scope": shown.scope_in_words(row),
        "layouts": shown.layouts_of(row),
        "retire": RetireForm(),
        "may_work": _may_work(request),
    }
    return render(request, "coverage/department.html", context)


@allow(Role.DATA_ADMIN)
def edit(request: HttpRequest, department: uuid.UUID) -> HttpResponse:
    """Change what is known of a department."""
    row = _department(request, department)
    form = DepartmentForm(request.POST or None, areas=_areas(request), department=row)
    if form.is_bound and form.is_valid():
        try:
            departments.edit(
                department=row,
                terms=form.terms(),
                areas=form.cleaned_data["areas"],
                actor=request.user,
                at=clock.now(),
            )
        except departments.DepartmentError as error:
            refuse(form, error)
        else:
            messages.success(request, f"{form.cleaned_data['name']}改好了，下一次比对起照此办理。")
            return redirect("coverage:department", department=row.pk)
    context = {"form": form, "department": row}
    return render(request, "coverage/department_form.html", context, status=422 if form.errors else 200)


@require_POST
@allow(Role.DATA_ADMIN)
def retire(request: HttpRequest, department: uuid.UUID) -> HttpResponse:
    """A department no longer sends."""
    row, form = _department(request, department), RetireForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        departments.retire(department=row, reason=reason, actor=request.user, at=clock.now())
    except departments.DepartmentError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"{row}已停用，它以前的表和说过的话都留着。")
    return redirect("coverage:department", department=row.pk)


@require_POST
@allow(Role.DATA_ADMIN)
def restore(request: HttpRequest, department: uuid.UUID) -> HttpResponse:
    """A retired department sends again."""
    row = _department(request, department)
    try:
        departments.restore(department=row, actor=request.user, at=clock.now())
    except departments.DepartmentError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"{row}恢复了，照常收表。")
    return redirect("coverage:department", department=row.pk)


@require_POST
@allow(Role.DATA_ADMIN)
def forget_layout(request: HttpRequest, layout: uuid.UUID) -> HttpResponse:
    """Forget what was said of a layout."""
    row = get_object_or_404(Layout.objects.visible_to(request.user), pk=layout)
    mapping.forget(layout=row, actor=request.user, at=clock.now())
    messages.success(request, "这个表头忘掉了。下次收到，认不全的列会再问一次。")
    return redirect("coverage:department", department=row.department_id)


# Which source holds first.


@require_GET
@allow(*READERS)
def rule_list(request: HttpRequest) -> HttpResponse:
    """For each fact, in words, which source holds first and for how long it is fresh."""
    held = rules_of(request.user.street_id)
    own = set(FactRule.objects.visible_to(request.user).values_list("field", flat=True))
    names = dict(Department.objects.visible_to(request.user).values_list("code", "name"))
    rows = [
        (field, facts.LABELS[field], precedence.in_words(held[field], names), field in own)
        for field in precedence.RULES
    ]
    return render(request, "coverage/rules.html", {"rows": rows, "may_work": _may_work(request)})


@allow(Role.DATA_ADMIN)
def rule(request: HttpRequest, field: str) -> HttpResponse:
    """Change which source holds first for one fact."""
    if field not in precedence.RULES:
        raise Http404
    rows = Department.objects.visible_to(request.user).sending().in_order()
    names = list(rows.values_list("code", "name"))
    held = rules_of(request.user.street_id)[field]
    form = RuleForm(request.POST or None, rule=held, departments=names)
    if form.is_bound and form.is_valid():
        terms = {"order": form.order(), "fresh_days": form.cleaned_data["fresh_days"]}
        try:
            rules.set_rule(street=request.user.street, field=field, actor=request.user, at=clock.now(), **terms)
        except rules.RuleError as error:
            refuse(form, error)
        else:
            messages.success(request, f"{facts.LABELS[field]}的次序改好了，下一次比对和走访起照此办理。")
            return redirect("coverage:rules")
    context = {
        "form": form,
        "field": field,
        "label": facts.LABELS[field],
        "words": precedence.in_words(held, dict(names)),
        "default": precedence.in_words(precedence.RULES[field], dict(names)),
        "is_own": FactRule.objects.visible_to(request.user).filter(field=field).exists(),
    }
    return render(request, "coverage/rule.html", context, status=422 if form.errors else 200)


@require_POST
@allow(Role.DATA_ADMIN)
def reset_rule(request: HttpRequest, field: str) -> HttpResponse:
    """Let the default hold again."""
    try:
        rules.reset_rule(street=request.user.street, field=field, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"{facts.LABELS[field]}恢复了默认次序。")
    return redirect("coverage:rules")
