"""Supply knows every organisation that stands, as it stands."""

from __future__ import annotations

import datetime as dt

import pytest

from branches.bodies import founding, organisations, served
from shimen.audit.models import AccessLog
from supply.models import Recipient
from supply.serving import recipients
from tests import make, organised

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return make.town()


def test_a_corrected_organisation_is_known_under_its_new_name_and_grid(town):
    row = organised.organisation(town)
    values = {"name": "新名字街区党支部（示例）", "area": town.second_grid}
    organisations.correct(organisation=row, values=values, actor=town.staff, at=make.AT)
    known = Recipient.objects.get(pk=row.pk)
    assert (known.name, known.area, known.kind, known.is_emerging) == (
        "新名字街区党支部（示例）", town.second_grid, "街区", True,
    )  # fmt: skip


def test_a_dissolved_organisation_stands_no_longer_and_comes_back_when_that_is_taken_back(town):
    row = organised.organisation(town)
    served.keep_in_step(row)
    organisations.dissolve(organisation=row, on=make.TODAY, reason="单位搬走了", actor=town.staff, at=make.AT)
    assert not Recipient.objects.on(make.TODAY).filter(pk=row.pk).exists()
    assert Recipient.objects.on(make.TODAY - dt.timedelta(days=1)).filter(pk=row.pk).exists()
    organisations.restore(organisation=row, actor=town.staff, at=make.AT)
    assert Recipient.objects.on(make.TODAY).filter(pk=row.pk).exists()


def test_an_organisation_is_served_from_its_founding_on_and_no_more_when_the_filing_is_taken_back(town):
    file = organised.founding(town)
    assert not Recipient.objects.exists()
    file.state, file.decided_on, file.elected_on = "elected", dt.date(2026, 11, 10), dt.date(2026, 11, 12)
    file.save()
    founding.file(
        founding=file, number="示例〔2026〕1 号", founded_on=dt.date(2026, 11, 10), on=dt.date(2026, 11, 13),
        is_campaign=True, actor=town.staff, at=make.AT,
    )  # fmt: skip
    assert Recipient.objects.get().since == dt.date(2026, 11, 10)
    founding.step_back(founding=file, reason="备案号写错", actor=town.staff, at=make.AT)
    assert not Recipient.objects.on(make.TODAY).exists()


def test_residents_organisations_are_known_but_not_among_the_promised_ones(town):
    row = organised.organisation(town, kind="residential", name="望桥路居民区党支部（示例）")
    served.keep_in_step(row)
    assert not Recipient.objects.emerging().exists()


def test_the_nightly_check_writes_what_differs_and_says_so_once(town):
    row = organised.organisation(town)
    assert served.put_right(street=town.street, at=make.AT) == 1
    assert Recipient.objects.get().pk == row.pk
    assert served.put_right(street=town.street, at=make.AT) == 0
    assert AccessLog.objects.filter(verb="organisation.serve_again").count() == 1


def test_the_nightly_check_ends_what_has_no_organisation(town):
    row = organised.organisation(town)
    recipients.keep(served.facts_of(row, row.founded_on))
    row.delete()
    assert served.put_right(street=town.street, at=make.AT) == 1
    assert not Recipient.objects.on(make.TODAY).exists()
    assert served.put_right(street=town.street, at=make.AT) == 0


def test_recipients_are_seen_by_area(town):
    here = organised.organisation(town)
    there = organised.organisation(town, area=town.second_grid)
    for row in (here, there):
        served.keep_in_step(row)
    assert [r.pk for r in Recipient.objects.visible_to(town.secretary)] == [here.pk]
    assert Recipient.objects.visible_to(town.stranger).count() == 0
