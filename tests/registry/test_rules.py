"""Which source holds first: shown in words, changed per street, given back to the default, and obeyed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from coverage.facts import precedence
from coverage.models import FactRule
from coverage.registry import rules
from coverage.registry.words import rules_of
from shimen.audit.models import AccessLog
from tests import make
from tests.comparison import books, steps

pytestmark = pytest.mark.django_db
ORDER = [["visit", "staff"], ["department:sj"], ["department"], ["collection"]]


@pytest.fixture
def town():
    return make.town()


@pytest.fixture
def department(town):
    return steps.department(town.street, code="sj", name="市场监管", gone_limit_percent=100)


@pytest.fixture
def admin(client, town):
    client.force_login(town.data_admin)
    return client


def set_rule(town, field="phone", order=ORDER, fresh_days=180, street=None):
    return rules.set_rule(
        street=street or town.street, field=field, order=order, fresh_days=fresh_days, actor=town.data_admin, at=make.AT
    )


def test_a_rule_in_words():
    rule = precedence.Rule(tuple(map(tuple, ORDER)), 180)
    assert precedence.in_words(rule, {"sj": "市场监管"}) == (
        "上门看到的、街道更正的 > 市场监管 > 其他部门 > 采集码填的；超过 180 天算旧"
    )
    assert precedence.in_words(precedence.AT_THE_DOOR, {}) == (
        "上门看到的、街道更正的 > 部门 > 采集码填的；超过 90 天算旧"
    )


def test_the_order_is_changed_on_the_page_and_given_back(admin, town, department):
    page = reverse("coverage:rule", args=["phone"])
    assert "上门看到的、街道更正的 &gt; 部门" in admin.get(page).content.decode()
    places = {"visit": 2, "staff": 1, "department:sj": 1, "department": 3, "collection": 4}
    data = {f"place-{name}": place for name, place in places.items()} | {"fresh_days": 180}
    assert admin.post(page, data).url == reverse("coverage:rules")
    row = FactRule.objects.get()
    assert (row.order, row.fresh_days) == ([["staff", "department:sj"], ["visit"], ["department"], ["collection"]], 180)
    text = admin.get(reverse("coverage:rules")).content.decode()
    assert "街道更正的、市场监管 &gt; 上门看到的 &gt; 其他部门 &gt; 采集码填的；超过 180 天算旧" in text
    line = AccessLog.objects.get(verb="coverage.set_rule")
    assert (line.before["fresh_days"], line.after["field"]) == (90, "联系电话")
    admin.post(reverse("coverage:rule-reset", args=["phone"]))
    assert not FactRule.objects.exists()
    assert AccessLog.objects.get(verb="coverage.reset_rule").after["fresh_days"] == 90


def test_saving_the_default_as_it_stands_changes_nothing_of_it(admin, town, department):
    page = reverse("coverage:rule", args=["name"])
    form = admin.get(page).context["form"]
    data = {name: form[name].value() for name in form.fields}
    admin.post(page, data)
    kept, default = rules_of(town.street.pk)["name"], precedence.RULES["name"]
    assert [set(group) for group in kept.order] == [set(group) for group in default.order]
    assert kept.fresh_days == default.fresh_days


def test_the_next_comparison_obeys(town, department):
    entity = steps.shop(town.first_grid, 1)
    entity.provenance = {"legal_person": {"source": "visit", "by": "u", "on": "2026-11-20", "ref": ""}}
    entity.save()
    first = steps.compare(department, books.xlsx([books.row(1, person="孙丙六")]))
    assert first.differences.get(field="legal_person").decision == "refuse"
    set_rule(town, "legal_person", [["department:sj"], ["visit", "staff"], ["department"], ["collection"]])
    again = steps.compare(department, books.xlsx([books.row(1, person="孙丙六")], titles=[["再来一次"]]))
    assert again.differences.get(field="legal_person").decision == "accept"


@pytest.mark.parametrize(
    ("order", "days", "sentence"),
    [
        ([["visit"], ["visit", "staff"], ["department"], ["collection"]], 90, "只能排一次"),
        ([["visit", "staff"]], 90, "其他部门、采集码填的还没有排"),
        ([*ORDER[:1], ["department:nobody"], *ORDER[2:]], 90, "不在名单里"),
        (ORDER, 0, "写 1 至 3,650"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(town, department, order, days, sentence):
    with pytest.raises(rules.RuleError, match=sentence):
        set_rule(town, order=order, fresh_days=days)


def test_a_department_of_another_street_cannot_stand_in_the_order(town, department):
    with pytest.raises(rules.RuleError, match="不在名单里"):
        set_rule(town, street=make.street())


def test_who_may_change_and_that_an_unknown_fact_is_not_found(client, town):
    page, listed = reverse("coverage:rule", args=["phone"]), reverse("coverage:rules")
    for who, may_look in (("staff", 200), ("secretary", 403), ("system_admin", 403)):
        client.force_login(getattr(town, who))
        assert client.get(listed).status_code == may_look
        assert client.post(page, {}).status_code == 403
    client.force_login(town.data_admin)
    assert client.get(reverse("coverage:rule", args=["nonsense"])).status_code == 404
    client.post(reverse("coverage:rule-reset", args=["phone"]))
    assert not AccessLog.objects.filter(verb="coverage.reset_rule").exists()
