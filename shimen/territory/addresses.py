"""Addresses as Shanghai writes them: 区 | 街道 | 路 | 弄 | 支弄 | 号（甲乙） | 幢、座 | 层 | 室.

`canonical` gives one written form, so that format noise is not a change; `parse` gives the parts; the key is
路 + 弄 + 号 + 室. Chinese is never romanised. Real registrations open with 上海市 (two thirds), with the district or
straight with the road; one in eight has no road at all, and then the text itself is all there is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u2060\u00ad"))
_BLANK = re.compile(r"\s+")
# Nothing that `_composed` would change; nearly all addresses are written so.
_PLAIN = re.compile(r"[0-9A-Z\u4e00-\u9fff-]*")
_BRACKETED = re.compile(r"[（(【\[〔][^（）()【】\[\]〔〕]*[)）】\]〕]")
_DASH = re.compile(r"[‐-―－—–~～]+")
_EMPTY = frozenset(
    {"", "-", "--", "/", "\\", "N/A", "#N/A", "NULL", "NONE", "NAN", "无", "空", "暂无", "待查", "未知", "\\N"}
)
_REMARK = re.compile(r"[,，;；.。、]+$")
_SEPARATOR = re.compile(r"[,，;；]+")

_CITY = re.compile(r"^(?:中国)?(?:\([^)]*\)|（[^）]*）)?上海(?:市|(?!路|街|大道|公路|弄|里))(?=.)")
_ZONE = re.compile(
    r"^(?:中国)?(?:\(上海\)|（上海）)?自由贸易试验区(?:临港新片区)?|^中国\(上海\)自由贸易试验区(?:临港新片区)?"
)
_DISTRICT = re.compile(r"^(?P<district>[\u4e00-\u9fff]{2,4}?(?:新区|区|县))(?=.)")
_TOWN = re.compile(r"^(?P<town>[\u4e00-\u9fff]{2,8}?(?:街道|镇|乡))(?!路|弄|办)(?=.)")
_NOT_A_DISTRICT = re.compile(r"(?:园区|小区|社区|工业区|开发区|校区|厂区|库区|景区)$")

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMERAL = r"[零〇一二两三四五六七八九十百]+"
_COUNTED = re.compile(rf"(?P<n>{_NUMERAL})(?P<unit>号|弄|室|楼|层|幢|栋|座|支弄|单元)")
_SAME_UNIT = ((re.compile(r"(\d)(?:栋|幢)"), r"\1幢"), (re.compile(r"(\d)(?:楼|层|F(?![A-Z]))"), r"\1层"))
_SUFFIX = re.compile(r"(\d)([甲乙丙丁戊])号(?![甲乙丙丁戊])")
_ROOM_WORD = re.compile(r"(\d[\dA-Z]*(?:-\d[\dA-Z]*)*)(?:号?房间?|号室|单元室)(?=$|\D)")

_ROAD = r"(?P<road>[\u4e00-\u9fff]{1,10}?(?:路|街|大道|公路|马路|支路|(?:里|坊|村|苑|浜|湾)(?!路|街|大道|公路|支路))(?:[东西南北中]?(?:一|二|三|四|五|六)?(?=\d))?)"
_NUMBER = r"(?P<number>\d+(?:-\d+)*)(?P<suffix>[A-Z]?)号(?P<after>[甲乙丙丁戊]?)"
_SEAM = re.compile(r"(?<=[\u4e00-\u9fff])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])(?=[\u4e00-\u9fff])")
_PARTS = re.compile(
    rf"^(?:{_ROAD})?(?:(?P<lane>\d+)弄)?(?:(?P<sublane>\d+)支弄)?(?:{_NUMBER})?"
    r"(?:(?P<building>[\dA-Z]{1,4})(?:幢|座))?(?P<rest>.*)$"
)
_FLOOR = re.compile(r"(?<![\dA-Z])(?P<floor>地下\d*|-?\d+|底|一)层")
_ROOM = re.compile(r"(?P<room>[A-Z]{0,2}-?\d+[A-Z]?(?:-\d+[A-Z]?)*)室")
_TRAILING_ROOM = re.compile(r"(?P<room>\d{2,5}[A-Z]?(?:-\d{1,5}[A-Z]?)?)$")


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an address; every part is '' where it is not written. Numbers are text: 88, 202-204, 3甲."""

    text: str
    district: str = ""
    town: str = ""
    road: str = ""
    lane: str = ""
    sublane: str = ""
    number: str = ""
    suffix: str = ""
    building: str = ""
    floor: str = ""
    room: str = ""

    @property
    def key(self) -> str:
        """路 + 弄 + 号 + 室, '' without a road or without a lane and a number: such a key would join strangers."""
        return f"{self.door}{self.room}室" if self.door and self.room else self.door

    @property
    def door(self) -> str:
        """路 + 弄 + 号: the door that a visitor stands at."""
        if not self.road or not (self.lane or self.number):
            return ""
        lane = f"{self.lane}弄" if self.lane else ""
        number = f"{self.number}号{self.suffix}" if self.number else ""
        return f"{self.road}{lane}{number}"


def arabic(numeral: str) -> int:
    """The value of a Chinese numeral below 1000: 十二 → 12, 一百二十 → 120, 二〇三 → 203."""
    if not any(unit in numeral for unit in "十百"):
        return int("".join(str(_DIGITS[character]) for character in numeral))
    total, current = 0, 0
    for character in numeral:
        if character in _DIGITS:
            current = _DIGITS[character]
        else:
            total += (current or 1) * (10 if character == "十" else 100)
            current = 0
    return total + current


def _numerals(text: str) -> str:
    """Chinese numerals before 号, 弄, 室 … become digits; those inside a road's name (三门路) stay."""
    return _COUNTED.sub(lambda match: f"{arabic(match['n'])}{match['unit']}", text)


def _plain(raw: str) -> str:
    text = raw if _PLAIN.fullmatch(raw) else _composed(raw)
    return "" if text in _EMPTY else text


def _composed(raw: str) -> str:
    text = unicodedata.normalize("NFKC", raw).translate(_INVISIBLE)
    # Composed again: taking a blank out can bring a letter and its accent together.
    return unicodedata.normalize("NFC", _BLANK.sub("", text).upper())


def _lead(text: str) -> tuple[str, str, str]:
    """District, town and what follows them; city and free-trade zone are dropped."""
    if "自由贸易" in text or "上海" in text:
        text = _ZONE.sub("", _CITY.sub("", _ZONE.sub("", text)))
    district = town = ""
    match = _DISTRICT.match(text)
    if match and not _NOT_A_DISTRICT.search(match["district"]):
        district, text = match["district"], text[match.end() :]
        text = _ZONE.sub("", text)
    match = _TOWN.match(text)
    if match:
        town, text = match["town"], text[match.end() :]
    return district, town, text


# None of the notations that `_body` settles before it comes to the room: half of all addresses, and looked at often.
_ORDINARY = re.compile(r"[^（(【\[〔‐-―－—–~～,，;；.。、零〇一二两三四五六七八九十百栋幢楼层F甲乙丙丁戊]*")


def _body(text: str) -> str:
    if _ORDINARY.fullmatch(text):
        return _ROOM_WORD.sub(r"\1室", text)
    return _settled_body(text)


def _settled_body(text: str) -> str:
    before = None
    while before != text:
        before, text = text, _BRACKETED.sub("", text)
    text = _DASH.sub("-", text)
    text = _SEPARATOR.sub("", _REMARK.sub("", text))
    text = _numerals(text)
    for pattern, same in _SAME_UNIT:
        text = pattern.sub(same, text)
    text = _SUFFIX.sub(r"\1号\2", text)
    return _ROOM_WORD.sub(r"\1室", text)


def _settled(plain: str) -> tuple[str, str, str]:
    """District, town and the rest, read until nothing more comes off: 奉贤区海湾旅游区 has two districts to drop."""
    district = town = ""
    text, before = plain, None
    while before != text:
        before = text
        outer, inner, tail = _lead(text)
        district, town, text = district or outer, town or inner, _plain(_body(tail) or text)
    return district, town, text


def canonical(raw: str) -> str:
    """One written form, without city, district, town, blanks and bracketed remarks; '' where the cell says nothing.

    What is left begins at the road: inside one sub-district the lead only says whether a department writes it.
    """
    return _settled(_plain(raw))[2]


def parse(raw: str) -> Address:
    """The parts of an address. Whatever is not understood stays in `text`; nothing is guessed."""
    plain = _plain(raw)
    if not plain:
        return Address(text="")
    district, town, text = _settled(plain)
    match = _PARTS.match(text)
    if match is None or not (match["road"] or match["lane"] or match["number"]):
        return Address(text=text, district=district, town=town)
    rest = match["rest"]
    floor, room = _FLOOR.search(rest), _ROOM.search(rest)
    if room is None and match["number"]:
        room = _TRAILING_ROOM.search(rest)
    suffix = match["after"] or ""
    return Address(
        text=text,
        district=district,
        town=town,
        road=match["road"] or "",
        lane=match["lane"] or "",
        sublane=match["sublane"] or "",
        number=f"{match['number']}{match['suffix']}" if match["number"] else "",
        suffix=suffix,
        building=match["building"] or "",
        floor=floor["floor"] if floor else "",
        room=room["room"] if room else "",
    )


def key(raw: str) -> str:
    """路 + 弄 + 号 + 室 of an address, '' where there is none."""
    return parse(raw).key


def spaced(text: str) -> str:
    """An address as it is printed, with a space between Chinese and figures: 望桥路45号 is 望桥路 45 号."""
    return _SEAM.sub(" ", text)
