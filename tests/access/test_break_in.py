"""What somebody would try who wants in or wants more; what can be tried on every address is in test_opened."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from shimen.accounts import invitations, people
from shimen.accounts.models import Invitation, Role, User
from tests import make
from tests.access.addresses import addresses

pytestmark = pytest.mark.django_db


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
        "grid:matter-receipt",
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
