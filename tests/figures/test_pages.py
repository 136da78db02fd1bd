"""数字与口径: the list, one number with its rows, and the file of them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from shimen.accounts.models import Role
from shimen.audit.models import AccessLog
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return make.town()


def address(key, name="figures:figure"):
    return reverse(name, args=[key])


def test_the_list_links_every_number_to_its_rows(client, town):
    make.entity(town.first_grid)
    client.force_login(town.staff)
    page = client.get(reverse("figures:index")).content.decode()
    assert f'href="{address("entities")}"' in page
    assert "名册里现有的企业" in page
    assert reverse("figures:freeze") in page


def test_a_number_opens_to_exactly_its_rows(client, town):
    names = {make.entity(town.first_grid).name for _ in range(3)}
    removed = make.entity(town.first_grid, removed_at=make.AT)
    client.force_login(town.staff)
    response = client.get(address("entities"))
    assert {cells[0] for _, cells in response.context["lines"]} == names
    assert response.context["value"].number == 3
    assert removed.name not in response.content.decode()


def test_a_secretary_sees_the_rows_of_her_grid_and_no_freezing(client, town):
    mine, other = make.entity(town.block), make.entity(town.second_grid)
    client.force_login(town.secretary)
    page = client.get(address("entities")).content.decode()
    assert mine.name in page
    assert other.name not in page
    assert reverse("figures:freeze") not in client.get(reverse("figures:index")).content.decode()


def test_the_page_costs_the_same_however_many_rows_there_are(client, town, django_assert_max_num_queries):
    def cost():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(address("workers"))
        return len(seen)

    client.force_login(town.staff)
    make.worker(make.entity(town.first_grid))
    cost()
    few = cost()
    for _ in range(12):
        make.worker(make.entity(town.first_grid))
    assert cost() == few


def test_rows_are_paged(client, town):
    for _ in range(53):
        make.entity(town.first_grid)
    client.force_login(town.staff)
    assert len(client.get(address("entities")).context["lines"]) == 50
    assert len(client.get(address("entities") + "?page=2").context["lines"]) == 3


def test_only_a_page_that_may_be_opened_is_linked(client, town):
    visit = make.visit(make.stop(make.round_(town.street), make.entity(town.first_grid), town.visitor))
    make.demand(visit)
    client.force_login(town.staff)
    assert client.get(address("demands")).context["lines"][0][0]
    client.force_login(town.visitor)
    lines = client.get(address("demands")).context["lines"]
    assert lines
    assert not lines[0][0]


def test_an_unknown_number_is_not_found(client, town):
    client.force_login(town.staff)
    assert client.get(address("nothing")).status_code == 404


def test_looking_at_people_is_recorded(client, town):
    make.worker(make.entity(town.first_grid))
    client.force_login(town.staff)
    client.get(address("workers"))
    line = AccessLog.objects.get(verb="coverage.seen")
    assert (line.actor, line.after["rows"]) == (town.staff, 1)


def test_the_file_says_who_when_what_for_and_is_recorded(client, town):
    make.entity(town.first_grid, name="=子丑面馆（示例）")
    client.force_login(town.staff)
    response = client.post(address("entities", "figures:export"), {"purpose": "半月报附表"})
    text = response.content.decode("utf-8-sig")
    assert "半月报附表" in text
    assert "周戊五" in text
    assert "\n'=子丑面馆（示例）," in text.replace("\r", "")
    assert "市场主体,1 家,截至" in text
    line = AccessLog.objects.get(verb="coverage.exported")
    assert (line.actor, line.reason, line.after["rows"]) == (town.staff, "半月报附表", 1)


def test_a_file_holds_only_what_its_taker_may_see(client, town):
    mine, other = make.entity(town.first_grid), make.entity(town.second_grid)
    client.force_login(town.secretary)
    text = client.post(address("entities", "figures:export"), {"purpose": "核对"}).content.decode()
    assert mine.name in text
    assert other.name not in text


def test_no_file_without_a_purpose(client, town):
    client.force_login(town.staff)
    response = client.post(address("entities", "figures:export"), {"purpose": " "}, follow=True)
    assert "写明导出做什么用" in response.content.decode()
    assert not AccessLog.objects.filter(verb="coverage.exported").exists()


def test_people_are_not_exported_from_here(client, town):
    make.worker(make.entity(town.first_grid))
    client.force_login(town.staff)
    assert client.post(address("workers", "figures:export"), {"purpose": "看看"}).status_code == 403


@pytest.mark.parametrize("who", ["system_admin", "security_admin", "audit_admin", "nobody"])
def test_who_does_not_work_on_the_street_does_not_see_its_numbers(client, town, who):
    client.force_login(getattr(town, who))
    assert client.get(reverse("figures:index")).status_code == 403


def test_an_empty_number_says_so(client, town):
    client.force_login(town.staff)
    assert "现在一行也没有" in client.get(address("demands")).content.decode()


def test_people_behind_a_number_are_shown_only_to_those_who_may_open_the_list_of_people(client, town):
    person = make.worker(make.entity(town.first_grid))
    convener = make.person(town.street, Role.CONVENER)
    client.force_login(convener)
    response = client.get(address("workers"))
    assert response.context["value"].number == 1
    assert person.name not in response.content.decode()
    assert "这些行是个人信息" in response.content.decode()
    assert not AccessLog.objects.filter(actor=convener, object_type="coverage.worker").exists()
    client.force_login(town.staff)
    assert person.name in client.get(address("workers")).content.decode()
