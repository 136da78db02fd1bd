"""Two proofs for those who decide: forced by role, also before /admin/, and without a way round."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from shimen.accounts.models import SECOND_FACTOR_ROLES, Role, User
from shimen.accounts.second_factor import SecondFactorAdapter
from shimen.audit.models import AccessLog
from shimen.privacy import rotation
from tests import make

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SETUP = "/accounts/2fa/"


@pytest.fixture(autouse=True)
def _production_rule(settings) -> None:
    settings.SHIMEN_FORCE_SECOND_FACTOR = True


def _code(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def _sign_in(user: User, client: Client | None = None) -> Client:
    client = client or Client()
    client.post("/accounts/login/", {"login": user.username, "password": make.PASSWORD})
    return client


def _person(*roles: str, **values) -> User:
    return make.person(make.street(), *roles, password=make.PASSWORD, **values)


@pytest.mark.parametrize("role", SECOND_FACTOR_ROLES)
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/people/me/",
        "/admin/",
        "/admin/coverage/",
        "/records/",
        "/nothing-here/",
        "/accounts/password/change/",
        "/accounts/sessions/",
    ],
)
def test_who_decides_reaches_nothing_before_a_second_factor_is_set_up(role: str, path: str) -> None:
    client = _sign_in(_person(role))
    assert client.get(path).headers["Location"] == SETUP
    assert client.post(path).headers["Location"] == SETUP


def test_a_superuser_without_a_second_factor_reaches_no_administration_page() -> None:
    root = make.user(None, password=make.PASSWORD, is_superuser=True, is_staff=True)
    client = _sign_in(root)
    for path in ("/admin/", "/admin/login/", "/admin/jsi18n/", "/admin/autocomplete/"):
        assert client.get(path).headers["Location"] == SETUP


@pytest.mark.parametrize(
    "path", ["/admin//", "//admin/", "/./admin/", "/ADMIN/", "/admin/..%2fadmin/", "/accounts/2fa/../../admin/"]
)
def test_odd_spellings_of_the_address_open_nothing(path: str) -> None:
    client = _sign_in(make.user(None, password=make.PASSWORD, is_superuser=True, is_staff=True))
    response = client.get(path)
    assert response.status_code in {301, 302, 404}
    assert response.headers.get("Location", SETUP).startswith(SETUP)


def test_a_part_asked_for_by_htmx_sends_the_whole_page_to_the_set_up() -> None:
    client = _sign_in(_person(Role.STAFF))
    assert client.get("/people/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == SETUP


def test_people_at_the_doors_are_not_held_up() -> None:
    client = _sign_in(_person(Role.VISITOR))
    assert client.get("/people/me/").status_code == 200


def test_a_role_that_is_added_later_holds_up_from_then_on() -> None:
    person = _person(Role.VISITOR)
    client = _sign_in(person)
    make.grant(person, Role.DATA_ADMIN)
    assert client.get("/people/me/").headers["Location"] == SETUP


def test_the_set_up_itself_and_leaving_are_open() -> None:
    client = _sign_in(_person(Role.STAFF))
    assert client.get(SETUP).status_code == 200
    assert client.post("/accounts/logout/").status_code == 302


def _set_up_totp(client: Client) -> str:
    """The steps of a person: prove the password again, scan, type the code. The secret."""
    response = client.get(reverse("mfa_activate_totp"))
    if response.status_code == 302:
        client.post(response.headers["Location"], {"password": make.PASSWORD})
        response = client.get(reverse("mfa_activate_totp"))
    secret = response.context["form"].secret
    response = client.post(reverse("mfa_activate_totp"), {"code": _code(secret)})
    assert response.status_code == 302
    return secret


def test_setting_up_a_one_time_code_opens_the_pages_and_is_in_the_log(django_capture_on_commit_callbacks) -> None:
    staff = _person(Role.STAFF)
    client = _sign_in(staff)
    with django_capture_on_commit_callbacks(execute=True):
        _set_up_totp(client)
    assert client.get("/people/me/").status_code == 200
    assert AccessLog.objects.filter(verb="accounts.add_second_factor", actor=staff).exists()


def test_setting_it_up_ends_sessions_that_never_proved_it(django_capture_on_commit_callbacks) -> None:
    """Whoever had stolen the password and was waiting in another session is out."""
    staff = _person(Role.STAFF)
    here, thief = _sign_in(staff), _sign_in(staff)
    with django_capture_on_commit_callbacks(execute=True):
        _set_up_totp(here)
    assert UserSession.objects.filter(user=staff).count() == 1
    assert here.get("/people/me/").status_code == 200
    assert thief.get("/people/me/").headers["Location"].startswith("/accounts/login/")


@pytest.fixture
def enrolled() -> User:
    staff = _person(Role.STAFF, username="zhouwuwu")
    TOTP.activate(staff, SECRET)
    RecoveryCodes.activate(staff)
    return staff


def test_the_password_alone_is_half_a_sign_in(enrolled: User) -> None:
    client = _sign_in(enrolled)
    assert "_auth_user_id" not in client.session
    for path in ("/", "/people/me/", "/admin/", SETUP, reverse("mfa_view_recovery_codes")):
        assert client.get(path).headers["Location"].startswith(("/accounts/", "/admin/login/"))
    client.post(reverse("mfa_authenticate"), {"code": _code()})
    assert client.get("/people/me/").status_code == 200


def test_a_code_works_once(enrolled: User) -> None:
    code = _code()
    client, thief = _sign_in(enrolled), _sign_in(enrolled)
    client.post(reverse("mfa_authenticate"), {"code": code})
    thief.post(reverse("mfa_authenticate"), {"code": code})
    assert "_auth_user_id" in client.session
    assert "_auth_user_id" not in thief.session


def test_guessing_codes_locks_the_account(enrolled: User) -> None:
    client = _sign_in(enrolled)
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    response = client.post(reverse("mfa_authenticate"), {"code": _code()})
    assert "锁定 15 分钟" in response.content.decode()
    fresh = _sign_in(enrolled)
    fresh.post(reverse("mfa_authenticate"), {"code": _code()})
    assert "_auth_user_id" not in fresh.session
    assert AccessLog.objects.filter(verb="accounts.second_factor", result="refused").exists()


def test_a_recovery_code_lets_in_once(enrolled: User) -> None:
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    client, again = _sign_in(enrolled), _sign_in(enrolled)
    client.post(reverse("mfa_authenticate"), {"code": code})
    again.post(reverse("mfa_authenticate"), {"code": code})
    assert "_auth_user_id" in client.session
    assert "_auth_user_id" not in again.session


def test_recovery_codes_alone_are_no_second_factor() -> None:
    staff = _person(Role.STAFF)
    RecoveryCodes.activate(staff)
    assert _sign_in(staff).get("/people/me/").headers["Location"] == SETUP


def test_taking_the_second_factor_away_needs_the_password_again_and_holds_up_at_once(enrolled: User) -> None:
    client = _sign_in(enrolled)
    client.post(reverse("mfa_authenticate"), {"code": _code()})
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    response = client.post(reverse("mfa_deactivate_totp"))
    assert "reauthenticate" in response.headers["Location"]
    assert Authenticator.objects.filter(user=enrolled, type="totp").exists()
    client.post(response.headers["Location"], {"password": make.PASSWORD})
    client.post(reverse("mfa_deactivate_totp"))
    assert client.get("/people/me/").headers["Location"] == SETUP


def test_the_secret_is_not_told_again(enrolled: User) -> None:
    client = _sign_in(enrolled)
    client.post(reverse("mfa_authenticate"), {"code": _code()})
    assert not re.search(SECRET, client.get(SETUP).content.decode())


def test_administration_pages_use_the_same_sign_in(client: Client) -> None:
    response = client.get("/admin/")
    assert response.headers["Location"] == "/admin/login/?next=/admin/"
    response = client.get(response.headers["Location"])
    assert response.headers["Location"] == "/accounts/login/?next=/admin/"
    root = make.user(None, username="root", password=make.PASSWORD, is_superuser=True, is_staff=True)
    client.post("/admin/login/", {"username": root.username, "password": make.PASSWORD})
    assert "_auth_user_id" not in client.session


def test_secrets_are_sealed_and_sealed_again_with_a_new_key(settings) -> None:
    person = _person(Role.STAFF)
    app = TOTP.activate(person, SECRET).instance
    codes = RecoveryCodes.activate(person)
    assert SECRET not in str(Authenticator.objects.values_list("data", flat=True))
    assert TOTP(app).validate_code(_code())
    readable = codes.get_unused_codes()
    settings.SHIMEN_FIELD_KEYS = {"k9": bytes(32), **settings.SHIMEN_FIELD_KEYS}
    assert rotation.waiting()["mfa_authenticator.data"] == 2
    assert dict(rotation.rotate())["mfa_authenticator.data"] == 2
    assert rotation.waiting()["mfa_authenticator.data"] == 0
    settings.SHIMEN_FIELD_KEYS = {"k9": bytes(32)}
    assert SecondFactorAdapter().decrypt(Authenticator.objects.get(pk=app.pk).data["secret"]) == SECRET
    assert RecoveryCodes(Authenticator.objects.get(pk=codes.instance.pk)).get_unused_codes() == readable
