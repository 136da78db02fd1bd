"""Addresses of the organised bodies; each module of views lists its own."""

from __future__ import annotations

from django.urls import URLPattern

from branches.views import (
    activities,
    activity_parts,
    areas,
    attendance,
    catalogue,
    certificates,
    committees,
    coverings,
    doors,
    founding,
    gaps,
    handbook,
    handbook_writing,
    helping,
    home,
    joint,
    members,
    mentoring,
    methods,
    organisation_acts,
    organisation_life,
    organisations,
    rosters,
    rule_book,
    talents,
    terms,
    ties,
    trainings,
)

app_name = "branches"

urlpatterns: list[URLPattern] = [
    *activities.URLS,
    *activity_parts.URLS,
    *areas.URLS,
    *attendance.URLS,
    *catalogue.URLS,
    *certificates.URLS,
    *committees.URLS,
    *coverings.URLS,
    *doors.URLS,
    *founding.URLS,
    *gaps.URLS,
    *handbook.URLS,
    *handbook_writing.URLS,
    *helping.URLS,
    *home.URLS,
    *joint.URLS,
    *members.URLS,
    *mentoring.URLS,
    *methods.URLS,
    *organisation_acts.URLS,
    *organisation_life.URLS,
    *organisations.URLS,
    *rosters.URLS,
    *rule_book.URLS,
    *talents.URLS,
    *terms.URLS,
    *ties.URLS,
    *trainings.URLS,
]
