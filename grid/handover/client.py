"""Talking to the district's platform over HTTP: signed requests, short waits, no redirects, small answers.

Every request carries `X-Shimen-Time` and `X-Shimen-Signature`, the hex HMAC-SHA256 with the agreed key over time, method,
path with query, and the SHA-256 of the body, each on a line. What is handed over carries the case's number as
`Idempotency-Key`: the platform must open one case for it however often it arrives.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WAIT = 10.0  # seconds
LARGEST = 1_000_000  # bytes
KNOWN = 409  # it has this case already


class Refused(Exception):  # noqa: N818 - the platform's answer, not a fault of ours
    """The platform understood and will not have it; `sentence` is what it said."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Unreachable(Exception):  # noqa: N818
    """No answer, or none that can be read: to be tried again."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


# Proxies of the environment are not for the government's network.
_opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Link:
    """Where the platform is, with which key, and the instant of the request."""

    endpoint: str
    key: str
    at: dt.datetime

    def hand_over(self, *, number: str, case: Mapping[str, Any]) -> str:
        """Open a case; the platform's number ('' if it gives none yet). Raises `Refused`, `Unreachable`."""
        answer = self._ask("POST", "/cases", case, headers={"Idempotency-Key": number})
        return _text(answer, "number", 60)

    def recall(self, *, number: str, why: str) -> None:
        """Take a case back. One that the platform does not know, or has ended, is as good as taken back."""
        try:
            self._ask("POST", f"/cases/{urllib.parse.quote(number, safe='')}/recall", {"why": why})
        except Refused:
            return

    def answers(self, *, after: str) -> tuple[list[Mapping[str, Any]], str]:
        """What the platform has said since the cursor, oldest first, and the next cursor."""
        answer = self._ask("GET", "/answers?" + urllib.parse.urlencode({"after": after, "limit": 100}))
        found = answer.get("answers")
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise Unreachable("the answers are not a list")
        return found, _text(answer, "next", 200) or after

    def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, headers: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        content = b"" if body is None else json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
        url = self.endpoint.rstrip("/") + path
        request = urllib.request.Request(url, data=content or None, method=method)  # noqa: S310 - http(s) only, see platform.py
        stamp = str(int(self.at.timestamp()))
        parts = urllib.parse.urlsplit(url)
        signed = parts.path + (f"?{parts.query}" if parts.query else "")
        for name, value in {
            "Content-Type": "application/json; charset=utf-8", "X-Shimen-Time": stamp,
            "X-Shimen-Signature": signature(self.key, stamp, method, signed, content), **(headers or {}),
        }.items():  # fmt: skip
            request.add_header(name, value)
        return _sent(request)


def signature(key: str, stamp: str, method: str, path: str, body: bytes) -> str:
    """What proves that a request is ours and unaltered."""
    lines = "\n".join((stamp, method, path, hashlib.sha256(body).hexdigest()))
    return hmac.new(key.encode(), lines.encode(), hashlib.sha256).hexdigest()


def _sent(request: urllib.request.Request) -> Mapping[str, Any]:
    try:
        with _opener.open(request, timeout=WAIT) as response:
            return _read(response.read(LARGEST + 1))
    except urllib.error.HTTPError as error:
        with error:
            content = error.read(LARGEST + 1)
        if error.code == KNOWN:
            return _read(content)
        if 400 <= error.code < 500 and error.code not in {408, 425, 429}:
            raise Refused(_said(content) or f"平台答复 {error.code}") from error
        raise Unreachable(f"HTTP {error.code}") from error
    except (OSError, ValueError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error


def _read(content: bytes) -> Mapping[str, Any]:
    if len(content) > LARGEST:
        raise Unreachable("the answer is too large")
    try:
        found = json.loads(content or b"{}")
    except ValueError as error:
        raise Unreachable("the answer is not JSON") from error
    if not isinstance(found, dict):
        raise Unreachable("the answer is not an object")
    return found


def _said(content: bytes) -> str:
    """The platform's own sentence of refusal."""
    try:
        return _text(_read(content), "error", 200)
    except Unreachable:
        return ""


def _text(answer: Mapping[str, Any], key: str, longest: int) -> str:
    value = answer.get(key)
    return value.replace("\x00", "")[:longest] if isinstance(value, str) else ""
