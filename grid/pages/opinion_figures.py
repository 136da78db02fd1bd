"""The numbers of the station and of topics: opinions received this year, those with a result, topics resolved."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from grid.models import Opinion, Topic
from shimen import clock
from shimen.figures import Column, Figure, Pillar
from shimen.territory.models import Street

_OPINION = (
    Column("编号", "number"),
    Column("类别", "get_category_display"),
    Column("网格", "area.name"),
    Column("来处", "get_way_display"),
    Column("收到", "received_at"),
    Column("状态", "get_state_display"),
)
_TOPIC = (
    Column("议题", "title"),
    Column("类别", "get_category_display"),
    Column("网格", "area.name"),
    Column("提出", "proposed_at"),
    Column("状态", "get_state_display"),
)


def _end_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, clock.SHANGHAI)


def _received_by(street: Street, day: dt.date) -> QuerySet[Any]:
    """Received in the year of a day, up to its end."""
    begin = dt.datetime(day.year, 1, 1, tzinfo=clock.SHANGHAI)
    return Opinion.objects.filter(street=street, received_at__gte=begin, received_at__lt=_end_of(day))


def _received(street: Street) -> QuerySet[Any]:
    return _received_by(street, clock.today())


def _settled(street: Street) -> QuerySet[Any]:
    rows: QuerySet[Any] = _received(street).standing().with_result().filter(settled_at__isnull=False)  # type: ignore[attr-defined]
    return rows


def _topics(street: Street) -> QuerySet[Any]:
    return Topic.objects.filter(street=street, proposed_at__year=clock.today().year).exclude(state="withdrawn")


def _resolved(street: Street) -> QuerySet[Any]:
    return Topic.objects.filter(street=street, state="resolved", ended_at__year=clock.today().year)


OPINIONS = (
    Figure(
        key="opinions_received", title="今年收到的意见", unit="条", pillar=Pillar.INTEGRATION, rows=_received, past=_received_by,
        definition="今年街情气象站收到的，扫码的和走访、窗口、会上听到的都算；本人撤回的也算收到。",
        columns=_OPINION, order=("-received_at", "pk"), related=("area",), row_url=("grid:opinion", "pk"),
        list_url="grid:opinions", place=60,
    ),
    Figure(
        key="opinions_settled", title="其中有结果的", unit="条", pillar=Pillar.INTEGRATION, rows=_settled,
        definition="今年收到的意见里，直接答复、告知去处、并到相同一条的，和转成的事项已解决、议题已议定或说明不列入的；"
        "本人撤回的不算。",
        columns=_OPINION, order=("-received_at", "pk"), related=("area",), row_url=("grid:opinion", "pk"),
        list_url="grid:opinions", place=61,
    ),
    Figure(
        key="topics_proposed", title="今年提出的议题", unit="个", pillar=Pillar.INTEGRATION, rows=_topics,
        definition="今年提出的议题，意见转来的、并入别的议题的都算，撤回的不算。",
        columns=_TOPIC, order=("-proposed_at", "pk"), related=("area",), row_url=("grid:topic", "pk"),
        list_url="grid:topics", place=62,
    ),
    Figure(
        key="topics_resolved", title="今年议定的议题", unit="个", pillar=Pillar.INTEGRATION, rows=_resolved,
        definition="今年列入议程、开会写下议定结果的议题。",
        columns=_TOPIC, order=("-ended_at", "pk"), related=("area",), row_url=("grid:topic", "pk"),
        list_url="grid:topics", place=63,
    ),
)  # fmt: skip
