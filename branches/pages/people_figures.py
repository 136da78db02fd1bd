"""The numbers of talents, mentor pairs and courses."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from branches.models import Course, MentorPair, Talent
from shimen import clock
from shimen.figures import Column, Figure, Pillar
from shimen.territory.models import Street


def _talents(street: Street) -> QuerySet[Talent]:
    return Talent.objects.filter(street=street).consenting()


def _pairs(street: Street) -> QuerySet[MentorPair]:
    return _pairs_on(street, clock.today())


def _pairs_on(street: Street, day: dt.date) -> QuerySet[MentorPair]:
    return MentorPair.objects.filter(street=street).on(day)


def _courses(street: Street) -> QuerySet[Course]:
    return Course.objects.filter(street=street).offered()


PEOPLE = (
    Figure(
        key="talents",
        title="能人达人",
        definition="能人库里的人，本人的同意今天有效；撤回的、等着核对的不算。",
        unit="人",
        pillar=Pillar.INTEGRATION,
        rows=_talents,
        columns=(
            Column("谁", "name_mask"),
            Column("群体", "get_group_display"),
            Column("专长", "skill"),
            Column("网格", "area.name"),
            Column("登记", "registered_at"),
        ),
        order=("area__sort", "registered_at"),
        row_url=("branches:talent", "pk"),
        list_url="branches:talents",
        is_personal=True,
        place=60,
    ),
    Figure(
        key="mentor_pairs",
        title="传帮带结对",
        definition="名书记和结对对象，今天还在结对的。",
        unit="对",
        pillar=Pillar.EMPOWERMENT,
        rows=_pairs,
        past=_pairs_on,
        columns=(
            Column("书记", "mentor"),
            Column("对象", "learner"),
            Column("党组织", "organisation.name"),
            Column("带什么", "goals"),
        ),
        order=("organisation__area__sort", "valid"),
        row_url=("branches:mentor-pair", "pk"),
        list_url="branches:mentor-pairs",
        is_personal=True,
        place=60,
    ),
    Figure(
        key="courses",
        title="培训课程",
        definition="课程目录里在用的市、区、街道三级课程，停开的不算。",
        unit="门",
        pillar=Pillar.EMPOWERMENT,
        rows=_courses,
        columns=(
            Column("课名", "title"),
            Column("级别", "get_level_display"),
            Column("类别", "get_subject_display"),
            Column("学时", "hours"),
        ),
        order=("level", "pinyin"),
        row_url=("branches:course", "pk"),
        list_url="branches:courses",
        place=61,
    ),
)
