"""Figures with their words: what is stored in figures/ is what the code draws, and every text is there twice."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from tarikh.articles import read_article
from tarikh.charts import period_name
from tarikh.collection import hand_topics, known_articles, sample_corpus, sample_index, sample_pages
from tarikh.dating import date_article
from tarikh.figures import (
    SAMPLE,
    SAMPLE_WORDS,
    calibration_figure,
    collection_figure,
    flow_figure,
    keyness_figure,
    matrix_figure,
    posterior_figure,
    trend_figure,
)
from tarikh.scores import calibration, dated_pages, reliability
from tarikh.topics import code_topics
from tarikh.trends import topic_trend

STORED = Path(__file__).resolve().parents[1] / "figures"
SIDES = {"target": {"ar": "بعد 9 أغسطس 2020", "en": "after 9 August 2020"}, "reference": {"ar": "قبله", "en": "before"}}


@cache
def figures() -> dict[str, dict]:
    """The figures of notebooks 02 and 05, by name."""
    corpus, index = sample_corpus(), sample_index()
    used, five = known_articles(), corpus.select([f"r00{i}" for i in range(5)])
    page = sample_pages(with_url=False).set_index("page_id").loc["r001", "text"]
    early = used.paragraphs["article_id"].isin(
        used.articles.loc[used.articles["published"] < "2020-08-09", "article_id"]
    )
    dated = dated_pages()
    trend = topic_trend(used, hand_topics(), periods="periods")
    made = [
        flow_figure(corpus, SAMPLE),
        collection_figure(index.astype({"published": "datetime64[s]"}), SAMPLE),
        posterior_figure(date_article(read_article(page)), SAMPLE),
        calibration_figure(calibration(dated), reliability(dated), dated["days"].median(), SAMPLE),
        trend_figure(trend, len(used.articles), SAMPLE),
        keyness_figure(used.paragraphs[~early], used.paragraphs[early], SIDES, SAMPLE_WORDS),
        matrix_figure(five, code_topics(five), SAMPLE),
    ]
    return {figure["name"]: figure for figure in made}


NAMES = ("flow", "collection", "posterior", "calibration", "topic_shares", "keyness", "matrix")


@pytest.mark.parametrize("name", NAMES)
def test_the_stored_csv_is_what_the_code_draws(name):
    drawn = io.StringIO()
    figures()[name]["data"].to_csv(drawn, index=False)
    fresh = pd.read_csv(io.StringIO(drawn.getvalue()))
    for lang in ("ar", "en"):
        stored = pd.read_csv(STORED / lang / f"{name}.csv", encoding="utf-8-sig")
        pd.testing.assert_frame_equal(
            stored, fresh, rtol=1e-4, atol=1e-6, obj=f"figures/{lang}/{name}.csv (run.py update)"
        )


@pytest.mark.parametrize("name", NAMES)
def test_the_index_tells_the_figure_as_the_code_does(name):
    index = (STORED / "README.md").read_text(encoding="utf-8")
    for lang in ("ar", "en"):
        assert figures()[name]["caption"][lang] in index
        assert (STORED / lang / f"{name}.svg").exists()


def test_a_figure_of_the_collection_says_that_it_rests_on_abstracts():
    for figure in figures().values():
        assert "ملخصات" in figure["source"]["ar"]
        assert "abstracts" in figure["source"]["en"]


def test_no_share_is_told_of_a_period_with_too_few_articles():
    figure = figures()["topic_shares"]
    few = figure["data"].loc[figure["data"]["gate"] == "none", "period"].unique()
    assert len(few)
    for lang in ("ar", "en"):
        assert not any(period_name(period, lang) in figure["alt"][lang] for period in few)


def test_the_figure_of_words_says_illustration():
    assert "للتوضيح" in figures()["keyness"]["source"]["ar"]
    assert "illustration" in figures()["keyness"]["source"]["en"]


def test_nothing_is_stored_that_no_code_draws():
    assert {path.stem for path in STORED.glob("*/*.csv")} == set(NAMES)
