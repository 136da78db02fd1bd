"""The frame around every page: who is here, where they may go, and what is going on.

Apps register in `AppConfig.ready()`, so that the frame knows nothing of the apps above it:

    navigation.add(Entry("走访轮次", icon="walk", url="coverage:rounds", pillar=Pillar.COVERAGE, roles=OFFICE, place=40))
    navigation.tell(status)      # a sentence in the top bar: (request) -> str, "" for nothing

An entry is shown to those who may open its page and to nobody else. Its count, if it has one, means work to be done or
the size of the thing: a number, or the rows, which are then counted together with those of the others. It is asked only for
the people who see it.

The pillars fold: the one where the reader is stands open, the others as far as the screen has rows for them or as the reader
left them (a cookie that the page's script writes; without script they open and close all the same).
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject, cached_property

from shimen.accounts.access import EVERY_WORKER, Gate, scope_of
from shimen.figures.values import count


class Pillar(enum.StrEnum):
    """The headings of the side, in order; the first has none."""

    TOP = ""
    COVERAGE = "立足点 · 覆盖"
    INTEGRATION = "融合点 · 共治"
    EMPOWERMENT = "发力点 · 赋能"
    GROUNDS = "依据"


@dataclass(frozen=True)
class Entry:
    """A line in the side: `place` sorts within its pillar, `under` are path prefixes that mark it as current."""

    title: str
    icon: str
    url: str
    pillar: Pillar = Pillar.TOP
    roles: tuple[str, ...] = (Gate.SIGNED_IN,)
    place: int = 50
    under: tuple[str, ...] = ()
    count: Callable[[HttpRequest], int | QuerySet[Any] | None] | None = None


REMEMBERED = 10  # seconds
COOKIE = "side"
ROWS = 23  # of the side on a screen of 768 pixels, which is what the street's office has
_entries: dict[str, Entry] = {}
_tellers: list[Callable[[HttpRequest], str]] = []


def add(*entries: Entry) -> None:
    """Put entries into the side; one with the address of an earlier one takes its place."""
    for entry in entries:
        _entries[entry.url] = entry


def tell(sentence: Callable[[HttpRequest], str]) -> None:
    """Let `sentence(request)` speak in the top bar."""
    if sentence not in _tellers:
        _tellers.append(sentence)


def entries() -> list[Entry]:
    """All entries in the order of the side."""
    order = list(Pillar)
    return sorted(_entries.values(), key=lambda entry: (order.index(entry.pillar), entry.place, entry.title))


def address_of(name: str) -> str:
    """The address behind a URL name; "" when the page does not exist (an app may be left out)."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class Link:
    """An entry as one person sees it on one page."""

    title: str
    icon: str
    href: str
    is_current: bool
    count: int | None


@dataclass(frozen=True)
class Fold:
    """A pillar as one person sees it on one page: `key` names it in the cookie, `is_here` when the page lies in it."""

    key: str
    title: str
    links: list[Link]
    is_open: bool
    is_here: bool


@dataclass(frozen=True)
class Habit:
    """What the reader's screen and hands have told: the rows their side has, and the pillars they left open, if they chose."""

    rows: int = ROWS
    chosen: frozenset[str] | None = None

    @classmethod
    def read(cls, cookie: str) -> Habit:
        """From "24", "24.COVERAGE.GROUNDS" or "24." (all closed by hand); anything else is no habit."""
        rows, dot, names = cookie.partition(".")
        if not (rows.isascii() and rows.isdigit() and len(rows) <= 3):
            return cls()
        return cls(int(rows), frozenset(names.split(".")) if dot else None)


def unfolded(sizes: Mapping[str, int], *, here: str | None, habit: Habit) -> set[str]:
    """Which pillars stand open: that of the page; besides, those chosen by hand or, without a choice, the first that fit.

    `sizes` counts the rows of each pillar, without its heading, in the order of the side; those of TOP are always drawn.
    """
    if habit.chosen is not None:
        return {key for key in sizes if key == here or key in habit.chosen}
    top = sizes.get(Pillar.TOP.name, 0)
    taken = (
        top + sum(key != Pillar.TOP.name for key in sizes) + (sizes[here] if here and here != Pillar.TOP.name else 0)
    )
    opened = {here} if here else set()
    for key, size in sizes.items():
        if key in opened or key == Pillar.TOP.name:
            continue
        taken += size
        if taken > habit.rows:
            break
        opened.add(key)
    return opened


class Frame:
    """What base.html draws around a page; everything is asked for at most once and only when drawn."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        if not hasattr(request, "user"):
            # Refused before anybody was recognised (a wrong host): the page that says so has a frame too.
            request.user = AnonymousUser()

    @property
    def theme(self) -> str:
        """auto, light or dark, as the person chose."""
        return str(getattr(self.request.user, "theme", "") or "auto")

    @cached_property
    def known(self) -> dict[str, Any]:
        """Street, status and counts, remembered for a few seconds: they stand on every page and cost more than many.

        Whoever changes something sees it counted at once (see `forget`), others a little later.
        """
        user = self.request.user
        key = f"frame:{user.pk}"
        known: dict[str, Any] | None = cache.get(key) if user.is_authenticated else None
        if known is None:
            known = {
                "street": str(getattr(user, "street", None) or ""),
                "status": "，".join(filter(None, (teller(self.request) for teller in _tellers))),
                "counts": self._counts(),
            }
            if user.is_authenticated:
                cache.set(key, known, REMEMBERED)
        return known

    def _counts(self) -> dict[str, int | None]:
        """The number beside each entry that has one; all that are rows are counted in one query."""
        told = {e.url: e.count(self.request) for e in entries() if e.count and self._may_open(e)}
        rows = {url: found for url, found in told.items() if isinstance(found, QuerySet)}
        street = getattr(self.request.user, "street", None)
        if street is None:
            return {url: n.count() if isinstance(n, QuerySet) else n for url, n in told.items()}
        names = {f"n{index}": found for index, found in enumerate(rows.values())}
        counted = dict(zip(rows, count(street, **names).values(), strict=True))
        return {url: n for url, n in told.items() if not isinstance(n, QuerySet)} | counted

    @property
    def street(self) -> str:
        return str(self.known["street"])

    @property
    def status(self) -> str:
        return str(self.known["status"])

    @property
    def search_url(self) -> str:
        return address_of("coverage:search") if scope_of(self.request.user).has(*EVERY_WORKER) else ""

    @cached_property
    def side(self) -> list[Fold]:
        """The pillars with their links, without those that are empty for this person."""
        if not self.request.user.is_authenticated:
            return []
        seen = [(entry, address_of(entry.url)) for entry in entries() if self._may_open(entry)]
        current = _current(self.request.path, [(entry, href) for entry, href in seen if href])
        links: dict[Pillar, list[Link]] = {}
        for entry, href in seen:
            if href:
                links.setdefault(entry.pillar, []).append(self._link(entry, href, is_current=entry is current))
        here = current.pillar.name if current else None
        sizes = {pillar.name: len(its) for pillar, its in links.items()}
        opened = unfolded(sizes, here=here, habit=Habit.read(self.request.COOKIES.get(COOKIE, "")))
        return [
            Fold(pillar.name, str(pillar), its, is_open=pillar.name in opened, is_here=pillar.name == here)
            for pillar, its in links.items()
        ]

    def _link(self, entry: Entry, href: str, *, is_current: bool) -> Link:
        counts: dict[str, int | None] = self.known["counts"]
        return Link(entry.title, entry.icon, href, is_current=is_current, count=counts.get(entry.url))

    def _may_open(self, entry: Entry) -> bool:
        return Gate.SIGNED_IN in entry.roles or scope_of(self.request.user).has(*entry.roles)


def _current(path: str, seen: Iterable[tuple[Entry, str]]) -> Entry | None:
    """The entry whose address, or a prefix it claims, is the longest beginning of `path`."""
    best: tuple[int, Entry] | None = None
    for entry, href in seen:
        for prefix in (href, *entry.under):
            if path.startswith(prefix) and (best is None or len(prefix) > best[0]):
                best = (len(prefix), entry)
    return best[1] if best else None


def forget(user_id: object) -> None:
    """Count anew for this person on their next page: they have just changed something."""
    cache.delete(f"frame:{user_id}")


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `frame`, worked out only if the template draws it (parts do not)."""
    return {"frame": SimpleLazyObject(lambda: Frame(request))}
