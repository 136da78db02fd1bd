"""The pages of the rule book: all rules, and one with its history and the street's own value."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.bodies import rule_book as verbs
from branches.forms.members import RuleForm
from branches.models import Rule
from branches.pages.rule_book import lines
from branches.rules.book import BOOK
from shimen import clock
from shimen.accounts.access import EVERY_WORKER, allow, scope_of
from shimen.accounts.models import Role
from shimen.errors import DomainError
from shimen.web import refuse, render


@require_GET
@allow(*EVERY_WORKER)
def rules(request: HttpRequest) -> HttpResponse:
    """Every number that decides something about branches, with its value today and where it comes from."""
    rows = list(Rule.objects.visible_to(request.user))
    context = {"lines": lines(rows, today=clock.today()), "may_set": scope_of(request.user).has(Role.STAFF)}
    return render(request, "branches/rules.html", context)


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def rule(request: HttpRequest, key: str) -> HttpResponse:
    """One rule: what it is by default, what the street has set since when, and setting another value."""
    if key not in BOOK:
        raise Http404("没有这条规则")
    today, street = clock.today(), request.user.street
    own = list(Rule.objects.visible_to(request.user).filter(key=key).select_related("made_by").order_by("-since"))
    line = next(line for line in lines(own, today=today) if line.kind.key == key)
    form = RuleForm(request.POST or None, initial={"value": line.value, "since": today})
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.set_rule(street=street, key=key, actor=request.user, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, f"{made.since.isoformat()} 起：{line.kind.title} {made.value} {line.kind.unit}")
            return redirect("branches:rules")
    context = {"line": line, "own": own, "form": form, "today": today}
    return render(request, "branches/rule.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@allow(Role.STAFF)
def withdraw(request: HttpRequest, rule: uuid.UUID) -> HttpResponse:
    """Take back a value that has not begun to hold."""
    found = get_object_or_404(Rule.objects.visible_to(request.user), pk=rule)
    reason = request.POST.get("reason", "")
    try:
        verbs.withdraw(rule=found, reason=reason, actor=request.user, at=clock.now())
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, "已撤回")
    return redirect("branches:rule", found.key)


URLS = [
    path("rules/", rules, name="rules"),
    path("rules/<slug:key>/", rule, name="rule"),
    path("rules/<uuid:rule>/withdraw/", withdraw, name="rule-withdraw"),
]
