"""Addresses of coverage, by subject."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "coverage"

registry: list[URLPattern] = []

comparison: list[URLPattern] = []

rounds: list[URLPattern] = []

visits: list[URLPattern] = []

urlpatterns = registry + comparison + rounds + visits
