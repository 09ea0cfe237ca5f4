"""How well roles and dates are found on the embedded collection: the tables of README and notebooks.

Pages of *test* outlets were not looked at while rules were written; figures for *dev* outlets are optimistic.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
from scipy.stats import norm

from tarikh.articles import Article, read_article
from tarikh.collection import (
    sample_corpus,
    sample_index,
    sample_layouts,
    sample_lines,
    sample_pages,
    sample_roles,
)
from tarikh.corpus import build_corpus
from tarikh.dating import Dating, Evidence, anchor_kinds, collect_evidence, dated_by, likelihood
from tarikh.known_events import known_events
from tarikh.outlets import bare_name, same_outlet, words_of
from tarikh.pages import read_pages
from tarikh.roles import ROLES, label_lines
from tarikh.sources import UNKNOWN, identify_source, wire_names
from tarikh.stress import STRESSES
from tarikh.tables import read_csv, read_table
from tarikh.topics import article_topics, code_topics

KEEP = ("headline", "subheadline", "body")
LEVELS = (0.5, 0.8, 0.9, 0.95)
RARE = 10  # lines with a topic or role, below which it is not judged
ALPHAS = (0.67, 0.8)  # from which agreement is called tentative, and good (Krippendorff 2004)
_PRINTED = ("stamp", "stamp_checked", "dateline_date", "deictic_date", "body_date", "given")
_VERDICTS = ("poor", "tentative", "good")


def wilson(hits: float, n: float) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927); (0, 1) for no observation."""
    if not n:
        return 0.0, 1.0
    z = norm.ppf(0.975)
    centre, spread = hits + z**2 / 2, z * np.sqrt(hits * (n - hits) / n + z**2 / 4)
    return float((centre - spread) / (n + z**2)), float((centre + spread) / (n + z**2))


def _precision_recall_f1(found: np.ndarray, wanted: np.ndarray) -> tuple[float, float, float]:
    """Of yes-or-no answers; missing where nothing was found, or nothing wanted."""
    right = (found & wanted).sum()
    precision, recall = (right / n if n else np.nan for n in (found.sum(), wanted.sum()))
    return precision, recall, 2 * right / max(found.sum() + wanted.sum(), 1)


# --- roles ----------------------------------------------------------------------------------------------------------


@cache
def gold_roles() -> pd.DataFrame:
    """Roles of the abstracts: page_id, split, line (int64), role (by hand), text, found (what label_lines says)."""
    return _found_roles(sample_lines())


@cache
def layout_roles() -> pd.DataFrame:
    """The same for the pages laid out as those of real outlets; and domain."""
    return _found_roles(sample_layouts())


def _found_roles(lines: pd.DataFrame) -> pd.DataFrame:
    text = lines.groupby("page_id")["text"].agg("\n".join)
    found = {(page, line.n): line.role for page, page_text in text.items() for line in label_lines(page_text)}
    gold = lines[lines["role"] != ""].reset_index(drop=True)
    keys = zip(gold["page_id"], gold["line"], strict=True)
    return gold.assign(found=pd.Series([found[k] for k in keys], index=gold.index, dtype="str"))


def role_scores(lines: pd.DataFrame) -> pd.DataFrame:
    """Keep (headline, subheadline, body) against drop: pages, lines (int64), precision, recall, f1, macro_f1 by split.

    ``lines`` is what ``gold_roles`` or ``layout_roles`` gives. ``macro_f1`` is the mean F1 of the roles that have at
    least ten gold lines in the split.
    """
    rows = []
    for split, part in [("all", lines), *lines.groupby("split")]:
        kept, wanted = part["found"].isin(KEEP), part["role"].isin(KEEP)
        scores = np.nan_to_num(_precision_recall_f1(kept, wanted))
        by_role = scores_by_role(part)
        macro = by_role.loc[by_role["gold"] >= RARE, "f1"].mean()
        rows.append((split, part["page_id"].nunique(), len(part), *scores, macro))
    return pd.DataFrame(rows, columns=["split", "pages", "lines", "precision", "recall", "f1", "macro_f1"])


def scores_by_role(lines: pd.DataFrame) -> pd.DataFrame:
    """Precision, recall and F1 of each role: role, gold, found (int64: lines), precision, recall, f1; as they stand."""
    rows = []
    for role in ROLES:
        found, gold = lines["found"] == role, lines["role"] == role
        rows.append((role, int(gold.sum()), int(found.sum()), *_precision_recall_f1(found, gold)))
    return pd.DataFrame(rows, columns=["role", "gold", "found", "precision", "recall", "f1"])


def role_agreement() -> pd.DataFrame:
    """How far the two coders of roles agree: role (and ``keep``), first, second (int64: lines of each), alpha.

    Krippendorff's alpha of each role against all others, over the lines that both coded.
    """
    coded = sample_roles().query("second != ''")
    pairs = {role: (coded["first"] == role, coded["second"] == role) for role in ROLES}
    pairs["keep"] = tuple(coded[coder].isin(KEEP) for coder in ("first", "second"))
    rows = [
        (role, int(one.sum()), int(two.sum()), krippendorff_alpha(one.to_numpy(), two.to_numpy()))
        for role, (one, two) in pairs.items()
    ]
    return pd.DataFrame(rows, columns=["role", "first", "second", "alpha"])


def keep_f1(
    keep: Callable[[list[str]], Sequence[bool]], lines: pd.DataFrame, stresses: Iterable[str] = ("none", *STRESSES)
) -> dict[str, float]:
    """F1 of keep against drop as the pages stand (``none``) and under each of ``stresses``, by name.

    ``lines`` is what ``sample_lines`` or ``sample_layouts`` gives; ``keep`` gets a page's lines and says which to keep.
    """
    pages = [list(zip(p["role"], p["text"], strict=True)) for _, p in lines.groupby("page_id", sort=True)]
    scores = {}
    for name in stresses:
        stressed = [STRESSES[name](p, random.Random(n)) for n, p in enumerate(pages)] if name in STRESSES else pages
        kept = np.array([k for page in stressed for k in _padded(keep([text for _, text in page]), len(page))])
        roles = np.array([role for page in stressed for role, _ in page])
        marked = roles != ""
        scores[name] = float(_precision_recall_f1(kept[marked], np.isin(roles[marked], KEEP))[2])
    return scores


def _padded(kept: Sequence[bool], length: int) -> list[bool]:
    """``kept`` with False for the blank lines at the end of a page, which a text does not tell from its line end."""
    return [*kept, *[False] * (length - len(kept))]


# --- sources ----------------------------------------------------------------------------------------------------------


@cache
def found_sources() -> pd.DataFrame:
    """What ``identify_source`` says of each page of the collection, beside the gold of the index.

    Columns: page_id, split, relevance, relevance_found, has_address (bool), by_address and by_text (``right``,
    ``unknown`` or ``wrong``: the outlet found with the page's address, and from its text alone), named (bool: a line
    outside the article, or a dateline or credit, holds the outlet's name).
    """
    index = sample_index()
    text = sample_pages().set_index("page_id")["text"]
    rows = []
    for row in index.itertuples():
        bare = read_article(text[row.page_id])
        source, known = identify_source(bare), identify_source(replace(bare, url=row.url or None))
        grades = (row.relevance, source.relevance)
        outlets = (_judged(known.outlet, row), _judged(source.outlet, row), _names_itself(bare, row.outlet))
        rows.append((row.page_id, row.split, *grades, bool(row.url), *outlets))
    columns = ["page_id", "split", "relevance", "relevance_found", "has_address", "by_address", "by_text", "named"]
    return pd.DataFrame(rows, columns=columns)


def _judged(found: str, row) -> str:
    if found == UNKNOWN:
        return UNKNOWN
    return "right" if same_outlet(found, row.outlet, urlsplit(row.url).hostname or "") else "wrong"


def _names_itself(article: Article, outlet: str) -> bool:
    name = " ".join(bare_name(words_of(outlet.partition("(")[0].partition(" via ")[0])))
    outside = [x.text for x in article.lines if x.role in ("furniture", "byline", "dateline", "source_credit", "stamp")]
    texts = (f" {' '.join(words_of(text))} " for text in (*outside, article.dateline or ""))
    agency = bool(wire_names(outlet))  # in a dateline or credit it names the wire, not the outlet
    return bool(name) and not agency and any(f" {name} " in text for text in texts)


def source_scores(found: pd.DataFrame) -> pd.DataFrame:
    """Outlets and relevance by split, shares of pages and their n.

    Columns: split, with_address (n), right_or_unknown and right of those, named (n: pages whose text names the outlet),
    named_right, graded (n: pages with a relevance read by hand), graded_right.

    ``found`` is what ``found_sources`` gives.
    """
    rows = []
    for split, part in [("all", found), *found.groupby("split")]:
        address = part.loc[part["has_address"], "by_address"]
        named, graded = part[part["named"]], part[part["relevance"] != ""]
        addressed = (len(address), (address != "wrong").mean(), (address == "right").mean())
        right = (graded["relevance"] == graded["relevance_found"]).mean()
        rows.append((split, *addressed, len(named), (named["by_text"] == "right").mean(), len(graded), right))
    columns = ["split", "with_address", "right_or_unknown", "right", "named", "named_right", "graded", "graded_right"]
    return pd.DataFrame(rows, columns=columns)


# --- dates ----------------------------------------------------------------------------------------------------------


STUDY = (date(2014, 1, 1), date(2023, 12, 31))
CONDITIONS: dict[str, dict[str, bool]] = {  # how pages are dated, for comparison: arguments of ``dated_pages``
    "hidden": {},
    "shown": {"with_url": True},
    "study": {"in_study": True},
    "bare": {"anchors": False},
}


@cache
def dated_pages(*, with_url: bool = False, in_study: bool = False, anchors: bool = True) -> pd.DataFrame:
    """Every page of the collection with a certain date, dated from its text (and its address if ``with_url``).

    ``in_study`` names the study period as the window; without ``anchors`` nothing counts that rests on the tables of
    events, contacts and people. Columns: page_id, split, outlet, condensed, date_kind (what proves the date),
    gold_from_url, gold, published (datetime64[s]), error (days, float64, missing without an answer), precision,
    probability, likeliest (bool: the most probable day is the true one), days (size of the 90 % set), best_kind, and
    held_50, held_80, held_90, held_95 (bool: the true day is among the fewest days that hold so much).
    """
    index = sample_index()
    index = index[index["date_confidence"] == "certain"].set_index("page_id")
    found, rows = _evidence(with_url), []
    for page, row in index.iterrows():
        known = {"page_id": page} | row[["split", "outlet", "condensed", "date_kind", "gold_from_url"]].to_dict()
        pieces = [piece for piece in found[page] if anchors or piece.kind not in anchor_kinds()]
        rows.append(known | _dated(row, dated_by(pieces, window=STUDY if in_study else None)))
    return pd.DataFrame(rows)


@cache
def _evidence(with_url: bool) -> dict[str, list[Evidence]]:
    """The evidence on each page with a certain date, by page."""
    sure = sample_index().query("date_confidence == 'certain'")["page_id"]
    pages = sample_pages(with_url=with_url).set_index("page_id")
    return {
        page: collect_evidence(read_article(text, page_id=page, url=url or None))
        for page, text, url in pages.loc[sure, ["text", "url"]].itertuples()
    }


def _dated(row: pd.Series, dating: Dating) -> dict:
    gold = pd.Timestamp(row["published"])
    published = pd.Timestamp(dating.published) if dating.published else pd.NaT
    falling = dating.posterior.sort_values(ascending=False, kind="stable")
    before = falling.cumsum() - falling
    at = before.get(gold, 1.0)
    strongest = max(dating.evidence, key=lambda e: _strength(dating, e), default=None)
    return {
        "gold": gold, "published": published,
        "error": abs((published - gold).days) if dating.published else np.nan,
        "precision": dating.precision, "probability": float(dating.posterior.max()),
        "likeliest": dating.posterior.idxmax() == gold, "days": len(dating.candidates),
        "best_kind": strongest.kind if strongest else "none",
    } | {f"held_{round(100 * level)}": bool(at < level) for level in LEVELS}  # fmt: skip


def _strength(dating: Dating, evidence: Evidence) -> float:
    days = dating.posterior.index.to_numpy().astype("datetime64[D]")
    return float(likelihood(evidence, days)[int(np.argmax(dating.posterior.to_numpy()))])


def dating_scores(dated: pd.DataFrame) -> pd.DataFrame:
    """Shares of pages by split: n, answered, exact, within 1, 31 and 366 days, the 95 % interval of within 1 day,
    named a day (n), right of those, the true day inside the 90 % set, median size of that set in days.

    ``dated`` is what ``dated_pages`` gives; a page without an answer counts as wrong.
    """
    rows = []
    for split, part in [("all", dated), *dated.groupby("split")]:
        n, error = len(part), part["error"]
        day = part[part["precision"] == "day"]
        low, high = wilson((error <= 1).sum(), n)
        rows.append(
            {"split": split, "n": n, "answered": error.notna().mean()}
            | {f"within_{d}": (error <= d).mean() for d in (0, 1, 31, 366)}
            | {"within_1_low": low, "within_1_high": high, "day_named": len(day)}
            | {
                "day_right": (day["error"] == 0).mean(),
                "held_90": part["held_90"].mean(),
                "days": part["days"].median(),
            }
        )
    return pd.DataFrame(rows)


def page_groups(dated: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The pages of ``dated_pages`` by what their day rests on: ``every`` page, ``text`` (not on the address alone), of
    these ``stamped`` and ``unstamped``, and the ``condensed`` ones."""
    text = dated[dated["gold_from_url"] == "no"]
    stamped = text["date_kind"] == "stamp"
    condensed = dated[dated["condensed"] == "yes"]
    return {"every": dated, "text": text, "stamped": text[stamped], "unstamped": text[~stamped], "condensed": condensed}


def reliability(dated: pd.DataFrame, groups: int = 10) -> pd.DataFrame:
    """Stated probabilities against hits, in ``groups`` of as many pages each, from the least sure to the surest.

    Columns: group, n (int64), stated (mean probability of the most probable day), right (share of pages whose true day
    it is), low and high (its 95 % interval), apart (how many standard errors of the stated share lie between).
    """
    falling = dated.sort_values(["probability", "page_id"], ignore_index=True)
    rows = []
    for number, part in enumerate(np.array_split(falling.index, groups), start=1):
        stated, right, n = *falling.loc[part, ["probability", "likeliest"]].mean(), len(part)
        error = np.sqrt(stated * (1 - stated) / n)
        rows.append((number, n, stated, right, *wilson(right * n, n), (right - stated) / error))
    return pd.DataFrame(rows, columns=["group", "n", "stated", "right", "low", "high", "apart"])


def coverage_by(dated: pd.DataFrame, column: str, least: int = 10) -> pd.DataFrame:
    """Hits and coverage by a column of ``dated`` (best_kind: what says most of the day chosen; outlet; split).

    Columns: that one, n (int64), within_1 (share), stated and likeliest (mean probability of the most probable day, and
    share of pages whose day it is), held_50 to held_95 (shares); groups of ``least`` pages or more.
    """
    held = [f"held_{round(100 * level)}" for level in LEVELS]
    groups = dated.assign(within_1=dated["error"] <= 1, stated=dated["probability"]).groupby(column)
    means = groups[["within_1", "stated", "likeliest", *held]].mean()
    means.insert(0, "n", groups.size())
    return means[means["n"] >= least].sort_values("n", ascending=False, kind="stable").reset_index()


def dating_misses(dated: pd.DataFrame) -> pd.DataFrame:
    """Why pages are more than a day off, or without an answer: one row a page of ``dated``, by cause.

    Columns: page_id, gold, published, precision, probability, best_kind, day_held (probability of the true day),
    evidence (kinds that were found), basis (what a person dated the page by), cause:
    ``other date`` (a stamp or a date is taken for the day), ``event unknown`` (no event of our tables lies within a day
    of the true one), ``event not found`` (one does, and no evidence points to it), ``another event preferred`` (some
    does).
    """
    index = sample_index().set_index("page_id")
    rows = []
    for row in dated[~(dated["error"] <= 1)].itertuples():
        dating = dated_by(_evidence(with_url=False)[row.page_id])
        held = float(dating.posterior.get(row.gold, 0.0))
        known = index.loc[row.page_id]
        rows.append(
            {name: getattr(row, name) for name in ("page_id", "gold", "published", "precision", "probability")}
            | {"best_kind": row.best_kind, "day_held": held}
            | {"evidence": " ".join(sorted({piece.kind for piece in dating.evidence})), "basis": known["date_basis"]}
            | {"cause": _cause(row, dating, known["published"])}
        )
    columns = ["page_id", "gold", "published", "precision", "probability", "best_kind", "day_held"]
    return pd.DataFrame(rows, columns=[*columns, "evidence", "basis", "cause"])


def _cause(row, dating: Dating, day: str) -> str:
    if row.best_kind in _PRINTED and pd.notna(row.published):
        return "other date"
    gold = date.fromisoformat(day)
    near = [
        event
        for event in known_events()
        if not event.is_era
        and row.page_id not in event.found_on.split()
        and event.day - timedelta(1) <= gold <= event.day_end + timedelta(1)
    ]
    if not near:
        return "event unknown"
    named = {event for piece in dating.evidence for event in piece.rule_id.split("|")}
    return "another event preferred" if any(event.id in named for event in near) else "event not found"


def calibration(dated: pd.DataFrame) -> pd.DataFrame:
    """How often the set that should hold 50, 80, 90, 95 % holds the true day: level, n, held, low, high."""
    rows = []
    for level in LEVELS:
        held = dated[f"held_{round(100 * level)}"]
        rows.append((level, len(held), held.mean(), *wilson(held.sum(), len(held))))
    return pd.DataFrame(rows, columns=["level", "n", "held", "low", "high"])


# --- topics -----------------------------------------------------------------------------------------------------------


def krippendorff_alpha(one: np.ndarray, two: np.ndarray) -> float:
    """Agreement of two coders on yes-or-no units beyond chance (Krippendorff 2004, nominal); NaN if nothing varies.

    >>> krippendorff_alpha(np.array([1, 1, 0, 0]), np.array([1, 1, 0, 0]))
    1.0
    """
    values = len(one) + len(two)
    yes = one.sum() + two.sum()
    chance = 2 * yes * (values - yes) / (values * (values - 1)) if values > 1 else 0.0
    return float(1 - (one != two).mean() / chance) if chance else np.nan


def _coded(codes: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Topic (or ``background``) -> lines by coder, True where the coder gave it; lines coded twice only."""
    wide = codes.set_index(["page_id", "line", "coder"])[["topics", "background"]].unstack("coder").dropna()
    topics = read_table("codebook")["topic"]
    given = {t: wide["topics"].map(lambda cell, t=t: t in cell.split("; ")) for t in topics}
    return given | {"background": wide["background"].astype(bool)}


def topic_agreement(codes: pd.DataFrame, *, draws: int = 1000, seed: int = 0) -> pd.DataFrame:
    """Krippendorff's alpha of the two coders by topic, with a 95 % interval over ``draws`` resamples of pages.

    ``codes`` is what ``sample_codes`` gives. Columns: topic (and ``background``), lines, one, two (int64: lines, and
    lines given the topic by each coder), alpha, low, high, verdict: ``good`` from 0.80, ``tentative`` from 0.67,
    ``poor`` below, ``rare`` with fewer than ten lines of either coder.
    """
    rows = []
    for topic, given in _coded(codes).items():
        one, two = (given[coder].to_numpy() for coder in given.columns)
        page, _ = pd.factorize(given.index.get_level_values("page_id"))
        where = [np.flatnonzero(page == p) for p in range(page.max() + 1)]
        rng = np.random.default_rng(seed)
        drawn = (np.concatenate([where[p] for p in rng.integers(len(where), size=len(where))]) for _ in range(draws))
        alphas = pd.Series([krippendorff_alpha(one[d], two[d]) for d in drawn])
        low, high = alphas.quantile([0.025, 0.975])
        alpha = krippendorff_alpha(one, two)
        verdict = _VERDICTS[int(np.searchsorted(ALPHAS, alpha, "right"))]
        verdict = "rare" if max(one.sum(), two.sum()) < RARE else verdict
        rows.append((topic, len(one), one.sum(), two.sum(), alpha, low, high, verdict))
    columns = ["topic", "lines", "one", "two", "alpha", "low", "high", "verdict"]
    return pd.DataFrame(rows, columns=columns).astype({"lines": "int64", "one": "int64", "two": "int64"})


def topic_scores(codes: pd.DataFrame) -> pd.DataFrame:
    """How well ``code_topics`` finds what the coders found, by topic and split: precision, recall, F1.

    Each is the mean over the two coders, and ``coders_f1`` is the F1 of one coder against the other: no program can be
    expected to do better. The lines are those the coders saw, so errors of roles do not count. Columns: split, topic,
    lines (int64), given (mean over the coders), found (int64), precision, recall, f1, coders_f1.
    """
    split = sample_index().set_index("page_id")["split"]
    found, rows = _program_codes(codes), []
    for topic, lines in _coded(codes).items():
        if topic == "background":
            continue
        ours = np.array([(*unit, topic) in found for unit in lines.index], dtype=bool)
        part = split.loc[lines.index.get_level_values("page_id")].to_numpy()
        chosen = {"all": part != "", "dev": part == "dev", "test": part == "test"}
        rows += [(name, topic, *_topic_row(lines[mask], ours[mask])) for name, mask in chosen.items()]
    columns = ["split", "topic", "lines", "given", "found", "precision", "recall", "f1", "coders_f1"]
    return pd.DataFrame(rows, columns=columns)


def _topic_row(lines: pd.DataFrame, found: np.ndarray) -> tuple:
    one, two = (lines[coder].to_numpy() for coder in lines.columns)
    scores = np.mean([_precision_recall_f1(found, coder) for coder in (one, two)], axis=0)
    return len(lines), (one.sum() + two.sum()) / 2, int(found.sum()), *scores, _precision_recall_f1(one, two)[2]


def _program_codes(codes: pd.DataFrame) -> set[tuple[str, int, str]]:
    """(page, line, topic) that ``code_topics`` finds in the very lines that were coded by hand."""
    pages = sample_pages().set_index("page_id")["text"]
    units = codes[["page_id", "line"]].drop_duplicates()
    text = [pages[page].split("\n")[line - 1] for page, line in units.itertuples(index=False)]
    lines = pd.DataFrame(
        {"article_id": units["page_id"], "paragraph": units["line"], "role": "body", "line": units["line"]}
    )
    found = code_topics(replace(sample_corpus(), paragraphs=lines.assign(text=text)))
    return set(found[["article_id", "paragraph", "topic"]].itertuples(index=False, name=None))


# --- the five real pages ----------------------------------------------------------------------------------------------


def reference_findings() -> pd.DataFrame:
    """What the program found on five real pages, stored when it ran on them: one row a page, strings."""
    return read_csv(resources.files("tarikh") / "sample" / "reference_findings.csv").reset_index(drop=True)


def find_reference(folder: Path) -> pd.DataFrame:
    """Run on the real pages in ``folder`` (``pages/*.txt`` and ``dates.csv``): what ``reference_findings`` stores."""
    truth = read_csv(folder / "dates.csv").set_index("page")["published"]
    corpus = build_corpus(read_pages(folder / "pages"), workers=1, progress=False)
    topics = article_topics(code_topics(corpus))
    lines = corpus.lines[corpus.lines["text"].str.strip() != ""]
    rows = []
    for row in corpus.articles.to_dict("records"):
        page = row["article_id"]
        roles = lines.loc[lines["article_id"] == page, "role"].value_counts().sort_index()
        rows.append(
            {"page": page, "true_day": truth[page]}
            | {day: f"{row[day]:%Y-%m-%d}" if pd.notna(row[day]) else "" for day in ("published", "low", "high")}
            | {"precision": row["precision"], "probability": f"{row['probability']:.3f}"}
            | {
                "candidates": row["candidates"],
                "evidence": row["evidence_kinds"],
                "conflicts": row["conflicts"],
            }
            | {"roles": " ".join(f"{role}:{n}" for role, n in roles.items())}
            | {"topics": " ".join(sorted(topics.loc[topics["article_id"] == page, "topic"]))}
        )
    return pd.DataFrame(rows)


def store_reference(folder: Path) -> None:
    """Run on the real pages in ``folder`` and store the table that ``reference_findings`` reads."""
    stored = Path(__file__).resolve().parent / "sample" / "reference_findings.csv"
    find_reference(folder).to_csv(stored, index=False, encoding="utf-8", lineterminator="\n")
