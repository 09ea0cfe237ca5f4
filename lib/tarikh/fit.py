"""Lags and reliabilities of the kinds of evidence, fitted on pages with a known day: ``python3 run.py fit``.

A likelihood is a mixture: with the kind's reliability the lag falls into one of its spans, each with its mass, else
anywhere. The weights are fitted by expectation–maximisation (Dempster, Laird and Rubin 1977) to the most probable
values given the judged ones of the table, which count as ``PRIOR`` observations; so kinds seen seldom stay near them.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from tarikh.articles import read_article
from tarikh.collection import sample_index, sample_pages
from tarikh.dating import Evidence, anchor_kinds, collect_evidence, lag_spans, response
from tarikh.tables import read_table

PRIOR = 20.0  # observations that the judged masses and reliability are worth
PER_CORPUS = 1500  # articles of each dated corpus, drawn with a fixed seed
MOST = 100.0  # observations of a kind that one corpus counts for at most, so that no house style outvotes the rest
COLLECTION = "collection"
_ROUNDS = 200
_AROUND_THE_BODY = ("stamp", "dateline", "clock", "caption")
_INDEPENDENT = ("text", "stamp", "url")  # proofs of a day that do not lean on the tables of events


@dataclass(frozen=True)
class Page:
    """A page with a certain day: its corpus, its text, and whether its day was found without our tables of events."""

    corpus: str
    page_id: str
    text: str
    day: date
    independent: bool


def fitted_kinds(shared: Path | None) -> pd.DataFrame:
    """The table ``evidence_kinds`` with parameters, reliability, n_gold and fitted_on anew, as strings.

    Fitted on the collection's pages of dev outlets, and on the dated corpora in ``shared`` where that is given.
    Kinds that rest on our own tables (events, contacts, people) are fitted on the collection alone, on pages whose
    day was found without them.
    """
    seen = _observations([*_collection_pages(), *(_dated_articles(shared) if shared else ())])
    table = read_table("evidence_kinds")
    for line, row in table.iterrows():
        if row["kind"] in seen and row["shape"] != "none":
            fitted = fit_kind(row, seen[row["kind"]])
            table.loc[line, list(fitted)] = list(fitted.values())
        else:
            table.loc[line, ["parameters", "reliability"]] = row[["judged", "judged_reliability"]].to_numpy()
            table.loc[line, ["n_gold", "fitted_on"]] = "0", "nothing: as judged"
    return table


def store_fit(shared: Path | None) -> None:
    """Fit, write the table ``evidence_kinds`` of this copy of the library, and print what it was fitted on."""
    path = Path(__file__).resolve().parent / "tables" / "evidence_kinds.csv"
    table = fitted_kinds(shared)
    table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
    fitted = table.set_index("kind")[["judged_reliability", "reliability", "n_gold"]].query("n_gold != '0'")
    print(f"{fitted.to_string()}\n{len(fitted)} of {len(table)} kinds fitted; the others stay as judged.")
    if shared is None:
        print("The dated corpora are not at hand (TARIKH_SHARED is not set): fitted on the collection alone.")


def _collection_pages() -> Iterator[Page]:
    index = sample_index().query("date_confidence == 'certain' and split == 'dev'").set_index("page_id")
    text = sample_pages(with_url=False).set_index("page_id")["text"]
    for page, row in index.iterrows():
        day = pd.Timestamp(row["published"]).date()
        yield Page(COLLECTION, page, text[page], day, row["date_kind"] in _INDEPENDENT)


def _dated_articles(shared: Path) -> Iterator[Page]:
    """``PER_CORPUS`` articles of each dated corpus in ``shared``, the same ones in every run."""
    with gzip.open(shared / "dev" / "dated_articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = pd.DataFrame(map(json.loads, lines))
    for corpus, part in articles.groupby("corpus", sort=True):
        for n, row in part.sample(min(PER_CORPUS, len(part)), random_state=0).iterrows():
            day = pd.Timestamp(row["date"]).date()
            yield Page(corpus, f"{corpus} {n}", f"{row['title']}\n\n{row['text']}", day, True)


def _observations(pages: list[Page]) -> dict[str, list[tuple[str, np.ndarray]]]:
    """Kind -> corpus and response of each piece of evidence of that kind."""
    seen = defaultdict(list)
    with ProcessPoolExecutor() as pool:
        for found in pool.map(page_evidence, pages, chunksize=50):
            for kind, corpus, responses in found:
                seen[kind].append((corpus, responses))
    return seen


def page_evidence(page: Page) -> list[tuple[str, str, np.ndarray]]:
    """Kind, corpus and response of each piece of evidence from which the page may teach."""
    pieces = collect_evidence(read_article(page.text, page_id=page.page_id))
    return [(e.kind, page.corpus, response(e, page.day)) for e in pieces if _counts(e, page)]


def _counts(evidence: Evidence, page: Page) -> bool:
    """Whether the page may teach of that kind; the dated corpora are bodies alone, without the lines around them."""
    of_tables = evidence.kind in anchor_kinds()
    if page.corpus != COLLECTION:
        return not (of_tables or evidence.kind.startswith(_AROUND_THE_BODY))
    return page.independent or not of_tables


def fit_kind(row: pd.Series, seen: list[tuple[str, np.ndarray]]) -> dict[str, str]:
    """Parameters, reliability, n_gold and fitted_on of a kind from what was observed of it."""
    counts = pd.Series([corpus for corpus, _ in seen]).value_counts().sort_index()
    weight = np.array([min(1.0, MOST / counts[corpus]) for corpus, _ in seen])
    spans = lag_spans(row["judged"], row["kind"])
    masses, reliability = _most_probable(
        np.array([responses for _, responses in seen]), weight,
        np.array([mass for *_, mass in spans] or [1.0]), float(row["judged_reliability"]),
    )  # fmt: skip
    return {
        "parameters": _written(spans, masses) if spans else "",
        "reliability": f"{reliability:.3f}",
        "n_gold": str(len(seen)),
        "fitted_on": "; ".join(f"{corpus}: {n}" for corpus, n in counts.items()),
    }


def _most_probable(
    responses: np.ndarray, weight: np.ndarray, judged: np.ndarray, reliability: float
) -> tuple[np.ndarray, float]:
    """Masses of the spans and reliability, from responses (observations × spans) and the weight of each observation."""
    masses, prior, prior_reliability = judged, PRIOR * judged, reliability
    for _ in range(_ROUNDS):
        part = reliability * masses * responses
        part /= (part.sum(axis=1) + 1 - reliability)[:, None]
        held = weight @ part + prior
        reliability = (held.sum() - PRIOR + PRIOR * prior_reliability) / (weight.sum() + PRIOR)
        masses = held / held.sum()
    return masses, min(reliability, 0.999)


def _written(spans: list[tuple[int, int, float]], masses: np.ndarray) -> str:
    """The spans with their masses in thousandths that sum to one."""
    thousandths = np.floor(1000 * masses).astype(int)
    thousandths[np.argsort(thousandths - 1000 * masses, kind="stable")[: 1000 - thousandths.sum()]] += 1
    named = (f"{low}" if low == high else f"{low}..{high}" for low, high, _ in spans)
    return " ".join(f"{span}:{n / 1000:g}" for span, n in zip(named, thousandths, strict=True) if n)
