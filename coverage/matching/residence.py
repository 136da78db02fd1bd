"""How two addresses differ, and cheap keys by which entities of one door are found. Pure.

Departments write one door in many ways: with and without city, district and 室, numbers in figures or characters, a range
(202-204号) or one number of it, an abolished district, no road at all. What is read wrongly must not speak: where the
parts are not understood the text itself is compared, and only what both sides say can contradict.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from shimen.territory.addresses import Address, arabic, parse

_NUMERAL = re.compile(r"[零〇一二三四五六七八九十百]+(?=号|弄|室|楼|层|幢|栋|座)")
_STEM = re.compile(r"([\u4e00-\u9fff]{2})(?:[东西南北中]|[一二三四五六])?(\d+)")
_FIGURES = re.compile(r"\d+")
_BLANK = re.compile(r"\s+")


class Where(StrEnum):
    """How two addresses relate."""

    SAME = "same"  # one door and one room, or the same text
    DOOR = "door"  # one door; at least one side does not name the room
    ROOM = "room"  # one door, another room
    LANE = "lane"  # one lane or road, the number is missing on one side
    NEAR = "near"  # one road, another number
    ALIKE = "alike"  # not understood, but much the same text
    DIFFERS = "differs"


def door_keys(raw: str) -> tuple[str, str]:
    """Cheap keys of an address without parsing it: (two characters and the first number, the same and all figures).

    望桥路45号3幢201室 → (桥路45, 桥路45-3-201); '' where there is no number. Only good for finding and counting.
    """
    text = _BLANK.sub("", unicodedata.normalize("NFKC", raw))
    text = _NUMERAL.sub(lambda found: str(arabic(found[0])), text)
    stem = _STEM.search(text)
    if stem is None:
        return "", ""
    figures = _FIGURES.findall(text, stem.start(2))
    return f"{stem[1]}{stem[2]}", f"{stem[1]}{'-'.join(figures)}"


def _numbers(written: str) -> tuple[set[int], str]:
    """The house numbers meant by 202, 202-204 or 45A (odd and even ones of a range alike), and the letter."""
    figures = [int(figure) for figure in _FIGURES.findall(written)]
    letter = "".join(character for character in written if character.isalpha())
    if len(figures) == 2 and figures[0] < figures[1] <= figures[0] + 60:
        return set(range(figures[0], figures[1] + 1)), letter
    return set(figures), letter


def _overlap(one: str, other: str) -> bool:
    if one == other:
        return True
    (a, _), (b, _) = _numbers(one), _numbers(other)
    return bool(a & b)


def _same_room(one: Address, other: Address) -> bool | None:
    """Whether two addresses of one door name one room; None where one of them names none."""
    said = None
    for a, b in ((one.building, other.building), (one.floor, other.floor)):
        if a and b and a.lstrip("0") != b.lstrip("0"):
            return False
    if one.suffix and other.suffix and one.suffix != other.suffix:
        return False
    if one.room and other.room:
        a, b = one.room.lstrip("0"), other.room.lstrip("0")
        said = a == b or _overlap(a, b)
    return said


def _bigrams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def alike(one: str, other: str) -> float:
    """How much two texts share, 0..1: the Dice measure over pairs of characters."""
    a, b = _bigrams(one), _bigrams(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else float(one == other)


def _one_slip(one: str, other: str) -> bool:
    """Whether two roads' names differ in one character that is no direction and no ordinal."""
    if len(one) != len(other) or len(one) < 3:
        return False
    differing = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return len(differing) == 1 and not set(differing[0]) <= set("东西南北中一二三四五六")


def relation(one: Address, other: Address) -> Where | None:
    """How two parsed addresses relate; None where one of them says nothing."""
    if not one.text or not other.text:
        return None
    if one.text == other.text:
        return Where.SAME
    short, long = sorted((one.text, other.text), key=len)
    if len(short) >= 5 and short[-1] in "号楼幢" and long.startswith(short):
        return Where.DOOR
    if not one.road or not other.road:
        return _by_text(one, other)
    if one.road != other.road and not one.road.endswith(other.road) and not other.road.endswith(one.road):
        is_slip = _one_slip(one.road, other.road) and one.number == other.number and one.lane == other.lane
        return (Where.DOOR if is_slip else Where.DIFFERS) if one.number or one.lane else Where.DIFFERS
    if one.lane and other.lane and not _overlap(one.lane, other.lane):
        return Where.NEAR
    if one.number and other.number:
        if not _overlap(one.number, other.number):
            crossed = {one.lane, one.number} & {other.lane, other.number} - {""}
            return Where.LANE if crossed and not (one.lane and other.lane) else Where.NEAR
        room = _same_room(one, other)
        return Where.DOOR if room is None else Where.SAME if room else Where.ROOM
    if one.lane and other.lane:
        return Where.DOOR if one.lane == other.lane and _same_room(one, other) else Where.LANE
    return Where.LANE


def _by_text(one: Address, other: Address) -> Where:
    """Addresses of which one has no road: 张江镇川沙村12号. Figures must agree, then the text."""
    a, b = _FIGURES.findall(one.text), _FIGURES.findall(other.text)
    likeness = alike(one.text, other.text)
    short, long = sorted((one.text, other.text), key=len)
    if len(short) >= 4 and short in long:
        return Where.ALIKE
    if a == b and a and likeness >= 0.5:
        return Where.ALIKE
    if a and b and a[0] == b[0] and likeness >= 0.6:
        return Where.LANE
    if likeness >= 0.75 and (not a or not b):
        return Where.ALIKE
    return Where.NEAR if likeness >= 0.6 else Where.DIFFERS


__all__ = ["Address", "Where", "alike", "door_keys", "parse", "relation"]
