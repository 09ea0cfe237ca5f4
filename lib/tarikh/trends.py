"""How topics shift over time, with the doubt of the dates carried into every figure.

Each article counts in every period with the probability that it was published there (the aoristic sum of Ratcliffe
2002, with the simulation of Crema 2012). ``topic_trend`` gives shares with intervals, ``change_points`` says where a
share changed, if it did; ``period_flow`` and ``source_mix`` say what the shares rest on.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse, special

from tarikh.tables import read_table
from tarikh.topics import article_topics

if TYPE_CHECKING:
    from tarikh.corpus import Corpus

MONTHS = {"year": 12, "half": 6, "quarter": 3}
RELEVANT = ("bilateral", "belarus")
LINE, POINT = 20, 8  # effective articles a period needs for a line, and for a point
CLAIM = 0.95  # probability of a change from which it is called a shift
EM_STEPS, EM_CHANGE = 200, 1e-6
TINY = 1e-9
STEP_SCALE = 0.25  # prior spread of a change on the arcsine scale: from 10 % to 30 %, say


@dataclass(frozen=True)
class _Counted:
    """Who is counted: article ids, their probability of each period (the rest is outside), and the periods."""

    ids: np.ndarray
    weights: np.ndarray
    periods: pd.DataFrame


def topic_trend(
    corpus: Corpus, codes: pd.DataFrame, *, periods: str = "year", draws: int = 1000, seed: int = 0
) -> pd.DataFrame:
    """The share of articles on each topic in each period, with a 95 % interval.

    ``codes`` comes from ``code_topics`` (paragraphs that recap are left out); ``periods`` is "year", "half",
    "quarter" or "periods" (the table), all within the span of that table. ValueError for another word.

    Columns: period, start, end (datetime64[s], last day), topic, n and hits (expected articles), n_eff (n over the
    design effect of outlets and stories, Kish 1965), share, low, high (Jeffreys on n_eff, mixed over ``draws`` of
    every doubtful date), sharpened (the share with the smearing by doubtful dates undone by
    expectation-maximisation), gate ("ok" from 20 effective articles, "few" from 8, else "none").
    The order of the articles does not matter: each has a random stream of its own.
    """
    counted = _counted(corpus, periods)
    topics = list(dict.fromkeys([*read_table("codebook")["topic"], *sorted(codes["topic"].unique())]))
    present = _presence(codes, counted.ids, topics)
    n, hits = counted.weights.sum(axis=0), counted.weights.T @ present
    share = _ratio(hits, n[:, None])
    deff = _design_effect(corpus, counted, present, share)
    low, high = _intervals(*_draw(counted, present, draws, seed), deff, seed)
    cells = {
        "n": np.repeat(n, len(topics)),
        "n_eff": np.repeat(n / deff, len(topics)),
        "hits": hits.ravel(),
        "share": share.ravel(),
        "low": np.where(n[:, None] > 0, low, np.nan).ravel(),
        "high": np.where(n[:, None] > 0, high, np.nan).ravel(),
        "sharpened": _sharpen(counted.weights, present).ravel(),
    }
    rows = counted.periods.loc[counted.periods.index.repeat(len(topics))].reset_index(drop=True)
    trend = rows.assign(topic=topics * len(n), **cells)
    trend["gate"] = np.select([trend["n_eff"] >= LINE, trend["n_eff"] >= POINT], ["ok", "few"], "none")
    return trend.astype({"topic": "str", "gate": "str"})


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(
        part, whole, out=np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan), where=whole > 0
    )


def period_table(periods: str = "year") -> pd.DataFrame:
    """The periods to count by: period, start, end (datetime64[s], last day). ValueError for an unknown word."""
    table = read_table("periods")
    start, end = (pd.to_datetime(table[c]).astype("datetime64[s]") for c in ("from", "to"))
    if periods == "periods":
        return pd.DataFrame(
            {"period": table["id"].to_numpy(), "start": start.to_numpy(), "end": end.to_numpy()}
        )
    if periods not in MONTHS:
        raise ValueError(f'periods is "year", "half", "quarter" or "periods" (the table), not {periods!r}')
    starts = pd.date_range(start.min(), end.max(), freq=f"{MONTHS[periods]}MS", unit="s")
    ends = (starts + pd.DateOffset(months=MONTHS[periods]) - pd.Timedelta(days=1)).as_unit("s")
    return pd.DataFrame({"period": [_label(day, periods) for day in starts], "start": starts, "end": ends})


def _label(day: pd.Timestamp, periods: str) -> str:
    number = (day.month - 1) // MONTHS[periods] + 1
    return {"year": f"{day.year}", "half": f"{day.year}-H{number}", "quarter": f"{day.year}-Q{number}"}[
        periods
    ]


def _usable(corpus: Corpus) -> dict[str, pd.DataFrame]:
    """The steps from pages to articles that are counted, each with the articles left."""
    pages = corpus.articles
    articles = pages[~pages["is_listing"] & (pages["n_paragraphs"] > 0)]
    relevant = articles[articles["relevance"].isin(RELEVANT)]
    dated = relevant[relevant["article_id"].isin(corpus.months["article_id"])]
    return {"pages": pages, "articles": articles, "relevant": relevant, "dated": dated}


def period_flow(corpus: Corpus, periods: str = "year") -> pd.DataFrame:
    """From pages to counted articles: step (pages, articles, relevant, dated, inside), n (float64).

    The last step is the sum of the probabilities of lying inside a period: what ``topic_trend`` counts.
    """
    steps = {step: float(len(frame)) for step, frame in _usable(corpus).items()}
    steps["inside"] = _counted(corpus, periods).weights.sum()
    return pd.DataFrame({"step": list(steps), "n": list(steps.values())})


def _counted(corpus: Corpus, periods: str) -> _Counted:
    table = period_table(periods)
    months = corpus.months[corpus.months["article_id"].isin(_usable(corpus)["dated"]["article_id"])]
    ids, rows = np.unique(months["article_id"].to_numpy(dtype=object), return_inverse=True)
    columns = np.searchsorted(table["start"].to_numpy(), months["month"].to_numpy(), side="right") - 1
    inside = (columns >= 0) & (months["month"].to_numpy() <= table["end"].to_numpy()[columns])
    weights = np.zeros((len(ids), len(table)))
    np.add.at(weights, (rows[inside], columns[inside]), months["probability"].to_numpy()[inside])
    return _Counted(ids, weights, table)


def _presence(codes: pd.DataFrame, ids: np.ndarray, topics: list[str]) -> np.ndarray:
    """Articles × topics: 1 where the topic is present."""
    found = article_topics(codes)
    found = found[found["article_id"].isin(ids)]
    present = np.zeros((len(ids), len(topics)))
    present[
        np.searchsorted(ids, found["article_id"].to_numpy(dtype=object)),
        pd.Index(topics).get_indexer(found["topic"]),
    ] = 1
    return present


def _design_effect(corpus: Corpus, counted: _Counted, present: np.ndarray, share: np.ndarray) -> np.ndarray:
    """By how much clusters inflate the variance in each period: 1 + Σ (mean cluster size − 1) × intra-class correlation.

    The correlation within outlets and within stories is pooled over topics and periods; an article of unknown outlet
    or story is a cluster of its own.
    """
    articles = corpus.articles.set_index("article_id").loc[counted.ids]
    deff = np.ones(len(counted.periods))
    for column in ("outlet", "story"):
        alone = articles[column].isin(["", "unknown"]) | articles[column].isna()
        codes = pd.factorize(
            articles[column].astype("object").where(~alone, pd.Series(counted.ids, articles.index))
        )[0]
        deff += _cluster_inflation(codes, counted.weights, present, np.nan_to_num(share))
    return deff


def _cluster_inflation(
    clusters: np.ndarray, weights: np.ndarray, present: np.ndarray, share: np.ndarray
) -> np.ndarray:
    """(mean cluster size − 1) × intra-class correlation of one kind of cluster, by period."""
    member = sparse.csr_matrix((np.ones(len(clusters)), (clusters, np.arange(len(clusters)))))
    n, square = weights.sum(axis=0), (weights**2).sum(axis=0)
    pairs = ((member @ weights) ** 2).sum(axis=0) - square
    products, spread = np.zeros(len(n)), np.zeros(len(n))
    for p in range(len(n)):
        residual = weights[:, [p]] * (present - share[p])
        own = (residual**2).sum()
        products[p] = ((member @ residual) ** 2).sum() - own
        spread[p] = own / square[p] if square[p] else 0
    # residuals sum to zero, so a pair's product is -spread / (n - 1) by itself, and one whole cluster says nothing
    known = pairs * spread * np.clip(1 - pairs / np.maximum(n * (n - 1), TINY), 0, 1)
    numerator = (products + pairs * spread / np.maximum(n - 1, 1)).sum()
    correlation = np.clip(numerator / known.sum(), 0, 1) if known.sum() > 0 else 0.0
    return correlation * np.divide(pairs, n, out=np.zeros(len(n)), where=n > 0)


def _draw(counted: _Counted, present: np.ndarray, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Articles (draws × periods) and hits (draws × periods × topics) when each article's period is drawn."""
    n_periods = counted.weights.shape[1]
    sure = counted.weights.max(axis=1, initial=0) >= 1 - TINY
    n = np.zeros((draws, n_periods + 1)) + np.append(counted.weights[sure].round().sum(axis=0), 0)
    hits = np.zeros((draws, n_periods + 1, present.shape[1]))
    hits[:, :-1] += counted.weights[sure].round().T @ present[sure]
    every = np.arange(draws)
    for i in np.flatnonzero(~sure):
        period = np.searchsorted(
            np.cumsum(counted.weights[i]), _stream(counted.ids[i], seed).random(draws), side="right"
        )
        n[every, period] += 1
        for topic in np.flatnonzero(present[i]):
            hits[every, period, topic] += 1
    return n[:, :-1], hits[:, :-1]


def _stream(name: str, seed: int) -> np.random.Generator:
    """The random stream of one article: the same in any company and any order."""
    return np.random.default_rng([seed, int.from_bytes(hashlib.sha256(name.encode()).digest()[:8])])


def _intervals(n: np.ndarray, hits: np.ndarray, deff: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """95 % limits (periods × topics) of the Jeffreys posteriors mixed over the draws.

    Every draw gives one level of an even grid, shuffled, so that sure dates yield the posterior's own quantiles.
    """
    yes = hits / deff[:, None]
    no = n[:, :, None] / deff[:, None] - yes
    levels = _stream("", seed).permutation((np.arange(len(n)) + 0.5) / len(n))
    shares = special.betaincinv(yes + 0.5, no + 0.5, levels[:, None, None])
    low, high = np.quantile(shares, [0.025, 0.975], axis=0)
    return np.where(yes.max(axis=0) == 0, 0.0, low), np.where(no.max(axis=0) <= TINY, 1.0, high)


def _sharpen(weights: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Shares (periods × topics) under which presence and date posteriors are likeliest, by EM (Dempster 1977)."""
    weights = np.column_stack([weights, np.clip(1 - weights.sum(axis=1), 0, 1)])
    rows, columns = np.nonzero(weights > TINY)
    prior, x = weights[rows, columns][:, None], present[rows]
    by_article = sparse.csr_matrix(
        (np.ones(len(rows)), (rows, np.arange(len(rows)))), (len(weights), len(rows))
    )
    by_period = sparse.csr_matrix(
        (np.ones(len(rows)), (columns, np.arange(len(rows)))), (weights.shape[1], len(rows))
    )
    belonging = np.broadcast_to(prior, x.shape)
    share = _ratio(by_period @ (belonging * x), by_period @ belonging)
    for _ in range(EM_STEPS):
        likely = prior * np.clip(np.where(x > 0, share[columns], 1 - share[columns]), TINY, 1)
        belonging = likely / (by_article @ likely)[rows]
        before, share = share, _ratio(by_period @ (belonging * x), by_period @ belonging)
        if np.nanmax(np.abs(share - before), initial=0) < EM_CHANGE:
            break
    return share[:-1]


def change_points(trend: pd.DataFrame) -> pd.DataFrame:
    """Whether each topic's share changed once, and where: an exact Bayesian comparison of every single change.

    ``trend`` comes from ``topic_trend``. On the arcsine scale, where the variance of a share is 1 / (4 n_eff), each
    place of change is weighed against no change (prior one half; Bayes factor of a normal step). Deterministic.

    Columns: topic, period (first period after the likeliest change), probability (of any change), step (share after
    less share before), low, high (95 %, Newcombe 1998), verdict: "shift" (probability from 0.95), "no_shift" (none
    shown, which is not none), "too_few" (no split leaves 8 effective articles on either side; the rest is empty).
    """
    rows = [(topic, *_single_change(group)) for topic, group in trend.groupby("topic", sort=False)]
    changes = pd.DataFrame(rows, columns=["topic", "period", "probability", "step", "low", "high", "verdict"])
    return changes.astype(
        {c: "str" for c in ("topic", "period", "verdict")}
        | {c: "float64" for c in ("probability", "step", "low", "high")}
    )


def _single_change(group: pd.DataFrame) -> tuple[str, float, float, float, float, str]:
    n = group["n_eff"].to_numpy()
    yes = np.nan_to_num(group["share"].to_numpy()) * n
    n1, yes1 = np.cumsum(n)[:-1], np.cumsum(yes)[:-1]
    n2, yes2 = n.sum() - n1, yes.sum() - yes1
    splits = np.flatnonzero((n1 >= POINT) & (n2 >= POINT) & (n[1:] > 0))
    if not len(splits):
        return "", np.nan, np.nan, np.nan, np.nan, "too_few"
    n1, n2, yes1, yes2 = n1[splits], n2[splits], yes1[splits], yes2[splits]
    step = _arcsine(yes2, n2) - _arcsine(yes1, n1)
    variance = 1 / (4 * n1) + 1 / (4 * n2)
    wider = variance + STEP_SCALE**2
    log_factor = 0.5 * (np.log(variance / wider) + step**2 * (1 / variance - 1 / wider))
    probability = special.expit(special.logsumexp(log_factor) - np.log(len(splits)))
    k = int(np.argmax(log_factor))
    step_low_high = _difference(yes1[k], n1[k], yes2[k], n2[k])
    period = group["period"].to_numpy()[splits[k] + 1]
    return period, probability, *step_low_high, "shift" if probability >= CLAIM else "no_shift"


def _arcsine(yes: np.ndarray, n: np.ndarray) -> np.ndarray:
    """The variance-stabilised share (Anscombe 1948)."""
    return np.arcsin(np.sqrt(np.clip((yes + 3 / 8) / (n + 3 / 4), 0, 1)))


def _difference(yes1: float, n1: float, yes2: float, n2: float) -> tuple[float, float, float]:
    """Difference of two shares with limits made from those of each (Newcombe 1998, method 10, with Jeffreys limits)."""
    p1, p2 = yes1 / n1, yes2 / n2
    (low1, high1), (low2, high2) = _jeffreys(yes1, n1), _jeffreys(yes2, n2)
    step = p2 - p1
    return step, step - np.hypot(p2 - low2, high1 - p1), step + np.hypot(high2 - p2, p1 - low1)


def _jeffreys(yes: float, n: float) -> tuple[float, float]:
    low, high = special.betaincinv(yes + 0.5, n - yes + 0.5, [0.025, 0.975])
    return (0.0 if yes == 0 else low), (1.0 if yes == n else high)


def source_mix(corpus: Corpus, periods: str = "year") -> pd.DataFrame:
    """Whether each period and the one before it rest on the same outlets; an outlet counts from half an article.

    Columns: period, before (the period it is compared with, the last one that has an outlet), outlets, outlets_before,
    shared (int64), gate: "comparable" (two outlets or more in both), "one_shared", "none_shared" (a shift may be
    nothing but another choice of outlets), "unknown" (no outlet known on one side).
    """
    counted = _counted(corpus, periods)
    outlet = corpus.articles.set_index("article_id").loc[counted.ids, "outlet"]
    masses = (
        pd.DataFrame(counted.weights).groupby(outlet.to_numpy()).sum().drop(["", "unknown"], errors="ignore")
    )
    present = [set(masses.index[masses[p] >= 0.5]) for p in masses.columns]
    names = counted.periods["period"].tolist()
    rows = []
    for p in range(1, len(names)):
        q = next((i for i in range(p - 1, -1, -1) if present[i]), p - 1)
        shared = len(present[p] & present[q])
        known = bool(present[p] and present[q])
        gate = ("none_shared", "one_shared", "comparable")[min(shared, 2)] if known else "unknown"
        rows.append((names[p], names[q], len(present[p]), len(present[q]), shared, gate))
    return pd.DataFrame(rows, columns=["period", "before", "outlets", "outlets_before", "shared", "gate"])
