"""Pages in, tables out: every article read, dated and told apart, with progress and in parallel.

``build_corpus`` gives the five tables that all analysis starts from. The work on a page is pure
(``process_pages``), so any engine that maps over chunks of a DataFrame can do it; one page that fails is reported in
the result, and the run goes on.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zlib import crc32

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from tqdm import tqdm

from tarikh.arabic import has_arabic, tokenise
from tarikh.articles import Article, read_article
from tarikh.dating import DATED, Dating, date_article
from tarikh.sources import identify_source
from tarikh.tables import read_table

CHUNK = 50  # pages a worker takes at once
PARALLEL_FROM = 200  # pages from which starting worker processes pays
KEPT_MASS = 1e-5  # a month with less of an article's posterior is left out
_SHINGLE, _SKETCH = 3, 16
_NEAR = 20  # earlier bodies with the same mark that a body is compared with
_SAME_STORY, _CONTAINED = 0.5, 0.8
RELEVANT = ("bilateral", "belarus")
STUDY = (pd.Timestamp("2014-01-01"), pd.Timestamp("2023-12-31"))

ARTICLE_COLUMNS = {
    "article_id": "str", "source_file": "str", "url": "str", "outlet": "str", "country": "str", "mirror_of": "str",
    "wire": "str", "relevance": "str", "headline": "str", "is_listing": "bool", "n_lines": "int64",
    "n_paragraphs": "int64", "n_words": "int64", "published": "datetime64[s]", "low": "datetime64[s]",
    "high": "datetime64[s]", "precision": "str", "probability": "float64", "candidates": "str",
    "evidence_kinds": "str", "conflicts": "str", "story": "str", "problem": "str",
}  # fmt: skip
PART_COLUMNS = {
    "lines": {"article_id": "str", "line": "int64", "role": "str", "text": "str", "cues": "str"},
    "paragraphs": {
        "article_id": "str", "paragraph": "int64", "role": "str", "line": "int64", "text": "str",
    },
    "evidence": {
        "article_id": "str", "kind": "str", "says": "str", "line": "int64", "start": "int64", "end": "int64",
        "quote": "str", "rule_id": "str",
    },
    "months": {"article_id": "str", "month": "datetime64[s]", "probability": "float64"},
}  # fmt: skip


@dataclass(frozen=True)
class Corpus:
    """The tables of a collection, sorted by ``article_id``; their columns stand in the data dictionary (lib/README)."""

    articles: pd.DataFrame
    lines: pd.DataFrame
    paragraphs: pd.DataFrame
    evidence: pd.DataFrame
    months: pd.DataFrame

    def select(self, article_ids: Iterable[str]) -> Corpus:
        """The same tables with these articles alone."""
        wanted = set(article_ids)
        return Corpus(*(t[t["article_id"].isin(wanted)].reset_index(drop=True) for t in self._tables()))

    def used(self) -> Corpus:
        """The articles that analysis may use: the last step of ``flow``."""
        return self.select(self.articles.loc[_steps(self.articles)[-1][2], "article_id"])

    def flow(self) -> pd.DataFrame:
        """From pages to used articles: label_ar, label_en (str), n (int64); every denominator is one of these."""
        rows = [(ar, en, int(mask.sum())) for ar, en, mask in _steps(self.articles)]
        return pd.DataFrame(rows, columns=["label_ar", "label_en", "n"])

    def save(self, folder: Path) -> None:
        """Write the tables as Parquet files into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in zip(_TABLES, self._tables(), strict=True):
            table.to_parquet(folder / f"{name}.parquet", index=False)

    @classmethod
    def load(cls, folder: Path) -> Corpus:
        """Read what ``save`` wrote. Raises FileNotFoundError when a table is not there."""
        return cls(*(_typed(pd.read_parquet(folder / f"{name}.parquet"), _columns(name)) for name in _TABLES))

    def _tables(self) -> tuple[pd.DataFrame, ...]:
        return self.articles, self.lines, self.paragraphs, self.evidence, self.months


_TABLES = ("articles", "lines", "paragraphs", "evidence", "months")


def _columns(name: str) -> dict[str, str]:
    return ARTICLE_COLUMNS if name == "articles" else PART_COLUMNS[name]


def _typed(frame: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    return frame.reindex(columns=list(columns)).astype(columns)


def _steps(articles: pd.DataFrame) -> list[tuple[str, str, pd.Series]]:
    read = articles["problem"] == ""
    one = read & ~articles["is_listing"] & (articles["n_paragraphs"] > 0)
    relevant = one & articles["relevance"].isin(RELEVANT)
    dated = relevant & articles["precision"].isin(DATED)
    inside = dated & articles["published"].between(*STUDY)
    return [
        ("صفحات", "pages", pd.Series(True, index=articles.index)),
        ("صفحات قُرئت", "pages that could be read", read),
        ("مقالات لها متن", "articles with a body (no listing pages)", one),
        ("مقالات عن بيلاروس أو علاقتها بروسيا", "articles on Belarus or its relations with Russia", relevant),
        ("مقالات أُرِّخت بالسنة أو أدق", "articles dated to the year or better", dated),
        ("مقالات من 2014 إلى 2023 (المستعملة)", "articles of 2014–2023 (used)", inside),
    ]


def process_pages(pages: pd.DataFrame, *, furniture: Path | None = None) -> pd.DataFrame:
    """One row an article for one row a page, with the parts of each article as JSON; pure, so any engine maps it.

    ``pages`` has the columns of ``read_pages``; ``page_id`` and ``text`` are enough. ``furniture`` is a CSV of the
    user's own with further phrases. A page that fails keeps its row, with the reason in ``problem``.
    """
    unknown = {
        "url": "",
        "outlet": "",
        "problem": "",
        "fetched": pd.NaT,
        "published_given": pd.NaT,
        "meta_date": pd.NaT,
    }
    return pd.DataFrame(
        [_process(unknown | {"source_file": page["page_id"]} | page, furniture) for page in pages.to_dict("records")]
    )


def _process(page: dict, furniture: Path | None) -> dict:
    row = {"article_id": page["page_id"], "source_file": page["source_file"], "url": page["url"]}
    if page["problem"]:
        return _failed(row, page["problem"])
    try:
        article = page_article(page, furniture)
        dating = date_article(article)
    except Exception as error:  # one page must not end the run; its row says what happened
        return _failed(row, f"{page['source_file']}: {type(error).__name__}: {error}")
    problem = "" if has_arabic(page["text"]) else f"{page['source_file']}: the page has no Arabic text"
    return row | _described(article) | _dated(dating) | _parts(article, dating) | {"problem": problem}


def page_article(page: Mapping, furniture: Path | None = None) -> Article:
    """The article of one page, a row of ``read_pages``, with all that is known of it beside its text."""
    return read_article(
        page["text"], page_id=page["page_id"], url=page["url"] or None, outlet=page["outlet"] or None,
        fetched=_date(page["fetched"]), published_given=_date(page["published_given"]),
        meta_date=_date(page["meta_date"]), extra=furniture,
    )  # fmt: skip


def _date(value: object):
    return None if pd.isna(value) else pd.Timestamp(value).date()


def _failed(row: dict, problem: str) -> dict:
    empty = {"is_listing": False, "n_lines": 0, "n_paragraphs": 0, "n_words": 0, "probability": 0.0}
    return row | empty | {"precision": "unknown", "problem": problem} | {f"_{name}": "[]" for name in PART_COLUMNS}


def _described(article: Article) -> dict:
    source = identify_source(article)
    text = " ".join(p.text for p in article.paragraphs)
    return {
        "outlet": source.outlet, "country": source.country, "mirror_of": source.mirror_of, "wire": source.wire,
        "relevance": source.relevance, "headline": article.headline or "", "is_listing": article.is_listing,
        "n_lines": sum(bool(line.text.strip()) for line in article.lines),
        "n_paragraphs": len(article.paragraphs), "n_words": len(tokenise(text)),
    }  # fmt: skip


def _dated(dating: Dating) -> dict:
    held = dating.candidates if dating.precision != "unknown" else dating.candidates[:0]
    return {
        "published": dating.published, "low": dating.low, "high": dating.high, "precision": dating.precision,
        "probability": dating.probability,
        "candidates": " ".join(f"{day:%Y-%m-%d}:{p:.3f}" for day, p in held.nlargest(40, keep="first").items()),
        "evidence_kinds": " ".join(sorted({e.kind for e in dating.evidence})),
        "conflicts": " ".join(sorted({e.kind for e in dating.conflicts})),
    }  # fmt: skip


def _parts(article: Article, dating: Dating) -> dict:
    """Lines, paragraphs, evidence and months of one article, each as JSON."""
    lines = [[line.n, line.role, line.text.rstrip("\r\n"), " ".join(line.cues)] for line in article.lines]
    heads = [("headline", article.headline)] if article.headline else []
    heads += [("subheadline", text) for text in article.subheadlines]
    where = {role: [x.n for x in article.lines if x.role == role] for role in ("headline", "subheadline")}
    first = [(role, where[role].pop(0) if where[role] else 0, text) for role, text in heads]
    texts = first + [("body", p.lines[0], p.text) for p in article.paragraphs]
    paragraphs = [[i, role, line, text] for i, (role, line, text) in enumerate(texts)]
    evidence = [[e.kind, e.says, e.line, e.start, e.end, e.quote, e.rule_id] for e in dating.evidence]
    months = month_cells(dating.posterior) if dating.precision in DATED else []
    parts = {"lines": lines, "paragraphs": paragraphs, "evidence": evidence, "months": months}
    return {f"_{name}": json.dumps(rows, ensure_ascii=False) for name, rows in parts.items()}


def month_cells(posterior: pd.Series) -> list[list]:
    """The posterior by month, cut also where a row of the table ``periods`` begins: [first day, probability] pairs."""
    cells = posterior.groupby(_cell_of(posterior.index)).sum()
    cells = cells[cells > KEPT_MASS] / cells[cells > KEPT_MASS].sum()
    return [[f"{day:%Y-%m-%d}", float(p)] for day, p in cells.items()]


def _cell_of(days: pd.DatetimeIndex) -> pd.DatetimeIndex:
    starts = days.to_period("M").unique().to_timestamp()
    edges = starts.union(pd.to_datetime(read_table("periods")["from"])).sort_values()
    return edges[np.searchsorted(edges.to_numpy(), days.to_numpy(), side="right") - 1]


def build_corpus(
    pages: pd.DataFrame,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: bool = True,
    furniture: Path | None = None,
) -> Corpus:
    """Read, date and describe every page: pages (columns of ``read_pages``) in, the five tables out.

    ``workers`` processes share the work (by default one for small collections, else all cores); ``executor`` is
    any object with ``map``. ``furniture`` is a CSV of the user's own with the columns of the table ``furniture``, whose
    rows come first; raises TableError where it cannot be used. The same pages in any order give the same tables.
    """
    if furniture is not None:
        read_table("furniture", furniture)  # a mistake in it is told before the work begins
    work = partial(process_pages, furniture=furniture)
    pages = pages.sort_values("page_id", kind="stable")
    chunks = [pages.iloc[i : i + CHUNK] for i in range(0, len(pages), CHUNK)]
    if executor is None and workers != 1 and (workers or len(pages) >= PARALLEL_FROM):
        with ProcessPoolExecutor(workers) as pool:
            done = _map(partial(pool.map, work), chunks, progress)
    else:
        done = _map(partial(executor.map if executor else map, work), chunks, progress)
    return _assembled(pd.concat(done, ignore_index=True) if done else pd.DataFrame())


def _map(mapper, chunks: Sequence[pd.DataFrame], progress: bool) -> list[pd.DataFrame]:
    bar = tqdm(mapper(chunks), total=len(chunks), unit="chunk", disable=not progress, desc="pages")
    return list(bar)


def _assembled(rows: pd.DataFrame) -> Corpus:
    parts = {name: _exploded(rows, name) for name in PART_COLUMNS}
    rows = rows.reindex(columns=list(ARTICLE_COLUMNS))
    for column, dtype in ARTICLE_COLUMNS.items():
        if dtype == "str":
            rows[column] = rows[column].astype(object).fillna("")
        elif dtype.startswith("datetime"):
            rows[column] = pd.to_datetime(rows[column])
    articles = _typed(rows, ARTICLE_COLUMNS)
    articles["story"] = story_groups(parts["paragraphs"], articles["article_id"])
    return Corpus(articles, **parts)


def _exploded(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    columns = PART_COLUMNS[name]
    records = []
    for row in rows.to_dict("records"):
        records += [[row["article_id"], *values] for values in json.loads(row[f"_{name}"])]
    frame = pd.DataFrame(records, columns=list(columns))
    if "month" in columns:
        frame["month"] = pd.to_datetime(frame["month"])
    return frame.astype(columns)


# --- one story in many outlets --------------------------------------------------------------------------------------


def story_groups(paragraphs: pd.DataFrame, article_ids: pd.Series) -> list[str]:
    """For each article the id of its story: the first article whose body it repeats, or its own id.

    Bodies are compared by word shingles after folding: Jaccard of at least 0.5, or 0.8 of the shorter one inside
    the longer (Broder 1997); only pairs that share a shingle of a bottom-k sketch are compared.
    """
    body = paragraphs[paragraphs["role"] == "body"]
    shingles = {a: _shingles(" ".join(texts)) for a, texts in body.groupby("article_id")["text"]}
    buckets: dict[int, list[str]] = defaultdict(list)
    for article, marks in shingles.items():
        for mark in sorted(marks)[:_SKETCH]:
            buckets[mark].append(article)
    pairs = {(b, a) for found in buckets.values() for i, a in enumerate(found) for b in found[max(0, i - _NEAR) : i]}
    same = [pair for pair in sorted(pairs) if _same_story(*(shingles[a] for a in pair))]
    ids = sorted(article_ids)
    place = {a: i for i, a in enumerate(ids)}
    rows, columns = ([place[pair[side]] for pair in same] for side in (0, 1))
    links = coo_array((np.ones(len(same)), (rows, columns)), shape=(len(ids), len(ids)))
    _, group = connected_components(links, directed=False)
    first: dict[int, str] = {}
    for article, number in zip(ids, group, strict=True):
        first.setdefault(number, article)
    return [first[group[place[a]]] for a in article_ids]


def _shingles(text: str) -> set[int]:
    words = [t.key for t in tokenise(text)]
    return {crc32(" ".join(words[i : i + _SHINGLE]).encode()) for i in range(len(words) - _SHINGLE + 1)}


def _same_story(a: set[int], b: set[int]) -> bool:
    shared = len(a & b)
    return shared >= 5 and (shared / len(a | b) >= _SAME_STORY or shared / min(len(a), len(b)) >= _CONTAINED)
