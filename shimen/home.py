"""The first page of each person answers the question they came with."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from shimen.accounts.access import Gate, allow, scope_of
from shimen.accounts.models import Role
from shimen.navigation import address_of


@allow(Gate.SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """Send staff to the overview, data administrators to the comparison, secretaries to their branch, visitors to today's
    doors, station masters to their venue, conveners to their councils, people lent to a grid to it."""
    scope = scope_of(request.user)
    if scope.has(Role.STAFF):
        return redirect("overview")
    if scope.has(Role.DATA_ADMIN):
        return redirect("coverage:compare")
    if scope.has(Role.SECRETARY) and (branch := address_of("branches:home")):
        return redirect(branch)
    if scope.has(Role.SECRETARY, Role.VISITOR):
        return redirect("coverage:today")
    if scope.has(Role.STATION_MASTER) and (station := address_of("supply:station")):
        return redirect(station)
    if scope.has(Role.CONVENER) and (councils := address_of("grid:my-councils")):
        return redirect(councils)
    if scope.has(Role.SECONDED) and (own_grid := address_of("grid:my-grid")):
        return redirect(own_grid)
    if scope.has(Role.AUDIT_ADMIN):
        return redirect("audit:records")
    if scope.has(Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN):
        return redirect("accounts:people")
    return redirect("overview")
