"""How names are spelt."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from coverage.matching import pinyin

CHARACTERS = "甲乙丙丁（示例）银行重庆长乐朝阳曾都单于商贸调查还款abc 12"


@given(st.text(alphabet=CHARACTERS, max_size=12) | st.text(max_size=8))
def test_spelling_word_by_word_reads_a_name_as_the_dictionary_reads_the_whole(name):
    plain = pinyin._plain(name)
    assert pinyin._read(plain) == lazy_pinyin(plain, style=Style.NORMAL)
