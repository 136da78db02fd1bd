"""The departments' workbooks that come with the trial street: what was put in is what the product finds."""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import Any

import pytest
from django.urls import reverse

from coverage.comparison import apply as applying
from coverage.comparison import batches, mapping
from coverage.comparison import undo as undoing
from coverage.facts import fields as facts
from coverage.feeds import departments
from coverage.models import Batch, Department, Difference, Entity, Question
from coverage.pages import columns as shown
from coverage.trial.load import SEED
from coverage.trial.workbooks import files, make, market, noise
from coverage.trial.workbooks.rows import KINDS, Row
from shimen.accounts.models import User
from tests import trial

ON = trial.NOW.date()
LATER = trial.NOW + dt.timedelta(hours=1)
FIRST_DATA_ROW = 4  # two title rows and the headings


def admin() -> User:
    return User.objects.get(username="qianyier")


def compare(street: Any, department: str, name: str, content: bytes) -> Batch:
    batch = batches.receive(
        department=Department.objects.get(street=street, code=department),
        name=name,
        content=content,
        as_of=ON,
        on=ON,
        actor=admin(),
        at=trial.NOW,
    )
    return batches.read_and_compare(batch=batch, at=trial.NOW)


def written() -> list[dict[str, Any]]:
    return [json.loads(path.read_text("utf-8")) for path in sorted(trial.folder().glob("*.expect.json"))]


def market_file() -> dict[str, Any]:
    return next(one for one in written() if one["department"] == "market")


def read(name: str) -> bytes:
    return (trial.folder() / name).read_bytes()


@pytest.fixture
def market_batch(trial_street):
    return compare(trial_street, "market", market_file()["file"], read(market_file()["file"]))


def test_each_department_sends_one(trial_street):
    assert {one["department"] for one in written()} == {"market", "tax", "social", "chengguan"}
    counts = market_file()["counts"]
    assert 2100 <= counts["rows"] < 2200
    assert counts["changed"] == pytest.approx(2063 * 0.05, rel=0.06)
    assert counts["new"] == pytest.approx(2063 * 0.02, rel=0.06)
    assert counts["gone"] == pytest.approx(2063 * 0.02, rel=0.06)


@pytest.mark.parametrize("department", ["market", "tax", "social"])
def test_what_was_put_in_is_what_is_found(trial_street, department):
    one = next(each for each in written() if each["department"] == department)
    batch = compare(trial_street, department, one["file"], read(one["file"]))
    assert batch.state == Batch.State.READY, batch.error
    assert {key: batch.counts[key] for key in one["counts"]} == one["counts"]
    assert batch.counts["rows"] == sum(batch.counts[kind] for kind in KINDS)
    assert f"{one['counts']['rows']:,} 行" in (trial.folder() / f"{one['file']}.说明.txt").read_text("utf-8")


def test_a_department_that_nobody_knows_is_mapped_as_guessed_and_found_to_be_what_was_put_in(trial_street):
    one = next(each for each in written() if each["department"] == "chengguan")
    departments.add(
        street=trial_street, code="chengguan", terms={"name": "城管"}, areas=[], actor=admin(), at=trial.NOW
    )
    batch = compare(trial_street, "chengguan", one["file"], read(one["file"]))
    assert batch.state == Batch.State.MAPPING
    rows = shown.Table(batch, 0, None).rows()
    assert {row.column.heading: row.field for row in rows} == one["columns"]
    mapping.decide(
        batch=batch,
        sheet=0,
        row=2,
        choices={row.column.key: row.field for row in rows},
        actor=admin(),
        at=trial.NOW,
    )
    batch = batches.read_and_compare(batch=batch, at=trial.NOW)
    assert batch.state == Batch.State.READY, batch.error
    assert {key: batch.counts[key] for key in one["counts"]} == one["counts"]
    told = (trial.folder() / f"{one['file']}.说明.txt").read_text("utf-8")
    assert "登记一个部门" in told
    assert "主体身份号  统一社会信用代码" in told


def test_every_single_row_is_found_to_be_what_it_is(trial_street, market_batch):
    found: dict[int, set[str]] = {}
    for line, kind, field in market_batch.differences.exclude(line=None).values_list("line", "kind", "field"):
        if not (kind == Difference.Kind.REFUSED and field):
            found.setdefault(line, set()).add(kind)
    line = FIRST_DATA_ROW
    for number, row in enumerate(market.sheet(make.held_by(trial_street), seed=SEED, on=ON).rows, 1):
        kinds = found.get(line, {"same"})
        assert row.kind in kinds, (line, row, kinds)
        assert row.kind == "repaired" or kinds == {row.kind}, (line, row, kinds)
        line += 1 if number % 800 else 2


def test_another_notation_is_not_a_change(trial_street):
    chance = random.Random(5)
    rows = [Row("same", market.cells_of(one, chance)) for one in make.held_by(trial_street)]
    content = files.market_xlsx(rows, market.COLUMNS, titles=("名册",), maker="填表人：示例")
    batch = compare(trial_street, "market", "换个写法.xlsx", content)
    assert batch.counts["same"] == batch.counts["rows"] == len(rows)
    assert not batch.differences.exists()


def test_applying_undoing_and_applying_again_gives_the_same_registry_to_the_byte(trial_street, market_batch):
    before = trial.registry_digest()
    applying.apply(batch=market_batch, actor=admin(), at=LATER, leave_doubt=True)
    applied = trial.registry_digest()
    assert applied != before
    undoing.undo(batch=market_batch, actor=admin(), at=LATER)
    assert trial.registry_digest() == before
    applying.apply(batch=market_batch, actor=admin(), at=LATER, leave_doubt=True)
    assert trial.registry_digest() == applied


def test_nobody_is_closed_by_a_workbook_alone(trial_street, market_batch):
    applying.apply(batch=market_batch, actor=admin(), at=LATER, leave_doubt=True)
    asked = Question.objects.filter(difference__batch=market_batch)
    assert asked.filter(difference__kind=Difference.Kind.GONE).count() == market_file()["counts"]["gone"]
    closing = market_batch.differences.filter(field="registration_status", decision=Difference.Decision.ASK)
    assert closing.exists()
    for entity, old in closing.values_list("entity_id", "old"):
        assert Entity.objects.get(pk=entity).registration_status == old


def test_the_drawn_rows_are_in_it(trial_street, market_batch):
    noodles = Entity.objects.get(name="子丑面馆")
    told = market_batch.differences.filter(entity_id=noodles.pk).order_by("field")
    assert [(d.field, d.old, d.new, d.decision) for d in told] == [
        ("legal_person", "孙丙三", "孙丙六", "refuse"),
        ("scope", "餐饮服务", "餐饮服务、食品销售", "accept"),
    ]
    puzzle = market_batch.differences.get(row__cells__name="甲乙丙贸易（示例）有限公司")
    assert puzzle.kind == Difference.Kind.DOUBT
    assert puzzle.candidates[0]["name"] == "甲乙丙贸易有限公司"


def test_the_street_is_stored_as_the_registry_reads(trial_street):
    for entity in Entity.objects.all():
        for fact in facts.FACTS:
            if fact.key in {"phone", "is_suspended", "is_irregular", "kind"}:
                continue
            stored = facts.as_text(getattr(entity, fact.key))
            assert facts.read(fact.key, stored) == stored, (entity.name, fact.key)


def test_the_page_shows_every_kind_of_difference(trial_street, market_batch, client):
    client.force_login(admin())
    for kind in Difference.Kind.values:
        for number in (1, 2, 3):
            address = reverse("coverage:batch", args=[market_batch.pk])
            assert client.get(address, {"kind": kind, "page": number}).status_code == 200
    assert client.get(reverse("coverage:batch-export", args=[market_batch.pk])).status_code == 200
    page = client.get(address, {"kind": "refused"}).content.decode()
    assert "500万美元" in page


def test_a_slip_is_one_slip(trial_street):
    chance = random.Random(9)
    for _ in range(300):
        slipped = market.slipped("92990199MA0T29148X", chance)
        assert slipped != "92990199MA0T29148X"
        assert 17 <= len(slipped) <= 19
    assert noise.mangled("92990199MA0T29148X") == "9.29901E+17"


def test_a_second_load_writes_the_same_street(trial_street):
    trial.load_into("trial_again")
    assert trial.digest_of("trial_again") == trial.digest_of(trial.LOADED)
