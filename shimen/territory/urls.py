"""Addresses of the map, of areas and of places."""

from __future__ import annotations

from django.urls import path

from shimen.territory import area_views, place_views, views

app_name = "territory"
urlpatterns = [
    path("", views.street_map, name="map"),
    path("areas.json", views.areas_json, name="areas"),
    path("places.json", views.places_json, name="places"),
    path("areas/", area_views.area_list, name="area-list"),
    path("areas/new/", area_views.area_new, name="area-new"),
    path("areas/<uuid:area>/", area_views.area, name="area"),
    path("areas/<uuid:area>/edit/", area_views.area_edit, name="area-edit"),
    path("areas/<uuid:area>/border/", area_views.area_border, name="area-border"),
    path("areas/<uuid:area>/close/", area_views.area_close, name="area-close"),
    path("areas/<uuid:area>/reopen/", area_views.area_reopen, name="area-reopen"),
    path("redrawings/<uuid:redrawing>/undo/", area_views.redrawing_undo, name="redrawing-undo"),
    path("places/new/", place_views.place_new, name="place-new"),
    path("places/<uuid:place>/", place_views.place, name="place"),
    path("places/<uuid:place>/edit/", place_views.place_edit, name="place-edit"),
    path("places/<uuid:place>/move/", place_views.place_move, name="place-move"),
    path("places/<uuid:place>/close/", place_views.place_close, name="place-close"),
    path("places/<uuid:place>/reopen/", place_views.place_reopen, name="place-reopen"),
]
