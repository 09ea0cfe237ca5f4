"""Folding, tokens and word patterns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tarikh.arabic import Patterns, fold, sentences, stems, tokenise

ARABIC = st.text(alphabet=st.characters(min_codepoint=0x600, max_codepoint=0x6FF) | st.sampled_from(" .,\n\u200fﻻﷲaZ9"))


@given(ARABIC)
def test_offsets_point_into_the_text_as_given(text):
    for token in tokenise(text):
        assert 0 <= token.start < token.end <= len(text)
        assert fold(text[token.start : token.end]).text.strip("\u0640") in (token.key, token.key)


@given(ARABIC)
def test_sentences_cover_the_text(text):
    assert "".join(text[a:b] for a, b in sentences(text)) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("إسرائيل", "اسرائيل"),
        ("مجلسى", "مجلسي"),
        ("الأحــــداث", "الاحداث"),
        ("١٤ سبتمبر ٢٠٢٠", "14 سبتمبر 2020"),
        ("کیف", "كيف"),
        ("ﻻ", "لا"),
        ("\u200f19\u200f/12", "19/12"),
        ("مُعلَّم", "معلم"),
    ],
)
def test_spelling_variants_meet(one, other):
    assert fold(one).text == fold(other).text


def test_words_that_differ_do_not_meet():
    assert fold("رئيسي").text != fold("رييسي").text


@pytest.mark.parametrize(("word", "stem"), [("وبالعقوبات", "عقوبات"), ("للاتحاد", "اتحاد"), ("فالحرب", "حرب")])
def test_proclitics_come_off(word, stem):
    assert stem in stems(word)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("عقوب*", "رفعت العقوبات", True),
        ("دولة اتحاد !أوروب*", "في دولة الاتحاد الأوروبي", False),
        ("دولة اتحاد !أوروب*", "في دولة الاتحاد", True),
        ("!اتفاق* مينسك", "اتفاقات مينسك", False),
        ("!روسيا !في اليوم !السابع", "قناة روسيا اليوم", False),
        ("!روسيا !في اليوم !السابع", "وصل اليوم", True),
    ],
)
def test_patterns(pattern, text, found):
    assert bool(Patterns([(pattern, "rule")]).find(tokenise(text))) is found


def test_a_pattern_without_a_word_is_refused():
    with pytest.raises(ValueError, match="no word to look for"):
        Patterns([("!مينسك", "rule")])
