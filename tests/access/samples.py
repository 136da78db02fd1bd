"""One row for every part of an address, all of them in the first grid of a town and made by its visitor.

A new address with a part that has no sample fails its tests with the name of what is missing: add a line here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from branches.bodies import served
from branches.life import files, minutes, service, tours
from branches.models import Beacon, OrganisationUnit, Rule, Tie
from coverage.collection import codes
from coverage.models import Difference, Discrepancy, PersonDifference, Question, Rearrangement, Reply, VisitAnswer
from coverage.registry import merging
from grid.matters import raising, receipts
from grid.models import GridMember, GridPart, StrayAnswer
from shimen import sheets
from shimen.accounts import invitations
from shimen.accounts.models import Feedback, Role
from shimen.figures.models import Edition
from shimen.territory.models import Redrawing
from supply.bookings import feeds, series
from supply.coupons import issuing
from supply.lists import files as list_files
from supply.lists import linking
from supply.menus import ordering
from supply.models import DayHours, HandoverNote, Proposal, Recipient, SupplyRule
from supply.rota import swaps
from supply.timing.series import Frequency, Pattern
from tests import governed, make, organised, people, sessions, stands, station, supplying, venues
from tests.access.addresses import Address

# Whoever stands behind these is seen by the whole street, not only by the people of an area.
STREET_WIDE = {
    "stray",
    "merge",
    "distinct",
    "round",
    "rearrangement",
    "batch",
    "department",
    "layout",
    "difference",
    "reply",
    "rule",
    "edition",
    "pk",
    "key",
    "grant",
    "job",
    "help_field",
    "seen",
    "supply_rule",
    "listing",
    "training",
    "version",
    "section",
    "method",
    "committee_sheet",
    "digest",
    "block",
    "export_request",
    # A menu and what stands on it are the whole street's.
    "menu",
    "dish",
    "list_file",
    "file_row",
    # So are coupons: they are taken in any grid.
    "coupon_batch",
    "coupon_merchant",
    "coupon",
    "device",
    "settlement",
}
# These name a page or a code, not a row of somebody.
NOT_A_ROW = {"verb", "key", "token", "field", "kind", "number", "code", "name", "event"}


class Samples:
    """Rows made when first asked for."""

    def __init__(self, town: make.Town) -> None:
        self.town = town
        self._made: dict[str, Any] = {}

    def parts_of(self, address: Address) -> dict[str, Any]:
        """What `reverse()` needs for `address`."""
        return {part: self._part(address.name, part) for part in address.parts}

    def _part(self, name: str, part: str) -> Any:
        for key in (f"{name}:{part}", f"{name.partition(':')[0]}:{part}", part):
            if key in MAKERS:
                return self._value(key)
        raise LookupError(f"tests/access/samples.py has no sample for {part!r} of {name}")

    def _value(self, key: str) -> Any:
        if key not in self._made:
            made = MAKERS[key](self)
            self._made[key] = made
        made = self._made[key]
        return getattr(made, "pk", made)

    def row(self, key: str) -> Any:
        """The row itself."""
        self._value(key)
        return self._made[key]


def _invitation(samples: Samples) -> Any:
    return invitations.invite(
        street=samples.town.street,
        username="yaoqing",
        display_name="邀请人",
        role=Role.VISITOR,
        area=samples.town.first_grid,
        actor=samples.town.system_admin,
        at=make.AT,
    ).invitation


def _visit(samples: Samples) -> Any:
    return make.visit(samples.row("stop"))


def _recipient(samples: Samples) -> Any:
    """The sample organisation as supply knows it."""
    row = samples.row("organisation")
    served.keep_in_step(row)
    return Recipient.objects.get(pk=row.pk)


def _list_file(samples: Samples) -> Any:
    content = sheets.as_xlsx([sheets.Sheet("需求", ("编号", "名称", "类别"), [("", "门口停车错峰", "场地设施")])])
    return list_files.receive(
        kind="need", street=samples.town.street, name="需求.xlsx", content=content, actor=samples.town.staff, at=make.AT
    )


def _meeting(samples: Samples) -> Any:
    """A meeting under way, with somebody on its list and something in its minutes."""
    organisation = samples.row("organisation")
    organised.member(organisation)
    row = organised.activity(organisation, organised.organisation(samples.town), starts_at=make.AT, agenda="一项\n二项")
    minutes.save(
        activity=row, seen=0, chair="主持甲", recorder="", text="示例记录", actor=samples.town.secretary, at=make.AT
    )
    return row


def _lecturer(samples: Samples) -> Any:
    return people.lecturer(samples.town.street)


def _base(samples: Samples) -> Any:
    return people.base(samples.town.street)


def _draft(samples: Samples) -> Any:
    """The draft that follows what is published."""
    samples.row("branches:version")
    return people.draft(samples.town)


def _series(samples: Samples) -> Any:
    days = Pattern(Frequency.WEEKLY, venues.TOMORROW, venues.TOMORROW, frozenset({venues.TOMORROW.weekday()}))
    wanted = venues.wanted(venues.space(samples.row("supply:venue")))
    return series.book(wanted=wanted, pattern=days, skip_holidays=True, actor=samples.town.visitor, at=make.AT)[0]


def _shift(samples: Samples) -> Any:
    """The day after tomorrow, with somebody else to swap with."""
    venue = samples.row("supply:venue")
    samples.row("supply:space")
    samples.row("supply:master")
    venues.masters(venue, 2)
    venues.rota(venue)
    return venue.shifts.get(day=venues.TOMORROW + dt.timedelta(days=1))


def _swap(samples: Samples) -> Any:
    shift = samples.row("supply:shift")
    to = shift.venue.masters.exclude(pk=shift.master_id).first()
    return swaps.ask(shift=shift, to=to, instead=None, reason="示例", actor=samples.town.staff, at=make.AT)


MAKERS: dict[str, Callable[[Samples], Any]] = {
    "supply:venue": lambda s: venues.venue(s.town.first_grid),
    "supply:venue:seen": lambda s: s.row("supply:venue"),
    "supply:rota:seen": lambda s: s.row("supply:venue"),
    "supply:space": lambda s: venues.space(s.row("supply:venue")),
    "supply:equipment": lambda s: venues.equipment(s.row("supply:venue")),
    "supply:day_hours": lambda s: DayHours.objects.create(
        street=s.town.street,
        venue=s.row("supply:venue"),
        day=make.TODAY + dt.timedelta(days=9),
        reason="检修",
        made_at=make.AT,
    ),
    "supply:booking": lambda s: venues.booked(s.row("supply:space"), s.town.visitor),
    "supply:booking:seen": lambda s: s.row("supply:booking"),
    "supply:booking-ics:seen": lambda s: s.row("supply:booking"),
    "supply:series:seen": _series,
    "supply:master": lambda s: venues.masters(s.row("supply:venue"), 1)[0],
    "supply:shift": _shift,
    "supply:swap": _swap,
    "supply:handover-read:note": lambda s: HandoverNote.objects.create(
        street=s.town.street,
        venue=s.row("supply:venue"),
        day=make.TODAY - dt.timedelta(days=1),
        text="示例",
        written_at=make.AT,
    ),
    "supply:rule:key": lambda _: "booking_ahead_days",
    "supply_rule": lambda s: SupplyRule.objects.create(
        street=s.town.street,
        key="booking_ahead_days",
        value=90,
        since=make.TODAY + dt.timedelta(days=30),
        basis="示例依据",
        made_at=make.AT,
    ),
    "supply:venue-public:token": lambda s: s.row("supply:venue").token,
    "supply:venue-photo:token": lambda s: s.row("supply:venue").token,
    "supply:door-of-space:token": lambda s: s.row("supply:space").door_token,
    "supply:feed:token": lambda s: feeds.issue(venue=s.row("supply:venue"), actor=s.town.staff, at=make.AT),
    "matter": lambda s: raising.raise_matter(
        street_id=s.town.street.pk, words="路灯不亮", actor=s.town.visitor, at=make.AT, area=s.town.first_grid
    ),
    "grid:verb": lambda _: "report",
    "grid:case": lambda s: governed.district_case(s.town),
    "stray": lambda s: StrayAnswer.objects.create(
        street=s.town.street, event="e1", case_number="nobody-1", said="accepted", at=make.AT, heard_at=make.AT
    ),
    "meeting": lambda s: sessions.grid_meeting(s.town),
    "grid:meeting-step:verb": lambda _: "call",
    "grid:meeting-act:verb": lambda _: "cancel",
    "grid:key": lambda _: "routine:round",
    "attendee": lambda s: s.row("meeting").attendees.order_by("pk").first(),
    "host": lambda s: sessions.host(s.row("meeting"), s.town),
    "resolution": lambda s: sessions.kept_resolution(s.row("meeting"), s.town),
    "council": lambda s: governed.council(s.town),
    "grid:member": lambda s: governed.council_member(s.row("council")),
    "grid:grid": lambda s: s.town.first_grid,
    "grid_member": lambda s: GridMember.objects.create(
        street=s.town.street, grid=s.town.first_grid, role="warden", name="网格员甲", valid=(make.LONG_AGO, None)
    ),
    "secondment": lambda s: governed.secondment(s.town.first_grid),
    "grid:part": lambda s: GridPart.objects.create(
        street=s.town.street, grid=s.town.first_grid, whose="police", name="第七责任区", valid=(make.LONG_AGO, None)
    ),
    "opinion": lambda s: station.opinion(s.town, s.town.first_grid),
    "grid:opinion-sort:verb": lambda _: "matter",
    "grid:sheet": lambda s: station.opinion_code(s.town, s.town.first_grid),
    "grid:matter-receipt:token": lambda s: receipts.receipt_of(s.row("matter").pk),
    "grid:tell:token": lambda s: s.row("grid:sheet").token,
    "digest": lambda s: station.digest(s.row("opinion")),
    "topic": lambda s: station.topic(s.town, area=s.town.first_grid),
    "grid:topic-act:verb": lambda _: "put_on",
    "entity": lambda s: make.entity(s.town.first_grid, place=make.place(s.town.first_grid)),
    "other": lambda s: make.entity(s.town.first_grid),
    "merge": lambda s: merging.merge(
        kept=s.row("entity"),
        absorbed=make.entity(s.town.first_grid),
        taken=(),
        reason="电话相同",
        actor=s.town.staff,
        at=make.AT,
    ),
    "distinct": lambda s: merging.tell_apart(one=s.row("entity"), other=s.row("other"), actor=s.town.staff, at=make.AT),
    "worker": lambda s: make.worker(s.row("entity")),
    "round": lambda s: make.round_(s.town.street),
    "stop": lambda s: make.stop(s.row("round"), s.row("entity"), s.town.visitor),
    "visit": _visit,
    "demand": lambda s: make.demand(s.row("visit")),
    "answer": lambda s: VisitAnswer.objects.create(
        visit=s.row("visit"), field="opening_hours", is_right=False, new="9-18"
    ),
    "question": lambda s: Question.objects.create(
        street=s.town.street, entity=s.row("entity"), sentence="还在营业吗", asked_at=make.AT
    ),
    "rearrangement": lambda s: Rearrangement.objects.create(
        street=s.town.street, round=s.row("round"), kind="hand", sentence="改派 1 家", made_at=make.AT
    ),
    "department": lambda s: make.department(s.town.street),
    "batch": lambda s: make.batch(s.row("department")),
    "coverage:batch-people:batch": lambda s: make.list_of_people(s.row("department"), s.row("entity")),
    "coverage:people-refused:batch": lambda s: make.list_of_people(s.row("department"), s.row("entity")),
    "person": lambda s: PersonDifference.objects.create(
        street=s.town.street, batch=s.row("batch"), entity=s.row("entity"), kind="refused", line=3
    ),
    "discrepancy": lambda s: Discrepancy.objects.create(
        street=s.town.street,
        key="k",
        kind="changed",
        entity=s.row("entity"),
        field="name",
        opened_on=make.TODAY,
        changed_at=make.AT,
    ),
    "reply": lambda s: Reply.objects.create(
        street=s.town.street,
        batch=s.row("batch"),
        form="csv",
        purpose="回复示例部门",
        mark="0" * 8,
        made_by=s.town.data_admin,
        made_at=make.AT,
    ),
    "difference": lambda s: Difference.objects.create(
        street=s.town.street, batch=s.row("batch"), kind="changed", line=3, entity_id=s.row("entity").pk, field="name"
    ),
    "coverage:rule:field": lambda s: "phone",
    "coverage:rule-reset:field": lambda s: "phone",
    "layout": lambda s: make.layout(s.row("department")),
    "sheet": lambda s: make.code(s.row("entity")),
    "submission": lambda s: make.submission(s.row("sheet")),
    "run": lambda s: codes.print_codes(
        street=s.town.street, entities=[s.row("sheet").entity], chosen="示例", actor=s.town.visitor, at=make.AT
    ),
    "coverage:token": lambda s: s.row("sheet").token,
    "event": lambda s: 1,
    "place": lambda s: make.place(s.town.first_grid),
    "area": lambda s: s.town.first_grid,
    "redrawing": lambda s: Redrawing.objects.create(
        street=s.town.street,
        area=s.town.first_grid,
        sentence="重画示例网格的边界",
        made_at=make.AT,
        made_by=s.town.staff,
    ),
    "accounts:pk": lambda s: s.town.visitor,
    "accounts:approve_invitation:pk": lambda s: s.row("invitation"),
    "accounts:revoke_invitation:pk": lambda s: s.row("invitation"),
    "invitation": _invitation,
    "grant": lambda s: s.town.visitor.grants.get(),
    "figures:edition:pk": lambda s: Edition.objects.create(
        street=s.town.street, name="月报", as_of=make.TODAY, frozen_at=make.AT, frozen_by=s.town.staff
    ),
    "figures:key": lambda s: "entities",
    "feedback-answer:pk": lambda s: Feedback.objects.create(
        street=s.town.street, kind="burden", words="同样的数填三遍", sent_by=s.town.visitor, sent_at=make.AT
    ),
    "token": lambda s: "0" * 43,
    "talent": lambda s: people.talent(s.town),
    "branches:talent-join:code": lambda s: people.with_notice(s.town.street).code,
    "help": lambda s: people.asked(s.row("talent"), s.town),
    "help_field": lambda s: people.help_field(s.town.street, "维修"),
    "branches:help-field-restore:help_field": lambda s: people.help_field(s.town.street, "设计"),
    "pair": lambda s: people.pair(s.row("organisation"), s.town),
    "mentor_session": lambda s: people.met(s.row("pair"), s.town),
    "listing": lambda s: people.course(s.town.street),
    **{f"branches:lecturer-{verb}:listing": _lecturer for verb in ("edit", "retire", "restore")},
    **{f"branches:base-{verb}:listing": _base for verb in ("edit", "retire", "restore")},
    "training": lambda s: people.training(s.row("listing")),
    "enrolment": lambda s: people.enrolment(s.row("training"), s.town, member=organised.member(s.row("organisation"))),
    "certificate": lambda s: people.certificate(s.town, s.row("organisation")),
    "branches:version": lambda s: people.published(s.town, editions=2),
    "branches:section": lambda s: s.row("branches:version").sections.first(),
    "branches:handbook-draft:version": _draft,
    **{f"branches:handbook-{verb}:version": _draft for verb in ("section-new", "discard", "reclaim")},
    **{
        f"branches:handbook-section-{verb}:section": lambda s: people.section(_draft(s), s.town)
        for verb in ("edit", "move", "remove", "back")
    },
    "method": lambda s: people.method(s.town),
    "case": lambda s: people.case(s.row("method"), s.row("organisation"), s.town),
    "organisation": lambda s: organised.organisation(s.town),
    "committee": lambda s: organised.committee(s.row("organisation"), "secretary", "deputy"),
    "seat": lambda s: organised.seat(s.row("committee")),
    "branches:founding-decide:organisation": lambda s: organised.founding(s.town).organisation,
    "branches:founding-elect:organisation": lambda s: s.row("branches:founding-decide:organisation"),
    "branches:founding-file:organisation": lambda s: s.row("branches:founding-decide:organisation"),
    "branches:founding-back:organisation": lambda s: s.row("branches:founding-decide:organisation"),
    "branches:document-new:organisation": lambda s: s.row("branches:founding-decide:organisation"),
    "document": lambda s: organised.document(organised.founding(s.town), by=s.town.staff),
    "unit": lambda s: OrganisationUnit.objects.create(
        street=s.town.street, organisation=s.row("organisation"), entity=s.row("entity"), valid=(make.LONG_AGO, None)
    ),
    "beacon": lambda s: Beacon.objects.create(
        street=s.town.street, organisation=s.row("organisation"), valid=(make.LONG_AGO, None), reason="做成一件事"
    ),
    "tie": lambda s: Tie.objects.create(
        street=s.town.street,
        hub=s.row("organisation"),
        other=organised.organisation(s.town),
        kind="near",
        valid=(make.LONG_AGO, None),
    ),
    "member": lambda s: organised.member(s.row("organisation"), valid=(make.LONG_AGO, None)),
    "export_request": lambda s: make.export_request(s.town),
    "committee_sheet": lambda s: organised.committee_sheet(s.row("organisation")),
    "block": lambda s: s.row("committee_sheet").rows.get(),
    "group": lambda s: organised.group(s.row("organisation")),
    "roster": lambda s: organised.roster(s.row("organisation")),
    "row": lambda s: s.row("roster").rows.get(),
    "branches:rule:key": lambda s: "founding_members",
    "branches:rule-withdraw:rule": lambda s: Rule.objects.create(
        street=s.town.street, key="stale_days", value=60, since=make.TODAY, basis="示例文件", made_at=make.AT
    ),
    "activity": _meeting,
    "file": lambda s: files.add(
        activity=s.row("activity"), name="材料.txt", content="示例".encode(), actor=s.town.secretary, at=make.AT
    ),
    "tour": lambda s: organised.activity(s.row("organisation"), kind="shop_visit", starts_at=make.AT, title="示例探店"),
    "branches:tour-shops:activity": lambda s: s.row("tour"),
    "branches:tour-sheet:activity": lambda s: s.row("tour"),
    "branches:tour-shop-remove:activity": lambda s: s.row("tour"),
    "shop": lambda s: tours.add_shops(
        activity=s.row("tour"), entities=[s.row("entity")], actor=s.town.secretary, at=make.AT
    )[0],
    "branches:tour-shop:token": lambda s: s.row("shop").token,
    "fair": lambda s: organised.activity(
        s.row("organisation"), kind="service", starts_at=make.AT, title="示例便民服务"
    ),
    "branches:offer-add:activity": lambda s: s.row("fair"),
    "branches:offer:activity": lambda s: s.row("fair"),
    "offer": lambda s: service.offer(
        activity=s.row("fair"), title="义诊", organisation=s.row("organisation"), actor=s.town.secretary, at=make.AT
    ),
    "project": lambda s: organised.project(s.row("organisation"), organised.organisation(s.town)),
    "division": lambda s: organised.division(s.row("organisation")),
    "variant": lambda s: s.row("division").variants.first(),
    "step": lambda s: s.row("project").steps.create(
        street=s.town.street, title="示例步骤", owner=s.row("organisation"), due_on=make.TODAY
    ),
    # supply: coupons, meal points, volunteers
    "coupon_batch": lambda s: stands.batch(s.town, s.row("merchant")),
    "supply:coupon-issue:coupon_batch": lambda s: stands.batch(s.town, s.row("merchant"), audience="workers"),
    "merchant": lambda s: stands.merchant(s.town),
    "coupon_merchant": lambda s: s.row("coupon_batch").merchants.get(),
    "coupon": lambda s: stands.coupon(s.row("coupon_batch")),
    "device": lambda s: stands.device(s.town, s.row("coupon_batch").merchants.get().entity),
    "redemption": lambda s: stands.redeemed(stands.coupon(s.row("coupon_batch")), s.row("device")),
    "settlement": lambda s: stands.settlement(s.town),
    "supply:coupon-claim:token": lambda s: s.row("coupon_batch").token,
    "supply:coupon-page:token": lambda s: issuing.page_token(s.row("coupon")),
    "meal_point": lambda s: stands.meal_point(s.town),
    "pause": lambda s: stands.pause(s.row("meal_point"), s.town),
    "report": lambda s: stands.report(s.row("meal_point")),
    "supply:meal-door:token": lambda s: s.row("meal_point").token,
    # No phone is signed in here: whatever is scanned is answered with how one gets signed in.
    "supply:merchant-take:code": lambda _: "made-up",
    "supply:meals-public:code": lambda s: s.town.street.code,
    "volunteer": lambda s: stands.volunteer(s.town),
    "supply:volunteer-join:code": lambda s: stands.with_notice(s.town.street).code,
    "callup": lambda s: stands.call(s.town, area=s.town.first_grid),
    "supply:callup-door:token": lambda s: s.row("callup").token,
    "recipient": _recipient,
    "need": lambda s: supplying.need(s.town, area=s.town.first_grid, recipient=s.row("recipient")),
    "line": lambda s: s.row("need"),
    "supply:kind": lambda _: "need",
    "supply:list-move:verb": lambda _: "withdraw",
    "resource": lambda s: supplying.resource(s.town, area=s.town.first_grid),
    "supply:project": lambda s: supplying.supply_project(s.town, area=s.town.first_grid),
    "link": lambda s: linking.link(need=s.row("need"), resource=s.row("resource"), actor=s.town.staff, at=make.AT),
    "menu": lambda s: supplying.menu(s.town),
    "dish": lambda s: supplying.menu_item(s.row("menu")),
    "order": lambda s: ordering.order(item=s.row("dish"), recipient=s.row("recipient"), actor=s.town.staff, at=make.AT),
    "proposal": lambda s: Proposal.objects.create(
        street=s.town.street, item=supplying.menu_item(s.row("menu")), recipient=s.row("recipient"), why="还没有过供给"
    ),
    "list_file": _list_file,
    "file_row": lambda s: s.row("list_file").rows.get(),
    "supply:menu-public:token": lambda s: s.row("menu").token,
    "delivery": lambda s: supplying.delivery(s.row("recipient")),
    "supply:delivery-act:verb": lambda _: "cancel",
}
