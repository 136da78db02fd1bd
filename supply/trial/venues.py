"""Venues of the trial street: one per grid, all three main ones, 4000 ㎡ in their spaces; the rota of their masters, notes
handed over. What organisations book there is written by `supply.trial.bookings`, once there are organisations."""

from __future__ import annotations

import datetime as dt
import random

from coverage.trial.days import Ids
from coverage.trial.load import Scene
from coverage.trial.words import person
from shimen.territory import calendar
from supply.models import DayHours, Equipment, HandoverNote, Hours, Shift, Space, StationMaster, Venue
from supply.timing import turns

Kind = Space.Kind

# Name, address, what is said of it, and ㎡ of its spaces in the order of `ROOMS`.
VENUES: tuple[tuple[str, str, str, tuple[int, ...]], ...] = (
    ("一站 望桥路", "西塘路44号", "街区党员和商户的家，一楼是小哥加油站，二楼议事。", (320, 120, 380, 260, 280)),
    ("二站 石桥二路", "清波路45号", "楼宇里的党群客厅，白领午间课和直播空间。", (340, 110, 360, 290, 260)),
    ("三站 云台路", "松间路240号", "新就业群体的驿站，夜里也亮灯。", (300, 100, 320, 240, 320)),
)
# Kind, name, floor, people, whether it is booked, whether its master consents, hours of weekdays, weekends, holidays.
ROOMS: tuple[tuple[str, str, str, int, bool, bool, tuple[int, int], tuple[int, int], tuple[int, int] | None], ...] = (
    (Kind.LIFE_ROOM, "党员组织生活室", "二层", 40, True, False, (540, 1260), (540, 1080), None),
    (Kind.SECRETARY_STUDIO, "书记工作室", "二层", 8, True, False, (540, 1080), (540, 720), None),
    (Kind.GRID_HALL, "网格议事厅", "二层", 24, True, False, (540, 1260), (540, 1080), None),
    (Kind.LIVE_STUDIO, "直播互动新空间", "一层", 12, True, True, (600, 1320), (600, 1320), (780, 1080)),
    (Kind.RIDER_STATION, "小哥加油站", "一层", 30, False, False, (420, 1380), (420, 1380), (420, 1380)),
)
EQUIPMENT = (("投影仪一号", "带 HDMI 线"), ("投影仪二号", ""), ("移动音箱", "带两支话筒"), ("直播灯", "一对"))
MASTERS = 5
BACK, AHEAD = 180, 35
POSTS = (
    "第一街区党支部委员",
    "居民区两委",
    "楼宇物业经理",
    "沿街商户党员",
    "市监所下沉干部",
    "居民区党总支委员",
    "社区志愿者",
)
NOTES = (
    "加油站热水器已修好，说明书放在前台抽屉（示例）。",
    "议事厅空调遥控器没电，明天换电池。今天借出投影仪一号，晚上还。",
    "无。",
    "直播空间有人问周末能不能晚一小时关门，已记下，周例会上提。",
    "雨伞借出 6 把，归还 4 把；伞架在门口左侧。",
    "组织生活室少一把椅子，物业说周三补来。",
)
ONE = dt.timedelta(days=1)


def write(scene: Scene) -> None:
    """Venues with spaces, hours and equipment, then half a year of the rota."""
    scene.say(f"阵地 {len(VENUES)} 个，轮值站长 {len(VENUES) * MASTERS} 人")
    venues = _venues(scene)
    _spaces(scene, venues)
    _rota(scene, venues)


def _venues(scene: Scene) -> list[Venue]:
    chance, ids = random.Random(f"{scene.seed} venues"), Ids(scene.seed, "venue")
    opened = scene.days.day(-400)
    rows = [
        Venue(
            id=ids.at(scene.days.at(-400)), street=scene.street, area=grid, name=name, is_main=True, address=address,
            place_id=scene.doors.get(address), telephone="021-0000-0000（示例）", about=about, opened_on=opened,
            token=f"{chance.getrandbits(72):018x}",
        )
        for (name, address, about, _), grid in zip(VENUES, scene.grids, strict=False)
    ]  # fmt: skip
    Venue.objects.bulk_create(rows)
    return rows


def _spaces(scene: Scene, venues: list[Venue]) -> None:
    chance, ids = random.Random(f"{scene.seed} spaces"), Ids(scene.seed, "space")
    opened = scene.days.at(-400)
    spaces: list[Space] = []
    hours: list[Hours] = []
    for venue, (_, _, _, sizes) in zip(venues, VENUES, strict=False):
        for place, (room, size) in enumerate(zip(ROOMS, sizes, strict=True)):
            kind, name, floor, capacity, is_booked, consents, week, weekend, holiday = room
            space = Space(
                id=ids.at(opened), street=scene.street, venue=venue, kind=kind, name=name, floor=floor, floor_area=size,
                capacity=capacity, takes_bookings=is_booked, needs_consent=consents, place=place,
                door_token=f"{chance.getrandbits(72):018x}",
            )  # fmt: skip
            spaces.append(space)
            said = {**dict.fromkeys(range(5), week), 5: weekend, 6: weekend} | ({7: holiday} if holiday else {})
            hours += [
                Hours(street=scene.street, space=space, weekday=day, opens=opens, closes=closes)
                for day, (opens, closes) in said.items()
            ]
    Space.objects.bulk_create(spaces)
    Hours.objects.bulk_create(hours)
    Equipment.objects.bulk_create(
        Equipment(street=scene.street, venue=venue, name=name, note=note)
        for venue in venues
        for name, note in EQUIPMENT
    )
    DayHours.objects.create(
        street=scene.street, venue=venues[0], day=scene.days.today + ONE * 10, opens=780, closes=1260, reason="上午消防检修（示例）",
        made_by=scene.users["yanxinba"], made_at=scene.days.at(scene.days.number(scene.days.today) - 1),
    )  # fmt: skip


def _rota(scene: Scene, venues: list[Venue]) -> None:
    chance, today = random.Random(f"{scene.seed} rota"), scene.days.today
    ids = Ids(scene.seed, "master")
    since = today - ONE * BACK
    known = calendar.load(since, today + ONE * AHEAD)
    days = [since + ONE * n for n in range(BACK + AHEAD + 1)]
    off = {day for day in days if not known.is_working(day)}
    people: list[StationMaster] = []
    shifts: list[Shift] = []
    for number, venue in enumerate(venues):
        team = [
            StationMaster(
                id=ids.at(scene.days.at(-400)), street=scene.street, venue=venue, name=name,
                unit=POSTS[(number + n) % len(POSTS)], since=since,
            )
            for n, name in enumerate(_names(chance, MASTERS))
        ]  # fmt: skip
        if number == 0:
            user = scene.users["yanxinba"]
            team[0].user, team[0].name, team[0].unit = user, str(user), "阵地专职"
        people += team
        found = turns.plan([row.pk for row in team], days, holidays=off)
        by_id = {row.pk: row for row in team}
        shifts += [
            Shift(street=scene.street, venue=venue, day=day, master=by_id[pk], is_holiday=day in off)
            for day, pk in found.items()
        ]
    StationMaster.objects.bulk_create(people)
    Shift.objects.bulk_create(shifts)
    _notes(scene, venues, chance)


def _names(chance: random.Random, count: int) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        name = person(chance)
        if name not in found:
            found.append(name)
    return found


def _notes(scene: Scene, venues: list[Venue], chance: random.Random) -> None:
    """A note for most of the last forty days; yesterday's is still to be read."""
    rows = []
    for venue in venues:
        for back in range(1, 41):
            if chance.random() < 0.25 and back > 1:
                continue
            day = scene.days.today - ONE * back
            written = scene.days.at(scene.days.number(day), 20, chance.randrange(50))
            rows.append(
                HandoverNote(
                    street=scene.street, venue=venue, day=day, text=chance.choice(NOTES), written_by=scene.users["yanxinba"],
                    written_at=written, read_at=written + dt.timedelta(hours=13) if back > 1 else None,
                )
            )  # fmt: skip
    HandoverNote.objects.bulk_create(rows)
