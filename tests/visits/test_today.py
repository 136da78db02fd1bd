"""What the day's page says when nothing is left, when nothing is planned and on a day off."""

from __future__ import annotations

import datetime as dt

import pytest

from coverage.models import Stop
from tests import make

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
SATURDAY = dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC)


@pytest.fixture
def town(settings):
    settings.SHIMEN_NOW = make.AT
    return make.town()


@pytest.fixture
def in_round(town):
    return make.round_(town.street)


def stop(town, in_round, name, **values):
    return make.stop(in_round, make.entity(town.first_grid, trade_sign=name), town.visitor, **values)


def today(client, town):
    client.force_login(town.visitor)
    return client.get("/v/").text


def test_when_all_are_done_it_says_what_came_of_it_and_what_is_next(client, town, in_round):
    here = make.AT.date()
    done = stop(town, in_round, "丁卯水果店", planned_on=here, outcome="visited", outcome_at=make.AT)
    stop(town, in_round, "午未理发店", planned_on=here, outcome="no_answer", outcome_at=make.AT)
    make.demand(make.visit(done), raised_at=make.AT)
    for n in range(7):
        stop(town, in_round, f"{n}号店", planned_on=here + DAY, sequence=n)
    page = today(client, town)
    assert "今天的 2 家都走完了" in page
    assert "见到人 1 家，没人应 1 家，诉求 1 件" in page
    assert page.index("今天没人应，有空再敲一次门") < page.index("午未理发店")
    assert f"下一次 {here + DAY:%m-%d}，7 家，先走这几家" in page
    assert "4号店" in page
    assert "5号店" not in page


def test_the_last_day_of_a_round_says_that_nothing_more_is_planned(client, town, in_round):
    stop(town, in_round, "丁卯水果店", planned_on=make.AT.date(), outcome="visited", outcome_at=make.AT)
    assert "本轮没有再排给您的店" in today(client, town)


def test_a_day_without_doors_says_when_the_next_ones_are(client, town, in_round):
    stop(town, in_round, "丁卯水果店", planned_on=make.AT.date() + DAY)
    page = today(client, town)
    assert "今天没有排给您的店" in page
    assert "丁卯水果店" in page


def test_on_a_day_off_nobody_has_to_walk(client, town, in_round, settings):
    settings.SHIMEN_NOW = SATURDAY
    in_round.period_start = SATURDAY.date() - DAY
    in_round.save()
    assert "今天休息，不用走访" in today(client, town)
    Stop.objects.filter(pk=stop(town, in_round, "丁卯水果店").pk).update(planned_on=SATURDAY.date() - DAY)
    page = today(client, town)
    assert "今天休息，没有排走访。这 1 家下一个工作日再走" in page
    assert "丁卯水果店" in page


def test_without_a_round_it_says_what_is_true(client, town):
    assert "现在没有开着的走访轮次" in today(client, town)


def test_an_exempt_door_says_so_and_takes_what_is_found(client, town, in_round):
    row = stop(town, in_round, "丁卯水果店", outcome="exempt", outcome_reason="筹建中")
    client.force_login(town.visitor)
    assert "这家本轮免访（筹建中）。您走到了，照样记" in client.get(f"/v/{row.pk}/").text
