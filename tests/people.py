"""Factories of the room of people: talents, pairs, courses, the handbook, the methods."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from branches.models import (
    Certificate,
    Course,
    Enrolment,
    HandbookSection,
    HandbookVersion,
    HelpField,
    HelpRequest,
    Lecturer,
    Member,
    MentorPair,
    MentorSession,
    Method,
    MethodCase,
    Organisation,
    Talent,
    TalentNotice,
    Training,
    TrainingBase,
)
from branches.people import certificates, enrolling, handbook, helping, mentoring, methods, pool, talents
from shimen.territory.models import Street
from tests import make, organised

_next = itertools.count(1).__next__
CONTACT = "示例街道党建办 021-0000-0000"


def notice(street: Street, **values: Any) -> TalentNotice:
    """The notice as its first draft says it, published long ago."""
    given = pool.first_draft(street) | {"contact": CONTACT} | values
    at = dt.datetime(2026, 1, 5, 9, tzinfo=make.AT.tzinfo)
    return pool.publish_notice(street=street, values=given, actor=None, at=at)


def with_notice(street: Street) -> Street:
    """The street, whose notice is published."""
    if talents.current_notice(street) is None:
        notice(street)
    return street


def help_field(street: Street, name: str = "法律") -> HelpField:
    known = HelpField.objects.filter(street=street, name=name).first()
    return known or pool.add_field(street=street, name=name, actor=None, at=make.AT)


def said(street: Street, **given: Any) -> talents.Said:
    defaults: dict[str, Any] = {
        "name": "试某能", "phone": f"1990000{_next() % 10_000:04d}", "group": "private",
        "fields": [help_field(street)], "skill": "会看合同（示例）", "workplace": "示例事务所", "times": ["evening"],
    }  # fmt: skip
    return talents.Said(**(defaults | given))


def talent(town: make.Town, **given: Any) -> Talent:
    """Somebody of the first grid who agreed a month ago."""
    with_notice(town.street)
    area = given.pop("area", town.first_grid)
    on = given.pop("consented_on", make.TODAY - dt.timedelta(days=30))
    return talents.register(
        street=town.street, area=area, said=said(town.street, **given), consented_on=on, actor=town.staff, at=make.AT
    )


def asked(person: Talent, town: make.Town, **given: Any) -> HelpRequest:
    defaults: dict[str, Any] = {
        "field": person.fields.first(), "asker": "示例面馆", "words": "看一份租约", "wanted_on": None, "organisation": None,
    }  # fmt: skip
    return helping.ask(talent=person, actor=town.staff, at=make.AT, **(defaults | given))


PAIRING = mentoring.Pairing("赵名书", "示例居民区党总支", "钱新任", "新任支部书记", "怎么开好第一次支委会（示例）")


def pair(organisation: Organisation, town: make.Town, *, since: dt.date = dt.date(2026, 9, 1)) -> MentorPair:
    return mentoring.begin(organisation=organisation, said=PAIRING, since=since, actor=town.staff, at=make.AT)


def met(of: MentorPair, town: make.Town) -> MentorSession:
    return mentoring.hold(
        pair=of, held_on=dt.date(2026, 11, 2), note="讲了怎么排议题", next_on=None, actor=town.staff, at=make.AT
    )


def course(street: Street, **given: Any) -> Course:
    n = _next()
    defaults: dict[str, Any] = {
        "title": f"示例课程{n}", "subject": "party", "audience": "支部书记", "summary": "示例", "gives_certificate": True,
    }  # fmt: skip
    return Course.objects.create(street=street, **(defaults | given))


def lecturer(street: Street, **given: Any) -> Lecturer:
    return Lecturer.objects.create(
        street=street, **({"name": f"讲某{_next()}", "unit": "示例区委党校", "topics": "党务实务"} | given)
    )


def base(street: Street, **given: Any) -> TrainingBase:
    values = {"name": f"示例实训基地{_next()}", "address": "示例路1号", "topics": "看阵地"} | given
    return TrainingBase.objects.create(street=street, **values)


def training(of: Course, *, in_hours: float = 48, **given: Any) -> Training:
    """A session two days from AT, or `in_hours` from it (less than nothing: it was held)."""
    starts = make.AT + dt.timedelta(hours=in_hours)
    defaults: dict[str, Any] = {
        "starts_at": starts, "ends_at": starts + dt.timedelta(hours=2), "enrol_until": starts - dt.timedelta(hours=1),
        "capacity": 2, "venue": "示例会议室",
    }  # fmt: skip
    return Training.objects.create(street_id=of.street_id, course=of, **(defaults | given))


def enrolment(of: Training, town: make.Town, *, member: Any = None, user: Any = None) -> Enrolment:
    """A name on the list; of the town's secretary where nobody is named."""
    person = user or (None if member else town.secretary)
    if member is not None:
        member = Member.objects.get(pk=member.pk)  # its range of days as the database gives it
    return enrolling.enrol(
        training=of, member=member, user=person, actor=town.staff, at=of.enrol_until - dt.timedelta(hours=1)
    )


def certificate(town: make.Town, organisation: Organisation) -> Certificate:
    """Of a member who came to a session that is over."""
    of = training(course(town.street), in_hours=-48)
    entry = enrolment(of, town, member=organised.member(organisation, name="试党员"))
    enrolling.mark_attendance(training=of, came=[entry.pk], actor=town.staff, at=make.AT)
    return certificates.issue(training=of, actor=town.staff, at=make.AT)[0]


def draft(town: make.Town) -> HandbookVersion:
    """The one draft of a street."""
    known = HandbookVersion.objects.filter(street=town.street).drafts().first()
    return known or handbook.begin_draft(street=town.street, actor=town.staff, at=make.AT)


def section(
    of: HandbookVersion, town: make.Town, title: str = "示例篇目", body: str = "示例正文", **given: Any
) -> HandbookSection:
    defaults: dict[str, Any] = {"depth": 0, "after": None}
    return handbook.add_section(version=of, title=title, body=body, actor=town.staff, at=make.AT, **(defaults | given))


def published(town: make.Town, *, editions: int = 1) -> HandbookVersion:
    """The handbook, in so many versions; the last one is returned."""
    version = None
    for number in range(1, editions + 1):
        version = draft(town)
        section(version, town, f"第{number}篇（示例）", "发展党员的五个阶段（示例）\n- 一\n- 二")
        version = handbook.publish(version=version, note=f"示例第{number}版", actor=town.staff, at=make.AT)
    assert version is not None
    return version


def method(town: make.Town) -> Method:
    known = Method.objects.filter(street=town.street).order_by("number").first()
    return known or methods.prepare(street=town.street, actor=town.staff, at=make.AT)[0]


def case(of: Method, organisation: Organisation, town: make.Town) -> MethodCase:
    return methods.add_case(
        method=of, organisation=organisation, title="示例案例", body="先摸底，再一家一家上门（示例）",
        happened_on=dt.date(2026, 10, 8), actor=town.staff, at=make.AT,
    )  # fmt: skip
