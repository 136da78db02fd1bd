"""Every address of the product, by app."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from shimen import home

urlpatterns = [
    path("", home.home, name="home"),
    path("", include("shimen.overview")),
    path("", include("coverage.urls")),
    path("figures/", include("shimen.figures.urls")),
    path("records/", include("shimen.audit.urls")),
    path("people/", include("shimen.accounts.urls")),
    path("map/", include("shimen.territory.urls")),
    path("", include("shimen.health")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
