"""Freezing an edition, and laying two side by side."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from shimen.audit.models import AccessLog
from shimen.figures import editions, every
from shimen.figures.models import Edition, EditionFigure
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return make.town()


def freeze(town, name="11 月下半月报", actor=None, **values):
    return editions.freeze(name=name, actor=actor or town.staff, **{"on": make.TODAY, "at": make.AT} | values)


def test_an_edition_keeps_its_numbers_however_the_registry_moves_on(town):
    make.entity(town.first_grid)
    made = freeze(town)
    make.entity(town.first_grid)
    assert made.figures.get(key="entities").value == 1
    assert made.figures.count() == len(every())


def test_it_is_recorded_with_its_numbers(town):
    make.entity(town.first_grid)
    freeze(town)
    line = AccessLog.objects.get(verb="figures.freeze")
    assert (line.actor, line.after["figures"]["entities"]) == (town.staff, "1")


def test_an_edition_cannot_be_changed_or_deleted(town):
    made = freeze(town)
    for change in (
        lambda: EditionFigure.objects.filter(edition=made).update(value=0),
        lambda: EditionFigure.objects.filter(edition=made).delete(),
        lambda: Edition.objects.filter(pk=made.pk).update(name="改了"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_one_name_is_used_once(town):
    freeze(town)
    with pytest.raises(editions.EditionError, match="已经有一版"):
        freeze(town, name=" 11 月下半月报 ")


def test_a_name_is_needed(town):
    with pytest.raises(editions.EditionError, match="起个名字"):
        freeze(town, name="  ")


def test_a_part_of_the_street_is_not_frozen_as_the_whole(town):
    part = make.person(town.street, "staff", area=town.first_grid)
    with pytest.raises(editions.EditionError, match="部分网格"):
        freeze(town, actor=part)
    assert not Edition.objects.exists()


def test_freezing_from_the_page(client, town):
    client.force_login(town.staff)
    response = client.post(reverse("figures:freeze"), {"name": "月报"}, follow=True)
    assert "已冻结为“月报”" in response.content.decode()
    assert Edition.objects.get().frozen_by == town.staff


def test_a_refusal_stands_at_the_field_and_nothing_typed_is_lost(client, town):
    freeze(town, name="月报")
    client.force_login(town.staff)
    response = client.post(reverse("figures:freeze"), {"name": "月报"})
    assert response.status_code == 422
    assert 'value="月报"' in response.content.decode()


@pytest.mark.parametrize("who", ["secretary", "visitor", "data_admin", "audit_admin"])
def test_only_staff_freeze(client, town, who):
    client.force_login(getattr(town, who))
    assert client.post(reverse("figures:freeze"), {"name": "月报"}).status_code == 403


def test_another_streets_edition_is_not_found(client, town):
    made = freeze(town)
    client.force_login(town.stranger)
    assert client.get(reverse("figures:edition", args=[made.pk])).status_code == 404
    assert made.name not in client.get(reverse("figures:editions")).content.decode()


def test_two_editions_side_by_side(client, town):
    make.entity(town.first_grid)
    first = freeze(town, name="上一版")
    make.entity(town.first_grid)
    second = freeze(town, name="这一版", at=make.AT + dt.timedelta(hours=1))
    lines = {line.key: line for line in editions.compare(second, first)}
    assert (lines["entities"].number, lines["entities"].other, lines["entities"].difference) == (2, 1, 1)
    client.force_login(town.staff)
    page = client.get(reverse("figures:edition", args=[second.pk]), {"with": str(first.pk)}).content.decode()
    assert "上一版" in page
    assert "+1" in page


def test_what_was_defined_otherwise_is_not_subtracted(town):
    first, second = freeze(town, name="甲版"), freeze(town, name="乙版")
    EditionFigure.objects.create(edition=first, key="old", title="旧数", definition="只在甲版。", unit="家", value=3)
    EditionFigure.objects.create(edition=first, key="x", title="某数", definition="从前的口径。", unit="家", value=3)
    EditionFigure.objects.create(edition=second, key="x", title="某数", definition="现在的口径。", unit="家", value=5)
    lines = {line.key: line for line in editions.compare(second, first)}
    assert lines["x"].is_redefined
    assert lines["x"].difference is None
    assert (lines["old"].number, lines["old"].other) == (None, 3)


@pytest.mark.parametrize("chosen", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_comparing_with_nothing_shows_the_edition_alone(client, town, chosen):
    made = freeze(town)
    client.force_login(town.staff)
    response = client.get(reverse("figures:edition", args=[made.pk]), {"with": chosen})
    assert response.status_code == 200
    assert response.context["other"] is None
