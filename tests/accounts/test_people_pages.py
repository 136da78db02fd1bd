"""Pages about people, as they are used: inviting to signing in, roles, suspension, links, the own page."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shimen.accounts import people
from shimen.accounts.models import Invitation, Role, RoleGrant, User
from tests import make

pytestmark = pytest.mark.django_db
NEW = {"password1": "xin-mima-2026-b", "password2": "xin-mima-2026-b"}


def _as(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _link(html: str) -> str:
    found = re.search(r"http://testserver(/people/[\w-]+/[\w-]{40,}/)", html)
    assert found
    return found[1]


def test_from_the_invitation_to_the_first_page(town: make.Town) -> None:
    data = {
        "display_name": "新某人",
        "unit": "望桥路支部",
        "username": "xinren",
        "role": Role.VISITOR,
        "area": town.first_grid.pk,
    }
    response = _as(town.staff).post("/people/invite/", data)
    assert response.status_code == 201
    html = response.content.decode()
    assert "<svg" in html
    path = _link(html)
    newcomer = Client()
    assert "新某人" in newcomer.get(path).content.decode()
    response = newcomer.post(path, NEW)
    assert response.headers["Location"] == "/"
    page = newcomer.get("/people/me/").content.decode()
    assert "走访队员" in page
    assert "第一网格" in page
    assert "已经用过" in Client().get(path).content.decode()


def test_the_link_of_the_system_administrator_opens_after_the_security_administrator_agreed(town: make.Town) -> None:
    data = {"display_name": "钱某", "username": "qianmou", "role": Role.DATA_ADMIN}
    path = _link(_as(town.system_admin).post("/people/invite/", data).content.decode())
    refused = Client().get(path)
    assert refused.status_code == 410
    assert "等安全管理员同意" in refused.content.decode()
    security = _as(town.security_admin)
    assert "同意授权" in security.get("/people/").content.decode()
    security.post(reverse("accounts:approve_invitation", args=[Invitation.objects.get().pk]))
    assert Client().get(path).status_code == 200


def test_a_form_that_does_not_fit_says_so_and_keeps_what_was_typed(town: make.Town) -> None:
    data = {"display_name": "新某人", "username": "有 空格", "role": Role.VISITOR}
    response = _as(town.staff).post("/people/invite/", data)
    assert response.status_code == 422
    html = response.content.decode()
    assert "账号只能用" in html
    assert "有 空格" in html
    assert not Invitation.objects.exists()


def test_a_role_or_area_that_the_form_does_not_offer_cannot_be_slipped_in(town: make.Town) -> None:
    for values in (
        {"role": Role.SYSTEM_ADMIN},
        {"role": Role.VISITOR, "area": make.area(town.stranger.street).pk},
        {"role": "god"},
    ):
        response = _as(town.staff).post("/people/invite/", {"display_name": "新", "username": "xin"} | values)
        assert response.status_code == 422
    grid_staff = make.person(town.street, Role.STAFF, area=town.first_grid)
    for area in ("", town.second_grid.pk):
        data = {"display_name": "新", "username": "xin", "role": Role.VISITOR, "area": area}
        assert _as(grid_staff).post("/people/invite/", data).status_code == 422
    assert not Invitation.objects.exists()


def test_two_passwords_that_differ_are_refused(town: make.Town) -> None:
    data = {"display_name": "新某人", "username": "xinren", "role": Role.VISITOR}
    path = _link(_as(town.staff).post("/people/invite/", data).content.decode())
    response = Client().post(path, NEW | {"password2": "anders-2026-x"})
    assert response.status_code == 422
    assert "不一样" in response.content.decode()
    response = Client().post(path, {"password1": "123", "password2": "123"})
    assert response.status_code == 422
    assert not User.objects.filter(username="xinren").exists()


def test_links_cannot_be_tried_without_end(town: make.Town) -> None:
    client = Client()
    statuses = {client.get(reverse("accounts:invitation", args=[f"{n:043d}"])).status_code for n in range(31)}
    assert statuses == {410, 429}


def test_granting_and_ending_on_the_page_of_a_person(town: make.Town) -> None:
    security = _as(town.security_admin)
    url = reverse("accounts:person", args=[town.visitor.pk])
    response = security.post(f"{url}grant/", {"role": Role.SECRETARY, "area": town.first_grid.pk}, follow=True)
    assert "已授权" in response.content.decode()
    grant = town.visitor.grants.get(role=Role.SECRETARY)
    response = security.post(reverse("accounts:end_grant", args=[town.visitor.pk, grant.pk]), {"reason": ""})
    assert response.status_code == 422
    response = security.post(
        reverse("accounts:end_grant", args=[town.visitor.pk, grant.pk]), {"reason": "换届"}, follow=True
    )
    assert "已收回" in response.content.decode()
    assert "换届" in response.content.decode()


def test_a_refusal_of_the_rules_is_a_sentence_on_the_page(town: make.Town) -> None:
    second = make.person(town.street, Role.SYSTEM_ADMIN)
    url = reverse("accounts:grant_role", args=[second.pk])
    response = _as(town.security_admin).post(url, {"role": Role.AUDIT_ADMIN})
    assert response.status_code == 422
    assert "三员分立" in response.content.decode()
    assert RoleGrant.objects.filter(user=second).count() == 1


def test_ones_own_page_in_the_list_offers_no_change_of_ones_own_rights(town: make.Town) -> None:
    html = _as(town.security_admin).get(reverse("accounts:person", args=[town.security_admin.pk])).content.decode()
    assert "加一个角色" not in html
    assert "停用" not in html


def test_suspending_and_restoring_on_the_page(town: make.Town) -> None:
    system = _as(town.system_admin)
    url = reverse("accounts:person", args=[town.visitor.pk])
    assert "已停用" in system.post(f"{url}suspend/", {"reason": "离岗"}, follow=True).content.decode()
    assert "已恢复" in system.post(f"{url}restore/", follow=True).content.decode()


def test_a_lost_password_on_the_page(town: make.Town) -> None:
    response = _as(town.staff).post(reverse("accounts:password_link", args=[town.visitor.pk]))
    path = _link(response.content.decode())
    newcomer = Client()
    assert newcomer.get(path).status_code == 200
    assert "密码已换" in newcomer.post(path, NEW).content.decode()
    assert newcomer.post(path, NEW).status_code == 410
    newcomer.post("/accounts/login/", {"login": town.visitor.username, "password": NEW["password1"]})
    assert "_auth_user_id" in newcomer.session


def test_the_list_filters_and_shows_no_counts_of_sign_ins(town: make.Town) -> None:
    client = _as(town.staff)
    html = client.get("/people/?role=visitor").content.decode()
    assert "孙丙三" in html
    assert "赵甲一" not in html
    assert "赵甲一" in client.get("/people/?q=赵甲").content.decode()
    people.suspend(person=town.visitor, reason="离岗", actor=town.system_admin, at=make.AT)
    assert "孙丙三" not in client.get("/people/").content.decode()
    assert "孙丙三" in client.get("/people/?state=suspended").content.decode()
    assert "last_login" not in html
    assert "最近登录" not in html


def test_the_list_costs_the_same_number_of_queries_however_many_people(town: make.Town) -> None:
    client = _as(town.staff)
    client.get("/people/")

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get("/people/")
        return len(caught)

    few = queries()
    for _ in range(30):
        make.person(town.street, Role.VISITOR, area=town.second_grid)
    assert queries() == few


def test_the_look_is_kept_for_the_person_and_leads_back(town: make.Town) -> None:
    client = _as(town.visitor)
    response = client.post("/theme/", {"theme": "dark", "next": "/people/me/?a=1"})
    assert response.headers["Location"] == "/people/me/?a=1"
    assert 'data-bs-theme="dark"' in client.get("/people/me/").content.decode()
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""):
        assert client.post("/theme/", {"theme": "light", "next": target}).headers["Location"] == "/people/me/"
    client.post("/theme/", {"theme": "<b>"})
    assert User.objects.get(pk=town.visitor.pk).theme == "light"


def test_a_person_without_a_role_is_told_whom_to_ask(town: make.Town) -> None:
    assert "您现在没有角色" in _as(town.nobody).get("/people/me/").content.decode()
