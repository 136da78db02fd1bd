"""Presence, moving, grids, leaving the registry and coming back; going back by one edit."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from coverage import signals
from coverage.models import Entity
from coverage.registry import entities as registry
from coverage.registry.entities import RegistryError
from shimen.audit.models import AccessLog
from tests import make
from tests.make import AT, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(town) -> Entity:
    place = make.place(town.first_grid)
    return make.entity(town.first_grid, place=place, trade_sign="子丑面馆", headcount=5)


@pytest.fixture
def heard():
    """What was announced."""
    told: list[tuple[str, str]] = []

    def listen(sender, entity, how, **more):
        told.append((str(entity), how))

    signals.entity_closed.connect(listen)
    yield told
    signals.entity_closed.disconnect(listen)


def seen(shop, presence, town, on=TODAY, source="visit", **more):
    return registry.set_presence(
        entity=shop, presence=presence, source=source, on=on, actor=town.visitor, at=AT, **more
    )


def test_what_was_found_at_the_door_is_kept_with_its_day(town, shop, heard):
    seen(shop, "closed", town, reason="卷帘门贴了转让")
    shop.refresh_from_db()
    assert (shop.presence, shop.presence_on) == ("closed", TODAY)
    assert heard == [("子丑面馆", "closed")]
    line = AccessLog.objects.get(verb="coverage.set_presence")
    assert (line.before, line.after, line.reason) == ({"presence": "未访到"}, {"presence": "关闭"}, "卷帘门贴了转让")


def test_seeing_it_open_again_moves_only_the_day(town, shop, heard):
    seen(shop, "open", town, on=dt.date(2026, 11, 1))
    seen(shop, "open", town)
    shop.refresh_from_db()
    assert shop.presence_on == TODAY
    assert heard == []
    assert AccessLog.objects.filter(verb="coverage.set_presence").count() == 1


def test_an_older_visit_that_comes_late_does_not_close_a_shop_seen_open_since(town, shop):
    seen(shop, "open", town)
    done = seen(shop, "closed", town, on=TODAY - dt.timedelta(days=3))
    shop.refresh_from_db()
    assert (shop.presence, shop.presence_on, done.changed) == ("open", TODAY, False)


def test_there_are_only_four_states_of_presence(town, shop):
    with pytest.raises(RegistryError):
        seen(shop, "vanished", town)


def test_moving_to_another_door_takes_address_and_grid_along(town, shop):
    door = make.place(town.second_grid, address="槐荫路8号", address_key="槐荫路8号")
    registry.relocate(entity=shop, place=door, source="staff", on=TODAY, actor=town.staff, at=AT)
    shop.refresh_from_db()
    assert (shop.place, shop.area, shop.address, shop.address_key) == (door, town.second_grid, "槐荫路8号", "槐荫路8号")
    assert AccessLog.objects.filter(verb="coverage.relocate_entity", actor=town.staff).count() == 1


def test_nothing_moves_to_another_street(town, shop):
    far = make.place(make.area(town.stranger.street))
    with pytest.raises(RegistryError, match="不在本街道"):
        registry.relocate(entity=shop, place=far, source="staff", on=TODAY, actor=town.staff, at=AT)
    with pytest.raises(RegistryError, match="不在本街道"):
        registry.assign_area(entity=shop, area=far.area, actor=town.staff, at=AT)


def test_an_entity_without_a_door_is_put_into_a_grid_by_hand(town):
    lost = make.entity(town.first_grid)
    registry.assign_area(entity=lost, area=town.second_grid, actor=town.staff, at=AT)
    lost.refresh_from_db()
    assert lost.area == town.second_grid
    assert AccessLog.objects.get(verb="coverage.assign_area").after == {"area": "第二网格"}


def test_a_removed_entity_leaves_the_list_and_stays_in_history(client, town, shop, heard):
    registry.remove(entity=shop, reason="注销，名册已无", actor=town.staff, at=AT)
    shop.refresh_from_db()
    assert shop.removed_at == AT
    assert shop not in Entity.objects.listed()
    assert heard == [("子丑面馆", "removed")]
    client.force_login(town.staff)
    page = client.get(reverse("coverage:entity", args=[shop.pk]))
    assert "注销，名册已无" in page.content.decode()
    listed = client.get(reverse("coverage:entities"), {"mind": "gone"}).context["page"].object_list
    assert list(listed) == [shop]


def test_leaving_needs_a_reason_and_happens_once(town, shop):
    with pytest.raises(RegistryError) as refused:
        registry.remove(entity=shop, reason=" 无 ", actor=town.staff, at=AT)
    assert refused.value.field == "reason"
    registry.remove(entity=shop, reason="注销，名册已无", actor=town.staff, at=AT)
    with pytest.raises(RegistryError, match="已移出名册"):
        registry.remove(entity=shop, reason="再移一次看看", actor=town.staff, at=AT)


def test_coming_back_is_refused_when_the_code_was_entered_anew(town, shop):
    registry.remove(entity=shop, reason="注销，名册已无", actor=town.staff, at=AT)
    make.entity(town.second_grid, code=shop.code)
    with pytest.raises(RegistryError, match="已有这个统一代码"):
        registry.restore(entity=shop, actor=town.staff, at=AT)
    shop.refresh_from_db()
    assert shop.removed_at is not None


def test_an_entity_comes_back_as_it_was(client, town, shop):
    registry.remove(entity=shop, reason="注销，名册已无", actor=town.staff, at=AT)
    client.force_login(town.staff)
    client.post(reverse("coverage:entity-restore", args=[shop.pk]))
    shop.refresh_from_db()
    assert (shop.removed_at, shop.removed_reason) == (None, "")
    with pytest.raises(RegistryError, match="就在名册里"):
        registry.restore(entity=shop, actor=town.staff, at=AT)


def test_the_page_asks_before_it_removes_and_offers_the_way_back(client, town, shop):
    client.force_login(town.staff)
    url = reverse("coverage:entity-remove", args=[shop.pk])
    assert "先列清后果" in client.get(url).content.decode()
    assert client.post(url, {"reason": "无"}).status_code == 422
    page = client.post(url, {"reason": "注销，名册已无"}, follow=True)
    assert reverse("coverage:entity-restore", args=[shop.pk]) in page.content.decode()


def correct(shop, town, **values):
    return registry.correct_many(entity=shop, values=values, source="staff", on=TODAY, actor=town.staff, at=AT)


def test_one_edit_is_taken_back_with_its_sources(town, shop):
    seen(shop, "open", town)
    before = Entity.objects.get(pk=shop.pk)
    done = correct(shop, town, headcount="9", trade_sign="望桥面馆", phone="19900000017", address="槐荫路8号")
    undone = registry.undo(entity=shop, event_id=done.event_id, actor=town.staff, at=AT)
    shop.refresh_from_db()
    for name in ("headcount", "trade_sign", "phone_mask", "phone_index", "address", "address_key", "provenance"):
        assert getattr(shop, name) == getattr(before, name), name
    assert set(undone.undone) == {"从业人数", "招牌", "联系电话", "经营地址"}
    assert AccessLog.objects.filter(verb="coverage.undo_edit").count() == 1


def test_a_phone_that_was_overwritten_can_be_found_again_after_the_undo(town, shop):
    correct(shop, town, phone="19900000017")
    shop.refresh_from_db()
    index = bytes(shop.phone_index)
    done = correct(shop, town, phone="19900000236")
    registry.undo(entity=shop, event_id=done.event_id, actor=town.staff, at=AT)
    shop.refresh_from_db()
    assert (bytes(shop.phone_index), registry.open_phone(shop)) == (index, "19900000017")


def test_what_was_edited_since_is_left_and_named(town, shop):
    first = correct(shop, town, headcount="9", opening_hours="06:30 至 20:00")
    correct(shop, town, headcount="11")
    undone = registry.undo(entity=shop, event_id=first.event_id, actor=town.staff, at=AT)
    shop.refresh_from_db()
    assert (shop.headcount, shop.opening_hours) == (11, "")
    assert (undone.undone, undone.skipped) == (["营业时间"], ["从业人数"])
    with pytest.raises(RegistryError, match="后来又改过"):
        registry.undo(entity=shop, event_id=first.event_id, actor=town.staff, at=AT)


def test_the_first_version_and_strange_versions_are_not_taken_back(town, shop):
    first = registry.last_event(shop)
    other = make.entity(town.first_grid)
    done = correct(other, town, headcount="9")
    for event in (first, done.event_id, 10**12):
        with pytest.raises(RegistryError, match="找不到"):
            registry.undo(entity=shop, event_id=event, actor=town.staff, at=AT)


def test_part_of_a_batch_is_taken_back_with_its_batch_only(town, shop):
    done = registry.correct(
        entity=shop, field="headcount", value="9", source="department", by="hr", ref="b1", on=TODAY, actor=None, at=AT
    )
    with pytest.raises(RegistryError, match="到那一批里撤销"):
        registry.undo(entity=shop, event_id=done.event_id, actor=town.staff, at=AT)


def test_an_edit_is_taken_back_from_the_undo_bar_by_those_who_may_edit(client, town, shop):
    done = correct(shop, town, headcount="9")
    url = reverse("coverage:entity-undo", args=[shop.pk, done.event_id])
    client.force_login(town.visitor)
    assert client.post(url).status_code == 403
    client.force_login(town.stranger)
    assert client.post(url).status_code == 404
    client.force_login(town.secretary)
    assert client.get(url).status_code == 405
    assert "已撤销" in client.post(url, follow=True).content.decode()
    shop.refresh_from_db()
    assert shop.headcount == 5


def test_taking_back_a_visit_puts_the_earlier_word_back(town, shop):
    registry.correct(
        entity=shop, field="headcount", value="6", source="department", by="hr", on=TODAY, actor=None, at=AT
    )
    shop.refresh_from_db()
    word = shop.provenance["headcount"]
    registry.correct(
        entity=shop, field="headcount", value="9", source="visit", ref="v1", on=TODAY, actor=town.visitor, at=AT
    )
    registry.put_back(entity=shop, field="headcount", value="6", provenance=word, ref="v1", actor=town.visitor, at=AT)
    shop.refresh_from_db()
    assert (shop.headcount, shop.provenance["headcount"]) == (6, word)
