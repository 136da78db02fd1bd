"""Addresses under /accounts/: allauth's, less what an office without e-mail sign-up has no use for.

Only the parts named here exist. Sign-up, e-mail addresses, sign-in by code and password reset by mail are left out:
each would be another way in.
"""

from __future__ import annotations

from allauth.account import views as account
from django.conf import settings
from django.urls import include, path

from shimen.accounts import entrance

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", entrance.no_password, name="account_set_password"),
    path("password/forgotten/", entrance.forgotten, name="account_reset_password"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
if not settings.PRODUCTION:
    urlpatterns.append(path("trial/", entrance.trial_sign_in, name="trial_sign_in"))
