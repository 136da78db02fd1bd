"""The rounds' pages: what they show, who may open them, whose rows they hold, and how many questions they ask."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from coverage.models import Absence, Rearrangement, Round, Stop
from coverage.rounds import plans, rounds
from shimen import clock
from shimen.accounts.models import Role
from shimen.audit.models import AccessLog
from shimen.territory import redrawing
from tests import make

AT = make.AT
TODAY = AT.date()


@pytest.fixture(autouse=True)
def _held_clock(settings):
    settings.SHIMEN_NOW = AT


@pytest.fixture
def walked(town):
    """Twelve doors in the first grid, three in the second; a team in each; the round planned on its first morning."""
    make.team(town.street, town.visitor, name="甲组", area=town.first_grid, sort=1)
    make.team(town.street, town.colleague, name="乙组", area=town.second_grid, sort=2)
    for n in range(12):
        make.entity(town.first_grid, place=make.place(town.first_grid), name=f"一网格示例店{n:02}")
    for n in range(3):
        make.entity(town.second_grid, place=make.place(town.second_grid), name=f"二网格示例店{n:02}")
    at = AT - dt.timedelta(days=7)
    town.round = rounds.open_round(street=town.street, period_start=at.date(), at=at)
    plans.plan(round=town.round, actor=town.staff, at=at)
    return town


def url(name: str, *args) -> str:
    return reverse(f"coverage:{name}", args=args)


def text(response) -> str:
    return response.content.decode()


PAGES = ["round", "round-roster", "round-export", "round-finds", "round-sheets", "round-arrange"]
STAFF_PAGES = ["round-replan", "round-people", "round-close"]


@pytest.mark.parametrize("name", [*PAGES, *STAFF_PAGES])
def test_every_page_opens_for_staff(client, walked, name):
    client.force_login(walked.staff)
    assert client.get(url(name, walked.round.pk)).status_code == 200
    rounds.close(round=walked.round, actor=walked.staff, at=AT)
    assert client.get(url(name, walked.round.pk)).status_code == 200


@pytest.mark.parametrize("name", [*PAGES, *STAFF_PAGES])
def test_another_streets_round_is_not_found(client, walked, name):
    client.force_login(walked.stranger)
    assert client.get(url(name, walked.round.pk)).status_code == 404


@pytest.mark.parametrize("name", STAFF_PAGES)
@pytest.mark.parametrize("who", ["secretary", "visitor", "data_admin", "nobody"])
def test_only_staff_direct_a_round(client, walked, name, who):
    client.force_login(getattr(walked, who))
    for answer in (client.get(url(name, walked.round.pk)), client.post(url(name, walked.round.pk))):
        assert answer.status_code == 403
    assert Round.objects.get(pk=walked.round.pk).state == Round.State.OPEN


def test_the_list_shows_each_round_with_its_sum(client, walked):
    client.force_login(walked.staff)
    page = text(client.get(url("rounds")))
    assert "第 8 轮" in page
    assert "11 月 16 日至 29 日" in page


def test_the_list_asks_the_same_questions_however_many_rounds(client, walked, django_assert_num_queries):
    client.force_login(walked.staff)
    client.get(url("rounds"))
    with make.counting() as one:
        client.get(url("rounds"))
    for number in (5, 6, 7):
        make.stop(make.round_(walked.street, number=number, state="closed"), make.entity(walked.first_grid))
    with django_assert_num_queries(len(one)):
        client.get(url("rounds"))


@pytest.mark.parametrize("name", ["round-roster", "round", "round-export", "round-sheets", "round-people"])
def test_a_page_asks_the_same_questions_however_many_stops(client, walked, django_assert_num_queries, name):
    client.force_login(walked.staff)
    client.get(url(name, walked.round.pk))
    with make.counting() as few:
        client.get(url(name, walked.round.pk))
    for n in range(20):
        entity = make.entity(walked.first_grid, place=make.place(walked.first_grid))
        make.stop(walked.round, entity, walked.visitor, sequence=50 + n)
    with django_assert_num_queries(len(few)):
        client.get(url(name, walked.round.pk))


def test_the_page_of_a_round_says_the_sum_the_day_and_what_is_left(client, walked):
    client.force_login(walked.staff)
    page = text(client.get(url("round", walked.round.pk)))
    assert "今天第 8 天" in page
    assert "应访" in page
    assert "不排名次" in page
    assert "甲组" in page
    assert "<svg" in page
    assert "style=" not in page


def test_a_border_redrawn_meanwhile_leaves_the_sum_and_is_said(client, walked):
    client.force_login(walked.staff)
    page = url("round", walked.round.pk)
    assert "换了网格" not in text(client.get(page))
    before = client.get(page).context["sum"]
    door = Stop.objects.filter(round=walked.round, area=walked.first_grid).first().entity.place
    redrawing.reassign(
        street=walked.street,
        moves={(walked.first_grid.pk, walked.second_grid.pk): [door.pk]},
        actor=walked.staff,
        at=AT,
    )
    after = client.get(page)
    assert "1 家开轮后换了网格" in text(after)
    assert after.context["sum"] == before
    rounds.close(round=walked.round, actor=walked.staff, at=AT)
    assert "换了网格" not in text(client.get(page))


def test_a_secretary_sees_the_sum_of_her_own_grid(client, walked):
    client.force_login(walked.secretary)
    answer = client.get(url("round", walked.round.pk))
    assert answer.context["sum"]["total"]["value"] == 12
    roster = text(client.get(url("round-roster", walked.round.pk)))
    assert "一网格示例店" in roster
    assert "二网格示例店" not in roster


def test_the_roster_is_filtered_by_the_address_bar(client, walked):
    client.force_login(walked.staff)
    page = url("round-roster", walked.round.pk)
    first = Stop.objects.filter(round=walked.round, visitor=walked.visitor).first()
    Stop.objects.filter(pk=first.pk).update(outcome="visited", carried_rounds=2)
    for query, number in [
        ("outcome=visited", 1), ("outcome=due", 14), ("carried=2", 1), (f"grid={walked.second_grid.pk}", 3),
        (f"visitor={walked.colleague.pk}", 3), ("q=二网格示例店01", 1), ("q=没有这家", 0), ("outcome=nonsense", 15),
    ]:  # fmt: skip
        assert client.get(f"{page}?{query}").context["page"].paginator.count == number, query


def test_what_is_seen_is_exported_and_the_log_says_so(client, walked):
    client.force_login(walked.staff)
    Stop.objects.filter(round=walked.round).first().entity.__class__.objects.filter(name="一网格示例店00").update(
        trade_sign="=1+1"
    )
    answer = client.get(url("round-export", walked.round.pk) + "?q=一网格示例店")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 13
    assert any("'=1+1" in line for line in lines)
    log = AccessLog.objects.get(verb="coverage.exported")
    assert (log.actor, log.after["rows"], log.after["filters"]) == (walked.staff, 12, {"q": "一网格示例店"})


def test_route_sheets_hold_one_section_for_each_visitor(client, walked):
    client.force_login(walked.staff)
    day = Stop.objects.filter(round=walked.round).by_walk().first().planned_on
    page = text(client.get(f"{url('round-sheets', walked.round.pk)}?day={day}"))
    walking = Stop.objects.filter(round=walked.round, planned_on=day).values("visitor").distinct().count()
    assert page.count("路线单 ·") == walking


def test_replanning_shows_what_moves_before_it_moves_and_can_be_undone(client, walked):
    client.force_login(walked.staff)
    page = url("round-replan", walked.round.pk)
    before = list(Stop.objects.order_by("pk").values_list("visitor", "planned_on", "sequence"))
    assert "重排未访路线" in text(client.get(page))
    assert list(Stop.objects.order_by("pk").values_list("visitor", "planned_on", "sequence")) == before
    answer = client.post(page, follow=True)
    made = Rearrangement.objects.get()
    assert url("rearrangement-undo", made.pk) in text(answer)
    client.post(url("rearrangement-undo", made.pk))
    assert list(Stop.objects.order_by("pk").values_list("visitor", "planned_on", "sequence")) == before


def test_an_absence_is_previewed_and_then_noted(client, walked):
    client.force_login(walked.staff)
    page = url("round-people", walked.round.pk)
    asked = {"user": walked.visitor.pk, "first": TODAY.isoformat(), "last": TODAY.isoformat()}
    assert "登记并改派" in text(client.get(page, asked))
    assert not Absence.objects.exists()
    client.post(page, asked)
    assert Absence.objects.get().user == walked.visitor


def test_an_absence_that_makes_no_sense_is_refused_with_what_was_typed(client, walked):
    client.force_login(walked.staff)
    page = url("round-people", walked.round.pk)
    for first, last in [("2026-11-25", "2026-11-24"), ("2026-11-01", "2026-11-02"), ("nonsense", "2026-11-25")]:
        answer = client.post(page, {"user": walked.visitor.pk, "first": first, "last": last})
        assert answer.status_code == 422
        assert first in text(answer)
    answer = client.post(page, {"user": walked.stranger.pk, "first": "2026-11-25", "last": "2026-11-25"})
    assert answer.status_code == 422
    assert not Absence.objects.exists()


def test_closing_shows_the_sum_first_and_then_closes(client, walked):
    client.force_login(walked.staff)
    page = url("round-close", walked.round.pk)
    assert "下一轮开轮时自动顺延" in text(client.get(page))
    assert "账平" in text(client.post(page, follow=True))
    assert Round.objects.get(pk=walked.round.pk).state == Round.State.CLOSED
    assert "已经结束" in text(client.post(page, follow=True))


def test_ticked_stops_are_handed_over_within_the_secretarys_grid_only(client, walked):
    other = make.person(walked.street, Role.VISITOR, area=walked.first_grid)
    make.team(walked.street, other, area=walked.first_grid)
    mine = Stop.objects.filter(round=walked.round, area=walked.first_grid).first()
    theirs = Stop.objects.filter(round=walked.round, area=walked.second_grid).first()
    client.force_login(walked.secretary)
    page = url("round-reassign", walked.round.pk)
    assert client.post(page, {"stop": [theirs.pk], "visitor": other.pk}).status_code == 422
    assert client.post(page, {"visitor": other.pk}).status_code == 422
    assert client.post(page, {"stop": [mine.pk], "visitor": other.pk}).status_code == 302
    mine.refresh_from_db()
    assert mine.visitor == other


def test_one_press_arranges_and_the_undo_stands_beside_it(client, walked):
    stop = Stop.objects.filter(round=walked.round).first()
    Stop.objects.filter(pk=stop.pk).update(carried_rounds=2)
    client.force_login(walked.staff)
    assert "顺延 2 轮" in text(client.get(url("round", walked.round.pk)))
    answer = client.post(url("stop-arrange", stop.pk), follow=True)
    assert "undo" in text(answer)
    assert "已经安排过" in text(client.post(url("stop-arrange", stop.pk), follow=True))
    client.force_login(walked.secretary)
    assert client.post(url("stop-arrange", stop.pk)).status_code == 403


def test_a_stop_can_be_appointed_asked_for_and_exempted_on_its_page(client, walked):
    stop = Stop.objects.filter(round=walked.round, area=walked.first_grid).first()
    page = url("stop", stop.pk)
    client.force_login(walked.secretary)
    assert client.post(page, {"act": "appoint", "a-when": "2026-11-24T10:00"}).status_code == 302
    assert client.post(page, {"act": "appoint", "a-when": "2020-01-01T10:00"}).status_code == 422
    assert client.post(page, {"act": "ask", "e-reason": "近四轮一切如旧"}).status_code == 302
    assert client.post(page, {"act": "exempt", "e-reason": "我说了算"}).status_code == 422
    stop.refresh_from_db()
    assert (stop.outcome, stop.asked_exempt, stop.appointed_at.astimezone(clock.SHANGHAI).hour) == (
        "due", "近四轮一切如旧", 10,
    )  # fmt: skip
    client.force_login(walked.staff)
    client.post(page, {"act": "exempt", "e-reason": "停业装修"})
    stop.refresh_from_db()
    assert stop.outcome == "exempt"
    client.post(page, {"act": "back"})
    stop.refresh_from_db()
    assert stop.outcome == "due"


def test_a_stop_of_another_grid_is_not_found_unless_it_is_mine(client, walked):
    theirs = Stop.objects.filter(round=walked.round, area=walked.second_grid).first()
    client.force_login(walked.secretary)
    assert client.get(url("stop", theirs.pk)).status_code == 404
    client.force_login(walked.colleague)
    assert client.get(url("stop", theirs.pk)).status_code == 200


def test_a_whole_new_plan_is_ordered_and_its_progress_is_shown(client, walked, django_capture_on_commit_callbacks):
    client.force_login(walked.staff)
    client.post(url("round-plan", walked.round.pk))
    assert "正在排路线" in text(client.get(url("round", walked.round.pk)))
    assert "HX-Refresh" not in client.get(url("round-planning", walked.round.pk)).headers
    plans.plan(round=walked.round, actor=walked.staff, at=AT)
    assert client.get(url("round-planning", walked.round.pk)).headers["HX-Refresh"] == "true"
    assert "正在排路线" not in text(client.get(url("round", walked.round.pk)))
