"""The numbers that branches publish. Each room has a tuple of its own; `register` publishes them all."""

from __future__ import annotations

import datetime as dt
import functools

from django.db.models import QuerySet

from branches.models import Committee, Member, Organisation, Seat
from branches.models.committees import CommitteeQuerySet
from branches.pages.covering_figures import DUTY
from branches.pages.life_figures import LIFE
from branches.pages.people_figures import PEOPLE
from shimen import clock, figures
from shimen.figures import Column, Figure, Pillar
from shimen.territory.models import Street


def register() -> None:
    """Called once from `BranchesConfig.ready()`."""
    figures.register(*BODIES, *COMMITTEES, *DUTY, *LIFE, *PEOPLE)


# ---- organisations and their members

_ORGANISATION = (
    Column("名称", "name"),
    Column("类别", "get_kind_display"),
    Column("形式", "get_form_display"),
    Column("网格", "area.name"),
    Column("成立", "founded_on"),
)
_MEMBER = (
    Column("姓名", "name_mask"),
    Column("党员类别", "get_standing_display"),
    Column("组织关系", "get_relation_display"),
    Column("党组织", "organisation.name"),
)


def _organisations(street: Street) -> QuerySet[Organisation]:
    return _organisations_on(street, clock.today())


def _organisations_on(street: Street, day: dt.date) -> QuerySet[Organisation]:
    return Organisation.objects.filter(street=street).emerging().standing(day)


def _founded(kind: str, title: str, place: int) -> Figure:
    """How many of a kind were founded in the campaign and stand today."""

    def past(street: Street, day: dt.date) -> QuerySet[Organisation]:
        return Organisation.objects.filter(street=street, kind=kind).founded_in_campaign().standing(day)

    def rows(street: Street) -> QuerySet[Organisation]:
        return past(street, clock.today())

    return Figure(
        key=f"founded_{kind}",
        title=title,
        definition=f"攻坚行动中成立、现在还在的{Organisation.Kind(kind).label}党组织。",
        unit="个",
        pillar=Pillar.INTEGRATION,
        rows=rows,
        past=past,
        columns=_ORGANISATION,
        order=("area__sort", "pinyin"),
        row_url=("branches:organisation", "pk"),
        list_url="branches:organisations",
        place=place,
    )


def _members(street: Street) -> QuerySet[Member]:
    return _members_on(street, clock.today())


def _members_on(street: Street, day: dt.date) -> QuerySet[Member]:
    held = Member.objects.filter(street=street, organisation__kind__in=Organisation.EMERGING)
    return held.on(day)


BODIES = (
    Figure(
        key="organisations",
        title="新兴领域党组织",
        definition="已成立、没有撤销的街区、楼宇、非公企业、社会组织和行业党组织，居民区和街道本级的不算。",
        unit="个",
        pillar=Pillar.INTEGRATION,
        rows=_organisations,
        past=_organisations_on,
        columns=_ORGANISATION,
        order=("area__sort", "kind", "pinyin"),
        related=("area",),
        row_url=("branches:organisation", "pk"),
        list_url="branches:organisations",
        place=20,
    ),
    _founded(Organisation.Kind.STREET_BLOCK, "新建街区党支部", 21),
    _founded(Organisation.Kind.BUILDING, "新建楼宇党支部", 22),
    _founded(Organisation.Kind.ENTERPRISE, "新建非公企业党支部", 23),
    Figure(
        key="organisation_members",
        title="新兴领域党员",
        definition="编入新兴领域党组织、今天在册的党员，流动和下沉编入的也算。",
        unit="人",
        pillar=Pillar.INTEGRATION,
        rows=_members,
        past=_members_on,
        columns=_MEMBER,
        order=("organisation__pinyin", "valid"),
        row_url=("branches:organisation", "organisation_id"),
        list_url="branches:members",
        is_personal=True,
        place=24,
    ),
)


# ---- committees and their terms

_COMMITTEE = (
    Column("党组织", "organisation.name"),
    Column("类别", "organisation.get_kind_display"),
    Column("届次", "number"),
    Column("选举", "elected_on"),
    Column("应换届", "ends_on"),
)


def _in_office(street: Street, day: dt.date) -> CommitteeQuerySet:
    standing = Organisation.objects.filter(street=street).standing(day)
    return Committee.objects.filter(street=street, organisation__in=standing).in_office(day)


def _overdue(street: Street) -> QuerySet[Committee]:
    return _in_office(street, clock.today()).overdue(clock.today())


def _with_vacant(street: Street) -> QuerySet[Committee]:
    return _in_office(street, clock.today()).with_vacant(clock.today()).filter(vacant__gt=0)


def _with_seconded(street: Street) -> QuerySet[Committee]:
    held = Seat.objects.held(clock.today()).filter(origin=Seat.Origin.SECONDED)
    return _in_office(street, clock.today()).filter(pk__in=held.values("committee"))


_committee_figure = functools.partial(
    Figure, unit="个", pillar=Pillar.INTEGRATION, columns=_COMMITTEE, order=("ends_on", "pk"), related=("organisation",),
    row_url=("branches:committee", "pk"), list_url="branches:terms",
)  # fmt: skip
COMMITTEES = (
    _committee_figure(
        key="terms_overdue", title="超期未换届的班子", rows=_overdue, place=30,
        definition="任期（含经批准的延期）已满、还没有登记换届选举的党组织班子，已撤销的党组织不算。",
    ),
    _committee_figure(
        key="seats_vacant", title="班子缺额", unit="个", rows=_with_vacant, measure="vacant", place=31,
        definition="选举时定下、今天没有人担任的席位；点开看缺人的班子。",
        columns=(*_COMMITTEE, Column("缺几个", "vacant")),
    ),
    _committee_figure(
        key="committees_seconded", title="有下沉干部的班子", rows=_with_seconded, place=32,
        definition="今天有市场监管、城管、党群等部门下沉干部任职的班子，交叉任职的不算。",
    ),
)  # fmt: skip
