"""Addresses of the published numbers."""

from __future__ import annotations

from django.urls import path

from shimen.figures import views

app_name = "figures"
urlpatterns = [
    path("", views.index, name="index"),
    path("editions/", views.edition_list, name="editions"),
    path("editions/new/", views.freeze, name="freeze"),
    path("editions/<uuid:pk>/", views.edition, name="edition"),
    path("<slug:key>/", views.figure, name="figure"),
    path("<slug:key>/export/", views.export, name="export"),
]
