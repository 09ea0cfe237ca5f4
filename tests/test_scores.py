"""Scores of topics: agreement of coders, the program against them, and what a curve made of hand codes rests on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tarikh.bench import ROLE_METHODS
from tarikh.collection import (
    frame_pages,
    hand_topics,
    known_articles,
    sample_codes,
    sample_index,
    sample_layouts,
    sample_lines,
    sample_roles,
)
from tarikh.scores import (
    RARE,
    found_sources,
    gold_roles,
    keep_f1,
    krippendorff_alpha,
    layout_roles,
    role_agreement,
    role_scores,
    source_scores,
    topic_agreement,
    topic_scores,
)


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


# --- floors: what was measured, and a little less ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "split", "f1", "macro"),
    [
        (gold_roles, "dev", 0.99, 0.90),
        (gold_roles, "test", 0.98, 0.80),
        (layout_roles, "dev", 0.97, 0.87),
        (layout_roles, "test", 0.94, 0.76),
    ],
)
def test_floors_of_roles(lines, split, f1, macro):
    score = role_scores(lines()).set_index("split").loc[split]
    assert score["f1"] >= f1 and score["macro_f1"] >= macro


@pytest.mark.parametrize("lines", [sample_lines, sample_layouts])
def test_floor_under_every_stress(lines):
    test = keep_f1(ROLE_METHODS["tarikh.label_lines"], lines().query("split == 'test'"))
    assert min(test.values()) >= 0.93, test


def test_no_page_with_a_body_loses_it():
    for lines in (gold_roles(), layout_roles()):
        bodies = lines[lines["role"] == "body"]
        found = (bodies["found"] == "body").groupby(bodies["page_id"]).any()
        assert found.all(), found[~found].index.tolist()


def test_floors_of_sources():
    score = source_scores(found_sources()).set_index("split").loc["all"]
    assert score["right_or_unknown"] >= 0.95 and score["named_right"] >= 0.7 and score["graded_right"] >= 0.89


def test_agreement_of_roles_is_that_of_the_files():
    agreement = role_agreement().set_index("role")
    coded = sample_roles().query("second != ''")
    assert agreement.loc["body", "first"] == (coded["first"] == "body").sum()
    assert agreement["alpha"].between(0.6, 1).all() and agreement.loc["keep", "alpha"] > 0.95
