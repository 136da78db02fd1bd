"""What the pages on links and on the hierarchy show."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from branches.models import Organisation, Superior, Tie
from branches.pages import pictures
from shimen.accounts.access import scope_of

if TYPE_CHECKING:
    from shimen.accounts.models import User

WHOLE = "全街道"


@dataclass(frozen=True, slots=True)
class Line:
    """A link as its own organisation lists it: the other one, and whether this person may open its page."""

    tie: Tie
    other: Organisation
    is_open: bool
    is_hub: bool


def about(organisation: Organisation, user: User, *, today: dt.date) -> dict[str, Any]:
    """The links of today around the hub, those that ended, and the picture (two queries). An organisation that is no hub
    is shown among those around its own hub."""
    areas = scope_of(user).area_ids
    ties = Tie.objects.filter(Q(hub=organisation) | Q(other=organisation)).select_related("hub__area", "other__area")
    now = list(ties.on(today).order_by("other__area__sort", "other__kind", "other__pinyin"))
    hub = organisation if any(tie.hub_id == organisation.pk for tie in now) or not now else now[0].hub
    spokes = now if hub.pk == organisation.pk else _of(hub, today)
    return {
        "lines": [_line(tie, organisation, areas) for tie in now],
        "ended": ties.filter(valid__endswith__lte=today).order_by("-valid")[:20],
        "cube": pictures.around(
            str(hub), hub.kind, _spokes(hub, spokes, organisation), hub_is_current=hub == organisation
        ),
        "ways": Tie.Kind.choices,
        "hub": hub,
    }


def _line(tie: Tie, organisation: Organisation, areas: frozenset[uuid.UUID] | None) -> Line:
    is_hub = tie.hub_id != organisation.pk
    other = tie.hub if is_hub else tie.other
    return Line(tie, other, areas is None or other.area_id in areas, is_hub)


def _of(hub: Organisation, today: dt.date) -> list[Tie]:
    rows = Tie.objects.filter(hub=hub).on(today).select_related("hub", "other")
    return list(rows.order_by("other__kind", "other__pinyin"))


def _spokes(hub: Organisation, ties: Iterable[Tie], current: Organisation) -> list[pictures.Spoke]:
    found: dict[uuid.UUID, tuple[Organisation, list[tuple[str, str]]]] = {}
    for tie in ties:
        other = tie.other if tie.hub_id == hub.pk else tie.hub
        found.setdefault(other.pk, (other, []))[1].append((tie.kind, str(tie.get_kind_display())))
    return [
        pictures.Spoke(str(other), other.kind, tuple(ways), other.pk == current.pk) for other, ways in found.values()
    ]


# ---- from the street to its organisations


@dataclass(slots=True)
class Branch:
    """An organisation with those below it."""

    organisation: Organisation
    below: list[Branch] = field(default_factory=list)


def hierarchy(user: User, *, today: dt.date) -> dict[str, Any]:
    """The picture, and who stands below whom as lists by grid (two queries)."""
    rows = Organisation.objects.visible_to(user).filter(dissolved_on__isnull=True)
    found = list(rows.with_marks(today).select_related("area").in_order())
    links = Superior.objects.filter(organisation__in=rows).on(today).values_list("organisation_id", "above_id")
    above = dict(links)
    nodes = {row.pk: Branch(row) for row in found}
    tops = []
    for node in nodes.values():
        parent = nodes.get(above.get(node.organisation.pk, node.organisation.pk))
        if parent is None or parent is node or parent.organisation.kind == Organisation.Kind.STREET:
            tops.append(node)
        else:
            parent.below.append(node)
    root = next((row for row in found if row.kind == Organisation.Kind.STREET), None)
    grids = _by_grid(top for top in tops if top.organisation is not root)
    emerging = sum(row.kind in Organisation.EMERGING and row.stands_on(today) for row in found)
    return {
        "root": root,
        "grids": grids,
        "tree": pictures.tree(str(root or user.street), _groups(found, root, today)),
        "emerging": emerging,
        "residential": sum(row.kind == Organisation.Kind.RESIDENTIAL and row.stands_on(today) for row in found),
        "whole": scope_of(user).area_ids is None,
    }


def _by_grid(tops: Iterable[Branch]) -> list[tuple[str, list[Branch]]]:
    grids: dict[str, list[Branch]] = {}
    for top in tops:
        grids.setdefault(str(top.organisation.area or WHOLE), []).append(top)
    return list(grids.items())


def _groups(found: list[Organisation], root: Organisation | None, today: dt.date) -> list[pictures.Group]:
    """By grid and kind, a mark for each."""
    groups: dict[str, dict[str, list[str]]] = {}
    for row in found:
        if row is root:
            continue
        mark = "preparing" if not row.stands_on(today) else "beacon" if row.is_beacon else "stands"  # type: ignore[attr-defined]
        kinds = groups.setdefault(str(row.area or WHOLE), {})
        kinds.setdefault(str(row.get_kind_display()), []).append(mark)
    return [(grid, list(kinds.items())) for grid, kinds in groups.items()]
