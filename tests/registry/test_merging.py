"""coverage.registry.merging: two entries made one, taken back, and told apart."""

from __future__ import annotations

import datetime as dt

import pytest
from django.apps import apps

from coverage import signals
from coverage.matching import codes
from coverage.models import Distinct, Entity, EntitySource, Merge, Stop
from coverage.registry import entities as registry
from coverage.registry import merging, relations
from coverage.registry.entities import RegistryError
from coverage.registry.merging import MergeError
from coverage.registry.words import held_word
from coverage.visits import visits
from shimen.audit.models import AccessLog
from shimen.models import new_id
from tests import make
from tests.make import AT, TODAY

pytestmark = pytest.mark.django_db

WHY = "电话、地址都相同"


def said(source: str, on: dt.date, by: str = "scjg") -> dict[str, str]:
    return {"source": source, "by": by, "on": on.isoformat(), "ref": ""}


@pytest.fixture
def kept(town) -> Entity:
    return make.entity(
        town.first_grid, name="望桥路子丑面馆（示例）", headcount=5, legal_person="甲某",
        provenance={"headcount": said("department", dt.date(2026, 9, 1)), "legal_person": said("visit", TODAY)},
    )  # fmt: skip


@pytest.fixture
def twin(town) -> Entity:
    row = make.entity(
        town.first_grid, name="子丑面馆（示例）", headcount=7, legal_person="乙某",
        provenance={"headcount": said("visit", TODAY), "legal_person": said("department", dt.date(2026, 9, 1))},
    )  # fmt: skip
    return registry.correct(
        entity=row, field="phone", value="19900000017", source="visit", on=TODAY, actor=town.staff, at=AT
    ).entity


def merge(town, kept, twin, taken=("headcount", "phone"), reason=WHY) -> Merge:
    return merging.merge(kept=kept, absorbed=twin, taken=taken, reason=reason, actor=town.staff, at=AT)


def test_every_relation_to_an_entity_is_declared():
    assert relations.undeclared(apps.get_models()) == []


def test_the_rules_propose_which_word_holds(kept, twin):
    proposed = {choice.key: choice.takes for choice in merging.choices(kept, twin)}
    assert proposed["headcount"] is True, "seen at the door today, against a workbook of September"
    assert proposed["legal_person"] is False
    assert proposed["phone"] is True, "the other one has none"


def test_one_stays_with_what_was_chosen_and_the_other_leaves(town, kept, twin):
    done = merge(town, kept, twin)
    kept.refresh_from_db()
    twin.refresh_from_db()
    assert (kept.headcount, kept.legal_person, kept.phone_mask) == (7, "甲某", "199****0017")
    assert registry.open_phone(kept) == "19900000017"
    assert kept.provenance["headcount"]["source"] == "visit"
    assert twin.removed_at == AT
    assert "并入" in twin.removed_reason
    assert done.taken == ["headcount", "phone"]
    assert merging.survivor(twin) == kept
    line = AccessLog.objects.get(verb="coverage.merge_entities")
    assert (line.actor, line.object_id, line.reason) == (town.staff, str(kept.pk), WHY)
    assert "19900000017" not in str(line.after)


def test_what_was_not_chosen_is_kept_beside(town, kept, twin):
    merge(town, kept, twin, taken=())
    words = {(row.field, row.source): row.value for row in EntitySource.objects.filter(entity=kept)}
    assert words[("headcount", "visit")] == "7"
    kept.refresh_from_db()
    assert kept.headcount == 5


def test_people_visits_and_demands_follow_and_closed_rounds_do_not_change(town, kept, twin):
    somebody = make.worker(twin)
    over = make.round_(town.street, number=1, period_start=dt.date(2026, 10, 26), state="closed")
    old = make.stop(over, twin, town.visitor)
    call = make.visit(old, town.visitor)
    wish = make.demand(call)
    merge(town, kept, twin)
    for row in (somebody, call, wish):
        row.refresh_from_db()
        assert row.entity == kept
    old.refresh_from_db()
    assert old.entity == twin


def test_in_the_open_round_one_door_is_left(town, kept, twin):
    now = make.round_(town.street)
    ours, theirs = make.stop(now, kept, town.visitor), make.stop(now, twin, town.visitor)
    done = merge(town, kept, twin)
    theirs.refresh_from_db()
    assert (theirs.outcome, theirs.entity) == (Stop.Outcome.EXEMPT, twin)
    merging.unmerge(merge=done, actor=town.staff, at=AT)
    theirs.refresh_from_db()
    ours.refresh_from_db()
    assert (theirs.outcome, ours.outcome) == (Stop.Outcome.DUE, Stop.Outcome.DUE)


def test_a_stop_that_only_the_twin_had_is_walked_for_the_kept_one(town, kept, twin):
    stop = make.stop(make.round_(town.street), twin, town.visitor)
    done = merge(town, kept, twin)
    stop.refresh_from_db()
    assert stop.entity == kept
    merging.unmerge(merge=done, actor=town.staff, at=AT)
    stop.refresh_from_db()
    assert stop.entity == twin


def test_the_code_that_was_merged_away_is_remembered(town, kept, twin):
    merge(town, kept, twin)
    assert [row.code for row in kept.other_codes.all()] == [twin.code]


def test_the_code_of_the_twin_may_be_the_right_one(town, kept, twin):
    before = kept.code
    merge(town, kept, twin, taken=("code",))
    kept.refresh_from_db()
    assert kept.code == twin.code
    assert kept.organisation_code == codes.organisation_code(twin.code)
    assert [row.code for row in kept.other_codes.all()] == [before]


def test_taking_it_back_gives_both_as_they_were(town, kept, twin):
    somebody = make.worker(twin)
    kept.refresh_from_db()
    before = {key: merging.text_of(kept, key) for key in merging.KEYS}
    words = set(EntitySource.objects.values_list("entity", "field", "value"))
    done = merge(town, kept, twin)
    merging.unmerge(merge=done, actor=town.staff, at=AT)
    kept.refresh_from_db()
    twin.refresh_from_db()
    somebody.refresh_from_db()
    done.refresh_from_db()
    assert {key: merging.text_of(kept, key) for key in merging.KEYS} == before
    assert (twin.removed_at, twin.removed_reason, somebody.entity) == (None, "", twin)
    assert held_word(kept, "headcount").source == "department"
    assert done.left == []
    assert not kept.other_codes.exists()
    assert words <= set(EntitySource.objects.values_list("entity", "field", "value"))
    assert AccessLog.objects.filter(verb="coverage.unmerge_entities", actor=town.staff).count() == 1


def test_what_changed_since_stays_and_is_listed(town, kept, twin):
    somebody, other = make.worker(twin), make.worker(twin)
    done = merge(town, kept, twin)
    registry.correct(entity=kept, field="headcount", value="9", source="staff", on=TODAY, actor=town.staff, at=AT)
    third = make.entity(town.first_grid)
    type(somebody).objects.filter(pk=somebody.pk).update(entity=third)
    undone = merging.unmerge(merge=done, actor=town.staff, at=AT)
    kept.refresh_from_db()
    other.refresh_from_db()
    assert kept.headcount == 9
    assert other.entity == twin
    assert len(undone.left) == 2
    assert "从业人数" in undone.left[0]
    assert undone.left[1].startswith("从业人员 1 条")


def test_a_second_taking_back_is_refused(town, kept, twin):
    done = merge(town, kept, twin)
    merging.unmerge(merge=done, actor=town.staff, at=AT)
    with pytest.raises(MergeError, match="已经拆开"):
        merging.unmerge(merge=done, actor=town.staff, at=AT)


def test_a_code_entered_anew_keeps_the_two_together(town, kept, twin):
    done = merge(town, kept, twin)
    make.entity(town.first_grid, code=twin.code)
    with pytest.raises(MergeError, match="拆不开"):
        merging.unmerge(merge=done, actor=town.staff, at=AT)
    done.refresh_from_db()
    assert done.unmerged_at is None


def test_a_chain_is_taken_back_from_its_end(town, kept, twin):
    third = make.entity(town.first_grid)
    first = merge(town, kept, twin)
    second = merge(town, third, kept)
    assert merging.survivor(twin) == third
    with pytest.raises(MergeError, match="先恢复"):
        merging.unmerge(merge=first, actor=town.staff, at=AT)
    merging.unmerge(merge=second, actor=town.staff, at=AT)
    merging.unmerge(merge=first, actor=town.staff, at=AT)
    assert Entity.objects.listed().filter(pk__in=[kept.pk, twin.pk, third.pk]).count() == 3


def test_an_entry_merged_away_is_not_restored_beside_it(town, kept, twin):
    merge(town, kept, twin)
    with pytest.raises(RegistryError, match="拆开"):
        registry.restore(entity=twin, actor=town.staff, at=AT)


@pytest.mark.parametrize("case", ["itself", "another street", "left", "no reason"])
def test_what_cannot_be_one_is_refused_with_a_sentence(town, kept, twin, case):
    other, reason = twin, WHY
    if case == "itself":
        other = kept
    elif case == "another street":
        other = make.entity(make.area(town.stranger.street))
    elif case == "left":
        registry.remove(entity=twin, reason="注销，名册已无", actor=town.staff, at=AT)
    else:
        reason = " 是 "
    with pytest.raises(MergeError):
        merge(town, kept, other, reason=reason)
    assert not Merge.objects.exists()


def test_whoever_listens_hears_of_it_inside_the_transaction(town, kept, twin):
    told = []

    def listen(sender, kept, absorbed, **more):
        told.append((kept, absorbed))
        raise RuntimeError("an app above cannot follow")

    signals.entities_merged.connect(listen)
    try:
        with pytest.raises(RuntimeError):
            merge(town, kept, twin)
    finally:
        signals.entities_merged.disconnect(listen)
    twin.refresh_from_db()
    assert told
    assert twin.removed_at is None


def test_two_that_are_two_are_kept_apart_once(town, kept, twin):
    pair = merging.tell_apart(one=twin, other=kept, actor=town.staff, at=AT)
    assert merging.tell_apart(one=kept, other=twin, actor=town.staff, at=AT) == pair
    assert AccessLog.objects.filter(verb="coverage.tell_apart").count() == 1
    merging.doubt_again(pair=pair, actor=town.staff, at=AT)
    assert not Distinct.objects.exists()


def test_a_visit_still_on_the_phone_counts_for_the_one_that_stayed(town, kept, twin):
    stop = make.stop(make.round_(town.street), twin, town.visitor)
    merge(town, kept, twin)
    stop.refresh_from_db()
    logged = visits.log(id=new_id(), entity=twin, stop=stop, outcome="same", actor=town.visitor, at=AT, visited_at=AT)
    assert logged.visit.entity == kept


def test_a_visit_to_the_exempted_door_settles_the_one_that_stayed(town, kept, twin):
    now = make.round_(town.street)
    ours, theirs = make.stop(now, kept, town.visitor), make.stop(now, twin, town.visitor)
    merge(town, kept, twin)
    visits.log(id=new_id(), entity=twin, stop=theirs, outcome="same", actor=town.visitor, at=AT, visited_at=AT)
    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (ours.outcome, theirs.outcome) == (Stop.Outcome.VISITED, Stop.Outcome.EXEMPT)
