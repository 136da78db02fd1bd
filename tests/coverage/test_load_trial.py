"""`manage.py load_trial`: the made-up street has the counts of the campaign, and nothing in it is anybody's."""

from __future__ import annotations

import datetime as dt
import json

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from coverage.matching import codes, names
from coverage.models import (
    Batch,
    Demand,
    Discrepancy,
    Entity,
    Question,
    Reply,
    Round,
    Stop,
    Visit,
    VisitAnswer,
    Worker,
)  # fmt: skip
from coverage.registry.words import contradictions
from coverage.replies import replies
from coverage.rounds import rounds
from coverage.trial import cast, firms, history, load, shape, words
from coverage.trial.days import Days
from shimen.accounts.models import RoleGrant, User
from shimen.embedded import layout as places
from shimen.privacy.sealing import open_sealed
from shimen.territory import addresses
from shimen.territory.models import Area, Place, Street
from tests import trial

MONDAY = dt.date(2026, 11, 23)


def test_the_counts_are_those_of_the_campaign(trial_street):
    assert Entity.objects.listed().count() == 2063
    assert Worker.objects.current().count() == 58_782
    assert Entity.objects.street_shops().count() == 389
    assert Round.objects.filter(state=Round.State.CLOSED).count() == 7
    assert Round.objects.get(state=Round.State.OPEN).number == 8


def test_every_entity_has_as_many_people_as_its_headcount_says(trial_street):
    held: dict[object, int] = {}
    for entity in Worker.objects.current().values_list("entity_id", flat=True):
        held[entity] = held.get(entity, 0) + 1
    for pk, headcount in Entity.objects.listed().values_list("pk", "headcount"):
        assert held.get(pk, 0) == headcount


def test_the_open_round_holds_today(trial_street):
    current = Round.objects.get(state=Round.State.OPEN)
    assert current.period_start <= trial.NOW.date() <= current.period_end
    assert current.period_start == trial_street.rounds_from + dt.timedelta(days=98)


def test_every_round_comes_out_even(trial_street):
    for round_ in Round.objects.order_by("number"):
        balance = rounds.balance_of(round_)
        assert balance.is_even
        assert balance.due == round_.stops.count()


def test_a_closed_round_is_what_it_was(trial_street):
    for round_ in Round.objects.filter(state=Round.State.CLOSED):
        counted = rounds.balance_of(round_)
        assert {**counted.as_json(), "frozen": None} == {**round_.balance, "frozen": None}


def test_what_one_round_does_not_reach_the_next_one_carries(trial_street):
    left = {"due", "no_answer"}
    for number in range(1, 8):
        before = dict(Stop.objects.filter(round__number=number).values_list("entity_id", "outcome"))
        after = Stop.objects.filter(round__number=number + 1).values_list("entity_id", "carried_rounds")
        for entity, carried in after:
            assert (carried > 0) == (before.get(entity) in left)


def test_every_result_but_an_exemption_has_the_visit_that_gave_it(trial_street):
    wanted = Stop.objects.exclude(outcome__in=["due", "exempt"])
    assert not wanted.filter(visits__isnull=True).exists()
    assert not Stop.objects.filter(outcome__in=["due", "exempt"], visits__isnull=False).exists()


def test_nothing_has_happened_in_the_future(trial_street):
    assert not Visit.objects.filter(visited_at__gt=trial.NOW).exists()
    assert not Demand.objects.filter(raised_at__gt=trial.NOW).exists()
    assert not Demand.objects.filter(answered_at__gt=trial.NOW).exists()
    assert not Demand.objects.filter(told_at__gt=trial.NOW).exists()
    assert not Entity.objects.filter(registered_on__gt=trial.NOW.date()).exists()


def test_the_secretary_has_the_drawn_shops_before_her_today(trial_street):
    stops = Stop.objects.filter(round__number=8, visitor__username="zhaojiayi", planned_on=MONDAY).order_by("sequence")
    left = [stop.entity.name for stop in stops.unvisited().select_related("entity")]
    assert left == list(cast.TODAY)
    assert stops.exclude(outcome="due").exists()


def test_visitors_only_get_doors_of_their_own_grid(trial_street):
    areas = {grant.user_id: grant.area_id for grant in RoleGrant.objects.filter(role="visitor")}
    assert len(areas) == 18
    for visitor, area in Stop.objects.filter(round__number=8).values_list("visitor_id", "area_id"):
        assert areas[visitor] == area


def test_there_are_questions_contradictions_and_demands_to_deal_with(trial_street):
    assert Question.objects.filter(street=trial_street).open().count() > 10
    noodles = Entity.objects.get(name="子丑面馆")
    assert set(contradictions(noodles, noodles.sources.all())) == {"headcount", "legal_person"}
    assert Demand.objects.all().passed_on().exists()
    assert Demand.objects.all().to_tell().exists()
    assert Demand.objects.all().solved_at_door().exists()


def test_an_hourly_life_is_believable(trial_street):
    for visited_at in Visit.objects.values_list("visited_at", flat=True):
        assert 9 <= visited_at.astimezone(trial.NOW.tzinfo).hour <= 18


def test_every_name_shows_that_it_is_made_up(trial_street):
    for name, sign, legal in Entity.objects.values_list("name", "trade_sign", "legal_person"):
        assert words.FIRM.search(name), name
        assert not sign or words.FIRM.search(sign), sign
        assert words.PERSON.match(legal), legal
    for name in Worker.objects.values_list("name", flat=True).distinct():
        assert words.PERSON.match(name), name
    for user in User.objects.all():
        assert user.is_trial
        assert words.PERSON.match(user.display_name), user.display_name


def test_every_code_holds_its_checks_in_a_division_that_does_not_exist(trial_street):
    for code, body in Entity.objects.values_list("code", "organisation_code"):
        assert code[2:8] == words.DIVISION
        assert codes.checksum_holds(code)
        assert codes.organisation_holds(body)
    assert trial_street.division == words.DIVISION


def test_every_phone_is_one_that_nobody_has(trial_street):
    sealed = Entity.objects.exclude(phone_sealed=None).values_list("pk", "phone_sealed", "phone_mask")
    assert sealed.count() > 1_500
    for pk, value, mask in sealed:
        number = open_sealed(bytes(value), table="coverage_entity", column="phone_sealed", row=pk)
        assert number.startswith(words.PHONE_HEAD)
        assert mask == f"199****{number[-4:]}"
    assert not Worker.objects.exclude(phone_mask="").exclude(phone_mask__startswith="199****").exists()


def test_addresses_and_names_are_stored_as_the_registry_keeps_them(trial_street):
    for name, address, key in Entity.objects.values_list("name", "address", "address_key"):
        assert names.canonical(name) == name
        assert addresses.canonical(address) == address
        assert addresses.key(address) == key


def test_places_lie_in_the_sea_and_in_their_grids_street(trial_street):
    assert Area.objects.grids().count() == 3
    assert all(len(area.boundary) > 8 and area.boundary[0] == area.boundary[-1] for area in Area.objects.grids())
    for lon, lat in Place.objects.values_list("lon", "lat"):
        assert 122.58 < lon < 122.62
        assert 30.94 < lat < 30.96
    assert sum(shape.area_of(ring) for ring in shape.GRIDS) * shape.SCALE**2 == pytest.approx(1_070_000)


def test_loading_again_does_nothing(trial_street, capsys):
    call_command("load_trial")
    assert "不再载入" in capsys.readouterr().out
    assert Street.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_load_at_the_same_time_is_refused_in_words_at_once():
    with psycopg.connect(places.database_url(name=connection.settings_dict["NAME"])) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [load.SEED])
        with pytest.raises(CommandError, match="另一个命令正在载入"):
            call_command("load_trial")
    assert not Street.objects.exists()


def test_what_was_corrected_at_the_door_is_vouched_for_by_a_visit(trial_street):
    noodles = Entity.objects.get(name="子丑面馆")
    assert noodles.headcount == 7
    assert noodles.provenance["headcount"]["source"] == "visit"
    corrected = VisitAnswer.objects.filter(is_right=False).exclude(new="").values_list("visit__entity", "field")
    held = dict(Entity.objects.values_list("pk", "provenance"))
    assert len(corrected) > 100
    assert [pair for pair in corrected if held[pair[0]][pair[1]]["source"] != "visit"] == []


def test_the_sign_ins_are_written_for_the_terminal(trial_street):
    people = json.loads((trial.folder() / "sign-ins.json").read_text("utf-8"))
    assert {"username", "password", "sees"} <= set(people[0])
    for person in people:
        assert User.objects.get(username=person["username"]).check_password(person["password"])


def test_the_same_seed_makes_the_same_street():
    one, other = firms.town(seed=7, today=MONDAY), firms.town(seed=7, today=MONDAY)
    assert one.firms == other.firms
    assert one.firms != firms.town(seed=8, today=MONDAY).firms


@pytest.mark.parametrize("weekday", range(7))
def test_on_any_day_of_the_week_the_eighth_round_is_in_its_second_week(weekday):
    today = MONDAY + dt.timedelta(days=weekday)
    days = Days(today)
    assert days.first.weekday() == 0
    assert history.FORTNIGHT * 7 + 7 <= days.number(today) < history.FORTNIGHT * 8


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_seed_keeps_the_counts(seed):
    listed = [firm for firm in firms.town(seed=seed, today=MONDAY).firms if firm.left is None]
    assert len(listed) == firms.LISTED
    assert sum(firm.is_shop for firm in listed) == firms.SHOPS
    assert sum(firm.headcount for firm in listed) == firms.WORKERS
    assert len({firm.name for firm in listed}) == firms.LISTED


def test_the_comparison_chain_has_some_of_each_state(trial_street):
    seen = Discrepancy.objects.filter(street=trial_street)
    states = set(seen.values_list("state", flat=True))
    assert states == set(Discrepancy.State.values)
    assert seen.filter(visit__isnull=False).values("verdict").distinct().count() == 2
    assert seen.overdue(trial.NOW.date()).exists()
    assert VisitAnswer.objects.filter(state=VisitAnswer.State.HELD).count() == 4
    assert not Question.objects.open().filter(discrepancy__state="told").exists()
    assert Reply.objects.filter(state=Reply.State.SENT).count() == 2
    assert not Batch.objects.filter(department__code="market").exists()
    for row in seen.filter(kind="contradicts", state="ask").select_related("entity"):
        assert row.questions.open().exists()
        assert row.value != row.held


def test_a_batch_of_the_chain_can_be_answered(trial_street):
    batch = Batch.objects.get(department__code="tax", number=2)
    admin = User.objects.get(username="qianyier")
    reply = replies.make(batch=batch, form="xlsx", purpose="回复示例区税务局", actor=admin, at=trial.NOW)
    assert reply.rows == Discrepancy.objects.filter(last_batch=batch).to_tell().count() > 5
    assert replies.tell(reply=reply, actor=admin, at=trial.NOW) == reply.rows
