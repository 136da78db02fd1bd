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

from branches.bodies import papers, rosters, served
from branches.models import (
    Activity,
    ActivityHost,
    Committee,
    CommitteeSheet,
    CommitteeSheetRow,
    Division,
    DivisionVariant,
    Founding,
    FoundingDocument,
    Group,
    GroupPlace,
    JointProject,
    Member,
    Organisation,
    ProjectPartner,
    Roster,
    RosterRow,
    Seat,
)
from branches.rules import seats as seat_rules
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
from grid.chain.levels import Level
from grid.matters import raising
from grid.models import Charter, Council, CouncilMember, DistrictCase, Secondment
from shimen import clock, sheets
from shimen.accounts.models import Role, RoleGrant, User
from shimen.audit import approvals
from shimen.audit.models import ExportRequest
from shimen.privacy.sealing import seal
from shimen.territory.models import Area, Place, Street
from supply import models as supplied

AT = dt.datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = AT.date()
LONG_AGO = dt.date(2020, 1, 1)
PASSWORD = "ceshi-mima-2026"

_next = itertools.count(1).__next__


def street(**values: Any) -> Street:
    n = _next()
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
    n = _next()
    defaults: dict[str, Any] = {"kind": Area.Kind.GRID, "code": f"W{n}", "name": f"示例网格{n}", "sort": n % 10_000}
    row = Area(street=street, parent=parent, **defaults | values)
    row.lineage = [*(parent.lineage if parent else []), row.pk]
    row.save()
    return row


def place(area: Area, **values: Any) -> Place:
    n = _next()
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
    n = _next()
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
    n = _next()
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
    n = _next()
    return Department.objects.create(street=street, **{"code": f"sj{n}", "name": f"示例部门{n}"} | values)


def batch(department: Department, **values: Any) -> Batch:
    n = _next()
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
    row = Team.objects.create(street=street, **{"name": f"示例走访组{_next()}"} | values)
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
    n = _next()
    defaults = {"name": "试某甲", "phone": f"1990000{n % 10_000:04d}", "post": "clerk", "standing": "member"}
    said = submissions.Said(**defaults | {k: v for k, v in values.items() if k != "entity"})
    form = codes.current_form(code.street)
    assert form is not None
    entity = values.get("entity", code.entity)
    return submissions.submit(id=uuid.uuid4(), code=code, form=form, entity=entity, said=said, at=AT).submission


def organisation(town: Town, **given: Any) -> Organisation:
    """A branch of the first grid that was founded before this year."""
    n = _next()
    values = {
        "street": town.street, "area": town.first_grid, "kind": Organisation.Kind.STREET_BLOCK, "name": f"第{n}街区党支部（示例）",
        "founded_on": dt.date(2025, 7, 1),
    }  # fmt: skip
    return Organisation.objects.create(**(values | given))


def member(organisation: Organisation, *, name: str = "示例人", **given: Any) -> Member:
    """A full member since the branch was founded."""
    row = Member(street_id=organisation.street_id, organisation=organisation)
    row.name_sealed = seal(name, table="branches_member", column="name_sealed", row=row.pk)
    row.name_mask = name[0] + "*" * (len(name) - 1)
    row.valid = (organisation.founded_on, None)
    for key, value in given.items():
        setattr(row, key, value)
    row.save()
    return row


def committee(organisation: Organisation, *roles: str, **given: Any) -> Committee:
    """A committee elected on the day of founding, in office, with nobody in its seats yet."""
    elected = given.get("elected_on", organisation.founded_on)
    due = given.get("due_on", seat_rules.months_later(elected, 36))
    values = {
        "street_id": organisation.street_id, "organisation": organisation, "number": 1, "elected_on": elected, "due_on": due,
        "ends_on": due, "valid": (elected, None), "roles": list(roles or ("secretary",)),
    }  # fmt: skip
    return Committee.objects.create(**(values | given))


def seat(committee: Committee, role: str = "secretary", **given: Any) -> Seat:
    """Somebody in a seat of a committee since its election."""
    values = {
        "street_id": committee.street_id, "committee": committee, "organisation": committee.organisation, "role": role,
        "name": f"赵甲{_next()}", "valid": (committee.elected_on, None),
    }  # fmt: skip
    return Seat.objects.create(**(values | given))


def activity(lead: Organisation, *others: Organisation, **given: Any) -> Activity:
    """A planned meeting of an organisation (with others, a joint one), two hours from AT."""
    defaults: dict[str, Any] = {
        "kind": "general", "title": "讨论示例事项", "location": "示例路 1 号", "starts_at": AT + dt.timedelta(hours=2),
        "made_at": AT, "is_joint": bool(others),
    }  # fmt: skip
    values = defaults | given
    values.setdefault("ends_at", values["starts_at"] + dt.timedelta(hours=1))
    row = Activity.objects.create(street_id=lead.street_id, lead=lead, **values)
    for place, host in enumerate((lead, *others)):
        ActivityHost.objects.create(street_id=lead.street_id, activity=row, organisation=host, place=place)
    return row


def founding(town: Town, **given: Any) -> Founding:
    """The file of an enterprise branch that has been applied for."""
    n = _next()
    name = f"甲乙丙贸易{n}（示例）有限公司党支部"
    values: dict[str, Any] = {"kind": Organisation.Kind.ENTERPRISE, "name": name, "founded_on": None}
    row = organisation(town, **values | given.pop("organisation", {}))
    defaults = {
        "applied_on": dt.date(2026, 11, 2),
        "due_on": dt.date(2026, 12, 2),
        "reason": "有三名正式党员，要求成立",
    }
    return Founding.objects.create(street=row.street, organisation=row, **defaults | given)


def document(founding: Founding, *, by: User) -> FoundingDocument:
    """A document of the application."""
    content = sheets.as_xlsx([sheets.Sheet("申请", ["姓名"], [["示例人"]])])
    return papers.attach(founding=founding, step="apply", name="申请.xlsx", content=content, actor=by, at=AT)


def project(lead: Organisation, *others: Organisation, **given: Any) -> JointProject:
    """A joint project that began a month ago."""
    values = {
        "title": "示例共推项目", "goal": "门口不再乱停车", "started_on": TODAY - dt.timedelta(days=30), "made_at": AT,
    } | given  # fmt: skip
    row = JointProject.objects.create(street_id=lead.street_id, lead=lead, **values)
    for place, partner in enumerate((lead, *others)):
        ProjectPartner.objects.create(street_id=lead.street_id, project=row, organisation=partner, place=place)
    return row


def roster(organisation: Organisation) -> Roster:
    """A roster of one row that waits for a decision."""
    row = Roster.objects.create(
        street_id=organisation.street_id,
        organisation=organisation,
        file_name="名册.xlsx",
        received_at=AT,
        counts={"rows": 1},
    )
    line = RosterRow(street_id=row.street_id, roster=row, line=4, kind="doubt", name_mask="示**")
    said = {"name": "示例人", "phone": "", "standing": "full", "relation": "here", "home_unit": "", "since": ""}
    rosters.seal(line, {"said": said, "old": {}})
    line.save()
    return row


def committee_sheet(organisation: Organisation) -> CommitteeSheet:
    """A workbook of committees with one block that waits for a decision."""
    row = CommitteeSheet.objects.create(
        street_id=organisation.street_id, file_name="班子.xlsx", received_at=AT, counts={"rows": 1, "blocks": 1}
    )
    CommitteeSheetRow.objects.create(
        street_id=row.street_id, sheet=row, line=4, kind="doubt", named="示例支部", candidates=[str(organisation.pk)],
        said={"organisation": "示例支部", "lines": [], "seen": [], "shown": []},
    )  # fmt: skip
    return row


def group(organisation: Organisation, *members: Member, name: str = "第一党小组") -> Group:
    """A group of a branch, led by the first of its members."""
    row = Group.objects.create(
        street_id=organisation.street_id, organisation=organisation, name=name, valid=(LONG_AGO, None)
    )
    for number, each in enumerate(members):
        GroupPlace.objects.create(
            street_id=row.street_id, group=row, member=each, is_leader=number == 0, valid=(LONG_AGO, None)
        )
    return row


def export_request(town: Town) -> ExportRequest:
    """Staff want to take a roster out; nobody has decided."""
    return ExportRequest.objects.create(
        street=town.street, title="党员名册", purpose="核对名册", rows=3, asked_by=town.staff, asked_at=AT
    )


def approve_exports(town: Town) -> None:
    """Whatever was asked for may leave now."""
    for row in ExportRequest.objects.waiting():
        approvals.approve(request=row, actor=town.security_admin, at=clock.now())


def division(organisation: Organisation, **given: Any) -> Division:
    """A proposal within a branch for one member and one door, with one variant, worked out and not adopted."""
    door, answers = place(organisation.area), member(organisation)
    values = {
        "street": organisation.street, "organisation": organisation, "name": "示例划分", "tolerance": 2, "price_of_change": 400,
        "areas": [{"key": str(answers.pk), "title": ""}], "state": "drawn", "places": [door.pk], "made_at": AT, "drawn_at": AT,
    }  # fmt: skip
    row = Division.objects.create(**(values | given))
    each = {
        "number": 0,
        "key": str(answers.pk),
        "load": 1,
        "shops": 1,
        "mean": 0,
        "nine_in_ten": 0,
        "farthest": 0,
        "grids": 1,
    }
    figures = {"areas": [each | {"blocks": None}], "spread": 0, "mean": 0, "crossing": 0, "cut_off_pieces": 0, "catering_gap": 0,
               "moved": 0, "imbalance": 0.0, "is_balanced": True}  # fmt: skip
    DivisionVariant.objects.create(
        street=row.street,
        division=row,
        number=1,
        name="balanced",
        label="数量均衡",
        assigned="0",
        reasons="0",
        figures=figures,
    )
    return row


# ---- lists, menus, deliveries


def recipient(town: Town, **given: Any) -> supplied.Recipient:
    """A branch of the first grid as supply knows it."""
    row = organisation(town, **given)
    served.keep_in_step(row)
    return supplied.Recipient.objects.get(pk=row.pk)


def led_by(user: User, recipient: supplied.Recipient) -> None:
    """The person is the secretary of that organisation by their account."""
    seat(committee(Organisation.objects.get(pk=recipient.pk)), user=user, name=user.display_name)


def need(town: Town, **given: Any) -> supplied.Need:
    return supplied.Need.objects.create(**_listed(town) | {"title": "骑手夜间休息点", "raised_on": TODAY} | given)


def resource(town: Town, **given: Any) -> supplied.Resource:
    return supplied.Resource.objects.create(
        **_listed(town) | {"title": "示例律师驻点", "provider": "示例律师事务所"} | given
    )


def supply_project(town: Town, **given: Any) -> supplied.Project:
    return supplied.Project.objects.create(
        **_listed(town) | {"title": "律师周二下午", "provider": "示例律师事务所"} | given
    )


def _listed(town: Town) -> dict[str, Any]:
    return {"street": town.street, "number": _next(), "category": "policy", "made_at": AT}


def menu(town: Town, **given: Any) -> supplied.Menu:
    """The menu of next week, published last Friday, closing on Thursday at six."""
    week = given.pop("week", TODAY + dt.timedelta(days=7))
    published = dt.datetime.combine(week - dt.timedelta(days=10), dt.time(10), AT.tzinfo)
    values = {
        "street": town.street, "week": week, "state": "published", "publishes_at": published, "published_at": published,
        "holds_until": published + dt.timedelta(days=3), "closes_at": published + dt.timedelta(days=6, hours=8),
        "assembled_at": published - dt.timedelta(days=2),
    }  # fmt: skip
    return supplied.Menu.objects.create(**values | given)


def menu_item(menu: supplied.Menu, **given: Any) -> supplied.MenuItem:
    """An item on Tuesday afternoon with places for eight organisations."""
    starts = given.pop("starts_at", dt.datetime.combine(menu.week + dt.timedelta(days=1), dt.time(14), AT.tzinfo))
    values = {
        "street_id": menu.street_id, "menu": menu, "number": _next() % 30_000, "title": "平台用工合规问答", "category": "policy",
        "provider": "人社所", "location": "二站 议事厅", "starts_at": starts, "ends_at": starts + dt.timedelta(hours=1), "quota": 8,
    }  # fmt: skip
    return supplied.MenuItem.objects.create(**values | given)


def delivery(recipient: supplied.Recipient, **given: Any) -> supplied.Delivery:
    """A delivery that has been asked for, for Friday."""
    values = {
        "street_id": recipient.street_id, "recipient": recipient, "title": "送课上门", "category": "course", "address": "望桥路 41 号",
        "wanted_on": TODAY + dt.timedelta(days=4), "code": "0417", "year": 2026, "serial": _next(), "requested_at": AT,
    }  # fmt: skip
    return supplied.Delivery.objects.create(**values | given)


def council(town: Town, **given: Any) -> Council:
    """A street council of the first grid with its charter, founded long ago, nobody in it yet."""
    n = _next()
    values = {
        "street": town.street, "area": town.first_grid, "kind": Council.Kind.STREET, "name": f"示例路{n}街委会",
        "roads": [f"示例路{n}"], "founded_on": LONG_AGO,
    }  # fmt: skip
    row = Council.objects.create(**(values | given))
    Charter.objects.create(
        street_id=row.street_id, council=row, number=1, text="成员都可以提议题，召集人会前三天告诉大家，能商量一致的不表决。",
        quorum_percent=50, passing_percent=50, voting=["hearing"], valid=(row.founded_on, None),
    )  # fmt: skip
    return row


def council_member(council: Council, **given: Any) -> CouncilMember:
    """A resident who sits in a council since its founding."""
    values = {
        "street_id": council.street_id, "council": council, "role": "resident", "name": f"韩乙{_next()}", "unit": "3 号楼",
        "valid": (council.founded_on, None),
    }  # fmt: skip
    return CouncilMember.objects.create(**(values | given))


def secondment(grid: Area, **given: Any) -> Secondment:
    """Somebody of the police who is in a grid for a year around AT."""
    n = _next()
    values = {
        "street_id": grid.street_id, "grid": grid, "whose": "police", "home_unit": "示例路派出所", "name": f"魏庚{n}",
        "person_key": f"示例路派出所|魏庚{n}", "duties": "参加网格例会",
        "valid": (TODAY - dt.timedelta(days=100), TODAY + dt.timedelta(days=200)),
    }  # fmt: skip
    return Secondment.objects.create(**(values | given))


def district_case(town: Town, **given: Any) -> DistrictCase:
    """The case of a matter that went straight to the district, in the first grid."""
    given = {"words": "路口信号灯时间太短", "area": town.first_grid, "level": Level.DISTRICT} | given
    row = raising.raise_matter(street_id=town.street.pk, actor=town.staff, at=AT, **given)
    return row.cases.get()
