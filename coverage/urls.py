"""Addresses of coverage, by subject."""

from __future__ import annotations

from django.urls import URLPattern, path

from coverage.views import demands as demand_views
from coverage.views import visits as visit_views

app_name = "coverage"

registry: list[URLPattern] = []

comparison: list[URLPattern] = []

rounds: list[URLPattern] = []

visits: list[URLPattern] = [
    path("v/", visit_views.today, name="today"),
    path("v/results/", visit_views.results, name="results"),
    path("v/map/", visit_views.day_map, name="day-map"),
    path("v/find/", visit_views.find_door, name="find-door"),
    path("v/new/", visit_views.new_shop, name="new-shop"),
    path("v/receipts/", visit_views.receipts, name="receipts"),
    path("v/receipts/<int:answer>/", visit_views.contradiction, name="contradiction"),
    path("v/token/", visit_views.token, name="visit-token"),
    path("v/worker.js", visit_views.worker, name="visit-worker"),
    path("v/door/<uuid:entity>/", visit_views.door, name="door"),
    path("v/door/<uuid:entity>/call/", visit_views.call, name="visit-call"),
    path("v/visits/<uuid:visit>/reason/", visit_views.reason, name="visit-reason"),
    path("v/visits/<uuid:visit>/withdraw/", visit_views.withdraw, name="visit-withdraw"),
    path("v/<uuid:stop>/", visit_views.visit, name="visit"),
    path("demands/", demand_views.demands, name="demands"),
    path("demands/export/", demand_views.export, name="demands-export"),
    path("demands/<uuid:demand>/", demand_views.demand, name="demand"),
]

urlpatterns = registry + comparison + rounds + visits
