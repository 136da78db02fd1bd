"""The committees of the trial street, counted from rows."""

from __future__ import annotations

from collections import Counter

from branches.committees import reading, standing
from branches.models import Committee, Extension, Organisation, Seat
from coverage.trial import words
from shimen.figures.values import values
from shimen.territory.models import Street
from tests import trial

TODAY = trial.NOW.date()


def _standings() -> list[standing.Standing]:
    rows = Organisation.objects.standing(TODAY).exclude(kind=Organisation.Kind.STREET).in_order()
    return standing.standings(list(rows), TODAY)


def test_every_organisation_has_a_committee_and_a_few_terms_ask_to_be_looked_at(trial_street):
    found = _standings()
    assert len([row for row in found if row.organisation.kind in Organisation.EMERGING]) == 87
    assert Counter(row.state for row in found) == {"running": len(found) - 6, "soon": 4, "overdue": 1, "extended": 1}
    assert Extension.objects.count() == 1
    keys = ["terms_overdue", "seats_vacant", "committees_seconded"]
    counted = {key: value.number for key, value in values(street=Street.objects.get(), on=TODAY, keys=keys).items()}
    assert (counted["terms_overdue"], counted["seats_vacant"]) == (1, 2)
    assert counted["committees_seconded"] == 7


def test_but_for_one_secondment_that_is_over_every_committee_keeps_the_rules(trial_street):
    wrong = [finding for row in _standings() for finding in row.conflicts]
    assert [finding.rule for finding in wrong] == ["secondment"]


def test_shop_people_lead_the_street_blocks_with_people_from_departments_and_from_across(trial_street):
    led = {}
    for branch in Organisation.objects.filter(kind=Organisation.Kind.STREET_BLOCK):
        seat = reading.secretary_of(branch, TODAY)
        led[seat.user.username] = seat.origin
        origins = set(reading.seats_of(branch, TODAY).values_list("origin", flat=True))
        assert origins == {"inside", "seconded", "cross"}
        assert list(reading.organisations_led_by(seat.user, TODAY)) == [branch]
    assert led == dict.fromkeys(("zhaojiayi", "jiangyinsan", "zhuwuqi"), "inside")


def test_those_that_stand_longer_have_an_earlier_committee_and_no_name_is_anybodys(trial_street):
    assert Committee.objects.filter(number=1, valid__upper_inf=False).count() >= 40
    for name in Seat.objects.values_list("name", flat=True).distinct():
        assert words.PERSON.match(name), name
