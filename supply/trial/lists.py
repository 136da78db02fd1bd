"""Writing the three lists of the trial street, and what has been brought together so far."""

from __future__ import annotations

import datetime as dt
import random
import uuid

from coverage.trial.days import Ids
from coverage.trial.load import Scene
from supply.lists.reading import Lists, reasons_of
from supply.models import Link, Need, Project, Recipient, Resource, Series, Space
from supply.trial.list_words import NEEDS, PROJECTS, RESOURCES, Line

LED = "书记领跑善治"
# Needs raised so few days ago that nobody has looked at them yet, and so long ago that most are met.
FRESH, OLD = 2, 150
# How people write the rooms of the venues; 一站 is the venue of the first grid.
STATIONS = "一二三"
ROOMS = {
    "组织生活室": Space.Kind.LIFE_ROOM, "书记工作室": Space.Kind.SECRETARY_STUDIO, "议事厅": Space.Kind.GRID_HALL,
    "直播空间": Space.Kind.LIVE_STUDIO,
}  # fmt: skip
RAISERS = ("街面走访带回（示例）", "党群服务站收到（示例）")


def write(scene: Scene) -> None:
    """The lists, then links as the matching suggests them: the newest needs wait, the oldest are met."""
    chance = random.Random(f"{scene.seed} lists")
    recipients = list(Recipient.objects.filter(street=scene.street).emerging().on(scene.days.today).in_order())
    ids = Ids(scene.seed, "lists")
    series = Series.objects.create(
        id=ids.at(scene.days.at(-300)), street=scene.street, name=LED, words="书记带头，一个项目解一个难题", is_led=True
    )
    spaces = _spaces(scene)
    Resource.objects.bulk_create(_resource(scene, line, ids, spaces) for line in RESOURCES)
    Project.objects.bulk_create(_project(scene, line, ids, series, recipients, spaces) for line in PROJECTS)
    Need.objects.bulk_create(_need(scene, line, ids, recipients, chance) for line in NEEDS)
    _link(scene, ids)
    scene.say(f"需求 {len(NEEDS)}，资源 {len(RESOURCES)}，项目 {len(PROJECTS)}")


def _spaces(scene: Scene) -> dict[str, Space]:
    """The spaces by how the lists write them: 二站 议事厅."""
    grids = {grid.pk: f"{name}站" for grid, name in zip(scene.grids, STATIONS, strict=False)}
    words = {kind: room for room, kind in ROOMS.items()}
    rows = Space.objects.filter(street=scene.street, kind__in=words).select_related("venue")
    return {f"{grids.get(row.venue.area_id)} {words[Space.Kind(row.kind)]}": row for row in rows}


def _common(scene: Scene, line: Line, pk: uuid.UUID, made: dt.datetime) -> dict[str, object]:
    return {
        "id": pk, "street": scene.street, "number": line.number, "title": line.title, "words": line.words,
        "category": line.category, "audiences": list(line.audiences), "capacity": line.capacity,
        "area": scene.grids[line.grid - 1] if line.grid else None, "made_by": scene.users["zhouwuwu"], "made_at": made,
    }  # fmt: skip


def _resource(scene: Scene, line: Line, ids: Ids, spaces: dict[str, Space]) -> Resource:
    made = scene.at - dt.timedelta(days=380 - 3 * line.number)
    times, door, provider, where = line.more
    state = Resource.State.PAUSED if line.title in {"清凉物资"} else Resource.State.OFFERED
    return Resource(
        **_common(scene, line, ids.at(made), made), state=state, per_month=int(times), is_door=door == "d", provider=provider,
        location=where, space=spaces.get(where),
    )  # fmt: skip


def _project(
    scene: Scene, line: Line, ids: Ids, series: Series, recipients: list[Recipient], spaces: dict[str, Space]
) -> Project:
    made = scene.at - dt.timedelta(days=375 - 4 * line.number)
    state, is_led, leader, provider, where = line.more
    named = next((row for row in recipients if str(row) == provider), None)
    result = "办完了，参加的都说有用（示例）" if state == Project.State.DONE else ""
    return Project(
        **_common(scene, line, ids.at(made), made), state=state, series=series if is_led else None, leader=leader,
        provider=provider, location=where, space=spaces.get(where), is_door=not where, lead=named, result=result,
    )  # fmt: skip


def _need(scene: Scene, line: Line, ids: Ids, recipients: list[Recipient], chance: random.Random) -> Need:
    """Raised between a year ago and yesterday; the later ones on the list are not the newer ones."""
    back = 2 + (line.number * 53) % 340 if line.number % 11 else 1 + line.number % 3
    made = scene.at - dt.timedelta(days=back, hours=chance.randrange(1, 7))
    near = [row for row in recipients if line.grid is None or row.area_id == scene.grids[line.grid - 1].pk]
    recipient = near[line.number * 7 % len(near)] if near and line.number % 7 else None
    return Need(
        **_common(scene, line, ids.at(made), made), recipient=recipient, raised_on=made.date(),
        raiser="" if recipient else RAISERS[line.number % 2],
    )  # fmt: skip


def _link(scene: Scene, ids: Ids) -> None:
    """What the matching suggests first is linked, as the office would; needs without a suggestion stay as they are."""
    today = scene.days.today
    lists = Lists(street=scene.street.pk, on=today)
    links, changed = [], []
    for need in lists.needs:
        days = (today - need.raised_on).days
        found = lists.suggest(need)
        if days < FRESH or not found.any:
            continue
        at = min(need.made_at + dt.timedelta(days=3), scene.at)
        links += [
            Link(
                id=ids.at(at), street=scene.street, need=need, resource=one.row if isinstance(one.row, Resource) else None,
                project=one.row if isinstance(one.row, Project) else None, score=one.verdict.score,
                reasons=reasons_of(one.verdict), made_by=scene.users["zhouwuwu"], made_at=at,
            )
            for one in (*found.projects[:1], *found.resources[:1])
        ]  # fmt: skip
        need.state = Need.State.LINKED
        if days > OLD and need.number % 5:
            need.state, need.met_on, need.how_met = (
                Need.State.MET,
                need.raised_on + dt.timedelta(days=30),
                "上菜单办过，提的人说可以了（示例）",
            )
        changed.append(need)
    Link.objects.bulk_create(links)
    Need.objects.bulk_update(changed, ["state", "met_on", "how_met"])
