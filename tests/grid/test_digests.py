"""Weekly digests: made once, frozen, their numbers opening to the rows that they counted."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.urls import reverse

from branches.models import Rule
from grid import tasks
from grid.models import Digest, DigestArea, DigestLine, Opinion
from grid.opinions import digests, erasing, sorting
from shimen import clock
from shimen.accounts.models import Role
from shimen.celery import app
from tests import make, station

pytestmark = pytest.mark.django_db
MONDAY = make.TODAY  # the 23rd
WEEK = MONDAY - dt.timedelta(days=7)
BEFORE = make.AT - dt.timedelta(days=5)


@pytest.fixture
def town():
    return make.town()


def _opinion(town, area=None, days=5):
    return station.opinion(town, area or town.first_grid, at=make.AT - dt.timedelta(days=days))


def _area(digest, grid):
    return digest.areas.get(area=grid)


def test_a_week_as_it_stood_at_its_end(town):
    solved, standing, old = _opinion(town), _opinion(town), _opinion(town, days=30)
    sorting.answer(opinion=solved, words="今晚来修", actor=town.staff, at=BEFORE + dt.timedelta(hours=2))
    sorting.answer(opinion=old, words="修好了", actor=town.staff, at=make.AT)  # on Monday, after the week
    digest = digests.make(street=town.street, week=WEEK, at=make.AT)
    row = _area(digest, town.first_grid)
    assert (row.new, row.solved, row.open, row.late) == (2, 1, 2, 1)
    assert (row.index, row.get_weather_display()) == (4, "多云")
    counted = dict.fromkeys(DigestLine.Count.values, 0)
    for line in DigestLine.objects.filter(of=row):
        counted[line.count] += 1
    assert counted == {"new": 2, "solved": 1, "open": 2, "late": 1}
    assert set(DigestLine.objects.filter(of=row, count="open").values_list("opinion", flat=True)) == {
        standing.pk,
        old.pk,
    }
    assert _area(digest, town.second_grid).get_weather_display() == "晴"


def test_what_names_no_grid_stands_on_a_line_of_its_own(town):
    station.opinion(town, None, at=BEFORE)
    in_block = station.opinion(town, town.block, at=BEFORE)
    digest = digests.make(street=town.street, week=WEEK, at=make.AT)
    assert digest.areas.get(area=None).name == "没有写网格"
    assert _area(digest, town.first_grid).lines.get(count="new").opinion == in_block
    assert digest.received == 2


def test_each_week_once_however_often_it_is_asked(town):
    _opinion(town, days=40)
    assert digests.ensure_due(on=MONDAY, at=make.AT) == 6
    assert digests.ensure_due(on=MONDAY + dt.timedelta(days=3), at=make.AT) == 0
    weeks = list(Digest.objects.order_by("week").values_list("week", "number"))
    assert weeks == [(WEEK - dt.timedelta(weeks=5 - n), n + 1) for n in range(6)]


def test_no_digest_before_the_first_opinion_nor_of_a_week_that_runs(town):
    assert digests.ensure_due(on=MONDAY, at=make.AT) == 0
    station.opinion(town, town.first_grid)
    assert digests.ensure_due(on=MONDAY + dt.timedelta(days=6), at=make.AT) == 0
    assert digests.ensure_due(on=MONDAY + dt.timedelta(days=7), at=make.AT) == 1


def test_a_clock_that_jumps_back_makes_nothing_twice(town):
    _opinion(town, days=20)
    digests.ensure_due(on=MONDAY + dt.timedelta(days=21), at=make.AT)
    made = Digest.objects.count()
    assert digests.ensure_due(on=MONDAY, at=make.AT) == 0
    assert digests.ensure_due(on=MONDAY + dt.timedelta(days=28), at=make.AT) == 1
    assert Digest.objects.count() == made + 1


@pytest.mark.django_db(transaction=True)
def test_ten_beats_at_once_make_one_digest():
    town = make.town()
    _opinion(town)

    def beat():
        try:
            digests.ensure_due(on=MONDAY, at=make.AT)
        finally:
            connection.close()

    threads = [threading.Thread(target=beat) for _ in range(10)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert Digest.objects.count() == 1
    assert DigestArea.objects.filter(area=town.first_grid).count() == 1


def test_beat_wakes_it(town, monkeypatch):
    asked = []
    monkeypatch.setattr(digests, "ensure_due", lambda **given: asked.append(given))
    tasks.make_due_digests()
    assert asked[0]["on"] == clock.today()
    assert "grid.tasks.make_due_digests" in {entry["task"] for entry in app.conf.beat_schedule.values()}


def test_it_stands_whatever_happens_afterwards(town):
    row = _opinion(town)
    digest = digests.make(street=town.street, week=WEEK, at=make.AT)
    erasing.withdraw(opinion=row, actor=None, at=make.AT)
    assert _area(Digest.objects.get(), town.first_grid).new == 1
    with pytest.raises(Exception, match="annot"), transaction.atomic():
        Digest.objects.filter(pk=digest.pk).update(received=9)
    assert digests.make(street=town.street, week=WEEK, at=make.AT) is None


def test_thresholds_are_the_streets_own_and_are_kept_with_the_digest(town):
    for key in ("weather_cloudy", "weather_overcast"):
        Rule.objects.create(
            street=town.street, key=key, value=2, since=make.LONG_AGO, basis="示例文件", made_at=make.AT
        )
    _opinion(town)
    digest = digests.make(street=town.street, week=WEEK, at=make.AT)
    assert _area(digest, town.first_grid).get_weather_display() == "阴"
    assert digest.thresholds["overcast"] == 2
    assert "2 起阴" in "".join(digest.explained)


# ---- pages


def test_the_pages_of_a_digest_open_every_number(client, town):
    mine, other = _opinion(town), station.opinion(town, town.second_grid, at=BEFORE)
    digest = digests.make(street=town.street, week=WEEK, at=make.AT)
    client.force_login(town.staff)
    page = client.get(reverse("grid:digest", args=[digest.pk])).content.decode()
    rows = reverse("grid:digest-rows", args=[digest.pk])
    area = _area(digest, town.first_grid)
    assert f"{rows}?area={area.pk}&amp;count=new" in page
    assert "指数 = " in page
    shown = client.get(rows, {"count": "new", "area": area.pk}).content.decode()
    assert mine.words in shown
    assert other.words not in shown
    client.force_login(town.secretary)
    shown = client.get(rows, {"count": "new"}).content.decode()
    assert "当时数的 2 条，您管的网格里有 1 条" in shown
    assert other.words not in shown
    for query in ({"count": "x"}, {"area": "x"}, {"area": str(mine.pk)}):
        assert client.get(rows, query).status_code == 404


def test_a_visitor_reads_the_sky_and_not_what_was_said(client, town):
    row = _opinion(town)
    digest = digests.make(street=town.street, week=WEEK, at=make.AT)
    client.force_login(town.visitor)
    for name, args in (("digests", []), ("digest", [digest.pk]), ("digest-print", [digest.pk])):
        page = client.get(reverse(f"grid:{name}", args=args)).content.decode()
        assert "多云" in page
        assert row.words not in page
        assert reverse("grid:digest-rows", args=[digest.pk]) not in page
    assert client.get(reverse("grid:digest-rows", args=[digest.pk])).status_code == 403


def test_the_list_costs_the_same_however_many_weeks(client, town):
    _opinion(town, days=14)
    digests.ensure_due(on=MONDAY, at=make.AT)
    client.force_login(town.staff)
    client.get(reverse("grid:digests"))
    with make.counting() as few:
        client.get(reverse("grid:digests"))
    digests.ensure_due(on=MONDAY + dt.timedelta(days=70), at=make.AT)
    with make.counting() as many:
        client.get(reverse("grid:digests"))
    assert len(many) == len(few)
    assert len(many) <= 25


def test_with_nothing_yet_the_list_says_when(client, town):
    client.force_login(make.person(town.street, Role.SECONDED, area=town.first_grid))
    assert "还没有周报" in client.get(reverse("grid:digests")).content.decode()
    assert not Opinion.objects.exists()
