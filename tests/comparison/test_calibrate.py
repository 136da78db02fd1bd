"""Weights learnt from rows that persons have settled."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from coverage.comparison import calibrating
from coverage.matching.weights import BUILT_IN
from coverage.models import Difference, MatchWeights
from shimen.audit.models import AccessLog
from tests import make
from tests.comparison import books, steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return make.town()


def settled(town, *, same: int, new: int, features: dict[str, float] | None = None) -> None:
    """Rows of one workbook, settled as the first candidate or as new."""
    shop = steps.shops(town.first_grid, 1)[0]
    batch = steps.compare(steps.department(town.street), books.xlsx([books.row(1)]))
    candidate = {"entity": str(shop.pk), "features": features or {"base": 1.0, "name_slip": 1.0, "phone_same": 0.9}}
    Difference.objects.bulk_create(
        Difference(
            street=town.street, batch=batch, line=number, kind="doubt", key=f"{number:064}", candidates=[candidate],
            decision="accept", settled="same" if number < same else "new",
            entity_id=shop.pk if number < same else None, decided_by=town.staff, decided_at=make.AT,
        )
        for number in range(same + new)
    )  # fmt: skip


def test_settled_rows_move_the_weights_of_their_street_only(town):
    settled(town, same=55, new=5)
    proposal = calibrating.propose(town.street)
    assert proposal.found.after.surprise < proposal.found.before.surprise
    edition = calibrating.keep(street=town.street, proposal=proposal, actor=town.staff, at=make.AT)
    assert (edition.version, edition.rows) == (1, 60)
    assert calibrating.weights_of(town.street.pk)["phone_same"] > BUILT_IN["phone_same"]
    assert calibrating.weights_of(make.street(code="990199009").pk) == BUILT_IN
    line = AccessLog.objects.get(verb="coverage.calibrate_matching")
    assert line.actor == town.staff
    assert line.after["phone_same"] > line.before["phone_same"]


def test_a_second_calibration_is_a_second_edition(town):
    settled(town, same=55, new=5)
    for version in (1, 2):
        proposal = calibrating.propose(town.street)
        assert calibrating.keep(street=town.street, proposal=proposal, actor=None, at=make.AT).version == version


def test_few_settled_rows_teach_nothing(town):
    settled(town, same=10, new=2)
    with pytest.raises(calibrating.CalibrationError, match="只有 12 行"):
        calibrating.propose(town.street)


def test_what_is_no_better_is_not_kept(town):
    settled(town, same=55, new=5)
    proposal = calibrating.propose(town.street)
    calibrating.keep(street=town.street, proposal=proposal, actor=None, at=make.AT)
    for _ in range(8):
        proposal = calibrating.propose(town.street)
        if not proposal.is_better:
            break
        calibrating.keep(street=town.street, proposal=proposal, actor=None, at=make.AT)
    kept = MatchWeights.objects.count()
    with pytest.raises(calibrating.CalibrationError, match="不比现在好"):
        calibrating.keep(street=town.street, proposal=proposal, actor=None, at=make.AT)
    assert MatchWeights.objects.count() == kept


def test_the_command_shows_before_and_after_and_saves_only_when_told(town):
    settled(town, same=55, new=5)
    said = io.StringIO()
    call_command("calibrate_matching", street=town.street.code, stdout=said)
    assert "校准前" in said.getvalue()
    assert "电话相同（phone_same）" in said.getvalue()
    assert not MatchWeights.objects.exists()
    call_command("calibrate_matching", street=town.street.code, keep=True, stdout=said)
    assert "已保存为第 1 版" in said.getvalue()
    with pytest.raises(CommandError, match="没有这个街道"):
        call_command("calibrate_matching", street="000")


def test_a_doubtful_difference_keeps_what_calibration_needs(town):
    steps.shops(town.first_grid, 3)
    batch = steps.compare(steps.department(town.street), books.xlsx([books.row(2, code="")]))
    found = batch.differences.get(kind="doubt").candidates[0]
    assert found["features"]["name_same"] == 1.0
    assert 0.05 <= found["score"] <= 1
    assert found["preticked"] is (found["score"] >= 0.99)
    assert all(len(reason) == 3 for reason in found["reasons"])
