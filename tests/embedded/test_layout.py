"""Paths, addresses and generated secrets of a run-time folder."""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from pathlib import Path

import psycopg.conninfo
import pytest
import redis
from django.db import ProgrammingError
from hypothesis import given
from hypothesis import strategies as st
from kombu.utils.url import url_to_parts
from psycopg.errors import UndefinedTable

from shimen.embedded import commands, services
from shimen.embedded import layout as places

FOLDER = st.text(
    st.characters(codec="utf-8", exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=12
)


@given(name=FOLDER.filter(lambda name: name not in {".", ".."}))
def test_any_folder_name_survives_the_address_of_the_broker(name):
    plain = f"/srv/{name}/valkey.sock"
    spelt = url_to_parts(places.broker_url(f"unix://{places.quote(plain)}?db=3").removeprefix("redis+"))
    assert ("/" + spelt.path, spelt.query) == (plain, {"virtual_host": "4"})
    assert redis.connection.parse_url(f"unix://{places.quote(plain)}?db=3")["path"] == plain


def test_the_database_address_is_read_back_by_the_client(tmp_path):
    var = tmp_path / "试用 & 数据?#"
    info = psycopg.conninfo.conninfo_to_dict(places.database_url(var))
    assert info["host"] == str(places.at(var).sockets)
    assert (info["user"], info["dbname"]) == ("shimen", "shimen")
    assert info["password"] == places.secret(var, "SHIMEN_DB_PASSWORD")


def test_the_administrator_has_another_password(tmp_path):
    plain = psycopg.conninfo.conninfo_to_dict(places.database_url(tmp_path))
    admin = psycopg.conninfo.conninfo_to_dict(places.database_url(tmp_path, role=places.ADMIN_ROLE))
    assert plain["password"] != admin["password"]


def test_the_queue_lives_beside_the_cache_not_in_it():
    assert places.broker_url("redis://:word@host:6379/0") == "redis://:word@host:6379/1"
    assert places.broker_url("unix:///srv/valkey.sock?db=4") == "redis+socket:///srv/valkey.sock?virtual_host=5"


@given(depth=st.integers(1, 12), letter=st.sampled_from("a街"))
def test_socket_paths_fit_whatever_the_folder(depth, letter):
    layout = places.Layout(var=Path("/srv", *[letter * 20] * depth))
    for name in (".s.PGSQL.5432", "valkey.sock"):
        assert len(os.fsencode(layout.sockets / name)) <= 107


def test_two_long_folders_do_not_share_their_sockets():
    one, two = (places.Layout(var=Path("/srv", "x" * 100, name)) for name in "ab")
    assert one.sockets != two.sockets


def test_a_folder_in_tmp_that_others_may_write_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "_MOVED_SOCKETS", tmp_path)
    layout = places.Layout(var=Path("/srv", "x" * 100))
    planted = layout.sockets.parent
    planted.mkdir()
    planted.chmod(0o777)
    with pytest.raises(places.LayoutError, match="私有目录"):
        places.make_private_sockets(layout)


def test_a_planted_link_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "_MOVED_SOCKETS", tmp_path / "t")
    layout = places.Layout(var=Path("/srv", "x" * 100))
    (tmp_path / "t").mkdir()
    (tmp_path / "elsewhere").mkdir()
    layout.sockets.parent.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(places.LayoutError):
        places.make_private_sockets(layout)


def test_moved_sockets_are_private(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "_MOVED_SOCKETS", tmp_path)
    folder = places.make_private_sockets(places.Layout(var=Path("/srv", "x" * 100)))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path):
    first = places.read_secrets(tmp_path)
    assert places.read_secrets(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secrets.env").stat().st_mode) == 0o600
    assert len(set(first.values())) == len(first)


def test_a_secret_added_later_joins_the_old_ones(tmp_path):
    (tmp_path / "secrets.env").write_text("# by hand\nSHIMEN_SECRET_KEY=old=value\n")
    assert places.secret(tmp_path, "SHIMEN_SECRET_KEY") == "old=value"
    assert places.secret(tmp_path, "SHIMEN_INDEX_KEY") == places.secret(tmp_path, "SHIMEN_INDEX_KEY")


def test_processes_that_start_together_agree_on_the_secrets(tmp_path):
    found: list[dict[str, str]] = []
    threads = [threading.Thread(target=lambda: found.append(places.read_secrets(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(values == found[0] for values in found)


@pytest.mark.parametrize(
    ("arguments", "environment", "wanted"),
    [
        (["figures", "--json"], {}, True),
        (["shell"], {"SHIMEN_MODE": "trial"}, True),
        (["migrate"], {"SHIMEN_MODE": "production"}, False),
        (["migrate"], {"SHIMEN_MODE": "test"}, False),
        (["migrate"], {"SHIMEN_DATABASE_URL": "postgresql://elsewhere/x"}, False),
        (["import_feed", "--help"], {}, False),
        (["collectstatic", "--no-input"], {}, False),
        (["check"], {}, False),
        (["check", "--database", "default"], {}, True),
        ([], {}, False),
    ],
)
def test_only_commands_that_need_a_database_start_one(arguments, environment, wanted):
    assert commands.needs_servers(arguments, environment) is wanted


def test_a_command_on_a_database_without_tables_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.environ["PATH"])
    monkeypatch.setattr(commands, "needs_servers", lambda arguments, environment: True)
    monkeypatch.setattr(services, "running", lambda layout: contextlib.nullcontext("/usr/bin"))
    missing = ProgrammingError("relation does not exist")
    missing.__cause__ = UndefinedTable()
    with pytest.raises(SystemExit, match="make run"), commands.session(["figures"]):
        raise missing
    with pytest.raises(ProgrammingError), commands.session(["figures"]):
        raise ProgrammingError("something else")
