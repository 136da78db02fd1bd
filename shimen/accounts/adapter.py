"""How allauth behaves here: nobody signs up without an invitation."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitationAdapter(DefaultAccountAdapter):
    """Closes the public sign-up; accounts come from invitations only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
