"""Finding words in Chinese text: what was typed, where it stands, and a piece around it to show. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

AROUND = 30  # characters shown on either side of a hit
MOST_WORDS = 8
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; `is_hit` where it is one of the words."""

    text: str
    is_hit: bool


def plain(text: str) -> str:
    """The form in which texts are searched: lower case, half width, character by character, so that places stay.

    >>> plain("ＡＢ党员")
    'ab党员'
    """
    return "".join(_one(sign) for sign in text)


def _one(sign: str) -> str:
    folded = unicodedata.normalize("NFKC", sign).lower()
    return folded if len(folded) == 1 else sign


def words(typed: str) -> list[str]:
    """What was typed, as words; at most eight, without repeats, the longer ones first."""
    found = dict.fromkeys(word for word in _BLANK.split(plain(typed.replace("\x00", ""))) if word)
    return sorted(found, key=len, reverse=True)[:MOST_WORDS]


def spans(text: str, sought: Sequence[str]) -> list[tuple[int, int]]:
    """Where any of the words stand, in order and without overlapping; (start, end) in `text`."""
    if not sought:
        return []
    pattern = re.compile("|".join(re.escape(word) for word in sorted(sought, key=len, reverse=True)))
    return [hit.span() for hit in pattern.finditer(plain(text))]


def marked(text: str, sought: Sequence[str]) -> list[Piece]:
    """The whole text in pieces; joined they are the text.

    >>> [(piece.text, piece.is_hit) for piece in marked("发展党员工作", ["党员"])]
    [('发展', False), ('党员', True), ('工作', False)]
    """
    pieces, at = [], 0
    for start, end in spans(text, sought):
        if start > at:
            pieces.append(Piece(text[at:start], False))
        pieces.append(Piece(text[start:end], True))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:], False))
    return pieces


def snippet(text: str, sought: Sequence[str], *, around: int = AROUND) -> list[Piece]:
    """The piece of the text in which most of the words stand close together, on one line, with … where it was cut.

    Without a hit, the beginning.
    """
    flat = _BLANK.sub(" ", text).strip()
    hits = spans(flat, sought)
    first, last = _best(flat, hits, around) if hits else (0, min(len(flat), 2 * around))
    pieces = marked(flat[first:last], sought)
    if first > 0:
        pieces.insert(0, Piece("…", False))
    if last < len(flat):
        pieces.append(Piece("…", False))
    return pieces


def _best(flat: str, hits: list[tuple[int, int]], around: int) -> tuple[int, int]:
    """The window with the most different words; the earlier one of equals."""
    text = plain(flat)

    def window(start: int, end: int) -> tuple[int, int]:
        return max(0, start - around), min(len(flat), max(end, start + around) + around)

    def richness(hit: tuple[int, int]) -> int:
        first, last = window(*hit)
        return len({text[a:b] for a, b in hits if first <= a and b <= last})

    return window(*max(hits, key=richness))


def weight(title: str, body: str, sought: Sequence[str]) -> tuple[int, int]:
    """For sorting what was found: words in the title first, then how often they stand in the text."""
    in_title = sum(word in plain(title) for word in sought)
    return -in_title, -len(spans(body, sought))


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a list of points."""

    is_list: bool
    lines: tuple[tuple[Piece, ...], ...]


_POINT = re.compile(r"^[-·•]\s+")


def blocks(text: str, sought: Sequence[str] = ()) -> list[Block]:
    """A text as it is printed: an empty line parts paragraphs, lines that begin with "- " are points.

    >>> [(block.is_list, len(block.lines)) for block in blocks("先说一句\\n- 一\\n- 二")]
    [(False, 1), (True, 2)]
    """
    found: list[tuple[bool, list[str]]] = []
    is_new = True
    for line in text.split("\n"):
        if not line.strip():
            is_new = True
            continue
        is_point = _POINT.match(line) is not None
        if is_new or found[-1][0] != is_point:
            found.append((is_point, []))
        found[-1][1].append(_POINT.sub("", line) if is_point else line)
        is_new = False
    return [Block(is_list, tuple(tuple(marked(line, sought)) for line in lines)) for is_list, lines in found]
