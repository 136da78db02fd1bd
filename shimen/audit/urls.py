"""Addresses under /records/."""

from __future__ import annotations

from django.urls import path

from shimen.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.records, name="records"),
    path("export/", views.export, name="export"),
    path("requests/", views.export_requests, name="export-requests"),
    path("requests/<uuid:export_request>/approve/", views.approve, name="export-approve"),
    path("requests/<uuid:export_request>/refuse/", views.refuse_export, name="export-refuse"),
]
