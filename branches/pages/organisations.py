"""What the pages on organisations show besides their rows, and what an export of the list holds."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Q

from branches.models import Beacon, Founding, Member, Organisation, OrganisationUnit, Superior, Tie
from branches.models.organisations import OrganisationQuerySet
from branches.models.rules import Rule
from branches.rules.book import Rules
from shimen.exports import Column
from shimen.territory import picture, piece

COLUMNS = (
    Column("名称", lambda o: o.name, 36),
    Column("类别", lambda o: o.get_kind_display(), 10),
    Column("形式", lambda o: o.get_form_display(), 12),
    Column("网格", lambda o: o.area.name if o.area else "全街道", 12),
    Column("成立日期", lambda o: o.founded_on or "", 14),
    Column("撤销日期", lambda o: o.dissolved_on or "", 14),
    Column("党员人数", lambda o: o.headcount, 10),
    Column("灯塔型", lambda o: "是" if o.is_beacon else "", 8),
    Column("攻坚行动中成立", lambda o: "是" if o.is_campaign else "", 14),
    Column("活动地点", lambda o: o.place.address if o.place else "", 30),
)


def balance(rows: OrganisationQuerySet) -> list[tuple[str, str, int]]:
    """How many of each kind there are among rows: (kind, label, count), kinds without any left out (one query)."""
    found = dict(rows.order_by().values_list("kind").annotate(n=Count("pk", distinct=True)))
    return [(kind, str(label), found[kind]) for kind, label in Organisation.Kind.choices if kind in found]


def about(organisation: Organisation, *, today: dt.date) -> dict[str, Any]:
    """What the first tab shows: units, those below, marks, the way it was founded, numbers of members (eight queries)."""
    rules = Rule.objects.book(street=organisation.street_id, on=today)
    counts = numbers(organisation, today)
    units = (
        OrganisationUnit.objects.filter(organisation=organisation).on(today).select_related("entity", "entity__area")
    )
    below = Superior.objects.filter(above=organisation).on(today).select_related("organisation__area")
    return {
        "units": units.order_by("entity__pinyin", "id"),
        "below": below.order_by("organisation__area__sort", "organisation__kind", "organisation__pinyin"),
        "superiors": organisation.superiors.select_related("above").order_by("-valid"),
        "beacons": Beacon.objects.filter(organisation=organisation).order_by("-valid"),
        "founding": Founding.objects.filter(organisation=organisation).first(),
        "ties": Tie.objects.filter(Q(hub=organisation) | Q(other=organisation)).on(today).count(),
        "members": counts,
        "hints": hints(organisation, counts, rules),
        "today": today,
    }


def numbers(organisation: Organisation, today: dt.date) -> dict[str, int]:
    """How many members it has on a day: all, full, probationary, floating, seconded (one query)."""
    full = Q(standing=Member.Standing.FULL)
    counted: dict[str, int] = (
        Member.objects.of(organisation)
        .on(today)
        .aggregate(
            all=Count("pk"),
            full=Count("pk", filter=full),
            probationary=Count("pk", filter=~full),
            floating=Count("pk", filter=Q(relation=Member.Relation.FLOATING)),
            seconded=Count("pk", filter=Q(relation=Member.Relation.SECONDED)),
        )
    )
    return counted


def hints(organisation: Organisation, members: dict[str, int], rules: Rules) -> list[str]:
    """What the rule book says about the size of an organisation: sentences, none when all is well."""
    found = []
    if organisation.founded_on and organisation.form in _HOLDS_MEMBERS and members["full"] < rules["founding_members"]:
        found.append(f"现有正式党员 {members['full']} 名。{rules.sentence('founding_members')}。")
    if organisation.form in _HOLDS_MEMBERS and members["all"] > rules["branch_members"]:
        found.append(f"现有党员 {members['all']} 名，宜设党总支。{rules.sentence('branch_members')}。")
    if organisation.form == Organisation.Form.GENERAL and members["all"] > rules["general_branch_members"]:
        found.append(f"现有党员 {members['all']} 名，宜设党委。{rules.sentence('general_branch_members')}。")
    return found


_HOLDS_MEMBERS = (Organisation.Form.BRANCH, Organisation.Form.JOINT)


def map_around(organisation: Organisation) -> piece.Piece | None:
    """The piece of map around where it meets, None without a place (two queries)."""
    return picture.around_place(organisation.place, organisation.street) if organisation.place else None
