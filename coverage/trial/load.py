"""Loading the trial street: everything in one transaction, from one seed, for the day on which it is loaded."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from coverage.trial import cast, chain, collection, firms, parts, people, registry, rounds
from coverage.trial.days import Days
from shimen import clock
from shimen.accounts.models import User
from shimen.errors import DomainError
from shimen.territory.models import Area, Street

SEED = 20260810

Say = Callable[[str], None]


class TrialError(DomainError):
    """The trial street cannot be loaded here."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The street as coverage has written it, for the apps above to write theirs on.

    `ids` are the entities' ids in the order of `town.firms`; `doors` the places' ids by address; `users` by username.
    """

    street: Street
    grids: list[Area]
    users: dict[str, User]
    town: firms.Town
    ids: list[uuid.UUID]
    doors: dict[str, uuid.UUID]
    days: Days
    seed: int
    at: dt.datetime
    say: Say


@transaction.atomic
def load(*, at: dt.datetime, say: Say, seed: int = SEED) -> Street:
    """Write the whole street. Refuses a database in which a street stands already: trial data must never mix with real."""
    _one_at_a_time()
    if Street.objects.exists():
        raise TrialError("库里已经有街道，不再载入示例街道。")
    today = clock.day_of(at)
    days = Days(today)
    say("街道、网格、地点、人员")
    town = firms.town(seed=seed, today=today)
    street, grids = people.write_street(seed=seed, days=days)
    doors = people.write_places(town, street, grids, seed=seed, days=days)
    users = people.write_people(street, grids, seed=seed, days=days)
    people.write_teams(street, grids, users, town.stations, doors, seed=seed, days=days)
    people.write_departments(street, seed=seed, days=days)
    to = registry.Writing(street, grids, doors, days, seed)
    ids = registry.entity_ids(town.firms, seed=seed, days=days)
    say("七轮走访，排第八轮的路线")
    story = rounds.tell(town, to, at=at)
    seen = story.seen(users)
    say(f"市场主体 {firms.LISTED:,} 家")
    registry.write_entities(town.firms, ids, seen, to, office=str(users["zhouwuwu"].pk))
    registry.write_contradictions(town.firms, ids, seen, to)
    say(f"从业人员 {firms.WORKERS:,} 人")
    registry.write_workers(town, ids, to)
    say(f"走访 {len(story.history.calls):,} 次")
    rounds.write(story, town, ids, to, users, at=at)
    say("部门报来的差异，和回复")
    chain.write(story, town, ids, to, users)
    say("采集码，和扫码填写的几份")
    collection.write(street, users, seed=seed, days=days, at=at)
    scene = Scene(street, grids, users, town, ids, doors, days, seed, at, say)
    for write in parts.writers():
        write(scene)
    return street


def _one_at_a_time() -> None:
    """Two loads write the same ids: the second would stand in a COPY until the first is done, and then fail."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEED])
        if not cursor.fetchone()[0]:
            raise TrialError("另一个命令正在载入示例街道，等它载完。")


def analyse() -> None:
    """Fresh statistics and visibility maps, so that the first lists cost what the later ones do. Outside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def write_sign_ins(folder: Path) -> None:
    """The list that the terminal and the login page show: one person of each role."""
    folder.mkdir(parents=True, exist_ok=True)
    shown: dict[str, dict[str, str]] = {}
    for person in cast.PEOPLE:
        role = person.roles[0][0]
        sees = f"{person.name}：{people.SEES[role]}"
        shown.setdefault(role, {"username": person.username, "password": people.PASSWORD, "sees": sees})
    text = json.dumps(list(shown.values()), ensure_ascii=False, indent=1)
    (folder / "sign-ins.json").write_text(text, "utf-8")
