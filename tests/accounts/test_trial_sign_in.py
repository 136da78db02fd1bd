"""One press signs in as one of the trial street's people: by POST, in the trial, for trial accounts only."""

from __future__ import annotations

import pytest
from django.test import Client

from shimen.accounts import trial
from shimen.accounts.models import Role, User
from tests import make

pytestmark = pytest.mark.django_db
URL = "/accounts/trial/"


@pytest.fixture
def people(settings) -> dict[str, User]:
    settings.SHIMEN_MODE = "trial"
    street = make.street(is_trial=True)
    roles = [Role.AUDIT_ADMIN, Role.VISITOR, Role.DATA_ADMIN, Role.SECRETARY, Role.STAFF]
    return {role: make.person(street, role, is_trial=True, username=f"shi-{role}") for role in roles}


def test_one_press_signs_in_and_leads_home(people: dict[str, User], client: Client) -> None:
    response = client.post(URL, {"username": "shi-staff"})
    assert response.headers["Location"] == "/"
    assert client.get("/people/me/").context["user"] == people[Role.STAFF]


def test_another_press_changes_the_person(people: dict[str, User], client: Client) -> None:
    client.post(URL, {"username": "shi-staff"})
    client.post(URL, {"username": "shi-visitor"})
    assert client.get("/people/me/").context["user"] == people[Role.VISITOR]


def test_a_link_signs_nobody_in(people: dict[str, User], client: Client) -> None:
    assert client.get(f"{URL}?username=shi-staff").status_code == 405
    assert "_auth_user_id" not in client.session


def test_a_form_of_another_site_signs_nobody_in(people: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(URL, {"username": "shi-staff"}, headers={"origin": "https://evil.example"}).status_code == 403


def test_the_page_offers_one_per_role_the_daily_three_first(people: dict[str, User]) -> None:
    assert [person.role for person in trial.offered()] == [
        "街道党务干部",
        "支部书记",
        "数据管理员",
        "走访队员",
        "审计管理员",
    ]


@pytest.mark.parametrize(
    "values", [{"is_trial": False}, {"is_trial": True, "is_active": False}, {"is_trial": True, "is_superuser": True}]
)
def test_other_accounts_are_not_offered_nor_let_in(people: dict[str, User], client: Client, values: dict) -> None:
    make.person(make.street(), Role.SYSTEM_ADMIN, username="echt", **values)
    assert client.post(URL, {"username": "echt"}).status_code == 404
    assert "echt" not in [person.username for person in trial.offered()]


@pytest.mark.parametrize("mode", ["production", "test"])
def test_outside_the_trial_there_is_nothing(people: dict[str, User], client: Client, settings, mode: str) -> None:
    settings.SHIMEN_MODE = mode
    assert trial.offered() == []
    assert client.post(URL, {"username": "shi-staff"}).status_code == 404


def test_a_trial_account_that_came_into_production_signs_in_by_no_way(people: dict[str, User], settings) -> None:
    already = Client()
    already.post(URL, {"username": "shi-visitor"})
    User.objects.filter(username="shi-staff").update(password=make.user(None, password=trial.PASSWORD).password)
    settings.PRODUCTION = True
    assert already.get("/people/me/").status_code == 302
    client = Client()
    client.post("/accounts/login/", {"login": "shi-staff", "password": trial.PASSWORD})
    assert "_auth_user_id" not in client.session


def test_the_trial_password_passes_the_rules_of_passwords(people: dict[str, User]) -> None:
    from django.contrib.auth.password_validation import validate_password

    validate_password(trial.PASSWORD, people[Role.STAFF])
