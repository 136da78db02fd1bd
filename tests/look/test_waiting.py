"""What waits for a person: counted for all rooms at once, with a word about the first of it."""

from __future__ import annotations

import pytest

from coverage.models import Demand
from shimen import remember, waiting
from tests import make

pytestmark = pytest.mark.django_db


def test_the_first_is_told_and_the_rest_is_counted_within_ones_areas(town: make.Town) -> None:
    round_ = make.round_(town.street)
    for area, words in ((town.first_grid, "门口停车"), (town.first_grid, "晚上卸货"), (town.second_grid, "路灯不亮")):
        make.demand(make.visit(make.stop(round_, make.entity(area), town.visitor)), words=words)
    Demand.objects.filter(words="晚上卸货").update(raised_at=make.AT - make.dt.timedelta(days=3))
    told = waiting.first(town.secretary, "demands_passed_on")
    assert told is not None
    assert (told["words"], told["raised_at"]) == ("晚上卸货", make.AT - make.dt.timedelta(days=3))
    assert waiting.how_many(town.secretary, "demands_passed_on") == 2
    assert waiting.how_many(town.staff, "demands_passed_on") == 3
    token = remember._read.set({})
    with make.counting() as asked:
        assert waiting.first(town.secretary, "demands_passed_on") == told
        assert waiting.how_many(town.secretary, "demands_passed_on") == 2
        assert waiting.first(town.secretary, "demands_to_tell") is None
    remember._read.reset(token)
    assert sum('"coverage_demand"' in query["sql"] for query in asked) == 1


def test_nothing_waits_for_somebody_without_a_street(town: make.Town) -> None:
    assert waiting.first(town.nobody, "demands_passed_on") is None
    assert waiting.how_many(make.user(None), "demands_passed_on") == 0
