"""Plain factories: rows with sensible values, and the fixed people who stand before every gate.

`town()` makes a street with two grids and one person per role; `stranger` is staff of another street. Everything is
made up. Give what a test is about by name, leave the rest.
"""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.test.utils import CaptureQueriesContext

from coverage.collection import codes, submissions
from coverage.models import (
    Batch,
    CollectionCode,
    CollectionForm,
    Demand,
    Department,
    Entity,
    FeedFile,
    Layout,
    PersonDifference,
    Round,
    Stop,
    Submission,
    Team,
    TeamMember,
    Visit,
    Worker,
)
from coverage.reading import layouts
from shimen import clock
from shimen.accounts.models import Role, RoleGrant, User
from shimen.audit import approvals
from shimen.audit.models import ExportRequest
from shimen.territory.models import Area, Place, Street

AT = dt.datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = AT.date()
LONG_AGO = dt.date(2020, 1, 1)
PASSWORD = "ceshi-mima-2026"

next_ = itertools.count(1).__next__


def street(**values: Any) -> Street:
    n = next_()
    defaults = {
        "code": f"99{n:07d}",
        "name": f"示例街道{n}",
        "division": "990000",
        "lon": 121.5,
        "lat": 31.2,
        "rounds_from": dt.date(2026, 8, 10),
    }
    return Street.objects.create(**defaults | values)


def area(street: Street, *, parent: Area | None = None, **values: Any) -> Area:
    n = next_()
    defaults: dict[str, Any] = {"kind": Area.Kind.GRID, "code": f"W{n}", "name": f"示例网格{n}", "sort": n % 10_000}
    row = Area(street=street, parent=parent, **defaults | values)
    row.lineage = [*(parent.lineage if parent else []), row.pk]
    row.save()
    return row


def place(area: Area, **values: Any) -> Place:
    n = next_()
    defaults: dict[str, Any] = {
        "kind": Place.Kind.SHOPFRONT,
        "road": "望桥路",
        "number": f"{n}号",
        "address": f"望桥路{n}号",
        "address_key": f"望桥路{n}号",
        "lon": area.street.lon + n / 100_000,
        "lat": area.street.lat,
    }
    return Place.objects.create(street=area.street, area=area, **defaults | values)


def user(street: Street | None, *, password: str = "", **values: Any) -> User:
    """A person without roles; without `password` nobody can sign in as them (use `client.force_login`)."""
    n = next_()
    row = User(street=street, **{"username": f"ren{n}", "display_name": f"试某{n}"} | values)
    if password:
        row.set_password(password)
    else:
        row.password = "!"
    row.save()
    return row


def grant(user: User, role: str, *, area: Area | None = None, **values: Any) -> RoleGrant:
    defaults = {"valid_from": LONG_AGO, "granted_at": AT}
    return RoleGrant.objects.create(street=user.street, user=user, role=role, area=area, **defaults | values)


def person(street: Street, *roles: str, area: Area | None = None, **values: Any) -> User:
    """A person who holds `roles` in `area` (none = the whole street)."""
    row = user(street, **values)
    for role in roles:
        grant(row, role, area=area)
    return row


def entity(area: Area, *, place: Place | None = None, **values: Any) -> Entity:
    n = next_()
    name = values.get("name", f"甲乙丙贸易{n}（示例）有限公司")
    defaults: dict[str, Any] = {
        "code": f"9199{n:014d}",
        "organisation_code": f"{n:09d}",
        "name": name,
        "name_key": name,
        "kind": Entity.Kind.ENTERPRISE,
        "address": place.address if place else "",
        "address_key": place.address_key if place else "",
        "registered_on": LONG_AGO,
        "pinyin": f"jia yi bing {n:06d}",
        "initials": "jyb",
    }
    return Entity.objects.create(street=area.street, area=area, place=place, **defaults | values)


def worker(entity: Entity, **values: Any) -> Worker:
    defaults: dict[str, Any] = {"name": "试员工", "phone_mask": "199****0017", "joined_on": LONG_AGO}
    return Worker.objects.create(street=entity.street, entity=entity, **defaults | values)


def department(street: Street, **values: Any) -> Department:
    n = next_()
    return Department.objects.create(street=street, **{"code": f"sj{n}", "name": f"示例部门{n}"} | values)


def batch(department: Department, **values: Any) -> Batch:
    n = next_()
    file = values.pop("file", None) or FeedFile.objects.create(
        street=department.street, sha256=f"{n:064x}", name=f"示例{n}.csv", size=2, content=b"a\n", uploaded_at=AT
    )
    defaults = {"number": n, "as_of": TODAY, "created_at": AT}
    return Batch.objects.create(street=department.street, department=department, file=file, **defaults | values)


def list_of_people(department: Department, entity: Entity) -> Batch:
    """A list of people by name, compared: one row is doubtful, one person is not named any more."""
    kinds = ("same", "new", "changed", "back", "doubt", "duplicate", "refused")
    counts = {**dict.fromkeys(kinds, 0), "rows": 1, "doubt": 1, "gone": 1, "gone_percent": 5.0, "employers": 1}
    found = batch(department, subject=Batch.Subject.PEOPLE, state=Batch.State.READY, counts=counts)
    known = worker(entity)
    rows = ({"line": 3, "kind": "doubt", "candidates": [str(known.pk)]}, {"kind": "left", "person_id": known.pk})
    for row in rows:
        PersonDifference.objects.create(
            street=entity.street, batch=found, entity=entity, name_mask="试**", phone_mask="199****0017", **row
        )
    return found


def layout(department: Department, *headings: tuple[str, str], **values: Any) -> Layout:
    """A layout that a person has decided: (heading, field) from left to right."""
    columns = [
        {"heading": heading, "key": heading, "field": field, "by": "person"}
        for heading, field in headings or (("主体身份号", "code"), ("牌匾", "name"), ("楼长", ""))
    ]
    defaults = {"decided_at": AT, "first_seen_at": AT, "last_seen_at": AT}
    return Layout.objects.create(
        street=department.street,
        department=department,
        fingerprint=layouts.fingerprint(column["key"] for column in columns),
        columns=columns,
        **defaults | values,
    )


def team(street: Street, *members: User, **values: Any) -> Team:
    row = Team.objects.create(street=street, **{"name": f"示例走访组{next_()}"} | values)
    for member in members:
        TeamMember.objects.create(team=row, user=member, since=LONG_AGO)
    return row


def round_(street: Street, **values: Any) -> Round:
    """An open round of the fortnight that holds AT, or the number-th before it."""
    number = values.get("number", 8)
    start = dt.date(2026, 11, 16) - dt.timedelta(days=14 * (8 - number))
    defaults: dict[str, Any] = {
        "number": number,
        "period_start": start,
        "period_end": start + dt.timedelta(days=13),
        "opened_at": AT - dt.timedelta(days=7),
    }
    return Round.objects.create(street=street, **defaults | values)


def stop(in_round: Round, entity: Entity, visitor: User | None = None, **values: Any) -> Stop:
    defaults: dict[str, Any] = {"area": entity.area, "owner": visitor, "visitor": visitor, "planned_on": TODAY}
    return Stop.objects.create(street=in_round.street, round=in_round, entity=entity, **defaults | values)


def visit(stop: Stop, visitor: User | None = None, **values: Any) -> Visit:
    defaults: dict[str, Any] = {
        "round": stop.round,
        "entity": stop.entity,
        "visitor": visitor or stop.visitor,
        "outcome": Visit.Outcome.SAME,
        "visited_at": AT,
        "received_at": AT,
        "digest": uuid.uuid4().hex,
    }
    return Visit.objects.create(street=stop.street, stop=stop, **defaults | values)


def demand(visit: Visit, **values: Any) -> Demand:
    defaults: dict[str, Any] = {"words": "门口停车位不够", "raised_at": AT, "raised_by": visit.visitor}
    return Demand.objects.create(street=visit.street, visit=visit, entity=visit.entity, **defaults | values)


@dataclass
class Town:
    """A street with two grids (the first with a block in it), and the people who come to every test."""

    street: Street
    first_grid: Area
    block: Area
    second_grid: Area
    staff: User
    secretary: User  # of the first grid
    visitor: User  # of the first grid
    colleague: User  # a visitor of the second grid
    data_admin: User
    system_admin: User
    security_admin: User
    audit_admin: User
    nobody: User  # signed in, no role
    stranger: User  # staff of another street

    def everyone(self) -> dict[str, User]:
        """The people by name, for tables of who may open what."""
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}


def town() -> Town:
    here, elsewhere = street(), street()
    first = area(here, name="第一网格")
    block = area(here, parent=first, kind=Area.Kind.BLOCK, name="望桥路街区")
    second = area(here, name="第二网格")
    return Town(
        street=here,
        first_grid=first,
        block=block,
        second_grid=second,
        staff=person(here, Role.STAFF, display_name="周戊五"),
        secretary=person(here, Role.SECRETARY, area=first, display_name="赵甲一"),
        visitor=person(here, Role.VISITOR, area=first, display_name="孙丙三"),
        colleague=person(here, Role.VISITOR, area=second, display_name="李丁四"),
        data_admin=person(here, Role.DATA_ADMIN, display_name="钱乙二"),
        system_admin=person(here, Role.SYSTEM_ADMIN, display_name="吴己六"),
        security_admin=person(here, Role.SECURITY_ADMIN, display_name="郑庚七"),
        audit_admin=person(here, Role.AUDIT_ADMIN, display_name="王辛八"),
        nobody=user(here, display_name="冯壬九"),
        stranger=person(elsewhere, Role.STAFF, display_name="陈癸十"),
    )


def counting() -> CaptureQueriesContext:
    """`with make.counting() as queries:` … `len(queries)`: how many questions a page asks the database."""
    return CaptureQueriesContext(connection)


def collection_form(street: Street, **values: Any) -> CollectionForm:
    """The notice of a street, as its first draft says it."""
    defaults = codes.first_draft(street) | {"contact": "示例街道党建办 021-0000-0000"}
    return codes.publish_form(street=street, values=defaults | values, actor=None, at=AT)


def code(door: Entity | Place) -> CollectionCode:
    """The code of a shop or a place; the notice is published where there is none."""
    if codes.current_form(door.street) is None:
        collection_form(door.street)
    kind = "entities" if isinstance(door, Entity) else "places"
    return codes.issue(street=door.street, actor=None, at=AT, **{kind: [door]})[0]


def submission(code: CollectionCode, **values: Any) -> Submission:
    """What somebody wrote behind a code, with every consent."""
    n = next_()
    defaults = {"name": "试某甲", "phone": f"1990000{n % 10_000:04d}", "post": "clerk", "standing": "member"}
    said = submissions.Said(**defaults | {k: v for k, v in values.items() if k != "entity"})
    form = codes.current_form(code.street)
    assert form is not None
    entity = values.get("entity", code.entity)
    return submissions.submit(id=uuid.uuid4(), code=code, form=form, entity=entity, said=said, at=AT).submission


def export_request(town: Town) -> ExportRequest:
    """Staff want to take a roster out; nobody has decided."""
    return ExportRequest.objects.create(
        street=town.street, title="党员名册", purpose="核对名册", rows=3, asked_by=town.staff, asked_at=AT
    )


def approve_exports(town: Town) -> None:
    """Whatever was asked for may leave now."""
    for row in ExportRequest.objects.waiting():
        approvals.approve(request=row, actor=town.security_admin, at=clock.now())
