"""The pages of matters: the list, one matter, and a form for every verb."""

from __future__ import annotations

import pytest
from django.urls import reverse

from grid.matters import ending, moving, raising
from grid.models import Matter
from tests import make, organised

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def matter(town):
    organised.organisation(town, name="第一街区党支部（示例）")
    return _matter(town)


def _matter(town, words="早上送货的车进不来，能不能错开用？", **given):
    given = {"area": town.first_grid} | given
    return raising.raise_matter(street_id=town.street.pk, words=words, actor=town.staff, at=make.AT, **given)


def _act(matter, verb):
    return reverse("grid:matter-act", args=[matter.pk, verb])


def test_the_list_shows_what_is_open_and_counts_the_rest(client, town, matter):
    solved = _matter(town, "路灯不亮")
    ending.solve(matter=solved, how="换了灯泡", actor=town.staff, at=make.AT)
    client.force_login(town.staff)
    page = client.get(reverse("grid:matters")).content.decode()
    assert matter.title in page
    assert "路灯不亮" not in page
    assert "待答复 1" in page
    assert "路灯不亮" in client.get(reverse("grid:matters"), {"state": "answer"}).content.decode()


@pytest.mark.parametrize("typed", ["2026-0001", "0001", "送货", "错开"])
def test_a_matter_is_found_by_number_and_words(client, town, matter, typed):
    _matter(town, "路灯不亮")
    client.force_login(town.staff)
    page = client.get(reverse("grid:matters"), {"q": typed}).content.decode()
    assert matter.title in page
    assert "路灯不亮" not in page


def test_the_list_costs_the_same_however_long_it_is(client, town, matter):
    client.force_login(town.staff)
    client.get(reverse("grid:matters"))
    with make.counting() as few:
        client.get(reverse("grid:matters"))
    for number in range(12):
        _matter(town, f"第{number}盏路灯不亮")
    with make.counting() as many:
        client.get(reverse("grid:matters"))
    assert len(many) == len(few)


def test_a_page_tells_the_chain_and_offers_what_fits(client, town, matter):
    moving.pass_up(
        matter=matter, tried="劝导三次", left_open="夜间仍占位", why="涉及居民", actor=town.staff, at=make.AT
    )
    client.force_login(town.staff)
    page = client.get(reverse("grid:matter", args=[matter.pk])).content.decode()
    for words in ("劝导三次", "夜间仍占位", "涉及居民", "写办理结果", "转上一级", "退回下一级"):
        assert words in page
    client.force_login(town.secretary)
    seen = client.get(reverse("grid:matter", args=[matter.pk])).content.decode()
    assert _act(matter, "report") in seen
    assert _act(matter, "up") not in seen


def test_passing_up_without_what_was_tried_comes_back_with_what_was_typed(client, town, matter):
    client.force_login(town.secretary)
    answer = client.post(_act(matter, "up"), {"seen": matter.revision, "tried": "", "left_open": "夜间仍占位"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "“试过什么”要写。" in page
    assert "夜间仍占位" in page


def test_who_saw_an_older_state_is_told_on_the_page(client, town, matter):
    client.force_login(town.staff)
    moving.report(matter=matter, words="去看过了", actor=town.secretary, at=make.AT)
    answer = client.post(_act(matter, "report"), {"seen": matter.revision, "words": "我也去了"})
    assert answer.status_code == 422
    assert "刚刚有变动" in answer.content.decode()


def test_every_verb_has_a_page(client, town, matter):
    from grid.views.matters import ACTIONS

    client.force_login(town.staff)
    for verb in ACTIONS:
        assert client.get(_act(matter, verb)).status_code == 200, verb


def test_what_is_not_for_this_person_is_not_found(client, town, matter):
    client.force_login(town.secretary)
    assert client.get(_act(matter, "merge")).status_code == 404
    assert client.get(_act(matter, "nonsense")).status_code == 404
    client.force_login(town.stranger)
    assert client.get(reverse("grid:matter", args=[matter.pk])).status_code == 404


def test_a_matter_by_hand(client, town):
    client.force_login(town.secretary)
    sent = {"words": "台阶松了", "category": "safety", "urgency": "normal", "area": town.first_grid.pk}
    answer = client.post(reverse("grid:matter-new"), sent)
    row = Matter.objects.get()
    assert answer.url == reverse("grid:matter", args=[row.pk])
    assert client.post(reverse("grid:matter-new"), sent | {"area": town.second_grid.pk}).status_code == 422


def test_the_nearest_of_the_same_kind_is_offered_for_merging(client, town, matter):
    door = make.place(town.first_grid)
    one = _matter(town, "门口停满了", place=door, category="parking")
    two = _matter(town, "又停满了", place=door, category="parking")
    client.force_login(town.staff)
    page = client.get(reverse("grid:matter", args=[two.pk])).content.decode()
    assert "附近有同类的" in page
    assert str(one) in page
    client.post(_act(two, "merge"), {"seen": two.revision, "into": one.pk})
    two.refresh_from_db()
    assert two.merged_into == one


def test_an_answer_is_drafted_and_given(client, town, matter):
    ending.solve(matter=matter, how="错峰停放，划了线", actor=town.staff, at=make.AT)
    matter.refresh_from_db()
    client.force_login(town.secretary)
    page = client.get(reverse("grid:matter", args=[matter.pk])).content.decode()
    assert "已经解决：错峰停放，划了线" in page
    client.post(_act(matter, "answer"), {"seen": matter.revision, "words": "车位定了", "way": "phone"})
    assert matter.answers.get().words == "车位定了"


def test_an_entity_shows_its_matters(client, town):
    entity = make.entity(town.first_grid)
    row = _matter(town, "门口停满了", entity=entity, area=None)
    client.force_login(town.visitor)
    assert client.get(reverse("grid:entity-matters", args=[entity.pk])).status_code == 403
    client.force_login(town.secretary)
    assert row.title in client.get(reverse("grid:entity-matters", args=[entity.pk])).content.decode()


def test_the_export_tells_what_is_seen(client, town, matter):
    client.force_login(town.staff)
    text = client.get(reverse("grid:matters-export")).content.decode("utf-8-sig")
    assert "2026-0001" in text
