"""Views before sign-in: using an invitation, a new password, a forgotten one, and the trial's sign-ins."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.decorators import rate_limit
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from shimen import clock
from shimen.accounts import invitations, people, trial
from shimen.accounts.access import Gate, allow
from shimen.accounts.forms import PasswordForm
from shimen.accounts.invitations import InvitationError
from shimen.accounts.people import PeopleError
from shimen.web import refuse, render


@allow(Gate.PUBLIC)
@sensitive_variables("token")
@sensitive_post_parameters("password1", "password2")
@never_cache
@rate_limit(action="invitation", limit_get=True)
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Open a one-time link and choose a password: the account is made and its owner signed in."""
    form = PasswordForm(request.POST or None)
    try:
        found = invitations.find(token=token, at=clock.now())
        if request.method == "POST" and form.is_valid():
            user = invitations.accept(token=token, password=form.cleaned_data["password1"], at=clock.now())
            return perform_login(request, user)
    except InvitationError as error:
        if error.field not in form.fields:
            return render(request, "accounts/link_refused.html", {"sentence": error.sentence}, status=410)
        refuse(form, error)
    context = {"form": form, "invitation": found}
    return _unlisted(render(request, "accounts/invitation.html", context, status=422 if form.errors else 200))


@allow(Gate.PUBLIC)
@sensitive_variables("token")
@sensitive_post_parameters("password1", "password2")
@never_cache
@rate_limit(action="invitation", limit_get=True)
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    """Open a password link and choose a new password; then sign in with it as always."""
    form = PasswordForm(request.POST or None)
    try:
        link = people.find_password_link(token=token, at=clock.now())
        if request.method == "POST" and form.is_valid():
            people.set_password(token=token, password=form.cleaned_data["password1"], at=clock.now())
            return render(request, "accounts/password_set.html")
    except PeopleError as error:
        if error.field not in form.fields:
            return render(request, "accounts/link_refused.html", {"sentence": error.sentence}, status=410)
        refuse(form, error)
    context = {"form": form, "person": link.user}
    return _unlisted(render(request, "accounts/new_password.html", context, status=422 if form.errors else 200))


@allow(Gate.PUBLIC)
def forgotten(request: HttpRequest) -> HttpResponse:
    """Accounts have no e-mail address; a colleague who knows the person hands over a link."""
    return render(request, "accounts/forgotten.html")


@allow(Gate.PUBLIC)
def no_password(request: HttpRequest) -> HttpResponse:
    """Where allauth sends an account that has no password to change: a link gives it one."""
    return redirect("account_reset_password")


@allow(Gate.PUBLIC)
@require_POST
def trial_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the trial street's people."""
    user = trial.find(request.POST.get("username", ""))
    if user is None:
        raise Http404
    if request.user.is_authenticated:
        get_adapter().logout(request)
    return perform_login(request, user, redirect_url=get_next_redirect_url(request))


def _unlisted(response: HttpResponse) -> HttpResponse:
    """The address holds a secret: it is told to nobody."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
