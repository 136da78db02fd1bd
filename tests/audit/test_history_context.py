"""Every version of a row knows the person and the page behind it."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from coverage.models import Entity
from shimen.accounts.models import User
from shimen.audit.middleware import HistoryContextMiddleware
from shimen.audit.record import origin
from tests import make

pytestmark = pytest.mark.django_db


def _through(method: str, user: User, change) -> None:
    request = getattr(RequestFactory(), method)("/entities/x/edit/", REMOTE_ADDR="192.0.2.9")
    request.user = user

    def view(request: HttpRequest) -> HttpResponse:
        change()
        return HttpResponse(origin.get())

    assert HistoryContextMiddleware(view)(request).content == b"192.0.2.9"


def _metadata(entity: Entity) -> dict | None:
    event = entity.events.select_related("pgh_context").latest("pgh_id")
    return event.pgh_context.metadata if event.pgh_context else None


def test_a_change_made_on_a_page_is_tied_to_the_person_and_the_page(town: make.Town) -> None:
    entity = make.entity(town.first_grid)
    _through("post", town.staff, lambda: Entity.objects.filter(pk=entity.pk).update(trade_sign="望桥面馆（示例）"))
    found = _metadata(entity)
    assert found is not None
    assert found["actor"] == str(town.staff.pk)
    assert found["path"] == "/entities/x/edit/"


def test_the_address_of_one_request_is_not_left_for_the_next(town: make.Town) -> None:
    _through("get", town.staff, lambda: None)
    assert origin.get() == ""
