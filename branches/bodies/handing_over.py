"""What an organisation still holds, and who must take it over before it can be dissolved. What merely bound it ends with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from branches.models import (
    Activity,
    Charge,
    Covering,
    JointProject,
    Member,
    MentorPair,
    Organisation,
    Outreach,
    Responsibility,
    Seat,
    Superior,
)

NAMED = 3


@dataclass(frozen=True, slots=True)
class Held:
    """One kind of thing an organisation still holds: what and how many in words, and what to do about it."""

    what: str
    words: str
    how: str

    @property
    def sentence(self) -> str:
        return f"{self.words}，{self.how}"


def held(row: Organisation, today: dt.date) -> list[Held]:
    """Everything that has to be handed over first, in the order in which it is best done (ten queries)."""
    places = Charge.objects.filter(organisation=row).on(today).count()
    covered = Covering.objects.filter(organisation=row).on(today).count()
    people = Outreach.objects.filter(organisation=row).on(today).count()
    found = [
        Held("在册党员", f"名册里还有 {n} 名党员", "先转到别的党组织")
        if (n := Member.objects.of(row).on(today).count()) else None,
        _below(row, today),
        Held("责任范围", f"还管着 {places} 处地点", "先在“责任区”里移交") if places else None,
        Held("党员责任区", f"党员还负责 {n} 处地点", "先在“责任区”里收回")
        if (n := Responsibility.objects.filter(organisation=row).on(today).count()) else None,
        Held("覆盖", f"还覆盖着 {covered} 家主体", "先在“覆盖”里交给别的党组织") if covered else None,
        Held("联系的人", f"还在联系 {people} 位无固定场所的人", "先交给别的党组织联系") if people else None,
        Held("班子", f"班子里还有 {n} 人在任", "先在“班子”页登记离任")
        if (n := Seat.objects.held(today).filter(organisation=row).count()) else None,
        _activities(row),
        _projects(row),
        Held("传帮带", f"还有 {n} 对传帮带没有结束", "先结束结对")
        if (n := MentorPair.objects.on(today).filter(organisation=row).count()) else None,
    ]  # fmt: skip
    return [each for each in found if each is not None]


def _below(row: Organisation, today: dt.date) -> Held | None:
    links = Superior.objects.filter(above=row).on(today).select_related("organisation").order_by("organisation__pinyin")
    names = [str(link.organisation) for link in links]
    return Held("下级党组织", f"下面还有党组织（{_listed(names)}）", "先改它们的隶属") if names else None


def _activities(row: Organisation) -> Held | None:
    """Planned ones that it leads: somebody was invited."""
    rows = Activity.objects.filter(lead=row, state=Activity.State.PLANNED).order_by("starts_at")
    names = [str(title) for title in rows.values_list("title", flat=True)]
    return (
        Held("活动", f"牵头的 {len(names)} 场活动还没办（{_listed(names)}）", "先取消，或记为已举行") if names else None
    )


def _projects(row: Organisation) -> Held | None:
    titles = JointProject.objects.running().filter(lead=row).order_by("started_on").values_list("title", flat=True)
    names = [str(title) for title in titles]
    return (
        Held("共推项目", f"牵头的 {len(names)} 个共推项目还在进行（{_listed(names)}）", "先结束项目") if names else None
    )


def _listed(names: list[str]) -> str:
    more = f"等 {len(names)} 个" if len(names) > NAMED else ""
    return f"{'、'.join(names[:NAMED])}{more}"
