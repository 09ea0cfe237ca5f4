"""How topics shift over time, with the doubt of the dates carried into every figure.

Each article counts in every period with the probability that it was published there (the aoristic sum
of Ratcliffe 2002, with the simulation of Crema 2012). ``topic_trend`` gives shares with intervals,
``change_points`` says where a share changed, if it did; ``source_mix`` says what the shares rest on.
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
LINE, POINT = 20, 8  # effective articles that a period needs for a line, and for a point
CLAIM = 0.95  # probability of a change from which it is called a shift
STEP_SCALE = 0.25  # prior spread of a change on the arcsine scale: about a step from 10 % to 30 %
EM_STEPS, EM_CHANGE = 200, 1e-6
TINY = 1e-9


@dataclass(frozen=True)
class _Counted:
    """The articles counted (rows of corpus.articles), their probability of each period, and the periods."""

    articles: pd.DataFrame
    weights: np.ndarray
    periods: pd.DataFrame


def topic_trend(
    corpus: Corpus, codes: pd.DataFrame, *, periods: str = "year", draws: int = 1000, seed: int = 0
) -> pd.DataFrame:
    """The share of articles on each topic in each period, with a 95 % interval.

    Counted are the dated articles of ``corpus`` (so give it ``corpus.used()``); ``codes`` comes from
    ``code_topics``, and paragraphs that recap are left out. ``periods`` is "year", "half", "quarter" or
    "periods" (the table), within the span of that table; ValueError for another word. Every article has a
    random stream of its own, so that their order does not matter.

    Columns: period, start, end (datetime64[s], last day), topic, n and hits (expected articles), n_eff (n
    over the design effect of outlets and stories, Kish 1965), share, low, high (Jeffreys on n_eff, mixed
    over ``draws`` of every doubtful date), sharpened (the share with the smearing by doubtful dates undone
    by expectation-maximisation), gate ("ok" from 20 effective articles, "few" from 8, else "none").
    """
    counted = _counted(corpus, periods)
    topics = list(dict.fromkeys([*read_table("codebook")["topic"], *sorted(codes["topic"].unique())]))
    present = _presence(codes, counted.articles["article_id"], topics)
    n, hits = counted.weights.sum(axis=0)[:, None], counted.weights.T @ present
    deff = _design_effect(counted, present, hits)[:, None]
    low, high = _intervals(*_draw(counted, present, draws, seed), deff, seed)
    known = np.where(n > 0, 1.0, np.nan)
    cells = {
        "topic": np.array([topics]),
        "n": n,
        "n_eff": n / deff,
        "hits": hits,
        "share": _ratio(hits, n),
        "low": known * low,
        "high": known * high,
        "sharpened": _sharpen(counted.weights, present),
        "gate": np.select([n / deff >= LINE, n / deff >= POINT], ["ok", "few"], "none"),
    }
    rows = counted.periods.loc[np.repeat(counted.periods.index, len(topics))].reset_index(drop=True)
    trend = rows.assign(**{name: np.broadcast_to(cell, hits.shape).ravel() for name, cell in cells.items()})
    return trend.astype({"topic": "str", "gate": "str"})


def period_table(periods: str = "year") -> pd.DataFrame:
    """The periods to count by: period, start, end (datetime64[s], last day). ValueError for another word."""
    table = read_table("periods")
    start, end = (pd.DatetimeIndex(table[column]).as_unit("s") for column in ("from", "to"))
    if periods == "periods":
        return pd.DataFrame({"period": table["id"].array, "start": start, "end": end})
    if periods not in MONTHS:
        raise ValueError(f'periods is "year", "half", "quarter" or "periods" (the table), not {periods!r}')
    months = MONTHS[periods]
    starts = pd.date_range(start.min(), end.max(), freq=f"{months}MS", unit="s")
    ends = (starts + pd.DateOffset(months=months) - pd.Timedelta(days=1)).as_unit("s")
    part = [f"-{periods[0].upper()}{(m - 1) // months + 1}" if months < 12 else "" for m in starts.month]
    names = [f"{year}{number}" for year, number in zip(starts.year, part, strict=True)]
    return pd.DataFrame({"period": pd.Series(names, dtype="str"), "start": starts, "end": ends})


def period_flow(corpus: Corpus, periods: str = "year") -> pd.DataFrame:
    """How many articles ``topic_trend`` counts: step (articles, dated, inside), n (float64).

    ``inside`` is the sum of the probabilities of lying inside a period.
    """
    counted = _counted(corpus, periods)
    n = [len(corpus.articles), len(counted.articles), counted.weights.sum()]
    return pd.DataFrame({"step": ["articles", "dated", "inside"], "n": np.array(n, dtype="float64")})


def _counted(corpus: Corpus, periods: str) -> _Counted:
    table = period_table(periods)
    articles = corpus.articles[corpus.articles["article_id"].isin(corpus.months["article_id"])]
    articles = articles.sort_values("article_id", ignore_index=True)
    months = corpus.months.merge(articles[["article_id"]].reset_index(), on="article_id")
    columns = np.searchsorted(table["start"], months["month"], side="right") - 1
    inside = (columns >= 0) & (months["month"].to_numpy() <= table["end"].to_numpy()[columns])
    weights = np.zeros((len(articles), len(table)))
    np.add.at(weights, (months["index"][inside], columns[inside]), months["probability"][inside])
    return _Counted(articles, weights, table)


def _presence(codes: pd.DataFrame, ids: pd.Series, topics: list[str]) -> np.ndarray:
    """Articles × topics: 1 where the topic is present."""
    found = article_topics(codes)
    rows, columns = (
        pd.Index(ids).get_indexer(found["article_id"]),
        pd.Index(topics).get_indexer(found["topic"]),
    )
    present = np.zeros((len(ids), len(topics)))
    present[rows[rows >= 0], columns[rows >= 0]] = 1
    return present


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """``part / whole``, NaN where ``whole`` is 0."""
    return part / np.where(whole > 0, whole, np.nan)


def _incidence(groups: np.ndarray, size: int) -> sparse.csr_matrix:
    """Groups × members: 1 where the member belongs to the group; sums members by group."""
    return sparse.csr_matrix((np.ones(len(groups)), (groups, np.arange(len(groups)))), (size, len(groups)))


def _design_effect(counted: _Counted, present: np.ndarray, hits: np.ndarray) -> np.ndarray:
    """How clusters inflate the variance in each period: 1 + Σ (mean size − 1) × intra-class correlation.

    The correlation within outlets and within stories is pooled over topics and periods; an article of
    unknown outlet or story is a cluster of its own.
    """
    share = hits / np.maximum(counted.weights.sum(axis=0), TINY)[:, None]
    deff = np.ones(len(counted.periods))
    for column in ("outlet", "story"):
        names = counted.articles[column]
        names = names.mask(names.isin(["", "unknown"]), "alone " + counted.articles["article_id"])
        deff += _inflation(pd.factorize(names)[0], counted.weights, present, share)
    return deff


def _inflation(clusters: np.ndarray, weights: np.ndarray, present: np.ndarray, share: np.ndarray) -> np.ndarray:
    """(mean cluster size − 1) × intra-class correlation of one kind of cluster, by period."""
    by_cluster = _incidence(clusters, clusters.max(initial=-1) + 1)
    n, squares = weights.sum(axis=0), (weights**2).sum(axis=0)
    pairs = ((by_cluster @ weights) ** 2).sum(axis=0) - squares
    products, spread = np.zeros(len(n)), np.zeros(len(n))
    for p in np.flatnonzero(n):
        residual = weights[:, [p]] * (present - share[p])
        own = (residual**2).sum()
        products[p] = ((by_cluster @ residual) ** 2).sum() - own
        spread[p] = own / squares[p]
    # residuals sum to zero: a pair's product is -spread / (n - 1) by itself, and a lone cluster says nothing
    informative = (pairs * spread * np.clip(1 - pairs / np.maximum(n * (n - 1), TINY), 0, 1)).sum()
    excess = (products + pairs * spread / np.maximum(n - 1, 1)).sum()
    correlation = np.clip(excess / informative, 0, 1) if informative > TINY else 0
    return correlation * pairs / np.maximum(n, TINY)


def _draw(counted: _Counted, present: np.ndarray, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Articles (draws × periods × 1) and hits (draws × periods × topics), each period drawn anew."""
    sure = counted.weights.max(axis=1, initial=0) > 1 - TINY
    fixed = counted.weights[sure].round()
    outside = 1  # a last column takes the draws that fall outside every period
    n = np.tile(np.append(fixed.sum(axis=0), 0), (draws, 1))
    hits = np.tile(np.pad(fixed.T @ present[sure], ((0, outside), (0, 0))), (draws, 1, 1))
    every = np.arange(draws)
    for i in np.flatnonzero(~sure):
        level = _stream(counted.articles["article_id"].iat[i], seed).random(draws)
        period = np.searchsorted(np.cumsum(counted.weights[i]), level, side="right")
        n[every, period] += 1
        for topic in np.flatnonzero(present[i]):
            hits[every, period, topic] += 1
    return n[:, :-outside, None], hits[:, :-outside]


def _stream(name: str, seed: int) -> np.random.Generator:
    """The random stream of one article: the same in any company and any order."""
    return np.random.default_rng([seed, int.from_bytes(hashlib.sha256(name.encode()).digest()[:8])])


def _intervals(n: np.ndarray, hits: np.ndarray, deff: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """95 % limits (periods × topics) of the Jeffreys posteriors mixed over the draws.

    Each draw gives one level of an even, shuffled grid: with sure dates, the posterior's own quantiles.
    """
    yes, no = hits / deff, (n - hits) / deff
    levels = _stream("", seed).permutation((np.arange(len(n)) + 0.5) / len(n))
    shares = special.betaincinv(yes + 0.5, no + 0.5, levels[:, None, None])
    low, high = np.quantile(shares, [0.025, 0.975], axis=0)
    return np.where(yes.max(axis=0) == 0, 0.0, low), np.where(no.max(axis=0) == 0, 1.0, high)


def _sharpen(weights: np.ndarray, present: np.ndarray) -> np.ndarray:
    """The likeliest shares (periods × topics) under the date posteriors, by EM (Dempster et al. 1977)."""
    weights = np.column_stack([weights, np.clip(1 - weights.sum(axis=1), 0, 1)])
    rows, columns = np.nonzero(weights > TINY)
    prior, x = weights[rows, columns][:, None], present[rows]
    by_article, by_period = _incidence(rows, len(weights)), _incidence(columns, weights.shape[1])
    share = _ratio(by_period @ (prior * x), by_period @ prior)
    for _ in range(EM_STEPS):
        likely = prior * np.clip(np.where(x > 0, share[columns], 1 - share[columns]), TINY, 1)
        belonging = likely / (by_article @ likely)[rows]
        before, share = share, _ratio(by_period @ (belonging * x), by_period @ belonging)
        if np.nanmax(np.abs(share - before), initial=0) < EM_CHANGE:
            break
    return share[:-1]


def change_points(trend: pd.DataFrame) -> pd.DataFrame:
    """Whether each topic's share changed once, and where: every single change weighed against none.

    ``trend`` comes from ``topic_trend``. Exact and Bayesian: on the arcsine scale the variance of a share is
    1 / (4 n_eff); no change has prior one half, the places share the other, the step is normal.

    Columns: topic, period (first after the likeliest change), probability (of any change), step (share after
    less share before), low, high (95 %, Newcombe 1998), verdict: "shift" (probability from 0.95), "no_shift"
    (none shown, which is not none), "too_few" (no split leaves 8 effective articles a side; rest empty).
    """
    columns = ["topic", "period", "probability", "step", "low", "high", "verdict"]
    rows = [(topic, *_single_change(group)) for topic, group in trend.groupby("topic", sort=False)]
    types = dict.fromkeys(columns[2:6], "float64") | dict.fromkeys(("topic", "period", "verdict"), "str")
    return pd.DataFrame(rows, columns=columns).astype(types)


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
    verdict = "shift" if probability >= CLAIM else "no_shift"
    period = group["period"].iat[splits[k] + 1]
    return period, probability, *_difference(yes1[k], n1[k], yes2[k], n2[k]), verdict


def _arcsine(yes: np.ndarray, n: np.ndarray) -> np.ndarray:
    """The variance-stabilised share (Anscombe 1948)."""
    return np.arcsin(np.sqrt(np.clip((yes + 3 / 8) / (n + 3 / 4), 0, 1)))


def _difference(yes1: float, n1: float, yes2: float, n2: float) -> tuple[float, float, float]:
    """Difference of two shares, its limits made from those of each (Newcombe 1998, on Jeffreys limits)."""
    p1, p2 = yes1 / n1, yes2 / n2
    low1, high1 = special.betaincinv(yes1 + 0.5, n1 - yes1 + 0.5, [0.025, 0.975])
    low2, high2 = special.betaincinv(yes2 + 0.5, n2 - yes2 + 0.5, [0.025, 0.975])
    step = p2 - p1
    return step, step - np.hypot(p2 - low2, high1 - p1), step + np.hypot(high2 - p2, p1 - low1)


def source_mix(corpus: Corpus, periods: str = "year") -> pd.DataFrame:
    """Whether each period rests on the same outlets as the last one before it that has any.

    An outlet counts in a period from half an expected article. Columns: period, before (the period compared
    with), outlets, outlets_before, shared (int64), gate: "comparable" (two shared or more), "one_shared",
    "none_shared" (a shift may be nothing but other outlets), "unknown" (no outlet is known on one side).
    """
    counted = _counted(corpus, periods)
    masses = pd.DataFrame(counted.weights).groupby(counted.articles["outlet"]).sum()
    masses = masses.drop(["", "unknown"], errors="ignore")
    outlets = [set(masses.index[masses[period] >= 0.5]) for period in masses.columns]
    names = counted.periods["period"]
    rows, last = [], 0
    for p in range(1, len(names)):
        last = p - 1 if outlets[p - 1] else last
        shared = len(outlets[p] & outlets[last])
        gate = ("none_shared", "one_shared", "comparable")[min(shared, 2)]
        gate = gate if outlets[p] and outlets[last] else "unknown"
        rows.append((names[p], names[last], len(outlets[p]), len(outlets[last]), shared, gate))
    return pd.DataFrame(rows, columns=["period", "before", "outlets", "outlets_before", "shared", "gate"])


def gated_changes(trend: pd.DataFrame, corpus: Corpus, periods: str = "periods") -> pd.DataFrame:
    """``change_points`` with the gate of ``source_mix`` at the period of each change, and whether it may be said.

    ``trend`` is what ``topic_trend`` made of ``corpus`` and ``periods``. Added columns: gate (str, ``unknown`` where no
    change could be sought), said (bool: a shift, whose interval excludes zero, between comparable periods).
    """
    changes = change_points(trend)
    gate = (
        changes["period"].map(source_mix(corpus, periods).set_index("period")["gate"]).fillna("unknown").astype("str")
    )
    sure = (changes["verdict"] == "shift") & ((changes["low"] > 0) | (changes["high"] < 0))
    return changes.assign(gate=gate, said=sure & (gate == "comparable"))
