"""Every view says who may open it, and keeps the others out."""

from __future__ import annotations

from shimen.accounts.access import Gate
from shimen.accounts.models import Role
from tests.access.addresses import addresses, ours


def test_every_view_carries_allow() -> None:
    bare = [f"{address.route} ({address.module})" for address in ours() if address.allowed is None]
    assert not bare, "these views say not who may open them: " + ", ".join(bare)


def test_allow_names_roles_that_exist() -> None:
    known = {*Role.values, Gate.PUBLIC, Gate.SIGNED_IN}
    for address in ours():
        assert set(address.allowed or ()) <= known, address.route


def test_every_address_of_ours_has_a_name_of_its_own() -> None:
    names = [address.name for address in ours()]
    assert all(names)
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)


def test_what_is_not_ours_is_only_what_is_named() -> None:
    foreign = {address.module.split(".")[0] for address in addresses() if not address.is_ours}
    assert foreign <= {"allauth", "django", "shimen", "coverage", "import_export"}


def test_a_public_page_is_none_by_oversight() -> None:
    """Pages without sign-in are few; each new one is a decision, written here."""
    public = {
        "accounts:invitation",
        "accounts:new_password",
        "account_reset_password",
        "account_set_password",
        "trial_sign_in",
        "healthz",
        "readyz",
        "coverage:visit-token",  # says only to a signed-in visitor who they are, so that the phone can deliver
        "coverage:collect-start",  # the form behind a code on a door: whoever works there need not sign in
        "coverage:collect",
        "coverage:collect-notice",
        "coverage:collect-receipt",
        "branches:talent-join",  # whoever offers help writes it themselves, with consent, and takes it back by number
        "branches:talent-receipt",
        "branches:certificate-check",  # whoever is shown a certificate asks whether it stands, and learns no more
        # A meeting's code, a shop's code, a calendar's secret address: no account is asked for (branches/views/doors.py).
        "branches:door",
        "branches:sign-in-code",
        "branches:sign-in-token",
        "branches:tour-shop",
        "branches:calendar",
        # A venue's code, the door of a space, the secret address of its calendar (supply/views/space_doors.py).
        "supply:venue-public",
        "supply:venue-photo",
        "supply:door-of-space",
        "supply:feed",
        "grid:tell-start",  # anybody says something without a name, and reads by a number what came of it
        "grid:tell-receipt",
        "grid:tell",
        "grid:matter-receipt",
        "supply:menu-public",  # a week's menu for everybody who has its secret address; names no organisation
        "coverage:visit-worker",  # the phone's service worker: a script, the same for everybody
        # A coupon is claimed, held and taken without an account; a merchant's phone has a secret of its own.
        "supply:coupon-claim",
        "supply:coupon-page",
        "supply:merchant-home",
        "supply:merchant-sign-in",
        "supply:merchant-take",
        "supply:merchant-reserve",
        "supply:merchant-confirm",
        "supply:merchant-release",
        "supply:merchant-worker",  # its service worker: a script, the same for everybody
        "supply:meal-door",  # whether there is a warm meal now
        "supply:meals-public",
        "supply:volunteer-join",  # whoever lends a hand writes it themselves, with consent, and takes it back by number
        "supply:volunteer-receipt",
        "supply:callup-door",  # answered with one's number; whether it is on the roster is never said
    }
    assert {address.name for address in ours() if Gate.PUBLIC in (address.allowed or ())} <= public
