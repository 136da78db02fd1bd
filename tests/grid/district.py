"""A stand-in for the district's platform: a small server of its own on loopback, spoken to over real HTTP.

    with district.platform() as district: ...

`district.mood` says how it behaves: "well", "down" (503), "refuse" (422 with a sentence), "mute" (takes the case and hangs up
before it answers), "garbage". It opens one case per number, checks every signature, and says what `say(...)` puts down.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "ceshi-miyao-0123456789"


class Platform:
    """What the stand-in knows; `cases` by the street's number."""

    def __init__(self) -> None:
        self.mood = "well"
        self.cases: dict[str, dict[str, Any]] = {}
        self.given: dict[str, str] = {}
        self.recalled: list[str] = []
        self.answers: list[dict[str, Any]] = []
        self.requests: list[str] = []
        self.url = ""
        self.page = 100

    def say(self, case: str, state: str, words: str = "", **more: Any) -> None:
        """Put an answer down; `more` are further keys, `id` among them where a test repeats one."""
        number = len(self.answers) + 1
        self.answers.append({"id": f"e{number}", "case": case, "state": state, "words": words} | more)

    def open(self, case: dict[str, Any]) -> str:
        number = case["number"]
        self.cases.setdefault(number, case)
        return self.given.setdefault(number, f"QP-{len(self.given) + 1:04}")


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self._is_well("POST", body):
            if self.path.endswith("/recall"):
                self.server.platform.recalled.append(self.path.split("/")[-2])
                return self._answer(200, {})
            number = self.server.platform.open(json.loads(body))
            if self.server.platform.mood == "mute":
                return self.connection.close()
            return self._answer(201, {"number": number})
        return None

    def do_GET(self) -> None:
        if self._is_well("GET", b""):
            district = self.server.platform
            after = int(parse_qs(urlsplit(self.path).query)["after"][0] or 0) if "after=&" not in self.path else 0
            found = district.answers[after : after + district.page]
            self._answer(200, {"answers": found, "next": str(after + len(found))})

    def _is_well(self, method: str, body: bytes) -> bool:
        district = self.server.platform
        district.requests.append(f"{method} {self.path}")
        lines = "\n".join((self.headers["X-Shimen-Time"], method, self.path, hashlib.sha256(body).hexdigest()))
        expected = hmac.new(KEY.encode(), lines.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, self.headers.get("X-Shimen-Signature", "")):
            self._answer(401, {"error": "签名不对"})
        elif district.mood == "down":
            self._answer(503, {})
        elif district.mood == "refuse" and method == "POST":
            self._answer(422, {"error": "类别代码不对"})
        elif district.mood == "garbage":
            self._send(200, b"<html>")
        else:
            return True
        return False

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, json.dumps(body, ensure_ascii=False).encode())

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Nothing on the test's terminal."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, platform: Platform) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.platform = platform


@contextlib.contextmanager
def platform() -> Iterator[Platform]:
    """The stand-in, for as long as the block runs."""
    district = Platform()
    server = _Server(district)
    district.url = f"http://127.0.0.1:{server.server_address[1]}/api"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield district
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
