"""Production: what compose and the settings refuse, and as whom the image runs."""

from __future__ import annotations

import base64
import re
import runpy

import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured

from shimen.embedded.layout import REPOSITORY

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.b64encode(bytes(range(100, 132))).decode()
GOOD = {
    "SHIMEN_MODE": "production",
    "SHIMEN_SECRET_KEY": "a-secret-of-its-own-that-is-long-enough",
    "SHIMEN_FIELD_KEYS": f"k1:{KEY}",
    "SHIMEN_INDEX_KEY": OTHER_KEY,
    "SHIMEN_HOSTS": "shimen.example",
    "SHIMEN_DATABASE_URL": "postgresql://shimen:word@postgres:5432/shimen",
    "SHIMEN_REDIS_URL": "redis://:word@valkey:6379/0",
}


@pytest.mark.parametrize("name", ["SHIMEN_DATABASE_URL", "SHIMEN_REDIS_URL"])
def test_production_never_falls_back_to_the_embedded_servers(monkeypatch, tmp_path, name):
    for variable, value in {**GOOD, "SHIMEN_VAR": str(tmp_path)}.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.delenv(name)
    with pytest.raises(ImproperlyConfigured, match=name):
        runpy.run_path(str(REPOSITORY / "shimen" / "settings.py"))
    assert not (tmp_path / "secrets.env").exists()


def test_compose_has_a_default_for_no_secret():
    text = (REPOSITORY / "docker-compose.yml").read_text("utf-8")
    compose = yaml.safe_load(text)
    assert set(compose["services"]) == {"proxy", "migrate", "web", "worker", "beat", "postgres", "valkey"}
    for name in re.findall(r"\$\{(SHIMEN_[A-Z_]*(?:PASSWORD|KEYS?|SITE))", text):
        if name != "SHIMEN_SMTP_PASSWORD":
            assert f"${{{name}:?" in text, name


def test_compose_gives_the_settings_everything_they_insist_on():
    environment = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text("utf-8"))["x-app"]["environment"]
    assert set(GOOD) <= set(environment)


def test_the_databases_can_search_chinese_and_evict_nothing():
    services = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text("utf-8"))["services"]
    assert services["postgres"]["image"] == "postgres:18"
    assert "--builtin-locale=C.UTF-8" in services["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]
    assert "noeviction" in str(services["valkey"]["command"])


def test_the_image_runs_as_an_ordinary_user_from_hashed_packages():
    text = (REPOSITORY / "Dockerfile").read_text("utf-8")
    final = text.rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER shimen$", final, re.MULTILINE)
    assert "--require-hashes" in text
    assert "requirements/base.lock" in text
