"""Addresses of supply; each module of views lists its own."""

from __future__ import annotations

from django.urls import URLPattern

from supply.views import bookings, rota, rules, space_doors, venue_parts, venues

app_name = "supply"

urlpatterns: list[URLPattern] = [
    *venues.URLS,
    *venue_parts.URLS,
    *bookings.URLS,
    *rota.URLS,
    *rules.URLS,
    *space_doors.URLS,
]
