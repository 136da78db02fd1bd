"""Addresses of the organised bodies; each module of views lists its own."""

from __future__ import annotations

from django.urls import URLPattern

from branches.views import committees, home, organisations, terms

app_name = "branches"

urlpatterns: list[URLPattern] = [*organisations.URLS, *committees.URLS, *terms.URLS, *home.URLS]
