"""Topics: what the codebook finds and must not find, keyness against its formula, concordance."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tarikh.tables import read_table
from tarikh.topics import article_topics, code_topics, concordance, holm, keyness

CASES = pd.read_csv(
    Path(__file__).parent / "cases" / "topics.csv",
    encoding="utf-8",
    keep_default_na=False,
)


def collection(*texts, role="body"):
    """A stand-in for Corpus: one article with one paragraph for each text."""
    ids = [f"a{i:03}" for i in range(len(texts))]
    return SimpleNamespace(
        paragraphs=pd.DataFrame(
            {
                "article_id": ids,
                "paragraph": 0,
                "role": role,
                "line": 1,
                "text": list(texts),
            }
        )
    )


def texts(*lines):
    return pd.DataFrame(
        {
            "article_id": [f"{lines[0][:3]}{i}" for i in range(len(lines))],
            "text": list(lines),
        }
    )


@pytest.mark.parametrize("case", list(CASES.itertuples()), ids=lambda case: case.text)
def test_paragraph_is_coded(case):
    codes = code_topics(collection(case.text))
    expected = dict(part.split(": ") for part in case.terms.split(" | ") if part)
    assert dict(zip(codes["topic"], codes["terms"], strict=True)) == expected
    assert (codes["background"] == (case.background == "yes")).all()


def test_codes_have_the_columns_of_the_dictionary_even_when_empty():
    for codes in (code_topics(collection("عقوبات جديدة")), code_topics(collection())):
        assert codes.dtypes.astype(str).to_dict() == {
            "article_id": "str",
            "paragraph": "int64",
            "topic": "str",
            "hits": "int64",
            "terms": "str",
            "background": "bool",
        }


def test_only_headline_subheadline_and_body_are_coded():
    assert code_topics(collection("عقوبات جديدة", role="caption")).empty
    assert len(code_topics(collection("عقوبات جديدة", role="subheadline"))) == 1


def test_overlapping_terms_of_a_topic_count_once():
    codes = code_topics(collection("نشر أسلحة نووية تكتيكية ورؤوسا نووية"))
    assert codes[["hits", "terms"]].values.tolist() == [[2, "أسلحة نووية; ورؤوسا نووية"]]


def test_article_topics_leave_background_out_unless_asked():
    codes = code_topics(collection("ويذكر أن بروكسل فرضت عقوبات", "رفعت العقوبات ثم عادت العقوبات"))
    assert article_topics(codes).values.tolist() == [["a001", "sanctions", 2]]
    assert len(article_topics(codes, background=True)) == 2


def test_every_topic_is_defined_and_has_terms_enough():
    terms = read_table("codebook_terms")
    assert set(terms["topic"]) == set(read_table("codebook")["topic"])
    assert terms["topic"].value_counts().min() >= 14
    assert not terms.duplicated(["topic", "pattern"]).any()


def test_stop_words_are_unique_after_folding():
    words = read_table("stopwords")
    assert len(words) >= 300
    assert not {"مليار", "عام", "عقوبات", "نقل"} & set(words["word"])


def test_log_odds_follow_the_formula():
    target = texts("نفط نفط حبوب", "نفط حبوب حبوب")
    reference = texts("حبوب حبوب حبوب", "حبوب حبوب نفط")
    row = keyness(target, reference).set_index("word").loc["نفط"]
    prior, other = 100 * 4 / 12, 100 * 8 / 12  # words as they are spread over both sets
    expected = np.log((3 + prior) / (3 + other)) - np.log((1 + prior) / (5 + other))
    assert row["log_odds"] == pytest.approx(expected)
    assert (row["target_n"], row["reference_n"], row["target_rate"]) == (
        3,
        1,
        pytest.approx(500),
    )
    assert row["low"] < row["log_odds"] < row["high"]


def test_keyness_joins_inflected_forms_and_shows_the_commonest():
    words = keyness(
        texts("عقوبات جديدة", "العقوبات", "وبالعقوبات", "العقوبات"),
        texts("حبوب", "حبوب"),
    )
    assert words.set_index("word").loc["العقوبات", "target_n"] == 4


def test_keyness_leaves_out_function_words_and_words_of_one_article():
    words = keyness(texts("وقال في موسكو", "قالت في موسكو"), texts("مينسك مينسك مينسك", "غوميل"))
    assert words["word"].tolist() == ["موسكو"]


def test_keyness_turns_its_sign_when_the_sets_are_exchanged():
    one, two = texts("نفط وغاز", "نفط"), texts("حبوب وغاز", "حبوب")
    there, back = (keyness(*sets).set_index("word").sort_index() for sets in ((one, two), (two, one)))
    np.testing.assert_allclose(there["log_odds"], -back["log_odds"])
    np.testing.assert_allclose(there["low"], -back["high"])


def test_a_word_of_one_talkative_article_is_less_sure_than_one_of_many():
    many = texts(*["نفط موسكو حبوب"] * 8)
    one = texts("نفط نفط نفط نفط نفط نفط نفط موسكو", "نفط حبوب", *["موسكو حبوب"] * 6)
    reference = texts(*["مينسك حبوب"] * 8)
    spread, heaped = (keyness(target, reference).set_index("word").loc["نفط"] for target in (many, one))
    assert spread["target_n"] == heaped["target_n"] == 8
    assert heaped["high"] - heaped["low"] > 1.5 * (spread["high"] - spread["low"])


def test_no_word_tells_random_halves_apart():
    rng = np.random.default_rng(7)
    words = np.array([f"{a}{b}{c}ر" for a in "تجحخد" for b in "صضطظع" for c in "غقمنه"])
    survivors = 0
    for _ in range(5):
        topics = [words[rng.integers(len(words), size=12)] for _ in range(80)]
        halves = [" ".join(rng.choice(topic, 60)) for topic in topics]
        survivors += (keyness(texts("ا", *halves[:40]), texts("ب", *halves[40:]))["p_holm"] < 0.05).sum()
    assert survivors == 0


def test_keyness_of_nothing_is_empty():
    nothing = pd.DataFrame({"article_id": pd.Series(dtype="str"), "text": pd.Series(dtype="str")})
    assert keyness(nothing, nothing).empty


def test_holm():
    assert holm(np.array([0.04, 0.01, 0.03])).tolist() == pytest.approx([0.06, 0.03, 0.06])


def test_concordance_shows_the_words_around():
    found = concordance(
        collection("قال لوكاشينكو إن دولة الاتحاد ليست ناديا مغلقا.", "دولة الاتحاد الأوروبي"),
        "دولة اتحاد !أوروب*",
        width=2,
    )
    assert found[["article_id", "before", "keyword", "after"]].values.tolist() == [
        ["a000", "لوكاشينكو إن", "دولة الاتحاد", "ليست ناديا"]
    ]
