"""Addresses under /records/."""

from __future__ import annotations

from django.urls import path

from shimen.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.records, name="records"),
    path("export/", views.export, name="export"),
]
