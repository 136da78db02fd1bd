"""What other apps put into the administration pages and does not belong there.

Accounts, roles and second factors are changed by verbs with their own pages: here they could be changed past every
rule, and by one person alone.
"""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group

for model in (EmailAddress, Authenticator, UserSession, Group):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
