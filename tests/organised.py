"""Plain factories of branches: organisations, their people, their life and their papers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from branches.bodies import papers, rosters
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
from shimen import sheets
from shimen.accounts.models import User
from shimen.privacy.sealing import seal
from tests import make


def organisation(town: make.Town, **given: Any) -> Organisation:
    """A branch of the first grid that was founded before this year."""
    n = make.next_()
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
        "name": f"赵甲{make.next_()}", "valid": (committee.elected_on, None),
    }  # fmt: skip
    return Seat.objects.create(**(values | given))


def activity(lead: Organisation, *others: Organisation, **given: Any) -> Activity:
    """A planned meeting of an organisation (with others, a joint one), two hours from AT."""
    defaults: dict[str, Any] = {
        "kind": "general", "title": "讨论示例事项", "location": "示例路 1 号", "starts_at": make.AT + dt.timedelta(hours=2),
        "made_at": make.AT, "is_joint": bool(others),
    }  # fmt: skip
    values = defaults | given
    values.setdefault("ends_at", values["starts_at"] + dt.timedelta(hours=1))
    row = Activity.objects.create(street_id=lead.street_id, lead=lead, **values)
    for place, host in enumerate((lead, *others)):
        ActivityHost.objects.create(street_id=lead.street_id, activity=row, organisation=host, place=place)
    return row


def founding(town: make.Town, **given: Any) -> Founding:
    """The file of an enterprise branch that has been applied for."""
    n = make.next_()
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
    return papers.attach(founding=founding, step="apply", name="申请.xlsx", content=content, actor=by, at=make.AT)


def project(lead: Organisation, *others: Organisation, **given: Any) -> JointProject:
    """A joint project that began a month ago."""
    values = {
        "title": "示例共推项目", "goal": "门口不再乱停车", "started_on": make.TODAY - dt.timedelta(days=30), "made_at": make.AT,
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
        received_at=make.AT,
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
        street_id=organisation.street_id, file_name="班子.xlsx", received_at=make.AT, counts={"rows": 1, "blocks": 1}
    )
    CommitteeSheetRow.objects.create(
        street_id=row.street_id, sheet=row, line=4, kind="doubt", named="示例支部", candidates=[str(organisation.pk)],
        said={"organisation": "示例支部", "lines": [], "seen": [], "shown": []},
    )  # fmt: skip
    return row


def group(organisation: Organisation, *members: Member, name: str = "第一党小组") -> Group:
    """A group of a branch, led by the first of its members."""
    row = Group.objects.create(
        street_id=organisation.street_id, organisation=organisation, name=name, valid=(make.LONG_AGO, None)
    )
    for number, each in enumerate(members):
        GroupPlace.objects.create(
            street_id=row.street_id, group=row, member=each, is_leader=number == 0, valid=(make.LONG_AGO, None)
        )
    return row


def division(organisation: Organisation, **given: Any) -> Division:
    """A proposal within a branch for one member and one door, with one variant, worked out and not adopted."""
    door, answers = make.place(organisation.area), member(organisation)
    values = {
        "street": organisation.street, "organisation": organisation, "name": "示例划分", "tolerance": 2, "price_of_change": 400,
        "areas": [{"key": str(answers.pk), "title": ""}], "state": "drawn", "places": [door.pk], "made_at": make.AT, "drawn_at": make.AT,
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
