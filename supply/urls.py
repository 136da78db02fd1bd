"""Addresses of supply; each module of views lists its own."""

from __future__ import annotations

from django.urls import URLPattern

from supply.views import (
    bookings,
    callups,
    coupon_doors,
    coupons,
    deliveries,
    list_files,
    lists,
    meals,
    menu_doors,
    menus,
    rota,
    rules,
    served,
    settlements,
    space_doors,
    venue_parts,
    venues,
    volunteer_doors,
    volunteers,
)

app_name = "supply"

urlpatterns: list[URLPattern] = [
    *venues.URLS,
    *venue_parts.URLS,
    *bookings.URLS,
    *rota.URLS,
    *rules.URLS,
    *space_doors.URLS,
    *callups.URLS,
    *coupon_doors.URLS,
    *settlements.URLS,
    *coupons.URLS,
    *meals.URLS,
    *volunteer_doors.URLS,
    *volunteers.URLS,
    *list_files.URLS,
    *lists.URLS,
    *menu_doors.URLS,
    *menus.URLS,
    *deliveries.URLS,
    *served.URLS,
]
