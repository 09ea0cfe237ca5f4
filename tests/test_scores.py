"""Scores of topics: agreement of coders, the program against them, and what a curve made of hand codes rests on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tarikh.collection import frame_pages, hand_topics, known_articles, sample_codes, sample_index
from tarikh.scores import RARE, krippendorff_alpha, topic_agreement, topic_scores


def coded(*rows: tuple[str, int, str, str, bool]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["page_id", "line", "coder", "topics", "background"])


def test_alpha_of_a_published_example():
    """Ten units of two coders (Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section A): 0.095."""
    one = np.array([0, 1, 0, 0, 0, 0, 0, 0, 1, 0])
    two = np.array([1, 1, 1, 0, 0, 1, 0, 0, 0, 0])
    assert krippendorff_alpha(one, two) == pytest.approx(0.095, abs=5e-4)


def test_alpha_without_variation_says_nothing():
    assert np.isnan(krippendorff_alpha(np.zeros(4), np.zeros(4)))


def test_agreement_judges_common_topics_alone():
    lines = [(f"p{i}", 1, coder, "energy" if i < RARE else "", i % 2 == 0) for i in range(30) for coder in "AB"]
    table = topic_agreement(coded(*lines), draws=50).set_index("topic")
    assert table.loc["energy", ["alpha", "verdict"]].tolist() == [1.0, "good"]
    assert table.loc["sanctions", "verdict"] == "rare"
    assert table.loc["background", "one"] == 15


def test_disagreement_is_poor():
    lines = [
        (f"p{i}", 1, coder, "energy" if (i % 2 == 0) == (coder == "A") else "", False)
        for i in range(40)
        for coder in "AB"
    ]
    table = topic_agreement(coded(*lines), draws=50).set_index("topic")
    assert table.loc["energy", "alpha"] < 0
    assert table.loc["energy", "verdict"] == "poor"


def test_agreement_is_the_same_on_each_run():
    few = sample_codes().head(400)
    pd.testing.assert_frame_equal(topic_agreement(few, draws=20), topic_agreement(few, draws=20))


def test_the_program_is_scored_against_each_coder():
    """Two coders of whom one gave nothing: the program's F1 is half of what the other's codes alone would give."""
    codes = sample_codes()
    codes = codes[codes["page_id"].isin(codes["page_id"].unique()[:60])]
    silent = codes.assign(topics=codes["topics"].where(codes["coder"] == "A", ""))
    twice = codes[codes["coder"] == "A"]
    twice = pd.concat([twice, twice.assign(coder="B")])
    half, whole = (topic_scores(c).query("split == 'all'").set_index("topic")["f1"] for c in (silent, twice))
    assert whole.max() > 0.5
    assert np.allclose(half, whole / 2)


def test_floors_on_outlets_that_no_term_was_made_from():
    """Floors a little below what was measured, so that a change that breaks the codebook is seen."""
    scores = topic_scores(sample_codes()).query("split == 'test'")
    assert scores["f1"].mean() > 0.70
    assert scores.set_index("topic").loc[["sanctions", "wagner", "protest_rights"], "f1"].min() > 0.70
    assert scores["coders_f1"].mean() > 0.90


def test_hand_topics_are_what_both_coders_gave():
    given = hand_topics()
    codes = sample_codes().set_index(["page_id", "line", "coder"])
    for row in given.sample(40, random_state=0).itertuples():
        for coder in "AB":
            assert row.topic in codes.loc[(row.article_id, row.paragraph, coder), "topics"].split("; ")
    assert not given.duplicated(["article_id", "paragraph", "topic"]).any()


def test_findings_rest_on_neutral_pages_with_known_days():
    articles = known_articles().articles
    assert set(articles["article_id"]) <= set(frame_pages(sample_index()))
    assert (articles["precision"] != "unknown").all()
    assert ((articles["low"] <= articles["published"]) & (articles["published"] <= articles["high"])).all()
