"""The project beside its peers, in one run: how good and how fast they are at line roles and at dates.

``python3 run.py bench`` prints the tables. Every method gets the same text, without its address. Quality is the same
in every run; speed is pages a second in this run, as a multiple of one peer's. A peer that is not installed, or that
raises, is named in the note of its row, and the run goes on.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import cache, partial
from html import escape
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from tarikh.arabic import alternatives, fold
from tarikh.corpus import sample_index, sample_pages
from tarikh.dating import date_article
from tarikh.pages import read_pages
from tarikh.roles import label_lines, read_article
from tarikh.scores import KEEP, gold_roles, role_scores
from tarikh.tables import read_csv, read_table

READ_ON = datetime(2026, 11, 21)  # the day from which peers reckon "yesterday"; fixed, so that quality is too
NOTE = """
n counts lines for roles and pages for days. speed: pages a second (median page), trafilatura = 1 for roles,
dateparser's first full date = 1 for days. year_wrong: wrong by more than a year, of the answered.
The embedded pages are condensed: none of their paragraphs has the 200 characters that jusText asks for, so it stands
here with its lengths halved too. trafilatura and htmldate are made for HTML, and get plain text in <p>.
This project's rules were written on the pages that are not "test": compare methods on "test".
"""


def _trafilatura(lines: Sequence[str]) -> list[bool]:
    from trafilatura import extract

    return _survivors(lines, (extract(_html(lines)) or "").splitlines())


def _justext(lines: Sequence[str], **lengths: int) -> list[bool]:
    from justext import justext

    return _survivors(lines, (p.text for p in justext(_html(lines), _stoplist(), **lengths) if not p.is_boilerplate))


@cache
def _stoplist() -> frozenset[str]:
    from justext import get_stoplist

    return get_stoplist("Arabic")


def _html(lines: Iterable[str]) -> str:
    return f"<html><body>{''.join(f'<p>{escape(line)}</p>' for line in lines)}</body></html>"


def _survivors(lines: Iterable[str], kept: Iterable[str]) -> list[bool]:
    """Which lines a peer's output still has, blanks apart."""
    left = {" ".join(text.split()) for text in kept}
    return [" ".join(line.split()) in left for line in lines]


def _dateparser_full(page_id: str, text: str) -> date | None:
    """The first date whose own words hold its year and its day."""
    found = ((set(map(int, re.findall(r"\d+", words))), day) for words, day in _dateparser(text))
    return next((day.date() for numbers, day in found if {day.year, day.day} <= numbers), None)


def _dateparser(text: str) -> list[tuple[str, datetime]]:
    from dateparser.search import search_dates

    settings = {"RELATIVE_BASE": READ_ON, "PREFER_DATES_FROM": "past", "DATE_ORDER": "DMY"}
    return search_dates(text, languages=["ar"], settings=settings) or []


def _htmldate(page_id: str, text: str) -> date | None:
    from htmldate import find_date

    found = find_date(_html(text.splitlines()), original_date=True, max_date=READ_ON)
    return date.fromisoformat(found) if found else None


def _regex_date(page_id: str, text: str) -> date | None:
    """The first full date: day, month's name and year, or three numbers."""
    months, pattern = _regex()
    for match in pattern.finditer(fold(text).text):
        d1, name, y1, y2, m2, d2, d3, m3, y3 = match.groups()
        with suppress(ValueError):  # 31 February
            return date(int(y1 or y2 or y3), int(months.get(name) or m2 or m3), int(d1 or d2 or d3))
    return None


@cache
def _regex() -> tuple[dict[str, str], re.Pattern]:
    rows = read_table("months").query("calendar != 'hijri'")
    months = {fold(p).text: row.month for row in rows.itertuples() for p in alternatives(row.pattern)}
    name = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    named = rf"(\d\d?) ({name})(?: ?/ ?(?:{name}))?,? (\d{{4}})"
    numeric = r"(\d{4})[-/.](\d\d?)[-/.](\d\d?)|(\d\d?)[-/.](\d\d?)[-/.](\d{4})"
    return months, re.compile(rf"(?<!\d)(?:{named}|{numeric})(?!\d)")


ROLE_METHODS: dict[str, Callable] = {  # a page's lines in; out: which of them to keep
    "tarikh.label_lines": lambda lines: [line.role in KEEP for line in label_lines("\n".join(lines))],
    "trafilatura": _trafilatura,
    "jusText": _justext,
    "jusText, lengths halved": partial(_justext, length_low=35, length_high=100),
    "line ends in . ! ؟": lambda lines: [line.rstrip().endswith((".", "!", "؟")) for line in lines],
    "keep everything": lambda lines: [True] * len(lines),
}
DATE_METHODS: dict[str, Callable] = {  # a page's id and text in; out: a day, or None
    "tarikh.date_article": lambda page_id, text: date_article(read_article(text, page_id=page_id)).published,
    "dateparser, first full date": _dateparser_full,
    "dateparser, first of anything": lambda page_id, text: next((d.date() for _, d in _dateparser(text)), None),
    "htmldate": _htmldate,
    "regex, first full date": _regex_date,
    "always abstain": lambda page_id, text: None,
}


def role_bench(pages: pd.DataFrame | None = None, gold: pd.DataFrame | None = None) -> pd.DataFrame:
    """Keep (headline, subheadline, body) against drop: method, pages, n, precision, recall, f1, speed, note.

    ``pages`` has page_id and text, ``gold`` has page_id, line, role and split; without them, the embedded collection.
    ``pages`` of the result is "all" or "test" (outlets), ``n`` counts lines, ``speed`` is relative to trafilatura.
    """
    gold = gold_roles() if gold is None else gold
    texts = (sample_pages() if pages is None else pages).set_index("page_id")["text"]
    lines = {page: [x.text.rstrip("\r\n") for x in label_lines(texts[page])] for page in sorted(set(gold["page_id"]))}
    keys, runs = list(zip(gold["page_id"], gold["line"], strict=True)), []
    for name, method in ROLE_METHODS.items():
        answers, speed, note = _run(method, [(page,) for page in lines.values()])
        kept = {(page, n): k for page, a in zip(lines, answers, strict=True) for n, k in enumerate(a or (), 1)}
        scores = role_scores(gold.assign(found=["body" if kept.get(key) else "furniture" for key in keys]))
        scores = scores.drop(columns="pages").rename(columns={"split": "pages", "lines": "n"})
        runs.append(scores[scores["pages"].isin(["all", "test"])].assign(method=name, speed=speed, note=note))
    return _finished(runs, ["precision", "recall", "f1"], "trafilatura")


def date_bench(pages: pd.DataFrame | None = None, gold: pd.DataFrame | None = None) -> pd.DataFrame:
    """Publication day: method, pages, n, answered, exact, within_1, year_wrong, speed, note.

    ``pages`` has page_id and text, ``gold`` has page_id, published, gold_from_url and split; without them, the pages
    of the embedded collection with a certain date. Shares are of all ``n`` pages, ``year_wrong`` of the answered ones.
    ``pages`` of the result: "all", "no url" (the gold date does not rest on the address), "test" (outlets).
    """
    gold = sample_index().query("date_confidence == 'certain'") if gold is None else gold
    texts = (sample_pages(with_url=False) if pages is None else pages).set_index("page_id")["text"]
    true, runs = pd.to_datetime(gold["published"]), []
    groups = {"all": true.notna(), "no url": gold["gold_from_url"] == "no", "test": gold["split"] == "test"}
    for name, method in DATE_METHODS.items():
        answers, speed, note = _run(method, [(page, texts[page]) for page in gold["page_id"]])
        error = (pd.to_datetime(pd.Series(answers, index=gold.index)) - true).dt.days.abs()
        scores = pd.DataFrame([{"pages": g, **_date_scores(error[mask])} for g, mask in groups.items() if mask.any()])
        runs.append(scores.assign(method=name, speed=speed, note=note))
    return _finished(runs, ["answered", "exact", "within_1", "year_wrong"], "dateparser, first full date")


def _date_scores(error: pd.Series) -> dict[str, float]:
    answered, wrong = error.notna().mean(), (error > 366).mean()
    shares = {"exact": (error == 0).mean(), "within_1": (error <= 1).mean()}
    return {"n": len(error), "answered": answered, **shares, "year_wrong": wrong / answered if answered else np.nan}


def _run(method: Callable, pages: Sequence[tuple]) -> tuple[list, float, str]:
    """An answer a page (None where the method raised), pages a second, and a note on what went wrong."""
    answers, seconds = zip(*(_attempt(method, page) for page in pages), strict=True)
    if isinstance(answers[0], ImportError):
        return [None] * len(pages), np.nan, "not installed"
    raised = Counter(type(a).__name__ for a in answers if isinstance(a, Exception))
    note = "; ".join(f"{name} on {n} of {len(pages)} pages" for name, n in sorted(raised.items()))
    # the median: the first pages also load tables and models
    return [None if isinstance(a, Exception) else a for a in answers], 1 / np.median(seconds), note


def _attempt(method: Callable, page: tuple) -> tuple[object, float]:
    start = perf_counter()
    try:
        answer = method(*page)
    except Exception as error:  # a peer's failure is a result
        answer = error
    return answer, perf_counter() - start


def _finished(runs: Sequence[pd.DataFrame], quality: list[str], base: str) -> pd.DataFrame:
    table = pd.concat(runs).sort_values("pages", kind="stable", ignore_index=True)
    table.loc[table["note"] == "not installed", quality] = np.nan
    table["speed"] /= table.loc[table["method"] == base, "speed"].iloc[0]
    return table[["method", "pages", "n", *quality, "speed", "note"]]


def markdown(table: pd.DataFrame) -> str:
    """A table of ``role_bench`` or ``date_bench`` as Markdown."""
    rows = [list(table.columns), ["---"] * table.shape[1]]
    rows += [[_cell(value, column) for column, value in row.items()] for row in table.to_dict("records")]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(value: object, column: str) -> str:
    if not isinstance(value, float):
        return str(value)
    if column == "speed" and value > 1000:
        return "> 1000"
    return "–" if np.isnan(value) else f"{value:.2g}" if column == "speed" else f"{value:.3f}"


def main() -> None:
    """Print both tables for the embedded collection and, where TARIKH_SHARED is set, for the five real pages."""
    _print("embedded collection", role_bench(), date_bench())
    if os.environ.get("TARIKH_SHARED"):
        folder = Path(os.environ["TARIKH_SHARED"]) / "reference"
        pages, known = read_pages(folder / "pages"), {"split": "reference", "gold_from_url": ""}
        roles, dates = (
            read_csv(folder / name).rename(columns={"page": "page_id"}).assign(**known)
            for name in ("roles.csv", "dates.csv")
        )
        _print("five real pages", role_bench(pages, roles.astype({"line": "int64"})), date_bench(pages, dates))
    print(NOTE)


def _print(what: str, roles: pd.DataFrame, dates: pd.DataFrame) -> None:
    for title, table in (("Line roles, keep against drop", roles), ("Publication day, address hidden", dates)):
        print(f"\n{title}: {what}\n\n{markdown(table)}", flush=True)
