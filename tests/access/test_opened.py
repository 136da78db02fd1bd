"""Every address in the hands of somebody who may open it: looking, sending nothing, sending what breaks in."""

from __future__ import annotations

from typing import ClassVar

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shimen.accounts.access import Gate
from shimen.audit.models import AccessLog
from tests.access.addresses import Address, may_open, ours
from tests.access.conftest import World

pytestmark = pytest.mark.django_db
OURS = ours()
every_address = pytest.mark.parametrize("address", OURS, ids=[address.name for address in OURS])


def _opener(address: Address, world: World, **options: bool) -> Client:
    """The first fixed person who may."""
    client = Client(**options)
    client.force_login(next(user for user in world.town.everyone().values() if may_open(address, user)))
    return client


# What a mere look may write: the log of what was seen, the session, and the counts of the rate limits' cache.
WRITTEN_BY_LOOKING = ("audit_accesslog", "django_session", "usersessions_usersession", "SAVEPOINT")


def _fine(address: Address) -> set[int]:
    """A page, a redirect or a refusal in words, never a fault."""
    fine = {200, 201, 204, 302, 303, 400, 404, 405, 409, 410, 415, 422, 503}
    # A public page may still know people by something of its own: a merchant's phone that nobody signed in is told so.
    return fine | ({403} if Gate.PUBLIC in (address.allowed or ()) else set())


@every_address
def test_looking_is_answered_changes_nothing_and_is_closed_to_frames_and_shared_caches(
    address: Address, world: World
) -> None:
    """A link, an image of another site or a browser that loads ahead must not be able to do anything."""
    client = _opener(address, world)
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(world.path(address))
    assert answer.status_code in _fine(address)
    writes = [q["sql"] for q in caught if q["sql"].split(" ", 1)[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert not [sql for sql in writes if not any(table in sql for table in WRITTEN_BY_LOOKING)]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "'unsafe" not in answer.headers["Content-Security-Policy"]
    if Gate.PUBLIC not in (address.allowed or ()):
        assert "public" not in answer.headers.get("Cache-Control", "")


@every_address
def test_a_form_of_another_site_does_nothing(address: Address, world: World) -> None:
    client = _opener(address, world, enforce_csrf_checks=True)
    before = AccessLog.objects.count()
    status = client.post(world.path(address), {"x": "1"}, headers={"origin": "https://evil.example"}).status_code
    assert status in {403, 405}
    assert AccessLog.objects.count() == before


HOSTILE = [
    "?page=-1",
    "?page=99999999999999999999",
    "?page=1;DROP TABLE accounts_user",
    "?q=%00",
    "?q=%27%22%3Cscript%3E%25_%5C",
    "?q=" + "长" * 3000,
    "?sort=password&order=-street__people__password",
    "?area=%00&role=%00&who=%00&state=%00&kind=%00&grid=%00&visitor=%00&outcome=%00",
    "?area=1&who=1&visitor=1&department=1&round=1&batch=1&grid=1",
    "?since=0000-00-00&until=9999-99-99&on=x&day=2026-02-30&as_of=-1",
    "?since=0001-01-01&until=9999-12-31&on=9999-12-31&day=9999-12-31&as_of=0001-01-01",
    "?q[]=1&q[a]=2&page[]=1",
]


class Read(QueryDict):
    """A query that remembers whether any word of it was asked for."""

    words: ClassVar[set[str]] = set()

    def __getitem__(self, key: str):
        self.words.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.words.add(str(key))
        return super().__contains__(key)

    def __iter__(self):
        self.words.add("*")
        return super().__iter__()

    def lists(self):
        self.words.add("*")
        return super().lists()

    def getlist(self, key: str, default=None):
        self.words.add(key)
        return super().getlist(key, default)

    def urlencode(self, safe=None):
        self.words.add("*")
        return super().urlencode(safe)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The words of the query for which the views of this test asked."""
    monkeypatch.setattr(Read, "words", set())
    monkeypatch.setattr(WSGIRequest, "GET", property(lambda request: Read(request.META.get("QUERY_STRING", ""))))
    return Read.words


@every_address
def test_no_query_breaks_an_address(address: Address, world: World, read: set[str]) -> None:
    """All of them where the address asks for any; one where it looks at none."""
    client, path = _opener(address, world), world.path(address)
    client.raise_request_exception = False
    broken = []
    for query in HOSTILE:
        broken += [query] * (client.get(path + query).status_code >= 500)
        if not read:
            break
    # /readyz says 503 while its parts are missing here.
    assert not broken or address.name == "readyz", broken


@every_address
def test_nothing_that_is_sent_breaks_an_address(address: Address, world: World) -> None:
    client, path = _opener(address, world), world.path(address)
    client.raise_request_exception = False
    assert client.post(path).status_code in _fine(address)
    sent = [
        client.post(path, dict.fromkeys(("q", "name", "reason", "words", "username", "role", "password1"), "\x00")),
        client.post(path, b"\xff\xfe{", content_type="application/json"),
        client.post(path, b"[]", content_type="application/json"),
        client.post(path, b"not a form", content_type="multipart/form-data; boundary=x"),
        client.generic("PROPFIND", path, b"x"),
    ]
    assert all(answer.status_code < 500 for answer in sent) or address.name == "readyz", [a.status_code for a in sent]
