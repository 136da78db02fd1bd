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
    rule_book,
    talents,
    terms,
    ties,
    trainings,
)

app_name = "branches"

urlpatterns: list[URLPattern] = [
    *committees.URLS,
    *founding.URLS,
    *home.URLS,
    *members.URLS,
    *organisation_acts.URLS,
    *organisations.URLS,
    *rule_book.URLS,
    *terms.URLS,
    *ties.URLS,
    *activities.URLS,
    *activity_parts.URLS,
    *attendance.URLS,
    *joint.URLS,
    *organisation_life.URLS,
    *doors.URLS,
    *areas.URLS,
    *coverings.URLS,
    *gaps.URLS,
    *talents.URLS,
    *helping.URLS,
    *mentoring.URLS,
    *catalogue.URLS,
    *trainings.URLS,
    *certificates.URLS,
    *handbook.URLS,
    *handbook_writing.URLS,
    *methods.URLS,
]
