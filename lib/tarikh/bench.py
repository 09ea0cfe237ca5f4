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
from functools import cache
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
QUALITY = {
    "role": ["precision", "recall", "f1"],
    "date": ["answered", "exact", "within_1", "year_wrong"],
}
HEADINGS = {
    "f1": "F1", "within_1": "within 1 day", "year_wrong": "wrong by > 1 year, of the answered",
    "speed": "pages a second, {} = 1",
}  # fmt: skip
NOTE = """
The pages of the embedded collection are condensed: no paragraph has the 200 characters that jusText asks for, so it
also stands here with its lengths halved. All pages are plain text; trafilatura and htmldate are made for HTML.
The project's rules were written on the dev outlets; its figures for test outlets are those to compare.
"""

# --- line roles: each method takes a page's lines and says which to keep ----------------------------------------------


def _tarikh_roles(lines: Sequence[str]) -> list[bool]:
    return [line.role in KEEP for line in label_lines("\n".join(lines))]


def _trafilatura(lines: Sequence[str]) -> list[bool]:
    from trafilatura import extract

    return _survivors(lines, (extract(_html(lines)) or "").splitlines())


def _justext(lines: Sequence[str], **lengths: int) -> list[bool]:
    from justext import get_stoplist, justext

    paragraphs = justext(_html(lines), cache(get_stoplist)("Arabic"), **lengths)
    return _survivors(lines, (p.text for p in paragraphs if not p.is_boilerplate))


def _justext_halved(lines: Sequence[str]) -> list[bool]:
    return _justext(lines, length_low=35, length_high=100)


def _ends_in_stop(lines: Sequence[str]) -> list[bool]:
    return [line.rstrip().endswith((".", "!", "؟")) for line in lines]


def _html(lines: Iterable[str]) -> str:
    return f"<html><body>{''.join(f'<p>{escape(line)}</p>' for line in lines)}</body></html>"


def _survivors(lines: Iterable[str], kept: Iterable[str]) -> list[bool]:
    """Which lines a peer's output still has, blanks apart."""
    left = {" ".join(text.split()) for text in kept}
    return [" ".join(line.split()) in left for line in lines]


ROLE_METHODS: dict[str, Callable] = {
    "tarikh.label_lines": _tarikh_roles,
    "trafilatura": _trafilatura,
    "jusText": _justext,
    "jusText, lengths halved": _justext_halved,
    "line ends in . ! ؟": _ends_in_stop,
    "keep everything": lambda lines: [True] * len(lines),
}


def role_bench(pages: pd.DataFrame | None = None, gold: pd.DataFrame | None = None) -> pd.DataFrame:
    """Keep (headline, subheadline, body) against drop, by method: pages, n, method, precision, recall, f1, speed, note.

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
        scores = scores[scores["split"].isin(["all", "test"])].assign(method=name, speed=speed, note=note)
        runs.append(scores.drop(columns="pages").rename(columns={"split": "pages", "lines": "n"}))
    return _finished(runs, "role", "trafilatura")


# --- dates: each method takes a page's id and text and gives a day, or None ------------------------------------------


def _tarikh_date(page_id: str, text: str) -> date | None:
    return date_article(read_article(text, page_id=page_id)).published


def _dateparser_full(page_id: str, text: str) -> date | None:
    """The first date whose own words hold its year and its day."""
    for words, day in _dateparser(text):
        if {day.year, day.day} <= {int(number) for number in re.findall(r"\d+", words)}:
            return day.date()
    return None


def _dateparser_any(page_id: str, text: str) -> date | None:
    return next((day.date() for _, day in _dateparser(text)), None)


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


DATE_METHODS: dict[str, Callable] = {
    "tarikh.date_article": _tarikh_date,
    "dateparser, first full date": _dateparser_full,
    "dateparser, first of anything": _dateparser_any,
    "htmldate": _htmldate,
    "regex, first full date": _regex_date,
    "always abstain": lambda page_id, text: None,
}


def date_bench(pages: pd.DataFrame | None = None, gold: pd.DataFrame | None = None) -> pd.DataFrame:
    """Publication day by method: pages, n, method, answered, exact, within_1, year_wrong, speed, note.

    ``pages`` has page_id and text, ``gold`` has page_id, published, gold_from_url and split; without them, the pages
    of the embedded collection with a certain date. Shares are of all ``n`` pages, ``year_wrong`` of the answered ones.
    ``pages`` of the result: "all", "no url" (the gold date does not rest on the address), "test" (outlets).
    """
    gold = sample_index().query("date_confidence == 'certain'") if gold is None else gold
    texts = (sample_pages(with_url=False) if pages is None else pages).set_index("page_id")["text"]
    true, runs = pd.to_datetime(gold["published"]), []
    groups = {"all": true.notna(), "no url": gold["gold_from_url"] != "yes", "test": gold["split"] == "test"}
    for name, method in DATE_METHODS.items():
        answers, speed, note = _run(method, [(page, texts[page]) for page in gold["page_id"]])
        error = (pd.to_datetime(pd.Series(answers, index=gold.index)) - true).dt.days.abs()
        scores = pd.DataFrame([{"pages": g, **_date_scores(error[mask])} for g, mask in groups.items() if mask.any()])
        runs.append(scores.assign(method=name, speed=speed, note=note))
    return _finished(runs, "date", "dateparser, first full date")


def _date_scores(error: pd.Series) -> dict[str, float]:
    answered = error.notna()
    shares = {"exact": (error == 0).mean(), "within_1": (error <= 1).mean()}
    wrong = (error > 366).sum() / answered.sum() if answered.any() else np.nan
    return {"n": len(error), "answered": answered.mean(), **shares, "year_wrong": wrong}


# --- running and printing -------------------------------------------------------------------------------------------


def _run(method: Callable, pages: Sequence[tuple]) -> tuple[list, float, str]:
    """An answer a page (None where the method raised), pages a second, and a note on what went wrong."""
    if isinstance(_attempt(method, pages[0]), ImportError):  # the first call also loads tables, and is not timed
        return [None] * len(pages), np.nan, "not installed"
    start = perf_counter()
    answers = [_attempt(method, page) for page in pages]
    speed = len(pages) / (perf_counter() - start)
    raised = Counter(type(a).__name__ for a in answers if isinstance(a, Exception))
    note = "; ".join(f"{name} on {n} of {len(pages)} pages" for name, n in sorted(raised.items()))
    return [None if isinstance(a, Exception) else a for a in answers], speed, note


def _attempt(method: Callable, page: tuple) -> object:
    try:
        return method(*page)
    except Exception as error:  # a peer's failure is a result
        return error


def _finished(runs: Sequence[pd.DataFrame], task: str, base: str) -> pd.DataFrame:
    table = pd.concat(runs).sort_values("pages", kind="stable", ignore_index=True)
    table.loc[table["note"] == "not installed", QUALITY[task]] = np.nan
    table["speed"] /= table.loc[table["method"] == base, "speed"].iloc[0]
    return table[["pages", "n", "method", *QUALITY[task], "speed", "note"]]


def markdown(table: pd.DataFrame, base: str) -> str:
    """A table of ``role_bench`` or ``date_bench`` as Markdown; ``base`` names the peer whose speed is 1."""
    rows = [[HEADINGS.get(column, column).format(base) for column in table.columns], ["---"] * table.shape[1]]
    rows += [[_cell(value, column) for column, value in row.items()] for row in table.to_dict("records")]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(value: object, column: str) -> str:
    if not isinstance(value, float):
        return str(value)
    if np.isnan(value):
        return "–"
    return f"{value:.3f}" if column != "speed" else "> 1000" if value > 1000 else f"{value:.3g}"


def main() -> int:
    """Print both tables for the embedded collection and, where TARIKH_SHARED is set, for the five real pages."""
    _print("embedded collection", role_bench(), date_bench())
    print(NOTE)
    if os.environ.get("TARIKH_SHARED"):
        folder = Path(os.environ["TARIKH_SHARED"]) / "reference"
        pages = read_pages(folder / "pages")
        roles = read_csv(folder / "roles.csv").astype({"line": "int64"}).rename(columns={"page": "page_id"})
        dates = read_csv(folder / "dates.csv").rename(columns={"page": "page_id"})
        known = {"split": "reference", "gold_from_url": "yes"}
        _print("five real pages", role_bench(pages, roles.assign(**known)), date_bench(pages, dates.assign(**known)))
    return 0


def _print(what: str, roles: pd.DataFrame, dates: pd.DataFrame) -> None:
    print(f"\nLine roles, {what}: keep (headline, subheadline, body) against drop\n\n{markdown(roles, 'trafilatura')}")
    print(f"\nPublication day, {what}, address hidden\n\n{markdown(dates, 'dateparser')}")
