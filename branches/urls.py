"""Addresses of the organised bodies; each module of views lists its own."""

from __future__ import annotations

from django.urls import URLPattern

from branches.views import committees, home, organisations, terms

app_name = "branches"

urlpatterns: list[URLPattern] = [*organisations.URLS, *committees.URLS, *terms.URLS, *home.URLS]
urlpatterns: list[URLPattern] = [*organisations.URLS, *committees.URLS, *terms.URLS]
from branches.views import (
    committees,
    founding,
    members,
    organisation_acts,
    organisations,
    rule_book,
    terms,
    ties,
)

app_name = "branches"

urlpatterns: list[URLPattern] = [
    *founding.URLS,
    *members.URLS,
    *organisation_acts.URLS,
    *rule_book.URLS,
    *ties.URLS,
    *organisations.URLS,
    *committees.URLS,
    *terms.URLS,
]
