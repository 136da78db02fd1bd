"""Addresses of coverage, by subject."""

from __future__ import annotations

from django.urls import URLPattern, path

from coverage.views import demands as demand_views
from coverage.views import roster as roster_views
from coverage.views import rounds as round_views
from coverage.views import visits as visit_views

app_name = "coverage"

registry: list[URLPattern] = []

comparison: list[URLPattern] = []

rounds: list[URLPattern] = [
    path("rounds/", round_views.rounds, name="rounds"),
    path("rounds/<uuid:round>/", round_views.round_page, name="round"),
    path("rounds/<uuid:round>/planning/", round_views.planning, name="round-planning"),
    path("rounds/<uuid:round>/plan/", round_views.plan_again, name="round-plan"),
    path("rounds/<uuid:round>/replan/", round_views.replan, name="round-replan"),
    path("rounds/<uuid:round>/people/", round_views.people, name="round-people"),
    path("rounds/<uuid:round>/close/", round_views.close, name="round-close"),
    path("rounds/<uuid:round>/roster/", roster_views.roster, name="round-roster"),
    path("rounds/<uuid:round>/roster/export/", roster_views.export, name="round-export"),
    path("rounds/<uuid:round>/roster/reassign/", roster_views.reassign, name="round-reassign"),
    path("rounds/<uuid:round>/finds/", roster_views.finds, name="round-finds"),
    path("rounds/<uuid:round>/sheets/", roster_views.sheets, name="round-sheets"),
    path("rounds/<uuid:round>/arrange/", roster_views.to_arrange, name="round-arrange"),
    path("stops/<uuid:stop>/", roster_views.stop, name="stop"),
    path("stops/<uuid:stop>/arrange/", roster_views.arrange, name="stop-arrange"),
    path("rearrangements/<uuid:rearrangement>/undo/", round_views.undo, name="rearrangement-undo"),
]

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
