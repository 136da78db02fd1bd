"""A year of the trial street's matters: every demand of the visits, and what came from councils, opinions and by hand."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from branches.models import Organisation
from coverage.trial.copying import copy
from coverage.trial.days import SHANGHAI
from coverage.trial.load import Scene
from grid.models import Answer, Leg, Matter, Moment
from grid.trial import plots
from grid.trial.plots import Plot
from grid.trial.telling import Ground, Story, Told, number_of

_KINDS = (Organisation.Kind.STREET_BLOCK, Organisation.Kind.RESIDENTIAL)
_MATTER = (
    "id", "street_id", "year", "serial", "title", "words", "category", "urgency", "is_hard", "hard_reason", "state", "level",
    "due_on", "deferrals", "area_id", "place_id", "entity_id", "organisation_id", "via", "demand_id", "raised_at",
    "raised_by_id", "raiser", "how_solved", "solved_at", "solved_level", "closed_at", "satisfaction", "reopened",
    "merged_into_id", "revision",
)  # fmt: skip
_LEG = (
    "id", "number", "level", "organisation_id", "council_id", "body", "owner", "owner_user_id", "helpers", "task", "due_on", "began_at",
    "ended_at", "end", "tried", "left_open", "why", "ended_by_id",
)  # fmt: skip
_MOMENT = ("id", "at", "by_id", "who", "verb", "sentence", "words", "level", "tone")
_ANSWER = ("id", "words", "way", "is_final", "at", "by_id")


def write(scene: Scene) -> None:
    """All matters with their legs, stories and answers."""
    every = plots.every(scene)
    ground = Ground(scene, _branches(scene))
    _number(every, ground)
    told = [Story(plot, ground).tell() for plot in every]
    _say_who_came_in(every, told, ground)
    rows = list(zip(every, told, strict=True))
    copy(Matter, _MATTER, (_row(plot, row, ground) for plot, row in _heads_first(rows)))
    _copy(Leg, _LEG, scene, ((plot, row.legs) for plot, row in rows))
    _copy(Moment, _MOMENT, scene, ((plot, row.moments) for plot, row in rows))
    _copy(Answer, _ANSWER, scene, ((plot, row.answers) for plot, row in rows))
    done, waiting = sum(p.is_done for p in every), sum(p.is_open for p in every)
    scene.say(f"事项 {len(every):,} 件，办结 {done} 件，在办 {waiting} 件")


def _branches(scene: Scene) -> dict[int, list[tuple[dt.date, uuid.UUID, str]]]:
    """The branches that took matters in each grid, by the day from which they did: residents', then the street block's."""
    grids = {area.pk: number for number, area in enumerate(scene.grids)}
    found: dict[int, list[tuple[dt.date, uuid.UUID, str]]] = defaultdict(list)
    rows = Organisation.objects.filter(street=scene.street, kind__in=_KINDS, area__in=scene.grids)
    for row in rows.standing(scene.days.today).order_by("founded_on", "pk"):
        if row.founded_on is not None and row.area_id is not None:
            found[grids[row.area_id]].append((row.founded_on, row.pk, str(row)))
    return found


def _number(every: list[Plot], ground: Ground) -> None:
    last: dict[int, int] = defaultdict(int)
    for plot in every:
        year = plot.raised.astimezone(SHANGHAI).year
        last[year] += 1
        plot.number = last[year]
        plot.pk = ground.ids["matter"].at(plot.raised)


def _say_who_came_in(every: list[Plot], told: list[Told], ground: Ground) -> None:
    """A line in the story of the matter that took others in."""
    by_plot = {id(plot): row for plot, row in zip(every, told, strict=True)}
    for plot, row in zip(every, told, strict=True):
        if plot.into is None:
            continue
        merged = row.moments[-1]
        line = {**merged, "id": ground.ids["moment"].at(merged["at"]), "sentence": f"{number_of(plot)} 并进来",
                "words": plot.words}  # fmt: skip
        by_plot[id(plot.into)].moments.append(line)


def _heads_first(rows: list[tuple[Plot, Told]]) -> list[tuple[Plot, Told]]:
    """A matter refers to the one it was merged into."""
    return sorted(rows, key=lambda each: each[0].into is not None)


def _state(plot: Plot, row: Told) -> str:
    if plot.into is not None:
        return str(Matter.State.MERGED)
    if plot.solved is None:
        return str(Matter.State.OPEN)
    return str(Matter.State.CLOSED if row.closed_at else Matter.State.SOLVED)


def _row(plot: Plot, row: Told, ground: Ground) -> tuple[Any, ...]:
    scene = ground.scene
    level = row.legs[-1]["level"]
    is_solved = plot.solved is not None
    year = plot.raised.astimezone(SHANGHAI).year
    organisation, _ = ground.branch(plot.grid, plot.raised.date())
    urgency = Matter.Urgency.URGENT if plot.is_urgent else Matter.Urgency.NORMAL
    return (
        plot.pk, scene.street.pk, year, plot.number, plot.title[:80], plot.words, plot.category, urgency, plot.is_hard,
        row.hard_reason, _state(plot, row), level, row.due_on, row.deferrals, scene.grids[plot.grid].pk, plot.place,
        plot.entity, organisation, plot.via, plot.demand, plot.raised, plot.raised_by, plot.raiser,
        plot.how if is_solved else "", plot.solved, level if is_solved else None, row.closed_at, row.satisfaction,
        plot.reopened, plot.into.pk if plot.into else None, len(row.moments),
    )  # fmt: skip


def _copy(
    model: Any, columns: tuple[str, ...], scene: Scene, rows: Iterable[tuple[Plot, list[dict[str, Any]]]]
) -> None:
    def values() -> Iterator[tuple[Any, ...]]:
        for plot, given in rows:
            for each in given:
                yield (scene.street.pk, plot.pk, *(each[column] for column in columns))

    copy(model, ("street_id", "matter_id", *columns), values())
