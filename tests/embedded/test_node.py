"""Installing the front end where the registry cannot be reached ends soon and says what to do."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys

from shimen.embedded.layout import REPOSITORY

LOCK = {
    "name": "empty", "lockfileVersion": 3, "requires": True,
    "packages": {
        "": {"name": "empty", "dependencies": {"no-such-package-here": "1.0.0"}},
        "node_modules/no-such-package-here": {"version": "1.0.0", "integrity": "sha512-" + "A" * 86 + "=="},
    },
}  # fmt: skip


def test_an_unreachable_registry_is_told_in_words(tmp_path):
    (tmp_path / "package.json").write_text(
        json.dumps({"name": "empty", "dependencies": {"no-such-package-here": "1.0.0"}})
    )
    (tmp_path / "package-lock.json").write_text(json.dumps(LOCK))
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: whoever knocks is turned away
        quick = {
            "npm_config_registry": f"http://127.0.0.1:{closed.getsockname()[1]}/", "npm_config_fetch_retries": "0",
            "npm_config_cache": str(tmp_path / "cache"), "PYTHONPATH": str(REPOSITORY),
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "shimen.embedded.node", "npm", "ci", "--loglevel=error"],
            cwd=tmp_path, env=os.environ | quick, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    assert done.returncode != 0
    assert "连不上 npm 软件源" in done.stderr


def test_the_repository_asks_npm_to_give_up_soon():
    said = dict(line.split("=", 1) for line in (REPOSITORY / ".npmrc").read_text().splitlines())
    assert int(said["fetch-timeout"]) * (int(said["fetch-retries"]) + 1) <= 60_000
    assert said["prefer-offline"] == "true"
