"""Addresses of the map."""

from __future__ import annotations

from django.urls import path

from shimen.territory import views

app_name = "territory"
urlpatterns = [
    path("", views.street_map, name="map"),
    path("areas.json", views.areas_json, name="areas"),
    path("places.json", views.places_json, name="places"),
]
