"""`manage.py figures`: the campaign's numbers, counted."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from tests import make, trial


def told(capsys, *arguments):
    call_command("figures", *arguments)
    return capsys.readouterr().out


def test_the_trial_street_has_the_numbers_of_the_campaign(trial_street, capsys):
    rows = json.loads(told(capsys, "--json"))
    assert {"key", "title", "value", "unit", "qualifier", "as_of", "definition"} == set(rows[0])
    numbers = {row["key"]: row["value"] for row in rows}
    assert numbers["entities"] == 2063
    assert numbers["workers"] == 58_782
    assert numbers["street_shops"] == 389
    assert numbers["rounds_closed"] == 7
    assert all(row["as_of"] == trial.NOW.date().isoformat() for row in rows)
    assert all(row["qualifier"] in {"exact", "at_least", "about"} for row in rows)


def test_read_by_a_person(trial_street, capsys):
    assert "58,782 人" in told(capsys)


@pytest.mark.django_db
def test_several_streets_need_a_name(capsys):
    first = make.street(code="990001")
    make.street()
    with pytest.raises(CommandError, match="几个街道"):
        call_command("figures", "--street", "")
    assert json.loads(told(capsys, "--json", "--street", first.code))


@pytest.mark.django_db
def test_no_street_says_so():
    with pytest.raises(CommandError, match="没有这个街道"):
        call_command("figures", "--street", "000")
