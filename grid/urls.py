"""Addresses of the grid; each module of views lists its own."""

from __future__ import annotations

from django.urls import URLPattern

from grid.views import matters

app_name = "grid"

urlpatterns: list[URLPattern] = [*matters.URLS]
