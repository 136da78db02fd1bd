"""The numbers of branch life: activities held this year, those held jointly, joint projects."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from branches.models import Activity, JointProject
from shimen import clock
from shimen.figures import Column, Figure, Pillar
from shimen.territory.models import Street

_ACTIVITY = (
    Column("主题", "title"),
    Column("类别", "get_kind_display"),
    Column("牵头党组织", "lead.name"),
    Column("网格", "lead.area.name"),
    Column("开始", "starts_at"),
    Column("地点", "location"),
)
_PROJECT = (
    Column("项目", "title"),
    Column("目标", "goal"),
    Column("牵头党组织", "lead.name"),
    Column("状态", "get_state_display"),
    Column("开始", "started_on"),
)


def _held_by(street: Street, day: dt.date) -> QuerySet[Activity]:
    """Held in the year of a day, up to its end."""
    begin = dt.datetime(day.year, 1, 1, tzinfo=clock.SHANGHAI)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, clock.SHANGHAI)
    return Activity.objects.filter(street=street).held().between(begin, end)


def _held(street: Street) -> QuerySet[Activity]:
    return _held_by(street, clock.today())


def _joint(street: Street) -> QuerySet[Activity]:
    return _held(street).filter(is_joint=True)


def _projects(street: Street) -> QuerySet[JointProject]:
    return JointProject.objects.filter(street=street).exclude(state=JointProject.State.STOPPED)


LIFE = (
    Figure(
        key="activities_held",
        title="今年举行的活动",
        definition="今年开始、已记为举行的组织生活和联合活动，补记的也算，计划中和取消的不算。",
        unit="场",
        pillar=Pillar.INTEGRATION,
        rows=_held,
        past=_held_by,
        columns=_ACTIVITY,
        order=("-starts_at", "pk"),
        related=("lead__area",),
        row_url=("branches:activity", "pk"),
        list_url="branches:activities",
        place=40,
    ),
    Figure(
        key="activities_joint",
        title="其中活动共办",
        definition="今年举行的活动里，由两个以上党组织主办的。",
        unit="场",
        pillar=Pillar.INTEGRATION,
        rows=_joint,
        columns=_ACTIVITY,
        order=("-starts_at", "pk"),
        related=("lead__area",),
        row_url=("branches:activity", "pk"),
        list_url="branches:activities",
        place=41,
    ),
    Figure(
        key="joint_projects",
        title="项目共推",
        definition="两个以上党组织一起推的项目，进行中的和已完成的，中止的不算。",
        unit="个",
        pillar=Pillar.INTEGRATION,
        rows=_projects,
        columns=_PROJECT,
        order=("-started_on", "pk"),
        related=("lead",),
        row_url=("branches:project", "pk"),
        list_url="branches:projects",
        place=42,
    ),
)
