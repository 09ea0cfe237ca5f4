"""The project beside its peers, in one run: how good and how fast they are at line roles and at dates.

``python3 run.py bench`` prints the tables. Every method gets the same text, without its address. Quality is the same in
every run, speed is a ratio in this one. A peer that is not installed, or raises, has a note, and the run goes on.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import cache, partial
from html import escape
from importlib import import_module
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from tarikh.arabic import alternatives, fold
from tarikh.collection import sample_index, sample_pages
from tarikh.dating import date_article
from tarikh.pages import read_pages
from tarikh.roles import label_lines, read_article
from tarikh.scores import KEEP, gold_roles, role_scores
from tarikh.tables import read_csv, read_table

READ_ON = datetime(2026, 11, 21)  # the day from which peers reckon "yesterday"; fixed, so that quality is too
NOTE = """
n: lines, or pages. speed: pages a second (median page), trafilatura or dateparser = 1. year_wrong: of the answered.
"test": outlets not looked at while this project's rules were written. No line of the condensed pages has the 200
characters that jusText wants: see it with lengths halved. The peers made for HTML get plain text in <p>.
"""


_stoplist = cache(lambda: import_module("justext").get_stoplist("Arabic"))


def _trafilatura(lines: Sequence[str]) -> list[bool]:
    return _survivors(lines, (import_module("trafilatura").extract(_html(lines)) or "").splitlines())


def _justext(lines: Sequence[str], **lengths: int) -> list[bool]:
    found = import_module("justext").justext(_html(lines), _stoplist(), **lengths)
    return _survivors(lines, (paragraph.text for paragraph in found if not paragraph.is_boilerplate))


def _html(lines: Iterable[str]) -> str:
    return f"<html><body>{''.join(f'<p>{escape(line)}</p>' for line in lines)}</body></html>"


def _survivors(lines: Iterable[str], output: Iterable[str]) -> list[bool]:
    kept = {" ".join(text.split()) for text in output}
    return [" ".join(line.split()) in kept for line in lines]


def _dateparser(page_id: str, text: str, *, full: bool) -> date | None:
    """The first date, or the first whose own words hold its year and its day."""
    settings = {"RELATIVE_BASE": READ_ON, "PREFER_DATES_FROM": "past", "DATE_ORDER": "DMY"}
    found = import_module("dateparser.search").search_dates(text, languages=["ar"], settings=settings) or []
    wanted = (d for words, d in found if not full or {d.year, d.day} <= set(map(int, re.findall(r"\d+", words))))
    return next((day.date() for day in wanted), None)


def _htmldate(page_id: str, text: str) -> date | None:
    found = import_module("htmldate").find_date(_html(text.splitlines()), original_date=True, max_date=READ_ON)
    return date.fromisoformat(found) if found else None


def _regex_date(page_id: str, text: str) -> date | None:
    """The first full date: day, month's name and year, or three numbers."""
    months, pattern = _regex()
    for d1, name, y1, y2, m2, d2, d3, m3, y3 in pattern.findall(fold(text).text):
        with suppress(ValueError):  # 31 February
            return date(int(y1 or y2 or y3), int(months.get(name) or m2 or m3), int(d1 or d2 or d3))
    return None


@cache
def _regex() -> tuple[dict[str, str], re.Pattern]:
    rows = read_table("months").query("calendar != 'hijri'")
    months = {fold(p).text: row.month for row in rows.itertuples() for p in alternatives(row.pattern)}
    name = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    numeric = r"(\d{4})[-/.](\d\d?)[-/.](\d\d?)|(\d\d?)[-/.](\d\d?)[-/.](\d{4})"
    return months, re.compile(rf"(?<!\d)(?:(\d\d?) ({name})(?: ?/ ?(?:{name}))? (\d{{4}})|{numeric})(?!\d)")


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
    "dateparser, first full date": partial(_dateparser, full=True),
    "dateparser, first of anything": partial(_dateparser, full=False),
    "htmldate": _htmldate,
    "regex, first full date": _regex_date,
    "always abstain": lambda page_id, text: None,
}


def role_bench(pages: pd.DataFrame | None = None, gold: pd.DataFrame | None = None) -> pd.DataFrame:
    """Keep (headline, subheadline, body) against drop: method, pages, n (lines), precision, recall, f1, speed, note.

    ``pages`` has page_id and text, ``gold`` page_id, line, role and split; without them, the embedded collection.
    ``pages`` of the result is "all" or "test" (outlets); ``speed`` is relative to trafilatura.
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

    ``pages`` has page_id and text, ``gold`` page_id, published, gold_from_url and split; without them, the embedded
    pages with a certain date. ``pages`` of the result: "all", "no url" (the gold date does not rest on the address),
    "test" (outlets). Shares are of all ``n`` pages, ``year_wrong`` (by more than 366 days) is of the answered ones.
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


def reference_bench(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables for the real pages in ``folder`` (``pages/*.txt``, ``roles.csv``, ``dates.csv``)."""
    roles, dates = (read_csv(folder / name).rename(columns={"page": "page_id"}) for name in ("roles.csv", "dates.csv"))
    roles, dates = roles.astype({"line": "int64"}).assign(split=""), dates.assign(split="", gold_from_url="")
    return role_bench(read_pages(folder / "pages"), roles), date_bench(read_pages(folder / "pages"), dates)


def _date_scores(error: pd.Series) -> dict[str, float]:
    shares = {"answered": error.notna().mean(), "exact": (error == 0).mean(), "within_1": (error <= 1).mean()}
    return {"n": len(error), **shares, "year_wrong": (error.dropna() > 366).mean()}


def _run(method: Callable, pages: Sequence[tuple]) -> tuple[list, float, str]:
    """An answer a page (None where the method raised), pages a second, and a note on what went wrong."""
    answers, seconds = zip(*(_timed(method, page) for page in pages), strict=True)
    if isinstance(answers[0], ImportError):
        return [None] * len(pages), np.nan, "not installed"
    raised = [type(a).__name__ for a in answers if isinstance(a, Exception)]
    note = f"{', '.join(sorted(set(raised)))} on {len(raised)} of {len(pages)} pages" if raised else ""
    speed = 1 / np.median(seconds)  # the median: the first pages also load tables and models
    return [None if isinstance(a, Exception) else a for a in answers], speed, note


def _timed(method: Callable, page: tuple) -> tuple[object, float]:
    start = perf_counter()
    try:
        return method(*page), perf_counter() - start
    except Exception as error:  # a peer's failure is a result
        return error, perf_counter() - start


def _finished(runs: Sequence[pd.DataFrame], quality: list[str], base: str) -> pd.DataFrame:
    table = pd.concat(runs).sort_values("pages", kind="stable", ignore_index=True)
    table.loc[table["note"] == "not installed", quality] = np.nan
    table["speed"] = (table["speed"] / table.loc[table["method"] == base, "speed"].iloc[0]).round(2)
    return table[["method", "pages", "n", *quality, "speed", "note"]]


def markdown(table: pd.DataFrame) -> str:
    """A table of ``role_bench`` or ``date_bench`` as Markdown."""
    cells = table.round(3).map(lambda v: v if isinstance(v, str) else "–" if pd.isna(v) else f"{v:,}").to_numpy()
    return "\n".join(f"| {' | '.join(row)} |" for row in (table.columns, ["---"] * table.shape[1], *cells))


def main() -> None:
    """Print both tables for the embedded collection and, where TARIKH_SHARED is set, for the five real pages."""
    tables = {"embedded collection": (role_bench(), date_bench())}
    if os.environ.get("TARIKH_SHARED"):
        tables["five real pages"] = reference_bench(Path(os.environ["TARIKH_SHARED"]) / "reference")
    for what, (roles, dates) in tables.items():
        print(f"\nLine roles, keep against drop: {what}\n\n{markdown(roles)}")
        print(f"\nPublication day, address hidden: {what}\n\n{markdown(dates)}")
    print(NOTE)
