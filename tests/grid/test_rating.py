"""What whoever raised a matter thinks of it, said with a receipt and without an account."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.urls import reverse

from coverage.models import Demand
from grid.matters import ending, raising, rating, receipts
from grid.matters.handling import MatterError
from grid.models import Matter
from grid.opinions import receiving, sorting
from shimen.audit.models import AccessLog
from tests import make, station

pytestmark = pytest.mark.django_db
AT = make.AT
HOUR = dt.timedelta(hours=1)
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def _clock(settings):
    cache.clear()
    settings.SHIMEN_NOW = AT + HOUR


@pytest.fixture
def town():
    return make.town()


def raised(town, **given):
    return raising.raise_matter(
        street_id=town.street.pk, words="门口路灯不亮", area=town.first_grid, actor=town.staff, at=AT, **given
    )


def solved(town):
    row = ending.solve(matter=raised(town), how="换了灯", actor=town.staff, at=AT)
    ending.answer(matter=row, words="灯换好了", way="phone", is_final=True, actor=town.staff, at=AT)
    return Matter.objects.get(pk=row.pk)


def address(row):
    return reverse("grid:matter-receipt", args=[receipts.receipt_of(row.pk)])


def post(client, row, **said):
    body = "&".join(f"{key}={value}" for key, value in said.items())
    return client.post(address(row), body, content_type=FORM)


def test_the_receipt_shows_the_answer_and_keeps_what_the_raiser_thinks(client, town):
    row = solved(town)
    page = client.get(address(row))
    assert page.status_code == 200
    for words in ("已解决", "灯换好了", "门口路灯不亮", "不满意"):
        assert words in page.text
    for secret in (str(town.staff.display_name), "第一网格"):
        assert secret not in page.text
    assert not page.cookies
    assert "记下了" in post(client, row, rate="good").text
    row.refresh_from_db()
    assert (row.satisfaction, row.state) == ("good", "solved")
    log = AccessLog.objects.get(verb="grid.rate")
    assert (log.actor, log.after) == (None, {"satisfaction": "good", "own": True})


def test_pressing_twice_is_one_word_and_another_word_takes_its_place(client, town):
    row = solved(town)
    for _ in range(2):
        post(client, row, rate="fair")
    assert row.moments.filter(verb="rate").count() == 1
    post(client, row, rate="bad", words="晚上又灭了")
    post(client, row, rate="bad")
    row.refresh_from_db()
    assert row.satisfaction == "bad"
    assert Matter.objects.complained().get() == row
    client.force_login(town.staff)
    page = client.get(reverse("grid:matter", args=[row.pk])).text
    assert "说“晚上又灭了”" in page
    assert "1 件办完了，提出人说不满意" in client.get(reverse("overview-work")).text


def test_staff_cannot_put_another_word_in_the_place_of_the_raisers(client, town):
    row = rating.rate(matter=solved(town), satisfaction="bad", is_own=True, at=AT)
    with pytest.raises(MatterError, match="提出人自己评价：不满意，照他说的记"):
        ending.close(matter=row, satisfaction="good", actor=town.staff, at=AT)
    client.force_login(town.staff)
    row.refresh_from_db()
    client.post(reverse("grid:matter-act", args=[row.pk, "close"]), {"seen": row.revision, "satisfaction": "good"})
    row.refresh_from_db()
    assert (row.state, row.satisfaction) == ("closed", "bad")


def test_a_complaint_ends_with_another_answer_or_with_taking_it_up_again(town):
    row = solved(town)
    row = ending.close(matter=row, satisfaction="", actor=town.staff, at=AT)
    row = rating.rate(matter=row, satisfaction="bad", is_own=True, at=AT + HOUR)
    ending.answer(matter=row, words="只能换到这个亮度", way="phone", actor=town.staff, at=AT + 2 * HOUR)
    assert not Matter.objects.complained().exists()
    rating.rate(matter=row, satisfaction="bad", is_own=True, words="还是暗", at=AT + 3 * HOUR)
    row = ending.reopen(matter=row, words="还是暗", actor=town.staff, at=AT + 4 * HOUR)
    assert (row.satisfaction, rating.own_word(row)) == ("", None)


def test_nothing_is_rated_before_there_is_a_result_and_only_by_a_word_of_the_list(client, town):
    row = raised(town)
    assert post(client, row, rate="good").status_code == 422
    with pytest.raises(MatterError, match="有了结果再评价"):
        rating.rate(matter=row, satisfaction="good", is_own=True, at=AT)
    done = solved(town)
    assert "选一个" in post(client, done, rate="splendid").text
    assert "最多 300 字" in post(client, done, rate="bad", words="x" * 301).text
    assert Matter.objects.get(pk=done.pk).satisfaction == ""


def test_a_receipt_that_is_made_up_opens_nothing(client, town):
    row, other = solved(town), raised(town)
    real = receipts.receipt_of(row.pk)
    proof = real.partition("-")[2]
    for made_up in (f"{other.pk.hex}-{proof}", f"{row.pk.hex}-{'0' * 20}", real[:-1], f"{real}0", row.pk.hex, "x"):
        page = client.get(reverse("grid:matter-receipt", args=[made_up]))
        assert (page.status_code, "灯换好了" in page.text) == (404, False)
    assert receipts.find(real) == row


def test_a_form_of_another_site_is_turned_away(client, town):
    row = solved(town)
    sent = client.post(address(row), "rate=bad", content_type=FORM, headers={"Origin": "https://example.invalid"})
    assert sent.status_code == 403
    assert Matter.objects.get(pk=row.pk).satisfaction == ""


def test_whoever_was_merged_is_heard_in_the_story_and_decides_nothing(client, town):
    kept, merged = raised(town), raised(town)
    ending.merge(matter=merged, into=kept, actor=town.staff, at=AT)
    kept = ending.solve(matter=kept, how="换了灯", actor=town.staff, at=AT)
    assert "和别人提的是同一件事" in client.get(address(merged)).text
    post(client, merged, rate="bad", words="我门口还没换")
    kept.refresh_from_db()
    assert kept.satisfaction == ""
    told = kept.moments.get(verb="rate")
    assert (told.sentence, told.words) == ("说过这件事的人评价：不满意", "我门口还没换")


def test_the_receipt_of_an_opinion_rates_the_matter_it_became(client, town):
    row = station.opinion(town, town.first_grid)
    opinion = sorting.to_matter(opinion=row, actor=town.staff, at=AT)
    matter = ending.solve(matter=opinion.matter, how="换了灯", actor=town.staff, at=AT)
    number = receiving.receipt_of(row.pk)
    page = reverse("grid:tell-receipt")
    shown = client.post(page, f"number={number}", content_type=FORM)
    assert "基本满意" in shown.text
    thanked = client.post(page, f"number={number}&step=rate&rate=good", content_type=FORM)
    assert "记下了，谢谢" in thanked.text
    matter.refresh_from_db()
    assert matter.satisfaction == "good"


def test_the_slip_is_for_those_who_handle_it_and_the_visitor_finds_the_receipt_at_the_door(client, town):
    stop = make.stop(make.round_(town.street), make.entity(town.first_grid), town.visitor)
    demand = make.demand(make.visit(stop), raised_at=AT)
    raising.hear_demand(demand=demand, actor=town.visitor, at=AT)
    row = ending.solve(matter=Matter.objects.get(), how="换了灯", actor=town.staff, at=AT)
    ending.answer(matter=row, words="灯换好了", way="visit", is_final=True, actor=town.staff, at=AT)
    assert Demand.objects.to_tell().exists()
    slip = reverse("grid:matter-slip", args=[row.pk])
    client.force_login(town.secretary)
    assert "回执" in client.get(slip).text
    client.force_login(town.visitor)
    assert client.get(slip).status_code == 403
    assert address(row) in client.get(reverse("coverage:door", args=[stop.entity_id])).text
