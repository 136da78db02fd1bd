"""Addresses of the register of personal information."""

from __future__ import annotations

from django.urls import path

from shimen.privacy import views

app_name = "privacy"
urlpatterns = [
    path("", views.fields, name="fields"),
    path("erasures/", views.erasures, name="erasures"),
]
