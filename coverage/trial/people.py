"""The trial's street, areas, places and the people who sign in, written to the database."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib.auth.hashers import make_password

from coverage.models import Department, Layout, Team, TeamMember
from coverage.reading import fields, layouts
from coverage.trial import cast, places, shape, words
from coverage.trial.copying import copy
from coverage.trial.days import Days, Ids
from coverage.trial.firms import Town
from shimen.accounts.models import Role, RoleGrant, User
from shimen.territory.models import Area, Place, Street

PASSWORD = "shiyong-2026"  # noqa: S105 - printed at every start; production refuses trial accounts
CODE = f"{words.DIVISION}001"
NAME = "示例街道"

# What each role sees, for the list of sign-ins on the terminal and the login page.
SEES = {
    "staff": "总览、事项、会议",
    "secretary": "支部首页、手机走访",
    "visitor": "手机走访",
    "data_admin": "部门表格比对",
    "convener": "议事会",
    "station_master": "阵地值班",
    "seconded": "网格协同",
    "system_admin": "账号和运行",
    "security_admin": "授权",
    "audit_admin": "操作记录",
}

DEPARTMENTS = (
    ("market", "市场监管", "示例区市场监督管理局", 14, ["enterprise", "sole_trader"], 10),
    ("tax", "税务", "示例区税务局", 30, ["enterprise"], 20),
    ("social", "人社", "示例区人力资源和社会保障局", 30, ["enterprise", "social"], 30),
)


def write_street(*, seed: int, days: Days) -> tuple[Street, list[Area]]:
    """The street with its drawing, and its three merged grids."""
    ids = Ids(seed, "area")
    opened = days.at(-30)
    lon, lat = shape.degrees((330.0, 215.0))
    street = Street.objects.create(
        id=ids.at(opened), code=CODE, name=NAME, division=words.DIVISION, district="示例区", lon=lon, lat=lat,
        rounds_from=days.first, is_trial=True, backdrop=shape.backdrop(), outline=shape.degrees_ring(shape.OUTLINE),
    )  # fmt: skip
    grids = []
    for number, (name, ring) in enumerate(zip(shape.GRID_NAMES, shape.GRIDS, strict=True), 1):
        pk = ids.at(opened)
        grids.append(
            Area(
                id=pk,
                street=street,
                kind=Area.Kind.GRID,
                code=f"W{number}",
                name=name,
                sort=number,
                lineage=[pk],
                boundary=shape.degrees_ring(ring),
            )
        )
    Area.objects.bulk_create(grids)
    return street, grids


_PLACE = (
    "id", "street_id", "area_id", "building_id", "kind", "name", "road", "lane", "number", "floor", "room", "address",
    "address_key", "lon", "lat", "is_start",
)  # fmt: skip


def write_places(town: Town, street: Street, grids: list[Area], *, seed: int, days: Days) -> dict[str, uuid.UUID]:
    """Stations, shop fronts (vacant ones too), buildings and the rooms in use; returns ids by address."""
    ids, opened = Ids(seed, "place"), days.at(-29)
    found: dict[str, uuid.UUID] = {}
    rows: list[tuple[object, ...]] = []
    houses = [house.spot for house in town.houses]
    rooms = [f.spot for f in town.firms if f.spot is not None and f.spot.kind == "room"]
    for spot in (*town.stations, *town.fronts, *houses, *rooms):
        if spot.address in found:
            continue
        pk = found[spot.address] = ids.at(opened)
        building = found[houses[spot.building].address] if spot.building is not None else None
        lon, lat = shape.degrees(spot.at)
        rows.append(
            (pk, street.pk, grids[spot.grid].pk, building, spot.kind, spot.name, spot.road, spot.lane, spot.number,
             spot.floor, spot.room, spot.address, spot.address, lon, lat, spot.is_start)
        )  # fmt: skip
    copy(Place, _PLACE, rows)
    return found


def write_people(street: Street, grids: list[Area], *, seed: int, days: Days) -> dict[str, User]:
    """Everybody who signs in, with their roles. One hash serves all: it is the same password."""
    ids, opened = Ids(seed, "user"), days.at(-28)
    password = make_password(PASSWORD)
    people = [
        User(
            id=ids.at(opened),
            street=street,
            username=p.username,
            display_name=p.name,
            unit=p.unit,
            is_trial=True,
            password=password,
            date_joined=opened + dt.timedelta(seconds=number),
            is_staff=bool({"data_admin", "system_admin"} & {r for r, _ in p.roles}),
        )
        for number, p in enumerate(cast.PEOPLE)
    ]
    User.objects.bulk_create(people)
    grants = [
        RoleGrant(
            id=ids.at(opened),
            street=street,
            user=user,
            role=Role(role),
            area=grids[grid - 1] if grid else None,
            valid_from=days.day(-28),
            granted_at=opened,
        )
        for person, user in zip(cast.PEOPLE, people, strict=True)
        for role, grid in person.roles
    ]
    RoleGrant.objects.bulk_create(grants)
    return {user.username: user for user in people}


def write_teams(
    street: Street, grids: list[Area], people: dict[str, User], stations: list[places.Spot], doors: dict[str, uuid.UUID],
    *, seed: int, days: Days,
) -> dict[str, Team]:  # fmt: skip
    """Six teams, each in its grid, setting out from the grid's service station."""
    ids, opened = Ids(seed, "team"), days.at(-27)
    teams = {
        name: Team(
            id=ids.at(opened),
            street=street,
            name=name,
            sort=number,
            area=grids[grid - 1],
            start_id=doors[stations[grid - 1].address],
        )
        for number, (name, grid) in enumerate(cast.TEAMS, 1)
    }
    Team.objects.bulk_create(teams.values())
    members = [
        TeamMember(team=teams[p.team], user=people[p.username], since=days.day(-27)) for p in cast.PEOPLE if p.team
    ]
    TeamMember.objects.bulk_create(members)
    return teams


def write_departments(street: Street, *, seed: int, days: Days) -> dict[str, Department]:
    """The three departments that send workbooks."""
    ids, opened = Ids(seed, "department"), days.at(-26)
    made = {
        code: Department(
            id=ids.at(opened),
            street=street,
            code=code,
            name=name,
            contact=f"{unit}（示例）",
            cadence_days=cadence,
            scope_kinds=kinds,
            sort=sort,
        )
        for code, name, unit, cadence, kinds, sort in DEPARTMENTS
    }
    Department.objects.bulk_create(made.values())
    Layout.objects.bulk_create(
        Layout(id=ids.at(opened), street=street, department=made[code], first_seen_at=opened, last_seen_at=opened,
               decided_at=opened, **_layout(headings))
        for code, headings in LAYOUTS
    )  # fmt: skip
    return made


def _layout(headings: tuple[tuple[str, str], ...]) -> dict[str, object]:
    """A header that somebody has said everything of; `fields.HEADINGS` knows those without a field here."""
    known = layouts.prepare(fields.built_in_aliases())
    columns = []
    for heading, field in headings:
        key = layouts.heading_key(heading)
        choice = ("", 0) if field == LEFT_OUT else (field, 0) if field else known.look_up(key) or ("", 0)
        columns.append({"heading": heading, "key": key, "field": choice[0], "by": "person"})
    return {"fingerprint": layouts.fingerprint(column["key"] for column in columns), "columns": columns}


LEFT_OUT = "-"
# Headers that the departments have sent before, with what the general list of headings does not know.
LAYOUTS = (
    ("tax", (
        ("序号", ""), ("统一社会信用代码/纳税人识别号", ""), ("户名", "name"),
        ("税务登记日期", LEFT_OUT),  # not the day of founding
        ("纳税人状态", ""), ("主管税务机关", ""), ("生产经营地址", ""), ("从业人数", ""), ("联系电话", ""),
    )),
    ("social", (
        ("单位编码", ""), ("单位名称", ""), ("统一社会信用代码", ""), ("缴费人数", "headcount"), ("所属年月", ""),
        ("行业", ""), ("所处街道", ""), ("当前状态", ""),
    )),
)  # fmt: skip
