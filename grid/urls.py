"""Addresses of the grid; each module of views lists its own."""

from __future__ import annotations

from django.urls import URLPattern

from grid.views import (
    cases,
    council_acts,
    councils,
    first_pages,
    grids,
    matters,
    meeting_papers,
    meeting_parts,
    meetings,
    secondments,
    solved,
    station,
)

app_name = "grid"

urlpatterns: list[URLPattern] = [
    *matters.URLS,
    *meeting_papers.URLS,
    *meetings.URLS,
    *meeting_parts.URLS,
    *councils.URLS,
    *council_acts.URLS,
    *grids.URLS,
    *secondments.URLS,
    *first_pages.URLS,
    *cases.URLS,
    *solved.URLS,
    *station.URLS,
]
