"""Where problems get solved: every number is counted from rows and opens to them; the fall is worked out from a declared
baseline."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from django.urls import reverse

from grid.handover import baseline
from grid.matters import ending, moving, raising
from grid.models import CaseBaseline, DistrictCase, Matter
from grid.pages import solved as pages
from shimen.figures.values import values
from shimen.overview import work_for
from tests import governed, make

pytestmark = pytest.mark.django_db
AT, TODAY = make.AT, make.TODAY


@pytest.fixture
def town():
    return make.town()


def _solved(town, level=1, *, days=0, **given):
    given = {"area": town.first_grid, "raised_at": AT - dt.timedelta(days=days)} | given
    row = raising.raise_matter(street_id=town.street.pk, words="路灯不亮", actor=town.staff, at=AT, **given)
    for _ in range(level - 1):
        row = moving.pass_up(matter=row, tried="劝导", left_open="没好", why="", actor=town.staff, at=AT)
    return ending.solve(matter=row, how="换好了", actor=town.staff, at=AT)


def _ledger(town, *days):
    for number, day in enumerate(days):
        baseline.enter(
            street=town.street, platform_number=f"QP-{number}-{day}", title="路面破损", category="facilities",
            area=town.first_grid, opened_on=day, actor=town.staff, at=AT,
        )  # fmt: skip


def _sums(town, **chosen):
    seen = Matter.objects.visible_to(town.staff)
    return pages.Solved(seen, since=town.street.rounds_from, until=TODAY, chosen=chosen)


def test_shares_and_medians_are_counted_from_the_rows(town):
    for level, days in ((1, 0), (1, 4), (1, 7), (3, 14)):
        _solved(town, level, days=days)
    found = _sums(town)
    assert [(share.count, str(share.percent)) for share in found.shares] == [
        (3, "75.0"), (0, "0.0"), (1, "25.0"), (0, "0.0"),
    ]  # fmt: skip
    # Monday 23 November: from Thursday the 19th two working days, from Monday the 16th five, from the 9th ten.
    assert [share.median for share in found.shares] == [2.0, None, 10.0, None]


def test_what_a_visit_solved_on_the_spot_is_counted_beside(town):
    stop = make.stop(make.round_(town.street), make.entity(town.first_grid), town.visitor)
    visit = make.visit(stop, entity=stop.entity)
    demand = make.demand(visit, raised_at=AT, solved_on_spot=True, how_solved="挪走了")
    raising.hear_demand(demand=demand, actor=town.visitor, at=AT)
    found = _sums(town)
    assert (found.total, found.at_door) == (0, 1)


def test_every_number_opens_to_just_its_matters(client, town):
    for level in (1, 1, 2):
        _solved(town, level)
    _solved(town, 2, category="noise", area=town.second_grid)
    client.force_login(town.staff)
    page = client.get(reverse("grid:solved")).content.decode()
    links = re.findall(r'<a href="([^"]*/grid/matters/\?[^"]*)"><?b?>?([\d,]+)', page)
    assert len(links) > 8
    for href, number in links:
        found = client.get(html.unescape(href))
        assert found.context["page"].paginator.count == int(number), href


def test_a_day_before_all_calendars_is_no_fault(client, town):
    _solved(town)
    client.force_login(town.staff)
    for since in ("0001-01-01", "9999-12-31", "nonsense"):
        assert client.get(reverse("grid:solved"), {"since": since}).status_code == 200


def test_by_grid_and_category_with_what_is_chosen_kept(client, town):
    _solved(town, 1)
    _solved(town, 2, category="noise", area=town.second_grid)
    client.force_login(town.staff)
    page = client.get(reverse("grid:solved"), {"category": "noise"})
    sums = page.context["solved"]
    assert [line.title for line in sums.by_area] == [town.second_grid.name]
    assert "category=noise" in sums.hard_url


def test_a_secretary_sees_the_numbers_of_the_own_grid(client, town):
    _solved(town)
    _solved(town, area=town.second_grid)
    client.force_login(town.secretary)
    assert client.get(reverse("grid:solved")).context["solved"].total == 1


def test_the_page_costs_the_same_however_many_there_are(client, town):
    _solved(town)
    client.force_login(town.staff)
    client.get(reverse("grid:solved"))
    with make.counting() as few:
        client.get(reverse("grid:solved"))
    for level in (1, 2, 3, 1):
        _solved(town, level)
    with make.counting() as many:
        client.get(reverse("grid:solved"))
    assert len(many) == len(few) <= 25


def _declared(town):
    _ledger(town, *(dt.date(2026, month, day) for month in (1, 2, 3) for day in range(1, 11)))
    _ledger(town, *(dt.date(2026, 10, day) for day in (5, 6, 7, 8)))
    return baseline.declare(
        street=town.street, first=dt.date(2026, 1, 1), last=dt.date(2026, 3, 1), why="行动前", actor=town.staff, at=AT
    )


def test_four_in_october_after_ten_a_month_are_sixty_per_cent_less(town):
    _declared(town)
    found = pages.district(town.staff, town.street, today=TODAY)
    assert (found.average, found.last, found.change_words) == (10, 4, "−60 %")
    figure = values(street=town.street, on=TODAY, keys=("district_cases_change", "district_cases_month"))
    assert round(figure["district_cases_change"].number, 4) == -60
    assert figure["district_cases_month"].number == 4


def test_who_sees_one_grid_is_told_the_change_of_that_grid(town):
    _declared(town)
    DistrictCase.objects.filter(opened_on__month=10, opened_on__day__gt=6).update(area=town.second_grid)
    found = pages.district(town.secretary, town.street, today=TODAY)
    figure = values(street=town.street, on=TODAY, user=town.secretary, keys=("district_cases_change",))
    assert (found.last, found.change_words) == (2, "−80 %")
    assert figure["district_cases_change"].number == -80


def test_the_months_open_to_their_cases(client, town):
    _declared(town)
    client.force_login(town.staff)
    page = client.get(reverse("grid:solved"))
    district = page.context["district"]
    for url, number in ((district.base_url, 30), (district.last_url, 4)):
        assert client.get(url).context["page"].paginator.count == number
    assert baseline.FORMULA in page.content.decode()


def test_what_the_street_took_back_does_not_count(town):
    _declared(town)
    case = governed.district_case(town)
    DistrictCase.objects.filter(pk=case.pk).update(opened_on=dt.date(2026, 10, 9))
    assert pages.district(town.staff, town.street, today=TODAY).last == 5
    ending.withdraw(matter=case.matter, why="不要办了", actor=town.staff, at=AT)
    assert pages.district(town.staff, town.street, today=TODAY).last == 4


def test_without_a_baseline_nothing_is_claimed(client, town):
    client.force_login(town.staff)
    page = client.get(reverse("grid:solved")).content.decode()
    assert "还没有公布基准期" in page
    assert "没有解决的事项" in page
    assert values(street=town.street, on=TODAY, keys=("district_cases_change",))["district_cases_change"].number == 0


def test_a_baseline_is_declared_on_its_page(client, town):
    _ledger(town, dt.date(2026, 3, 9))
    client.force_login(town.staff)
    wrong = client.post(reverse("grid:baseline"), {"first": "3月", "last": "2026-06", "why": "行动前"})
    assert (wrong.status_code, "写成四位年、两位月" in wrong.content.decode()) == (422, True)
    client.post(reverse("grid:baseline"), {"first": "2026-01", "last": "2026-06", "why": "行动前"})
    assert CaseBaseline.objects.get().months == 6


def test_the_figures_count_what_was_done_since_the_campaign_began(town):
    _solved(town, 2)
    row = _solved(town)
    Matter.objects.filter(pk=row.pk).update(
        solved_at=AT - dt.timedelta(days=400), raised_at=AT - dt.timedelta(days=401)
    )
    hard = raising.raise_matter(street_id=town.street.pk, words="老问题", actor=town.staff, at=AT, area=town.first_grid)
    moving.mark_hard(matter=hard, is_hard=True, why="拖了半年", actor=town.staff, at=AT)
    ending.solve(matter=hard, how="好了", actor=town.staff, at=AT)
    raising.raise_matter(street_id=town.street.pk, words="新的", actor=town.staff, at=AT, area=town.first_grid)
    found = values(street=town.street, on=TODAY, keys=("matters_done", "hard_cases_solved", "matters_open"))
    assert {key: value.number for key, value in found.items()} == {
        "matters_done": 2, "hard_cases_solved": 1, "matters_open": 1,
    }  # fmt: skip


def test_what_is_late_and_what_is_ones_own_asks_to_be_done(town):
    row = raising.raise_matter(
        street_id=town.street.pk, words="路灯不亮", actor=town.staff, at=AT, area=town.first_grid
    )
    moving.assign(matter=row, owner_user=town.colleague, actor=town.staff, at=AT)
    Matter.objects.update(due_on=dt.date(2020, 1, 1))
    assert any("路灯不亮" in work.title and work.alarm for work in work_for(town.staff))
