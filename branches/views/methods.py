"""新时代楼宇党建工作十法: ten entries, and how organisations used them."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.forms.people import CaseForm, MethodForm
from branches.models import Method, MethodCase
from branches.people import methods as verbs
from branches.views.people_parts import EDITORS
from branches.views.talents import organisations
from shimen import clock
from shimen.accounts.access import EVERY_WORKER, allow, scope_of
from shimen.accounts.models import Role
from shimen.answering import attempt, press, status_of
from shimen.web import render


@require_GET
@allow(*EVERY_WORKER)
def methods(request: HttpRequest) -> HttpResponse:
    """The ten, with how many cases each has."""
    rows = Method.objects.visible_to(request.user)
    rows = rows.annotate(told=Count("cases", filter=Q(cases__withdrawn_at=None))).order_by("number")
    context = {"methods": rows, "may_write": scope_of(request.user).has(Role.STAFF)}
    return render(request, "branches/methods.html", context)


def _get(request: HttpRequest, method: uuid.UUID) -> Method:
    return get_object_or_404(Method.objects.visible_to(request.user).select_related("changed_by"), pk=method)


@require_GET
@allow(*EVERY_WORKER)
def method(request: HttpRequest, method: uuid.UUID) -> HttpResponse:
    """One method and its cases."""
    found = _get(request, method)
    scope = scope_of(request.user)
    cases = found.cases.standing().select_related("organisation").order_by("-happened_on", "pk")
    context = {
        "method": found,
        "cases": cases,
        "mine": set(organisations(request).values_list("pk", flat=True)) if scope.has(*EDITORS) else (),
        "may_write": scope.has(Role.STAFF),
        "may_tell": scope.has(*EDITORS),
    }
    return render(request, "branches/method.html", context)


@require_POST
@allow(Role.STAFF)
def prepare(request: HttpRequest) -> HttpResponse:
    """Lay out the ten entries."""
    back = reverse("branches:methods")
    return press(request, verbs.prepare, done="十条已列出，逐条填写", back=back, street=request.user.street)


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def edit(request: HttpRequest, method: uuid.UUID) -> HttpResponse:
    """Enter the text of a method."""
    found = _get(request, method)
    form = MethodForm(request.POST or None, initial={"title": found.title, "body": found.body})
    done = attempt(
        request, form, verbs.write, method=found, title=lambda: form.cleaned_data["title"],
        body=lambda: form.cleaned_data["body"],
    )  # fmt: skip
    if done is not None:
        messages.success(request, f"第 {found.number} 法已保存")
        return redirect("branches:method", found.pk)
    return render(request, "branches/method_form.html", {"form": form, "method": found}, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def tell(request: HttpRequest, method: uuid.UUID) -> HttpResponse:
    """Tell how an organisation used a method."""
    found = _get(request, method)
    form = CaseForm(request.POST or None, organisations=organisations(request), initial={"happened_on": clock.today()})
    said = {key: (lambda key=key: form.cleaned_data[key]) for key in CaseForm.Meta.fields}
    done = attempt(request, form, verbs.add_case, method=found, **said)
    if done is not None:
        url = reverse("branches:case-withdraw", args=[done.pk])
        messages.success(request, "案例已加上", extra_tags=f"undo={url}")
        return redirect("branches:method", found.pk)
    return render(request, "branches/case_form.html", {"form": form, "method": found}, status=status_of(form))


def _case(request: HttpRequest, case: uuid.UUID) -> MethodCase:
    """A case of an organisation that the person looks after."""
    rows = MethodCase.objects.visible_to(request.user).filter(organisation__in=organisations(request).order_by())
    return get_object_or_404(rows, pk=case)


@require_POST
@allow(*EDITORS)
def withdraw(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """Take a case off the page."""
    found = _case(request, case)
    undo = reverse("branches:case-restore", args=[found.pk])
    back = reverse("branches:method", args=[found.method_id])
    return press(request, verbs.withdraw_case, done=f"已撤下“{found}”", back=back, undo=undo, case=found)


@require_POST
@allow(*EDITORS)
def restore(request: HttpRequest, case: uuid.UUID) -> HttpResponse:
    """Put a case back on the page."""
    found = _case(request, case)
    back = reverse("branches:method", args=[found.method_id])
    return press(request, verbs.restore_case, done=f"已恢复“{found}”", back=back, case=found)


URLS = [
    path("methods/", methods, name="methods"),
    path("methods/prepare/", prepare, name="methods-prepare"),
    path("methods/<uuid:method>/", method, name="method"),
    path("methods/<uuid:method>/edit/", edit, name="method-edit"),
    path("methods/<uuid:method>/tell/", tell, name="case-new"),
    path("methods/cases/<uuid:case>/withdraw/", withdraw, name="case-withdraw"),
    path("methods/cases/<uuid:case>/restore/", restore, name="case-restore"),
]
