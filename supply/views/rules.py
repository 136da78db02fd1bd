"""The pages of supply's rule book: all numbers, and one with its history and the street's own value."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shimen import clock
from shimen.accounts.access import EVERY_WORKER, allow, scope_of
from shimen.accounts.models import Role
from shimen.answering import attempt, press, status_of
from shimen.web import render
from supply.forms.rules import RuleForm
from supply.models import SupplyRule
from supply.rules.book import BOOK
from supply.rulings import setting


@require_GET
@allow(*EVERY_WORKER)
def rules(request: HttpRequest) -> HttpResponse:
    """Every number that decides something about supply, with its value today and where it comes from."""
    today = clock.today()
    book = SupplyRule.objects.book(street=request.user.street_id, on=today)
    own: dict[str, SupplyRule] = {}
    for row in SupplyRule.objects.visible_to(request.user).filter(since__lte=today).order_by("since"):
        own[row.key] = row
    lines = [(kind, book[key], own.get(key)) for key, kind in BOOK.items()]
    context = {"lines": lines, "may_set": scope_of(request.user).has(Role.STAFF)}
    return render(request, "supply/rules.html", context)


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def rule(request: HttpRequest, key: str) -> HttpResponse:
    """One number: its default, what the street has set since when, and setting another value."""
    kind = BOOK.get(key)
    if kind is None:
        raise Http404("没有这条规则")
    today, street = clock.today(), request.user.street
    value = SupplyRule.objects.book(street=street.pk, on=today)[key]
    form = RuleForm(request.POST or None, initial={"value": value, "since": today})
    said = lambda name: lambda: form.cleaned_data[name]  # noqa: E731
    made = attempt(
        request, form, setting.set_rule, street=street, key=key, value=said("value"), since=said("since"),
        basis=said("basis"),
    )  # fmt: skip
    if made is not None:
        messages.success(request, f"{made.since.isoformat()} 起：{kind.title} {made.value} {kind.unit}")
        return redirect("supply:rules")
    own = SupplyRule.objects.visible_to(request.user).filter(key=key).select_related("made_by").order_by("-since")
    context = {"kind": kind, "value": value, "own": own, "form": form, "today": today}
    return render(request, "supply/rule.html", context, status=status_of(form))


@require_POST
@allow(Role.STAFF)
def rule_withdraw(request: HttpRequest, supply_rule: uuid.UUID) -> HttpResponse:
    """Take back a value that has not begun to hold."""
    row = get_object_or_404(SupplyRule.objects.visible_to(request.user), pk=supply_rule)
    back = reverse("supply:rule", args=[row.key])
    return press(request, setting.withdraw, rule=row, reason=request.POST.get("reason", ""), done="已撤回", back=back)


URLS = [
    path("rules/", rules, name="rules"),
    path("rules/<slug:key>/", rule, name="rule"),
    path("rules/<uuid:supply_rule>/withdraw/", rule_withdraw, name="rule-withdraw"),
]
