"""Trends: expected counts, intervals that cover, the smearing undone, changes found and not invented."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tarikh.trends import (
    change_points,
    gated_changes,
    period_flow,
    period_table,
    source_mix,
    topic_trend,
)

YEARS = range(2014, 2024)
MONTH_TYPES = {"article_id": "str", "month": "datetime64[s]", "probability": "float64"}
MONTHS = pd.date_range("2014-01-01", "2023-12-01", freq="MS", unit="s")


def collection(months, outlets=None, stories=None):
    """A stand-in for Corpus; ``months`` holds, for each article, its months with their probabilities."""
    ids = [f"a{i:05}" for i in range(len(months))]
    articles = {
        "article_id": ids,
        "outlet": outlets or ["unknown"] * len(ids),
        "story": stories or [""] * len(ids),
    }
    cells = [(i, pd.Timestamp(month), p) for i, cell in zip(ids, months, strict=True) for month, p in cell.items()]
    frame = pd.DataFrame(cells, columns=["article_id", "month", "probability"])
    return SimpleNamespace(articles=pd.DataFrame(articles, dtype="str"), months=frame.astype(MONTH_TYPES))


def codes(**topics):
    """Codes of the numbered articles: topic -> article numbers."""
    rows = [(f"a{i:05}", 0, topic, 1, "", False) for topic, numbers in topics.items() for i in numbers]
    columns = ["article_id", "paragraph", "topic", "hits", "terms", "background"]
    return pd.DataFrame(rows, columns=columns).astype({"background": "bool", "topic": "str"})


def simulated(rng, shares, n, *, smeared=0.0):
    """``n`` articles a year with one topic at yearly ``shares``; some dates known to within a year only."""
    months, with_topic = [], []
    for year, share in zip(YEARS, shares, strict=True):
        for _ in range(n):
            month = 12 * (year - 2014) + int(rng.integers(12))
            with_topic += [len(months)] * int(rng.random() < share)
            around = month + int(rng.integers(-9, 10)) if rng.random() < smeared else None
            possible = [month] if around is None else [m for m in range(around - 9, around + 10) if 0 <= m < 120]
            months.append({MONTHS[m]: 1 / len(possible) for m in possible})
    return collection(months), codes(jump=with_topic)


def one(trend, topic="jump"):
    return trend[trend["topic"] == topic].reset_index(drop=True)


def test_expected_counts_are_sums_of_probabilities():
    corpus = collection(
        [
            {"2014-03-01": 1.0},
            {"2014-12-01": 0.25, "2015-01-01": 0.75},
            {"2015-06-01": 1.0},
        ]
    )
    trend = one(topic_trend(corpus, codes(jump=[1])))
    assert trend["n"].tolist()[:3] == [1.25, 1.75, 0]
    assert trend["hits"].tolist()[:3] == [0.25, 0.75, 0]
    assert trend["share"][:2].tolist() == pytest.approx([0.2, 0.75 / 1.75])
    assert trend.loc[2, ["share", "low", "high", "sharpened"]].isna().all()


def test_columns_types_and_codebook_order():
    trend = topic_trend(collection([{"2014-03-01": 1.0}]), codes(zzz=[0]), periods="quarter")
    assert trend.dtypes.astype(str).to_dict() == {
        "period": "str", "start": "datetime64[s]", "end": "datetime64[s]", "topic": "str", "n": "float64",
        "n_eff": "float64", "hits": "float64", "share": "float64", "low": "float64", "high": "float64",
        "sharpened": "float64", "gate": "str",
    }  # fmt: skip
    assert len(trend) == 40 * 16 and trend["topic"].iloc[0] == "union_state" and trend["topic"].iloc[15] == "zzz"


@pytest.mark.parametrize(
    ("periods", "names", "last_day"),
    [
        ("year", ["2014", "2015"], "2014-12-31"),
        ("half", ["2014-H1", "2014-H2"], "2014-06-30"),
        ("quarter", ["2014-Q1", "2014-Q2"], "2014-03-31"),
        ("periods", ["p1", "p2"], "2015-12-31"),
    ],
)
def test_period_table(periods, names, last_day):
    table = period_table(periods)
    assert table["period"].tolist()[:2] == names
    assert table["end"][0] == pd.Timestamp(last_day)
    assert table["end"].iloc[-1] == pd.Timestamp("2023-12-31")
    assert (table["start"][1:].to_numpy() == (table["end"][:-1] + pd.Timedelta(days=1)).to_numpy()).all()


def test_unknown_periods_are_refused_in_words():
    with pytest.raises(ValueError, match="decade"):
        period_table("decade")


def test_a_cell_cut_inside_a_month_goes_to_its_own_period():
    corpus = collection([{"2020-08-01": 0.4, "2020-08-09": 0.6}])
    assert one(topic_trend(corpus, codes(jump=[0]), periods="periods"))["n"].tolist() == [0, 0.4, 0.6, 0]


def test_what_lies_outside_is_left_out_and_counted():
    corpus = collection(
        [
            {"2013-12-01": 0.5, "2014-01-01": 0.5},
            {"2024-01-01": 1.0},
            {"2014-01-01": 1.0},
            {},
        ]
    )
    flow = period_flow(corpus)
    assert flow.values.tolist() == [["articles", 4.0], ["dated", 3.0], ["inside", 1.5]]
    assert one(topic_trend(corpus, codes(jump=[0, 1])))["n"].sum() == pytest.approx(1.5)


def test_no_article_gives_empty_shares_and_no_claim():
    trend = topic_trend(collection([]), codes())
    assert trend["share"].isna().all() and (trend["gate"] == "none").all()
    assert set(change_points(trend)["verdict"]) == {"too_few"}


def test_gates():
    corpus = collection([{"2014-01-01": 1.0}] * 20 + [{"2015-01-01": 1.0}] * 19 + [{"2016-01-01": 1.0}] * 7)
    assert one(topic_trend(corpus, codes(jump=[0])))["gate"].tolist()[:4] == [
        "ok",
        "few",
        "none",
        "none",
    ]


def test_sure_dates_give_the_jeffreys_interval():
    from scipy.stats import beta

    corpus = collection([{"2014-01-01": 1.0}] * 40)
    row = one(topic_trend(corpus, codes(jump=range(10)))).iloc[0]
    assert [row["low"], row["high"]] == pytest.approx(beta.ppf([0.025, 0.975], 10.5, 30.5), abs=0.002)
    assert row["sharpened"] == row["share"] == 0.25


def test_articles_told_as_one_story_weigh_as_one():
    rng = np.random.default_rng(3)
    stories = [f"s{i // 4}" for i in range(400)]
    with_topic = [i for s in np.flatnonzero(rng.random(100) < 0.4) for i in range(4 * s, 4 * s + 4)]
    months = [{"2014-01-01": 1.0}] * 200 + [{"2015-01-01": 1.0}] * 200
    alone, told = (one(topic_trend(collection(months, stories=s), codes(jump=with_topic))) for s in (None, stories))
    assert alone["n_eff"][0] == pytest.approx(200)
    assert told["n_eff"][0] == pytest.approx(50, rel=0.1)
    assert told["high"][0] - told["low"][0] > 1.7 * (alone["high"][0] - alone["low"][0])


def test_the_order_of_articles_and_tables_does_not_matter():
    corpus, coded = simulated(np.random.default_rng(1), [0.3] * 10, 12, smeared=0.5)
    shuffled = SimpleNamespace(articles=corpus.articles.sample(frac=1, random_state=1),
                               months=corpus.months.sample(frac=1, random_state=2))  # fmt: skip
    first = topic_trend(corpus, coded, draws=100)
    pd.testing.assert_frame_equal(first, topic_trend(shuffled, coded.sample(frac=1, random_state=3), draws=100))


def test_doubtful_dates_widen_the_interval():
    sure, coded = simulated(np.random.default_rng(2), [0.2] * 5 + [0.6] * 5, 15)
    vague = SimpleNamespace(articles=sure.articles, months=sure.months.copy())
    later = vague.months.assign(month=vague.months["month"] + pd.DateOffset(years=2), probability=0.5)
    vague.months = pd.concat(
        [
            vague.months.assign(probability=0.5),
            later.astype(vague.months.dtypes.to_dict()),
        ]
    )
    width = [(t["high"] - t["low"])[3:8].mean() for t in (one(topic_trend(c, coded)) for c in (sure, vague))]
    assert width[1] > 1.05 * width[0]


def test_sharpening_brings_a_smeared_jump_back():
    truth = np.array([0.1] * 5 + [0.5] * 5)
    errors = []
    for seed in range(3):
        trend = one(
            topic_trend(
                *simulated(np.random.default_rng(seed), truth, 250, smeared=0.8),
                draws=20,
            )
        )
        errors.append([np.abs(trend[c] - truth)[4:6].mean() for c in ("share", "sharpened")])
    share, sharpened = np.mean(errors, axis=0)
    assert sharpened < 0.75 * share


def test_a_planted_change_is_found_with_its_size():
    changes = change_points(topic_trend(*simulated(np.random.default_rng(4), [0.1] * 6 + [0.4] * 4, 60), draws=20))
    row = changes.set_index("topic").loc["jump"]
    assert (row["period"], row["verdict"]) == ("2020", "shift")
    assert row["low"] < 0.3 < row["high"] and row["step"] == pytest.approx(0.3, abs=0.06)
    assert set(changes.loc[changes["topic"] != "jump", "verdict"]) == {"no_shift"}


def test_five_articles_allow_no_claim():
    corpus = collection([{f"{year}-05-01": 1.0} for year in (2014, 2020, 2020, 2022, 2023)])
    changes = change_points(topic_trend(corpus, codes(jump=[0])))
    assert set(changes["verdict"]) == {"too_few"} and changes["probability"].isna().all()


def test_source_mix():
    corpus = collection(
        [{"2014-01-01": 1.0}] * 3 + [{"2016-01-01": 1.0}] * 2 + [{"2017-01-01": 1.0}] * 2 + [{"2018-01-01": 1.0}],
        outlets=["a", "b", "c", "a", "b", "b", "d", "unknown"],
    )
    mix = source_mix(corpus).set_index("period")
    assert mix.loc["2015"].tolist() == ["2014", 0, 3, 0, "unknown"]
    assert mix.loc["2016"].tolist() == ["2014", 2, 3, 2, "comparable"]
    assert mix.loc["2017", "gate"] == "one_shared" and mix.loc["2018", "gate"] == "unknown"


def test_a_shift_is_said_only_beside_the_same_outlets():
    """Sixty articles a side and a jump: said with outlets in common, not with others, nor without a jump."""
    months = [{"2021-01-01": 1.0}] * 60 + [{"2022-06-01": 1.0}] * 60
    jump = codes(jump=range(60, 115), flat=range(0, 120, 2))
    for outlets, gate, said in (
        ([f"o{i % 20}" for i in range(120)], "comparable", True),
        ([f"o{i // 6}" for i in range(120)], "none_shared", False),
    ):
        corpus = collection(months, outlets=outlets)
        changes = gated_changes(topic_trend(corpus, jump, periods="periods"), corpus).set_index("topic")
        assert changes.loc["jump", ["verdict", "gate", "said"]].tolist() == ["shift", gate, said]
        assert not changes.loc["flat", "said"]


def coverage(n, repeats, rng):
    """Share of 95 % intervals that hold the truth, averaged over shares of 0.02–0.5, articles of ten outlets."""
    shares = {f"t{i}": share for i, share in enumerate(np.linspace(0.02, 0.5, 12))}
    held = []
    for _ in range(repeats):
        total = 10 * n
        months = [{MONTHS[12 * (i // n)]: 1.0} for i in range(total)]
        corpus = collection(months, outlets=[f"o{o}" for o in rng.integers(10, size=total)])
        coded = codes(**{topic: np.flatnonzero(rng.random(total) < p) for topic, p in shares.items()})
        trend = topic_trend(corpus, coded, draws=100).query("topic in @shares")
        truth = trend["topic"].map(shares)
        held.append(((trend["low"] <= truth) & (truth <= trend["high"])).mean())
    return np.mean(held)


@pytest.mark.parametrize(("n", "repeats"), [(5, 12), (20, 8), (50, 6)])
def test_intervals_cover(n, repeats):
    assert 0.92 <= coverage(n, repeats, np.random.default_rng(n)) <= 0.98


@pytest.mark.full
@pytest.mark.parametrize(("n", "repeats"), [(5, 100), (10, 60), (20, 40), (50, 25), (100, 15), (500, 8)])
def test_intervals_cover_at_every_size(n, repeats):
    assert 0.93 <= coverage(n, repeats, np.random.default_rng(n)) <= 0.97


@pytest.mark.full
def test_corpora_without_a_shift_raise_few_alarms():
    alarms = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        n = (10, 40, 150)[seed % 3]
        months = [{MONTHS[12 * (i // n)]: 1.0} for i in range(10 * n)]
        coded = codes(
            **{f"t{k}": np.flatnonzero(rng.random(10 * n) < p) for k, p in enumerate(np.linspace(0.02, 0.5, 10))}
        )
        changes = change_points(topic_trend(collection(months), coded, draws=2))
        alarms += (changes["verdict"] == "shift").any()
    assert alarms <= 2
