"""How a name is spelt and what it is found by. Pure.

`spell` gives what the columns `pinyin` and `initials` hold: lower-case syllables without blanks (sunbingsan) and first
letters (sbs); digits and Latin letters stay. People's surnames have readings of their own (单 shan, 曾 zeng).
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import NamedTuple

_NOT_SPELT = re.compile(r"[^0-9a-z]+")
_BRACKETED = re.compile(r"[（(][^（）()]*[)）]")
LONGEST = (240, 80)

# Surnames whose reading is not the commonest one of the character.
SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "朴": "piao", "任": "ren",
    "盖": "ge", "翟": "zhai", "覃": "qin", "乐": "yue", "缪": "miao", "乜": "nie", "黑": "he", "召": "shao",
    "折": "she", "员": "yun", "秘": "bi", "华": "hua", "燕": "yan", "宁": "ning", "谌": "chen", "尉迟": "yu chi",
    "万俟": "mo qi", "长孙": "zhang sun", "澹台": "tan tai", "单于": "chan yu",
}  # fmt: skip


class Spelling(NamedTuple):
    """The two columns."""

    pinyin: str
    initials: str


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


def _read(text: str) -> list[str]:
    """The syllables of a text. The dictionary takes a third of a second to load, which most commands never need."""
    from pypinyin.seg.simpleseg import seg

    return [syllable for word in seg(text) for syllable in _word(word)]


@functools.lru_cache(maxsize=1 << 15)
def _word(word: str) -> tuple[str, ...]:
    """The syllables of one word as the dictionary cuts a text; most words of a name occur in thousands of names."""
    from pypinyin import Style, lazy_pinyin

    return tuple(lazy_pinyin(word, style=Style.NORMAL))


def _joined(syllables: list[str]) -> Spelling:
    pinyin = _NOT_SPELT.sub("", "".join(syllables))
    initials = "".join(s if not s.isalpha() else s[0] for s in (_NOT_SPELT.sub("", s) for s in syllables) if s)
    return Spelling(pinyin[: LONGEST[0]], initials[: LONGEST[1]])


def spell(text: str) -> Spelling:
    """A shop's or firm's name, read phrase by phrase (银行 yinhang, 重庆 chongqing); bracketed remarks count too."""
    return _joined(_read(_plain(text)))


@functools.lru_cache(maxsize=8192)
def _character(character: str) -> str:
    return _read(character)[0]


def reading(character: str) -> str:
    """The commonest reading of one character, without its tone: 源 and 元 are both yuan."""
    return _character(character)


@functools.lru_cache(maxsize=65536)
def spell_person(name: str) -> Spelling:
    """A person's name, surname first. Names written in Latin letters stay as they are."""
    text = _plain(name)
    for length in (2, 1):
        if text[:length] in SURNAMES and len(text) > length:
            head = SURNAMES[text[:length]].split()
            return _shortened(_joined([*head, *(_character(c) for c in text[length:])]))
    return _shortened(_joined([_character(c) for c in text]))


def _shortened(spelling: Spelling) -> Spelling:
    """As long as the columns of a person's name."""
    return Spelling(spelling.pinyin[:120], spelling.initials[:30])


def query(text: str) -> str:
    """What was typed into a search box in the form that the search text has: half width, lower case, one blank."""
    return re.sub(r"\s+", " ", _plain(text))


def is_letters(typed: str) -> bool:
    """Whether a normalised query is Latin letters only, and may therefore be pinyin or initials."""
    return bool(re.fullmatch(r"[a-z' ]+", typed))


def reading_of(letters: str) -> tuple[str, ...]:
    """Whether letters typed for a person's name are its pinyin, its initials, or may be either.

    No syllable begins with i, u or v, so their presence means pinyin; letters without any vowel are initials, unless
    they are so few that somebody has only begun to type (zh); four letters or more with a vowel are pinyin.
    """
    if any(vowel in letters for vowel in "iuv") or (len(letters) >= 4 and any(vowel in letters for vowel in "aeo")):
        return ("pinyin",)
    if len(letters) > 2 and not any(vowel in letters for vowel in "aeo"):
        return ("initials",)
    return ("pinyin", "initials")
