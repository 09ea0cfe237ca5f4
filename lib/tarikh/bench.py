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
from tarikh.articles import read_article
from tarikh.collection import lines_with_roles, sample_index, sample_layouts, sample_lines, sample_pages
from tarikh.dating import date_article
from tarikh.pages import read_pages
from tarikh.roles import label_lines
from tarikh.scores import KEEP, keep_f1, page_groups, role_scores, wilson
from tarikh.stress import STRESSES
from tarikh.tables import read_csv, read_table

READ_ON = datetime(2026, 11, 21)  # the day from which peers reckon "yesterday"; fixed, so that quality is too
NOTE = """
n: lines, or pages. speed: pages a second (median page), trafilatura or dateparser = 1. year_wrong: of the answered.
"test": outlets not looked at while this project's rules were written; "text": the day does not rest on the address. No
line of the condensed pages has the 200 characters that jusText wants: see it with lengths halved. The peers made for
HTML get plain text in <p>. date-extractor states no licence, so it is no requirement: installed by hand, it runs too.
"""


_STORED = Path(__file__).resolve().parent / "sample" / "role_bench.csv"
_STORED_DATES = Path(__file__).resolve().parent / "sample" / "date_bench.csv"
SIZES = (1, 3, 10)  # megabytes
_PAGES = {
    "abstracts": "abstracts, test outlets",
    "layouts": "pages laid out as real ones, test outlets, as they stand and under stress (F1)",
    "real": "five real pages",
}
_stoplist = cache(lambda: import_module("justext").get_stoplist("Arabic"))


def _trafilatura(lines: Sequence[str]) -> list[bool]:
    return _survivors(lines, (import_module("trafilatura").extract(_html(lines)) or "").splitlines())


def _justext(lines: Sequence[str], **lengths: int) -> list[bool]:
    found = import_module("justext").justext(_html(lines), _stoplist(), **lengths)
    return _survivors(lines, (paragraph.text for paragraph in found if not paragraph.is_boilerplate))


def _goose(lines: Sequence[str]) -> list[bool]:
    article = _goose_reader().extract(raw_html=_html(lines))
    return _survivors(lines, article.cleaned_text.splitlines())


@cache
def _goose_reader() -> object:
    arabic = import_module("goose3.text").StopWordsArabic
    settings = {"stopwords_class": arabic, "use_meta_language": False, "target_language": "ar"}
    return import_module("goose3").Goose(settings)


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


def _date_extractor(page_id: str, text: str) -> date | None:
    found = import_module("date_extractor").extract_dates(text)
    return found[0].date() if found else None


def regex_date(page_id: str, text: str) -> date | None:
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
    "goose3": _goose,
    "line ends in . ! ؟": lambda lines: [line.rstrip().endswith((".", "!", "؟")) for line in lines],
    "keep everything": lambda lines: [True] * len(lines),
}
DATE_METHODS: dict[str, Callable] = {  # a page's id and text in; out: a day, or None
    "tarikh.date_article": lambda page_id, text: date_article(read_article(text, page_id=page_id)).published,
    "dateparser, first full date": partial(_dateparser, full=True),
    "dateparser, first of anything": partial(_dateparser, full=False),
    "date-extractor, first date": _date_extractor,
    "htmldate": _htmldate,
    "regex, first full date": regex_date,
    "always abstain": lambda page_id, text: None,
}


def role_bench(lines: pd.DataFrame, *, stress: bool = False) -> pd.DataFrame:
    """Keep (headline, subheadline, body) against drop: method, n (lines), precision, recall, f1, speed, note.

    ``lines`` is what ``sample_lines`` or ``sample_layouts`` gives. ``speed`` is relative to trafilatura. With
    ``stress`` also the F1 of the pages under each stress of ``tarikh.stress``.
    """
    pages = [(list(page["text"]),) for _, page in lines.groupby("page_id", sort=False)]
    marked, runs = (lines["role"] != "").to_numpy(), []
    for name, method in ROLE_METHODS.items():
        answers, speed, note = _run(method, pages)
        kept = [k for (page,), answer in zip(pages, answers, strict=True) for k in answer or [False] * len(page)]
        found = np.where(kept, "body", "furniture")[marked]
        scores = role_scores(lines[marked].assign(found=found, split="")).iloc[0][
            ["lines", "precision", "recall", "f1"]
        ]
        stressed = keep_f1(method, lines, STRESSES) if stress and note != "not installed" else {}
        row = {"n": int(scores["lines"]), **scores.drop("lines"), **stressed}
        runs.append(pd.DataFrame([row]).assign(method=name, speed=speed, note=note))
    quality = ["precision", "recall", "f1", *(STRESSES if stress else ())]
    return _finished(pd.concat(runs, ignore_index=True), ["n", *quality], "trafilatura")


def role_tables(reference: Path | None = None) -> dict[str, pd.DataFrame]:
    """``role_bench`` of the abstracts and of the layouts, test outlets alone, the latter under stress; and, where the
    folder ``reference`` is given, of the five real pages in it (``pages/*.txt``, ``roles.csv``).
    """
    abstracts, layouts = (lines[lines["split"] == "test"] for lines in (sample_lines(), sample_layouts()))
    tables = {"abstracts": role_bench(abstracts), "layouts": role_bench(layouts, stress=True)}
    return tables | ({"real": role_bench(reference_lines(reference))} if reference else {})


def reference_lines(folder: Path) -> pd.DataFrame:
    """The lines of the five real pages, as ``sample_lines`` gives those of the collection."""
    gold = read_csv(folder / "roles.csv").rename(columns={"page": "page_id"}).astype({"line": "int64"})
    return lines_with_roles(read_pages(folder / "pages"), gold)


def growth_bench() -> pd.DataFrame:
    """Seconds that ``label_lines`` takes for ever longer pages: megabytes, lines (many lines), one_line (a single one).

    The pages are the layouts in a row, again and again; twice the size should take twice the time.
    """
    text, rows = "\n".join(sample_layouts()["text"]), []
    for size in SIZES:
        page = text * round(size * 1e6 / len(text.encode()))
        seconds = [_timed(label_lines, (form,))[1] for form in (page, page.replace("\n", " "))]
        rows.append((len(page.encode()) / 1e6, *seconds))
    return pd.DataFrame(rows, columns=["megabytes", "lines", "one_line"]).round(1)


def stored_bench() -> pd.DataFrame:
    """What ``run.py bench`` stored when it last ran: method, F1 by pages and stress, speed in that run; all str."""
    return read_csv(_STORED).reset_index(drop=True)


def store_bench(tables: dict[str, pd.DataFrame]) -> None:
    """Store one row a method; F1 of the real pages stay as they were where these pages are not at hand."""
    table = tables["layouts"].set_index("method")
    columns = {"abstracts": tables["abstracts"].set_index("method")["f1"], "layouts": table["f1"]}
    if "real" in tables:
        columns["real"] = tables["real"].set_index("method")["f1"]
    else:
        columns["real"] = stored_bench().set_index("method")["real"].astype(float)
    scores = pd.DataFrame(columns | {name: table[name] for name in STRESSES}).reindex(table.index)
    out = scores.round(3).astype("str").assign(speed=tables["abstracts"].set_index("method")["speed"])
    out.reset_index().to_csv(_STORED, index=False, encoding="utf-8", lineterminator="\n")


def stored_date_bench() -> pd.DataFrame:
    """What ``date_bench`` found of the collection when ``run.py bench`` last ran; all str, without speed."""
    return read_csv(_STORED_DATES).reset_index(drop=True)


def store_date_bench(table: pd.DataFrame) -> None:
    """Store the shares; a peer that is not installed keeps the rows that it had."""
    there = table["note"] != "not installed"
    new = table.drop(columns=["speed", "note"]).round(3).astype("str")
    old = stored_date_bench().set_index(["method", "pages"])
    kept = [old.loc[tuple(key)] for key in table.loc[~there, ["method", "pages"]].to_numpy()]
    if kept:
        new.loc[~there, old.columns] = pd.DataFrame(kept).to_numpy()
    new.to_csv(_STORED_DATES, index=False, encoding="utf-8", lineterminator="\n")


def date_bench(pages: pd.DataFrame | None = None, gold: pd.DataFrame | None = None) -> pd.DataFrame:
    """Publication day: method, pages, n, answered, exact, within_1 (with low and high), year_wrong, speed, note.

    ``pages`` has page_id and text, ``gold`` page_id, published, gold_from_url, date_kind, condensed and split; without
    them, the embedded pages with a certain date. ``pages`` of the result are the groups of ``scores.page_groups``, and
    "text, test" those of test outlets. Shares are of all ``n`` pages, ``year_wrong`` (by more than 366 days) is of the
    answered ones; low and high are the 95 % interval of ``within_1``.
    """
    gold = sample_index().query("date_confidence == 'certain'") if gold is None else gold
    texts = (sample_pages(with_url=False) if pages is None else pages).set_index("page_id")["text"]
    true, runs = pd.to_datetime(gold["published"]), []
    groups = page_groups(gold)
    groups["text, test"] = groups["text"].query("split == 'test'")
    for name, method in DATE_METHODS.items():
        answers, speed, note = _run(method, [(page, texts[page]) for page in gold["page_id"]])
        error = (pd.to_datetime(pd.Series(answers, index=gold.index)) - true).dt.days.abs()
        scores = [{"pages": g, **_date_scores(error[part.index])} for g, part in groups.items() if len(part)]
        runs.append(pd.DataFrame(scores).assign(method=name, speed=speed, note=note))
    table = pd.concat(runs).sort_values("pages", kind="stable", ignore_index=True)
    columns = ["pages", "n", "answered", "exact", "within_1", "low", "high", "year_wrong"]
    return _finished(table, columns, "dateparser, first full date")


def reference_dates(folder: Path) -> pd.DataFrame:
    """``date_bench`` of the five real pages in ``folder`` (``pages/*.txt``, ``dates.csv``)."""
    dates = (
        read_csv(folder / "dates.csv")
        .rename(columns={"page": "page_id"})
        .assign(split="", gold_from_url="", date_kind="", condensed="")
    )
    return date_bench(read_pages(folder / "pages"), dates)


def _date_scores(error: pd.Series) -> dict[str, float]:
    shares = {"answered": error.notna().mean(), "exact": (error == 0).mean(), "within_1": (error <= 1).mean()}
    low, high = wilson((error <= 1).sum(), len(error))
    return {"n": len(error), **shares, "low": low, "high": high, "year_wrong": (error.dropna() > 366).mean()}


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


def _finished(table: pd.DataFrame, columns: Sequence[str], base: str) -> pd.DataFrame:
    """The table with speeds relative to ``base``; the measures (float) of a peer that is missing are missing."""
    measures = table[list(columns)].select_dtypes("float").columns
    table.loc[table["note"] == "not installed", measures] = np.nan
    table["speed"] = (table["speed"] / table.loc[table["method"] == base, "speed"].iloc[0]).round(2)
    return table[["method", *columns, "speed", "note"]]


def markdown(table: pd.DataFrame) -> str:
    """A table of ``role_bench`` or ``date_bench`` as Markdown."""
    cells = table.round(3).map(lambda v: v if isinstance(v, str) else "–" if pd.isna(v) else f"{v:,}").to_numpy()
    return "\n".join(f"| {' | '.join(row)} |" for row in (table.columns, ["---"] * table.shape[1], *cells))


def main() -> None:
    """Print the tables and store that of roles; the five real pages are among them where TARIKH_SHARED is set."""
    shared = os.environ.get("TARIKH_SHARED")
    reference = Path(shared) / "reference" if shared else None
    roles = role_tables(reference)
    dates = {"embedded collection": date_bench()} | (
        {"five real pages": reference_dates(reference)} if reference else {}
    )
    for what, table in roles.items():
        print(f"\nLine roles, keep against drop: {_PAGES[what]}\n\n{markdown(table)}")
    for what, table in dates.items():
        print(f"\nPublication day, address hidden: {what}\n\n{markdown(table)}")
    print(f"\nSeconds for pages of a size, in many lines and in one\n\n{markdown(growth_bench())}")
    print(NOTE)
    store_bench(roles)
    store_date_bench(dates["embedded collection"])
