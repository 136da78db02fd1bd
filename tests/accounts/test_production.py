"""Production as its environment makes it: refuses weak secrets, knows no trial, passes `check --deploy`."""

from __future__ import annotations

import base64
import json
import os
import random
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


# The same in every worker: a test's name holds the value that it tries.
_chance = random.Random(20261123)


def _key() -> str:
    return base64.b64encode(_chance.randbytes(32)).decode()


GOOD = {
    "SHIMEN_MODE": "production",
    "SHIMEN_VAR": "/nonexistent",
    "SHIMEN_DATABASE_URL": "postgresql://nobody:x@127.0.0.1:1/none",
    "SHIMEN_REDIS_URL": "redis://127.0.0.1:1/0",
    "SHIMEN_SECRET_KEY": _chance.randbytes(40).hex(),
    "SHIMEN_FIELD_KEYS": f"k1:{_key()}",
    "SHIMEN_INDEX_KEY": _key(),
    "SHIMEN_HOSTS": "shimen.example.cn",
}


def _python(*arguments: str, **changed: str | None) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SHIMEN_", "DJANGO_"))}
    wanted = {name: value for name, value in (GOOD | changed).items() if value is not None}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=inherited | wanted, capture_output=True, text=True, timeout=120, check=False
    )


def test_check_deploy_is_clean() -> None:
    done = _python("manage.py", "check", "--deploy", "--fail-level", "DEBUG")
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SHIMEN_SECRET_KEY": None}, "SHIMEN_SECRET_KEY"),
        ({"SHIMEN_SECRET_KEY": "short"}, "SHIMEN_SECRET_KEY"),
        ({"SHIMEN_SECRET_KEY": "django-insecure-" + "x1y2z3" * 10}, "SHIMEN_SECRET_KEY"),
        ({"SHIMEN_SECRET_KEY": "please-Change-Me-0123456789-abcdefghijklmnop"}, "SHIMEN_SECRET_KEY"),
        ({"SHIMEN_SECRET_KEY": "a" * 64}, "SHIMEN_SECRET_KEY"),
        ({"SHIMEN_FIELD_KEYS": None}, "SHIMEN_FIELD_KEYS"),
        ({"SHIMEN_FIELD_KEYS": "k1:" + base64.b64encode(b"0" * 32).decode()}, "SHIMEN_FIELD_KEYS"),
        ({"SHIMEN_FIELD_KEYS": "k1:" + base64.b64encode(_chance.randbytes(16)).decode()}, "SHIMEN_FIELD_KEYS"),
        ({"SHIMEN_FIELD_KEYS": f"k1:{_key()},k1:{_key()}"}, "SHIMEN_FIELD_KEYS"),
        ({"SHIMEN_INDEX_KEY": None}, "SHIMEN_INDEX_KEY"),
        ({"SHIMEN_INDEX_KEY": "not base64 at all, but long enough"}, "SHIMEN_INDEX_KEY"),
        ({"SHIMEN_INDEX_KEY": GOOD["SHIMEN_FIELD_KEYS"].partition(":")[2]}, "SHIMEN_INDEX_KEY"),
        ({"SHIMEN_HOSTS": None}, "SHIMEN_HOSTS"),
        ({"SHIMEN_HOSTS": "*"}, "SHIMEN_HOSTS"),
        ({"SHIMEN_MODE": "Production"}, "SHIMEN_MODE"),
        ({"SHIMEN_MODE": "debug"}, "SHIMEN_MODE"),
    ],
    ids=lambda value: "" if isinstance(value, str) else "-".join(f"{k}={str(v)[:12]}" for k, v in value.items()),
)
def test_it_does_not_start_with_missing_weak_or_sample_settings(changed: dict[str, str | None], named: str) -> None:
    done = _python("-c", "import shimen.settings", **changed)
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in last
    assert named in last
    assert "k1:" not in last, "a refusal must not print the secret"


@cache
def _facts() -> dict:
    script = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "shimen.settings"
import django; django.setup()
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
from django.urls import NoReverseMatch, reverse
from django.test import Client
from shimen.accounts import trial
from shimen.accounts.backends import AccountBackend
from shimen.accounts.models import User
try: trial_url = reverse("trial_sign_in")
except NoReverseMatch: trial_url = None
names = ["DEBUG", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SHIMEN_NOW", "SHIMEN_FORCE_SECOND_FACTOR",
    "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", "PASSWORD_HASHERS", "ALLAUTH_TRUSTED_PROXY_COUNT"]
facts = {name: getattr(settings, name) for name in names}
facts["trial_url"] = trial_url
facts["trial_people"] = len(trial.offered())
facts["trial_found"] = trial.find("zhou") is not None
facts["trial_may_sign_in"] = AccountBackend().user_can_authenticate(User(is_trial=True, is_active=True))
facts["plain_http"] = [Client().get("/accounts/password/forgotten/", headers={"host": "shimen.example.cn"}).status_code]
facts["wrong_host"] = Client().get("/healthz", headers={"host": "evil.example", "x-forwarded-proto": "https"}).status_code
print("FACTS" + json.dumps(facts, default=str))
"""
    done = _python("-W", "ignore", "-c", script, SHIMEN_NOW="2026-01-01T00:00:00+08:00")
    line = next((line for line in done.stdout.splitlines() if line.startswith("FACTS")), None)
    assert line, done.stderr
    return json.loads(line.removeprefix("FACTS"))


def test_cookies_and_transport_are_closed() -> None:
    facts = _facts()
    assert facts["DEBUG"] is False
    assert facts["SESSION_COOKIE_SECURE"]
    assert facts["SESSION_COOKIE_HTTPONLY"]
    assert facts["CSRF_COOKIE_SECURE"]
    assert facts["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert facts["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert facts["SECURE_SSL_REDIRECT"]
    assert facts["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert facts["plain_http"] == [301]
    assert facts["wrong_host"] == 400
    assert "PBKDF2" in facts["PASSWORD_HASHERS"][0]


def test_the_trial_is_impossible() -> None:
    facts = _facts()
    assert facts["trial_url"] is None
    assert facts["trial_people"] == 0
    assert facts["trial_found"] is False
    assert facts["trial_may_sign_in"] is False
    assert facts["SHIMEN_NOW"] is None


def test_the_second_factor_is_forced() -> None:
    facts = _facts()
    assert facts["SHIMEN_FORCE_SECOND_FACTOR"] is True
    assert facts["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] is False
    assert facts["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1
