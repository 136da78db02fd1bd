"""Opening every page as somebody in a real browser, and what must hold on each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Error

from shimen.accounts.access import Gate, scope_of
from shimen.accounts.models import User
from shimen.embedded.layout import REPOSITORY
from tests.access.addresses import ours
from tests.access.samples import Samples

OFFICE, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
# allauth's pages that stand in our look and open without a step before them.
SIGNED_IN_PAGES = (
    "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/", "/accounts/password/change/",
    "/accounts/sessions/", "/accounts/logout/",
)  # fmt: skip
PUBLIC_PAGES = ("/accounts/login/", "/accounts/password/forgotten/", "/accounts/inactive/")
REFUSALS = ("/no/such/page/", "/theme/")


# What hangs out of its card on a wide screen; on a narrow one tables scroll inside it.
FRAMES = (
    "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))))"
)
SPILLING = """[...document.querySelectorAll(".card")].filter(card => [...card.querySelectorAll("table, form, dl, ul, p")]
  .some(box => box.getBoundingClientRect().right > card.getBoundingClientRect().right + 1
    && getComputedStyle(box).position !== "absolute" && !box.closest(".menu-body, .street-map, table.table[tabindex]")
    && window.innerWidth > 900))
  .map(card => card.innerText.slice(0, 30))"""


def axe_script() -> str:
    return str(Axe().axe_script)


def cookie_of(user: User, base_url: str) -> dict[str, str]:
    """A session of `user` as a cookie for a browser context."""
    client = Client()
    client.force_login(user)
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.session.session_key or "", "url": base_url}


def pages_for(user: User | None, samples: Samples) -> Iterator[tuple[str, str]]:
    """(name, address) of everything that may be opened, from the resolver; whoever adds a page adds it here too."""
    for address in ours():
        allowed = set(address.allowed or ())
        public = Gate.PUBLIC in allowed
        if public or (user is not None and (Gate.SIGNED_IN in allowed or scope_of(user).has(*allowed))):
            yield address.name, reverse(address.name, kwargs=samples.parts_of(address))
    for path in PUBLIC_PAGES if user is None else (*SIGNED_IN_PAGES, *REFUSALS):
        yield path, path


@dataclass
class Finding:
    """What is wrong on a page."""

    page: str
    how: str
    what: str

    def __str__(self) -> str:
        return f"{self.page} ({self.how}): {self.what}"


@dataclass
class Walk:
    """A browser page that remembers what its console said."""

    page: Any
    script: str = field(default_factory=axe_script)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def open(self, address: str) -> bool:
        """Whether there is a page to look at: neither a file, nor a part, nor a redirect elsewhere."""
        self.said.clear()
        self.page.set_viewport_size(OFFICE)
        self.page.emulate_media(color_scheme="light")
        try:
            answer = self.page.goto(address)
        except Error as refused:
            if "Download is starting" in refused.message:
                return False
            raise
        if answer.request.redirected_from is not None or (answer.status == 405 and address not in REFUSALS):
            return False
        if not answer.text().lstrip().lower().startswith("<!doctype html"):  # a part that htmx asks for, or data
            return False
        if self.page.locator("#street-map").count():
            self.page.locator("#street-map[data-drawn]").wait_for()
        return True

    def look(self, name: str, *, all_ways: bool) -> Iterator[Finding]:
        """axe, the console and the width; at both sizes, light and dark, or once."""
        ways = (
            [(OFFICE, "light"), (OFFICE, "dark"), (PHONE, "light"), (PHONE, "dark")]
            if all_ways
            else [(OFFICE, "light")]
        )
        yield from (Finding(name, "console", text) for text in self.said if "status of 4" not in text)
        yield from (Finding(name, "sprite", icon) for icon in self._missing_icons())
        self.page.evaluate(self.script)
        for size, scheme in ways:
            self.page.set_viewport_size(size)
            self.page.emulate_media(color_scheme=scheme)
            how = f"{size['width']}, {scheme}"
            # The page hears of its new size with the next frame, and answers in the one after.
            self.page.evaluate(FRAMES)
            yield from (Finding(name, how, text) for text in self.axe(colours_only=scheme == "dark"))
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            if wide > size["width"]:
                yield Finding(name, how, f"{wide} px wide")
            yield from (Finding(name, how, f"{box} is wider than its card") for box in self.page.evaluate(SPILLING))

    def axe(self, *, colours_only: bool = False) -> list[str]:
        """In the dark the same page stands in other colours; whatever else axe asks was answered in the light."""
        asked = {"resultTypes": ["violations"], "preload": False} | (
            {"runOnly": ["color-contrast"]} if colours_only else {}
        )
        found = self.page.evaluate("asked => axe.run(asked)", asked)
        return [
            f"{violation['id']}: {node['target']} {node['html'][:160]}"
            for violation in found["violations"]
            for node in violation["nodes"][:3]
        ]

    def _missing_icons(self) -> set[str]:
        used = self.page.eval_on_selector_all("svg.ic use", "uses => uses.map(u => u.getAttribute('href'))")
        return {href for href in used if href.partition("#")[2] not in sprite(href)}


_sprites: dict[str, set[str]] = {}


def sprite(href: str) -> set[str]:
    """The names in the sprite that an address points to."""
    name = "phone-icons.svg" if "phone-icons" in href else "icons.svg"
    if name not in _sprites:
        text = (Path(REPOSITORY) / "static" / "dist" / name).read_text("utf-8")
        _sprites[name] = set(re.findall(r'<symbol id="([^"]+)"', text))
    return _sprites[name]
