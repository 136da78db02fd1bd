"""Every address of the product, by app."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from shimen import home
from shimen.accounts import views as accounts

# Here and not when Django starts: django-import-export's pages load openpyxl and numpy, 25 MB that only a web process needs.
admin.autodiscover()

urlpatterns = [
    path("", home.home, name="home"),
    path("", include("shimen.overview")),
    path("_gallery/", include("shimen.gallery")),
    path("", include("coverage.urls")),
    path("supply/", include("supply.urls")),
    path("branches/", include("branches.urls")),
    path("grid/", include("grid.urls")),
    path("figures/", include("shimen.figures.urls")),
    path("records/", include("shimen.audit.urls")),
    path("theme/", accounts.theme, name="theme"),
    path("feedback/", include("shimen.accounts.feedback_views")),
    path("people/", include("shimen.accounts.urls")),
    path("map/", include("shimen.territory.urls")),
    path("calendar/", include("shimen.territory.calendar_views")),
    path("privacy/", include("shimen.privacy.urls")),
    path("", include("shimen.health")),
    path("accounts/", include("shimen.accounts.signin_urls")),
    path("admin/", admin.site.urls),
]
