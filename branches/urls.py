"""Addresses of the organised bodies; each module of views lists its own."""

from __future__ import annotations

from django.urls import URLPattern

from branches.views import (
    committees,
    founding,
    home,
    members,
    organisation_acts,
    organisations,
    rule_book,
    terms,
    ties,
)

app_name = "branches"

urlpatterns: list[URLPattern] = [
    *committees.URLS,
    *founding.URLS,
    *home.URLS,
    *members.URLS,
    *organisation_acts.URLS,
    *organisations.URLS,
    *rule_book.URLS,
    *terms.URLS,
    *ties.URLS,
]
