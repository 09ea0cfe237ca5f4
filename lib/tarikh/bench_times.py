"""Expressions of time and days of fetching, measured on material that is not shipped (``TARIKH_SHARED``).

``timex_bench``: recognition and resolution of the Arabic cases of Recognizers-Text, beside dateparser.
``fetched_bench``: dated articles whose day of fetching is known, beside that day and the first full date.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd

from tarikh.articles import read_article
from tarikh.bench import markdown, regex_date
from tarikh.dating import date_article
from tarikh.scores import wilson
from tarikh.timex import tag_timexes

UNKNOWN_DAY = datetime(2016, 11, 7)  # the day of speaking in most cases; dateparser wants one always
LONGEST_WAIT = 60  # days from publication to fetching, drawn evenly
PER_CORPUS = 500
_KINDS = {
    "DateExtractor": "date", "DateParser": "date", "HolidayExtractor": "date", "DatePeriodExtractor": "period",
    "DurationExtractor": "duration", "DurationParser": "duration", "SetExtractor": "set",
}  # fmt: skip


def timex_bench(shared: Path) -> pd.DataFrame:
    """Method, kind, n, exact, overlapping (shares: an expression with the very span, or one that overlaps), resolvable
    (n), resolved (share): over the cases of ``dev/timex_cases.jsonl`` that are not to be ignored.
    """
    cases = [json.loads(line) for line in (shared / "dev" / "timex_cases.jsonl").open(encoding="utf-8")]
    rows = []
    for name, method in {"tarikh.tag_timexes": _tagged, "dateparser": _dateparser}.items():
        judged = pd.DataFrame(row for case in cases if not case["ignore"] for row in _judged(case, method))
        scores = judged.groupby("kind").agg(
            n=("exact", "size"), exact=("exact", "mean"), overlapping=("overlapping", "mean"),
            resolvable=("resolved", "count"), resolved=("resolved", "mean"),
        )  # fmt: skip
        rows.append(scores.reset_index().assign(method=name))
    return pd.concat(rows, ignore_index=True)[["kind", "method", *scores.columns]].sort_values("kind", kind="stable")


def _tagged(text: str, spoken: datetime | None) -> list[tuple[int, int, str]]:
    return [(t.start, t.end, t.value) for t in tag_timexes(text, dct=spoken.date() if spoken else None)]


def _dateparser(text: str, spoken: datetime | None) -> list[tuple[int, int, str]]:
    settings = {"RELATIVE_BASE": spoken or UNKNOWN_DAY}
    found = import_module("dateparser.search").search_dates(text, languages=["ar"], settings=settings) or []
    return [(text.find(words), text.find(words) + len(words), f"{day:%Y-%m-%d}") for words, day in found]


def _judged(case: dict, method) -> Iterator[dict]:
    found = method(case["input"], datetime.fromisoformat(case["ref"]) if case["ref"] else None)
    for wanted in case["results"]:
        start, end = wanted["Start"], wanted["Start"] + wanted["Length"]
        row = {"kind": _KINDS[case["spec"]], "resolved": None}
        row["exact"] = any((a, b) == (start, end) for a, b, _ in found)
        row["overlapping"] = any(a < end and start < b for a, b, _ in found)
        if value := wanted.get("Value"):
            right = {value["Timex"], *(value.get("PastResolution") or {}).values()}
            right |= set((value.get("FutureResolution") or {}).values())
            row["resolved"] = float(any(v in right for *_, v in found))
        yield row


def fetched_bench(shared: Path) -> pd.DataFrame:
    """Dated articles fetched 0 to 60 days after publication: corpus, method, n, exact, within_1, low, high.

    ``PER_CORPUS`` articles of each corpus of ``dev/dated_articles.jsonl.gz``, the same ones in every run; low and high
    are the 95 % interval of ``within_1``.
    """
    with gzip.open(shared / "dev" / "dated_articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = pd.DataFrame(map(json.loads, lines)).groupby("corpus").sample(PER_CORPUS, random_state=0)
    wait = np.random.default_rng(0).integers(0, LONGEST_WAIT + 1, len(articles))
    true = [date.fromisoformat(day) for day in articles["date"]]
    fetched = [day + timedelta(int(days)) for day, days in zip(true, wait, strict=True)]
    texts = list(articles["title"] + "\n\n" + articles["text"])
    with ProcessPoolExecutor() as pool:
        found = list(pool.map(_dated, texts, fetched, chunksize=25))
    answers = {
        "tarikh.date_article": found,
        "regex, first full date": [regex_date("", text) for text in texts],
        "the day of fetching": fetched,
    }
    rows = []
    for name, days in answers.items():
        error = pd.Series([abs((a - b).days) if a else np.nan for a, b in zip(days, true, strict=True)])
        for corpus, part in error.groupby(articles["corpus"].to_numpy()):
            near = int((part <= 1).sum())
            rows.append((corpus, name, len(part), (part == 0).mean(), near / len(part), *wilson(near, len(part))))
    columns = ["corpus", "method", "n", "exact", "within_1", "low", "high"]
    return pd.DataFrame(rows, columns=columns).sort_values("corpus", kind="stable", ignore_index=True)


def _dated(text: str, fetched: date) -> date | None:
    return date_article(read_article(text, fetched=fetched)).published


def main() -> None:
    """Print both tables, where ``TARIKH_SHARED`` is set; else say so."""
    if not os.environ.get("TARIKH_SHARED"):
        print("\nNot measured: expressions of time, days of fetching (TARIKH_SHARED is not set)")
        return
    shared = Path(os.environ["TARIKH_SHARED"])
    print(f"\nExpressions of time, cases of Recognizers-Text\n\n{markdown(timex_bench(shared))}")
    print(f"\nDay of fetching known, dated articles\n\n{markdown(fetched_bench(shared))}")
