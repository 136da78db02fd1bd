"""Addresses of supply; each module of views lists its own."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "supply"

urlpatterns: list[URLPattern] = []
