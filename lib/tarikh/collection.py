"""The embedded collection: its index, pages, search log, gold and features, and measures of a text beside its source.

The pages are abstracts in our own words; ``sample/PROTOCOL.md`` says how one is made, ``sample/DATASHEET.md`` what the
collection is and what may be concluded from it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path

import pandas as pd

from tarikh.arabic import Patterns, tokenise
from tarikh.corpus import ARTICLE_COLUMNS, PART_COLUMNS, Corpus, build_corpus, month_cells
from tarikh.tables import read_csv, read_table
from tarikh.topics import CODE_COLUMNS

_PRECISIONS = ["day", "week", "month", "quarter", "year", "unknown"]
_FOLDER = resources.files("tarikh") / "sample"


def _table(name: str) -> pd.DataFrame:
    return read_csv(_FOLDER / f"{name}.csv").reset_index(drop=True)


def sample_index() -> pd.DataFrame:
    """The index of the embedded collection as strings, one row a page; its columns stand in its datasheet."""
    return _table("index")


def sample_pages(*, with_url: bool = True) -> pd.DataFrame:
    """The pages of the embedded collection, with the columns of ``read_pages``.

    ``with_url=False`` hides address and outlet, so that an article is dated from its own words alone.
    """
    index = sample_index()
    text = [(_FOLDER / "pages" / f"{page}.txt").read_text(encoding="utf-8") for page in index["page_id"]]
    unknown = pd.Series(pd.NaT, index=index.index, dtype="datetime64[s]")
    return pd.DataFrame(
        {
            "page_id": index["page_id"],
            "text": text,
            "url": index["url"] if with_url else "",
            "outlet": index["outlet"] if with_url else "",
            "fetched": unknown,
            "published_given": unknown,
            "meta_date": unknown,
            "note": "",
            "source_file": index["page_id"] + ".txt",
            "encoding": "utf-8",
            "problem": "",
        }
    )


@cache
def sample_corpus() -> Corpus:
    """The tables of the embedded collection: what ``run.py`` built, or built now when anything changed since."""
    folder = _root() / ".cache" / "tables" / _fingerprint()
    try:
        return Corpus.load(folder)
    except FileNotFoundError:
        corpus = build_corpus(sample_pages(), workers=1, progress=False)
        corpus.save(folder)
        return corpus


def _root() -> Path:
    return Path(__file__).resolve().parents[2]


def _fingerprint() -> str:
    """A hash of the library's code, tables and sample: what the tables are made from."""
    package = Path(__file__).resolve().parent
    files = sorted(f for f in package.rglob("*") if f.suffix in (".py", ".csv", ".txt"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def frame_pages(index: pd.DataFrame) -> pd.Series:
    """Ids of the pages that shares may be computed on: found by a neutral query, and not condensed.

    ``index`` is what ``sample_index`` gives. Thematic pages serve dating, roles and coding only.
    """
    return index.loc[(index["query_kind"] == "neutral") & (index["condensed"] == "no"), "page_id"]


def sample_roles() -> pd.DataFrame:
    """Roles read by hand: page_id, line (int64, from 1), role (settled), first and second (what two coders gave)."""
    return _table("roles").astype({"line": "int64"})


def sample_lines() -> pd.DataFrame:
    """The lines of the pages whose roles were read by hand: page_id, split, line (int64), role, text.

    A row a line, blank lines too (without a role): the lines joined with ``\\n`` are the page.
    """
    roles, pages = sample_roles(), sample_pages()
    split = sample_index().set_index("page_id")["split"]
    lines = lines_with_roles(pages[pages["page_id"].isin(roles["page_id"])], roles)
    lines.insert(1, "split", lines["page_id"].map(split))
    return lines


def lines_with_roles(pages: pd.DataFrame, roles: pd.DataFrame) -> pd.DataFrame:
    """Every line of ``pages`` (page_id, text) with its role in ``roles`` (page_id, line, role), "" for a blank one.

    Columns: page_id, line (int64, from 1), role, text.
    """
    text = pages.set_index("page_id")["text"].str.removesuffix("\n").str.split("\n").explode()
    lines = text.to_frame().reset_index().assign(line=lambda frame: frame.groupby("page_id").cumcount() + 1)
    given = lines.merge(roles[["page_id", "line", "role"]], on=["page_id", "line"], how="left")
    return given.fillna({"role": ""})[["page_id", "line", "role", "text"]]


def sample_layouts() -> pd.DataFrame:
    """The same for invented articles on pages laid out as those of real outlets, furniture and all; and domain."""
    with (_FOLDER / "layouts.csv").open(encoding="utf-8", newline="") as file:
        return pd.read_csv(file, dtype="str", keep_default_na=False).astype({"line": "int64"})


def sample_codes() -> pd.DataFrame:
    """Topics by hand: page_id, line (int64), coder, topics (ids with "; " between, or empty), background (bool)."""
    codes = _table("topics")
    return codes.assign(line=codes["line"].astype("int64"), background=codes["background"] == "yes")


def hand_topics() -> pd.DataFrame:
    """What both coders gave, in the form of ``code_topics``: paragraph is the line, hits 1, terms empty.

    A line is background where either coder says so.
    """
    codes = sample_codes()
    recap = codes.groupby(["page_id", "line"], as_index=False)["background"].any()
    single = codes.assign(topic=codes["topics"].str.split("; ")).explode("topic").query("topic != ''")
    given = single.groupby(["page_id", "line", "topic"], as_index=False)["coder"].nunique().query("coder == 2")
    given = given.merge(recap, on=["page_id", "line"]).rename(columns={"page_id": "article_id", "line": "paragraph"})
    given = given.assign(hits=1, terms="")[CODE_COLUMNS]
    return given.astype({"topic": "str", "terms": "str"})


def sample_features() -> pd.DataFrame:
    """What was counted in the originals: page_id, kind (``naming``, ``quoted``, ``topic``), name, n (int64)."""
    return _table("features").astype({"n": "int64"})


def sample_queries() -> pd.DataFrame:
    """The search log, one row a query: query_id, query_kind, query; what it returned and what became of it (int64)."""
    log = _table("queries")
    counts = {column: "int64" for column in log.columns if column not in ("query_id", "query_kind", "query")}
    return log.astype(counts)


def gold_dated(corpus: Corpus) -> Corpus:
    """The tables with the true days and stories of the index in place of those found: what is compared with words.

    A certain day is one day; else every day from ``not_before`` to ``not_after`` is equally probable, and the article
    is as finely dated as that interval is long.
    """
    index = sample_index().set_index("page_id").loc[corpus.articles["article_id"]]
    days = index[["published", "not_before", "not_after"]].apply(pd.to_datetime).astype("datetime64[s]")
    sure = index["date_confidence"] == "certain"
    low, high = (days["published"].where(sure, days[c]) for c in ("not_before", "not_after"))
    spans = [pd.Series(1.0, pd.date_range(a, b)) for a, b in zip(low, high, strict=True)]
    rows = [(a, *cell) for a, span in zip(index.index, spans, strict=True) for cell in month_cells(span)]
    months = pd.DataFrame(rows, columns=list(PART_COLUMNS["months"]))
    length = (high - low).dt.days
    known = {
        "published": days["published"].fillna(low + (high - low) / 2),
        "low": low,
        "high": high,
        "precision": pd.cut(length, [-1, 1, 6, 31, 92, 366, 10**5], labels=_PRECISIONS).astype("str"),
    }
    copies = index["near_duplicate_of"].to_numpy()
    known["story"] = corpus.articles["story"].where(copies == "", copies)
    articles = corpus.articles.assign(**{c: v.array for c, v in known.items()}).astype(ARTICLE_COLUMNS)
    months = months.assign(month=pd.to_datetime(months["month"])).astype(PART_COLUMNS["months"])
    dated = articles.loc[articles["precision"] != "unknown", "article_id"]
    return replace(corpus, articles=articles, months=months[months["article_id"].isin(dated)].reset_index(drop=True))


def known_articles() -> Corpus:
    """What findings rest on: neutral pages coded by hand, with true days, dated to the year or better.

    Their codes are ``hand_topics()``.
    """
    ids = set(frame_pages(sample_index())) & set(sample_codes()["page_id"])
    return gold_dated(sample_corpus().select(ids)).used()


# --- measures of a text beside its source -----------------------------------------------------------------------------


def longest_shared_run(source: str, abstract: str) -> int:
    """The most words in a row, within one line, that ``abstract`` has from ``source``; spelling variants are equal.

    >>> longest_shared_run("وصل الرئيس إلى مينسك أمس", "إلى مينسك أمس وصل")
    3
    """
    theirs, ours = _lines(source), _lines(abstract)
    length = 0
    while _runs(theirs, length + 1) & _runs(ours, length + 1):
        length += 1
    return length


def _lines(text: str) -> list[list[str]]:
    return [[token.key for token in tokenise(line)] for line in text.splitlines()]


def _runs(lines: list[list[str]], n: int) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + n]) for words in lines for i in range(len(words) - n + 1)}


def count_naming(text: str) -> pd.DataFrame:
    """How often ``text`` uses each name of the table ``naming`` that stands in it: pair, name (str), n (int64).

    >>> count_naming("الحرب على حدود بيلاروس")["name"].tolist()
    ['belarus', 'war']
    """
    table = read_table("naming")
    hits = Patterns(table[["pattern", "name"]].itertuples(index=False, name=None)).find_apart(tokenise(text))
    counts = Counter(hit.id for hit in hits)
    pair = dict(zip(table["name"], table["pair"], strict=True))
    rows = sorted((pair[name], name, n) for name, n in counts.items())
    return pd.DataFrame(rows, columns=["pair", "name", "n"]).astype({"n": "int64"})
