"""coverage.registry.entities.correct and correct_many: what is taken, what is kept beside, and what is left behind."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from coverage.models import Entity, EntitySource, FactRule
from coverage.registry import entities as registry
from coverage.registry import words
from coverage.registry.entities import RegistryError
from coverage.registry.words import WordError
from shimen.audit.models import AccessLog
from tests import make
from tests.make import AT, TODAY

pytestmark = pytest.mark.django_db


def said(entity: Entity, field: str, value: object, source: str = "staff", on: dt.date = TODAY, **more):
    return registry.correct(
        entity=entity, field=field, value=value, source=source, on=on, actor=more.pop("actor", None), at=AT, **more
    )


@pytest.fixture
def shop(town) -> Entity:
    return make.entity(town.first_grid, trade_sign="子丑面馆", headcount=5, legal_person="孙丙三")


def test_a_correction_is_written_with_who_said_it_and_when(town, shop):
    result = said(shop, "headcount", "7 人", source="visit", ref="v1", actor=town.visitor)
    shop.refresh_from_db()
    assert shop.headcount == 7
    assert shop.provenance["headcount"] == {
        "source": "visit",
        "by": str(town.visitor.pk),
        "on": TODAY.isoformat(),
        "ref": "v1",
    }
    assert result.heard.taken == {"headcount": ("5", "7")}


def test_a_correction_leaves_one_line_in_the_log_with_old_and_new(town, shop):
    said(shop, "headcount", 7, actor=town.staff)
    line = AccessLog.objects.get(verb="coverage.correct_entity")
    assert (line.before, line.after, line.actor) == ({"headcount": "5"}, {"headcount": "7"}, town.staff)
    assert line.object_id == str(shop.pk)


def test_history_keeps_both_versions_with_the_actor(town, shop):
    said(shop, "headcount", 7, actor=town.staff)
    old, new = Entity.pgh_event_model.objects.filter(pgh_obj_id=shop.pk).order_by("pgh_id")
    assert (old.headcount, new.headcount) == (5, 7)
    assert new.pgh_context.metadata["actor"] == str(town.staff.pk)
    assert new.pgh_context.metadata["verb"] == "coverage.correct_entity"


def test_a_weaker_source_does_not_overrule_a_fresh_stronger_one_but_is_kept(town, shop):
    said(shop, "legal_person", "孙丙三", source="visit", on=dt.date(2026, 11, 18), actor=town.visitor)
    result = said(shop, "legal_person", "孙丙六", source="department", by="saic", ref="b8")
    shop.refresh_from_db()
    assert shop.legal_person == "孙丙三"
    assert result.heard.kept == {"legal_person": ("孙丙三", "孙丙六")}
    [row] = EntitySource.objects.filter(entity=shop)
    assert (row.value, row.source, row.by, row.ref, row.on) == ("孙丙六", "department", "saic", "b8", TODAY)
    assert list(words.contradictions(shop, [row])) == ["legal_person"]


def test_a_weaker_source_overrules_a_stronger_one_that_has_grown_old(town, shop):
    said(shop, "headcount", 5, source="visit", on=dt.date(2026, 6, 1), actor=town.visitor)
    said(shop, "headcount", 9, source="department", by="hr")
    shop.refresh_from_db()
    assert shop.headcount == 9
    old = EntitySource.objects.get(entity=shop, source="visit")
    assert (old.value, old.on) == ("5", dt.date(2026, 6, 1))
    assert words.contradictions(shop, [old]) == {}


def test_a_visit_delivered_late_is_judged_by_the_day_it_was_made(town, shop):
    said(shop, "headcount", 9, source="department", by="hr", on=dt.date(2026, 11, 20))
    said(shop, "headcount", 7, source="visit", on=dt.date(2026, 11, 18), actor=town.visitor)
    shop.refresh_from_db()
    assert shop.headcount == 7


def test_a_contradiction_ends_when_the_source_comes_to_agree(town, shop):
    said(shop, "legal_person", "孙丙三", source="visit", actor=town.visitor)
    said(shop, "legal_person", "孙丙六", source="department", by="saic")
    said(shop, "legal_person", "孙丙三", source="department", by="saic")
    shop.refresh_from_db()
    assert words.contradictions(shop, shop.sources.all()) == {}
    assert shop.provenance["legal_person"]["source"] == "visit"


def test_an_empty_cell_of_a_department_says_nothing(town, shop):
    said(shop, "legal_person", "", source="department", by="saic")
    shop.refresh_from_db()
    assert shop.legal_person == "孙丙三"


def test_staff_may_clear_a_fact(town, shop):
    said(shop, "opening_hours", "06:30-20:00", source="visit", actor=town.visitor)
    said(shop, "opening_hours", "", actor=town.staff)
    shop.refresh_from_db()
    assert shop.opening_hours == ""


def test_the_street_may_set_its_own_order_of_sources(town, shop):
    FactRule.objects.create(
        street=town.street, field="headcount", order=[["department:hr"], ["visit", "staff"]], fresh_days=90
    )
    said(shop, "headcount", 9, source="department", by="hr", on=dt.date(2026, 11, 1))
    said(shop, "headcount", 7, source="visit", actor=town.visitor)
    shop.refresh_from_db()
    assert shop.headcount == 9


def test_keys_and_search_text_follow_the_facts(town, shop):
    values = {"name": "望桥面业 (示例) 有限公司", "code": "92990199ma0t29148x", "trade_sign": "望桥面馆"}
    registry.correct_many(entity=shop, values=values, source="staff", on=TODAY, actor=town.staff, at=AT)
    shop.refresh_from_db()
    assert (shop.name_key, shop.code, shop.organisation_code) == (
        "望桥面业（示例）有限公司",
        "92990199MA0T29148X",
        "MA0T29148",
    )
    assert shop.pinyin == "wangqiaomianguan"
    assert "wangqiaomianye" in shop.search.text
    assert "92990199ma0t29148x" in shop.search.text


def test_a_corrected_address_moves_the_entity_to_the_known_door(town, shop):
    door = make.place(town.second_grid, address="望桥路990号", address_key="望桥路990号", number="990")
    said(shop, "address", "上海市望桥路990号", actor=town.staff)
    shop.refresh_from_db()
    assert (shop.place, shop.area) == (door, town.second_grid)


def test_a_phone_is_sealed_masked_and_never_logged_in_the_clear(town, shop):
    said(shop, "phone", "199 0000 0017", actor=town.staff)
    shop.refresh_from_db()
    assert shop.phone_mask == "199****0017"
    assert b"19900000017" not in bytes(shop.phone_sealed)
    assert registry.open_phone(shop) == "19900000017"
    line = AccessLog.objects.get(verb="coverage.correct_entity")
    assert "19900000017" not in f"{line.before}{line.after}"
    assert line.after == {"phone": "199****0017"}


def test_the_same_phone_in_another_notation_changes_nothing(town, shop):
    said(shop, "phone", "199 0000 0017", actor=town.staff)
    assert not said(shop, "phone", "+86 199-0000-0017", actor=town.staff).changed


def test_an_unreadable_value_is_refused_with_its_field(town, shop):
    for field, value in {
        "headcount": "七八个",
        "established_on": "2026年",
        "phone": "问隔壁",
        "kind": "",
        "name": " ",
    }.items():
        with pytest.raises(WordError) as refused:
            said(shop, field, value)
        assert refused.value.field == field
    assert AccessLog.objects.count() == 0


def test_a_code_that_another_entity_has_is_refused(town, shop):
    other = make.entity(town.second_grid, code="92990199MA0T29148X")
    with pytest.raises(RegistryError) as refused:
        said(shop, "code", "92990199MA0T29148X")
    assert refused.value.field == "code"
    assert str(other) in refused.value.sentence
    shop.refresh_from_db()
    assert shop.code != other.code


def test_an_entity_that_has_left_is_not_corrected(town, shop):
    registry.remove(entity=shop, reason="已经注销了", actor=town.staff, at=AT)
    with pytest.raises(RegistryError, match="先恢复再改"):
        said(shop, "headcount", 7)


def test_nobody_vouches_for_tomorrow(town, shop):
    said(shop, "headcount", 7, source="visit", on=TODAY + dt.timedelta(days=30), actor=town.visitor)
    shop.refresh_from_db()
    assert shop.provenance["headcount"]["on"] == TODAY.isoformat()


def test_confirming_moves_the_day_and_not_the_value(town, shop):
    said(shop, "headcount", 5, source="visit", on=dt.date(2026, 8, 12), actor=town.visitor)
    registry.confirm(
        entity=shop,
        fields=["headcount", "opening_hours"],
        source="visit",
        on=TODAY,
        ref="v2",
        actor=town.visitor,
        at=AT,
    )
    shop.refresh_from_db()
    assert (shop.headcount, shop.provenance["headcount"]["on"]) == (5, TODAY.isoformat())
    assert "opening_hours" not in shop.provenance
    assert AccessLog.objects.get(verb="coverage.confirm_entity").after == {"fields": ["headcount"]}


def test_a_department_that_agrees_does_not_take_over_from_a_fresh_visit(town, shop):
    said(shop, "headcount", 5, source="visit", on=dt.date(2026, 11, 10), actor=town.visitor)
    registry.confirm(entity=shop, fields=["headcount"], source="department", by="hr", on=TODAY, actor=None, at=AT)
    shop.refresh_from_db()
    assert shop.provenance["headcount"]["source"] == "visit"


def test_a_mere_repetition_writes_no_log(town, shop):
    said(shop, "headcount", 5, actor=town.staff)
    assert not AccessLog.objects.filter(object_id=str(shop.pk)).exists()


def test_an_unknown_entity_cannot_be_corrected(town):
    ghost = Entity(pk=uuid.uuid4(), street=town.street)
    with pytest.raises(Entity.DoesNotExist):
        said(ghost, "headcount", 7)
