"""What somebody would try who wants in or wants more: on every address at once where that is possible."""

from __future__ import annotations

from typing import ClassVar

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from shimen.accounts import invitations, people
from shimen.accounts.access import Gate, scope_of
from shimen.accounts.models import Invitation, Role, User
from shimen.audit.models import AccessLog
from tests import make
from tests.access.addresses import Address, addresses, ours
from tests.access.samples import Samples

pytestmark = pytest.mark.django_db
OURS = ours()
NAMES = [address.name for address in OURS]


def _opener(address: Address, town: make.Town, **options) -> tuple[Client, str]:
    """Somebody who may open the address, and its path."""
    allowed = set(address.allowed or ())
    anyone = bool(allowed & {Gate.PUBLIC, Gate.SIGNED_IN})
    user = next(user for user in town.everyone().values() if anyone or scope_of(user).has(*allowed))
    client = Client(**options)
    client.force_login(user)
    return client, reverse(address.name, kwargs=Samples(town).parts_of(address))


@pytest.mark.parametrize("address", OURS, ids=NAMES)
def test_a_form_of_another_site_does_nothing(address: Address, town: make.Town) -> None:
    client, path = _opener(address, town, enforce_csrf_checks=True)
    before = AccessLog.objects.count()
    status = client.post(path, {"x": "1"}, headers={"origin": "https://evil.example"}).status_code
    assert status in {403, 405}
    assert AccessLog.objects.count() == before


def test_no_view_of_ours_or_allauths_waives_the_check_against_foreign_forms() -> None:
    waived = {address.name for address in addresses() if getattr(address.view, "csrf_exempt", False)}
    # Phones that keep no cookies fill these in: they look at where a form comes from, and the form carries a pass.
    assert waived == {
        "coverage:collect-start",
        "coverage:collect",
        "coverage:collect-notice",
        "coverage:collect-receipt",
        "branches:talent-join",
        "branches:talent-receipt",
        "grid:tell-start",
        "grid:tell-receipt",
        "grid:tell",
        "branches:door",
        "branches:sign-in-code",
        "branches:sign-in-token",
        "branches:tour-shop",
        "branches:calendar",
        "supply:venue-public",
        "supply:door-of-space",
        "supply:feed",
        "supply:coupon-claim",
        "supply:coupon-page",
        "supply:merchant-home",
        "supply:merchant-sign-in",
        "supply:merchant-take",
        "supply:merchant-reserve",
        "supply:merchant-confirm",
        "supply:merchant-release",
        "supply:meal-door",
        "supply:meals-public",
        "supply:volunteer-join",
        "supply:volunteer-receipt",
        "supply:callup-door",
    }


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


@pytest.mark.parametrize("address", OURS, ids=NAMES)
def test_no_query_breaks_an_address(address: Address, town: make.Town, read: set[str]) -> None:
    """All of them where the address asks for any; one where it looks at none."""
    client, path = _opener(address, town)
    client.raise_request_exception = False
    broken = []
    for query in HOSTILE:
        broken += [query] * (client.get(path + query).status_code >= 500)
        if not read:
            break
    # /readyz says 503 while its parts are missing here.
    assert not broken or address.name == "readyz", broken


@pytest.mark.parametrize("address", OURS, ids=NAMES)
def test_nothing_that_is_sent_breaks_an_address(address: Address, town: make.Town) -> None:
    client, path = _opener(address, town)
    client.raise_request_exception = False
    sent = [
        client.post(path, dict.fromkeys(("q", "name", "reason", "words", "username", "role", "password1"), "\x00")),
        client.post(path, b"\xff\xfe{", content_type="application/json"),
        client.post(path, b"[]", content_type="application/json"),
        client.post(path, b"not a form", content_type="multipart/form-data; boundary=x"),
        client.generic("PROPFIND", path, b"x"),
    ]
    assert all(answer.status_code < 500 for answer in sent) or address.name == "readyz", [a.status_code for a in sent]


@pytest.mark.parametrize("address", OURS, ids=NAMES)
def test_every_answer_is_closed_to_frames_and_shared_caches(address: Address, town: make.Town) -> None:
    client, path = _opener(address, town)
    headers = client.get(path).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert "'unsafe" not in headers["Content-Security-Policy"]
    if not set(address.allowed or ()) & {Gate.PUBLIC}:
        assert "public" not in headers.get("Cache-Control", "")


def test_extra_fields_in_a_form_change_nothing_that_the_form_does_not_offer(town: make.Town) -> None:
    client = Client()
    client.force_login(town.system_admin)
    data = {"display_name": "新", "username": "xin", "role": Role.STAFF}
    extra = {
        "approved_by": town.system_admin.pk,
        "approved_at": "2026-01-01",
        "street": town.stranger.street.pk,
        "actor": town.staff.pk,
    }
    client.post("/people/invite/", data | extra)
    invitation = Invitation.objects.get()
    assert (invitation.approved_at, invitation.street, invitation.invited_by) == (None, town.street, town.system_admin)


def test_an_invited_person_cannot_choose_who_they_are(town: make.Town) -> None:
    invited = invitations.invite(
        street=town.street, username="xin", display_name="新某", role=Role.VISITOR, area=None, actor=town.staff, at=make.AT
    )  # fmt: skip
    data = {"password1": "xin-mima-2026-b", "password2": "xin-mima-2026-b", "username": "admin", "role": "staff",
            "is_superuser": "1", "is_staff": "on", "street": town.stranger.street.pk, "is_trial": "1"}  # fmt: skip
    Client().post(reverse("accounts:invitation", args=[invited.token]), data)
    user = User.objects.get(username="xin")
    assert not User.objects.filter(username="admin").exists()
    assert (user.is_superuser, user.is_staff, user.is_trial, user.street) == (False, False, False, town.street)
    assert user.grants.get().role == Role.VISITOR


def test_what_people_are_called_is_never_taken_for_markup(town: make.Town) -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    person = make.person(town.street, Role.VISITOR, display_name=evil[:40], unit=evil, username="evil")
    invitations.invite(
        street=town.street, username="evil2", display_name=evil[:40], unit=evil, role=Role.VISITOR, area=None,
        actor=town.staff, at=make.AT,
    )  # fmt: skip
    people.suspend(person=person, reason=evil, actor=town.system_admin, at=make.AT)
    staff, audit, own = Client(), Client(), Client()
    staff.force_login(town.staff)
    audit.force_login(town.audit_admin)
    User.objects.filter(pk=person.pk).update(is_active=True)
    own.force_login(person)
    pages = [
        staff.get("/people/?state=all"),
        staff.get(reverse("accounts:person", args=[person.pk])),
        audit.get("/records/"),
        own.get("/people/me/"),
        own.get("/accounts/2fa/"),
    ]
    for page in pages:
        html = page.content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "&lt;script&gt;" in html or page is pages[-1]


def test_a_person_moved_to_another_street_leaves_the_rows_of_the_old_one_behind(town: make.Town) -> None:
    """Grants belong to a street; a user whose street changes must not carry them over."""
    entity = make.entity(make.area(town.stranger.street))
    User.objects.filter(pk=town.staff.pk).update(street=town.stranger.street)
    client = Client()
    client.force_login(User.objects.get(pk=town.staff.pk))
    assert client.get(reverse("accounts:people")).status_code == 403
    assert type(entity).objects.visible_to(User.objects.get(pk=town.staff.pk)).count() == 0


def test_an_old_session_does_not_outlive_the_role(town: make.Town) -> None:
    client = Client()
    client.force_login(town.visitor)
    assert client.get("/people/me/").status_code == 200
    people.end_grant(grant=town.visitor.grants.get(), reason="调离", actor=town.staff, at=make.AT)
    assert "您现在没有角色" in client.get("/people/me/").content.decode()
