"""The pages of duplicates: pairs that may be one, two side by side, merging, taking back, telling apart."""

from __future__ import annotations

import pytest
from django.urls import reverse

from coverage.models import Distinct, Entity, Merge
from coverage.pages import duplicates
from coverage.registry import merging
from shimen.accounts.models import Role
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(town) -> tuple[Entity, Entity]:
    here = "望桥路88号"
    one = make.entity(town.first_grid, name="甲乙丙面馆（示例）", address=here, address_key=here, legal_person="甲某")
    other = make.entity(town.first_grid, name="甲乙丙面馆（示例）", address=here, address_key=here, headcount=7)
    return one, other


@pytest.fixture
def office(client, town):
    client.force_login(town.staff)
    return client


def test_pairs_that_agree_in_two_things_are_listed_with_why(office, town, pair):
    elsewhere = {"address": "塔影路2号", "address_key": "塔影路2号"}
    make.entity(town.first_grid, name="甲乙丙面馆（示例）", code="", organisation_code="", **elsewhere)
    page = office.get(reverse("coverage:duplicates"))
    assert len(page.context["pairs"]) == 1, "the same name elsewhere is a chain's, not a duplicate"
    assert "名称相同" in page.content.decode()
    assert "待看的 1 对" in page.content.decode()


def test_an_owners_second_firm_behind_the_same_door_is_no_duplicate_and_a_new_licence_may_be(town):
    here = {"address": "望桥路88号", "address_key": "望桥路88号", "legal_person": "吴己六", "organisation_code": ""}
    first = make.entity(town.first_grid, name="甲乙丙面馆（示例）", code="92990199MA0T26641Q", **here)
    make.entity(town.first_grid, name="丁戊己书店（示例）", code="92990199MA0T99232X", **here)
    assert duplicates.pairs(Entity.objects.listed(), street_id=town.street.pk) == []
    again = make.entity(town.first_grid, name="甲乙丙面馆（示例）", code="92990199MA0T77231Y", **here)
    [pair] = duplicates.pairs(Entity.objects.listed(), street_id=town.street.pk)
    assert set(pair.both) == {first, again}


def test_a_registry_of_any_size_is_two_queries(town, pair):
    rows = Entity.objects.listed()
    with make.counting() as few:
        duplicates.pairs(rows, street_id=town.street.pk)
    for _ in range(5):
        make.entity(town.first_grid, name="甲乙丙面馆（示例）", address="望桥路88号", address_key="望桥路88号")
    with make.counting() as more:
        found = duplicates.pairs(rows, street_id=town.street.pk)
    assert len(found) == 21
    assert len(few) == len(more) == 2


def test_another_street_is_not_compared_with_this_one(town, pair):
    make.entity(make.area(town.stranger.street), name=pair[0].name, address=pair[0].address, code=pair[0].code)
    assert len(duplicates.pairs(Entity.objects.listed(), street_id=town.street.pk)) == 1


def test_told_apart_is_not_proposed_again_until_taken_back(office, pair):
    one, other = pair
    office.post(reverse("coverage:tell-apart", args=[other.pk, one.pk]))
    assert not office.get(reverse("coverage:duplicates")).context["pairs"]
    office.post(reverse("coverage:distinct-undo", args=[Distinct.objects.get().pk]))
    assert office.get(reverse("coverage:duplicates")).context["pairs"]


def test_one_looks_for_the_other_by_what_is_typed(office, town, pair):
    third = make.entity(town.first_grid, name="丁戊己书店（示例）")
    merging.index_search(entity_ids=[third.pk])
    page = office.get(reverse("coverage:merge-choose", args=[pair[0].pk]), {"q": "丁戊己"})
    assert [row.pk for row in page.context["found"]] == [third.pk]
    assert [found.beside for found in page.context["pairs"]] == [pair[1]]


def test_side_by_side_what_differs_is_chosen_and_merged(office, town, pair):
    one, other = pair
    address = reverse("coverage:merge", args=[one.pk, other.pk])
    page = office.get(address).content.decode()
    assert 'name="take_headcount"' in page
    assert 'name="take_legal_person"' not in page, "an empty value is no choice"
    answer = office.post(address, {"reason": "地址、名称都相同", "take_headcount": "absorbed", "take_code": "kept"})
    assert answer.status_code == 302
    one.refresh_from_db()
    assert one.headcount == 7
    assert Merge.objects.get().taken == ["headcount"]


def test_without_a_reason_nothing_is_done_and_the_choice_stays(office, pair):
    one, other = pair
    answer = office.post(reverse("coverage:merge", args=[one.pk, other.pk]), {"reason": "", "take_headcount": "kept"})
    assert answer.status_code == 422
    assert 'value="kept" checked' in answer.content.decode()
    assert not Merge.objects.exists()


def test_the_entry_that_left_says_where_it_went_and_can_be_taken_back(office, town, pair):
    one, other = pair
    done = merging.merge(kept=one, absorbed=other, taken=(), reason="电话相同", actor=town.staff, at=AT)
    page = office.get(reverse("coverage:entity", args=[other.pk])).content.decode()
    assert reverse("coverage:merge-undo", args=[done.pk]) in page
    assert reverse("coverage:entity-restore", args=[other.pk]) not in page
    assert "并入了" in office.get(reverse("coverage:entity", args=[one.pk])).content.decode()
    office.post(reverse("coverage:merge-undo", args=[done.pk]))
    other.refresh_from_db()
    assert other.removed_at is None
    again = office.post(reverse("coverage:merge-undo", args=[done.pk]), follow=True)
    assert "已经拆开" in again.content.decode()


def test_merging_is_for_the_office(client, town, pair):
    for somebody in (town.secretary, town.visitor, town.nobody):
        client.force_login(somebody)
        address = reverse("coverage:merge", args=[pair[0].pk, pair[1].pk])
        assert client.post(address, {"reason": "地址相同"}).status_code == 403
    assert not Merge.objects.exists()


def test_another_streets_entry_is_not_found(client, town, pair):
    client.force_login(make.person(town.stranger.street, Role.DATA_ADMIN))
    assert client.get(reverse("coverage:merge", args=[pair[0].pk, pair[1].pk])).status_code == 404
    assert client.post(reverse("coverage:tell-apart", args=[pair[0].pk, pair[1].pk])).status_code == 404
