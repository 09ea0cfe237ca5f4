"""What an article is about: topics coded from the tables ``codebook`` and ``codebook_terms``, and counted words.

``code_topics`` finds the terms in every paragraph and keeps the words it found; ``article_topics`` sums them up by
article. ``keyness`` tells which words set two collections apart, ``concordance`` shows a word among its neighbours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse, stats

from tarikh.arabic import Patterns, Token, key, lemma, lemma_key, stems, tokenise, vocabulary
from tarikh.tables import read_table

if TYPE_CHECKING:
    from tarikh.corpus import Corpus

CODE_COLUMNS = ["article_id", "paragraph", "topic", "hits", "terms", "background"]
CODED_ROLES = ("headline", "subheadline", "body")
OPENING = 10  # words within which the second part of a background cue must stand
PRIOR_WORDS = 500  # the prior of keyness weighs as much as this many words
MIN_ARTICLES = 2  # a word of fewer articles says more about one article than about a collection


def code_topics(corpus: Corpus) -> pd.DataFrame:
    """The topics of every paragraph of ``corpus``, one row for each paragraph and topic found.

    Columns: article_id, paragraph (int64), topic, hits (int64, places where a term stands), terms (the words as
    printed, joined by "; "), background (bool: the paragraph opens as one that recaps older events).
    """
    patterns = Patterns(read_table("codebook_terms")[["pattern", "topic"]].itertuples(index=False, name=None))
    paragraphs = corpus.paragraphs[corpus.paragraphs["role"].isin(CODED_ROLES)]
    rows: list[tuple] = []
    for article_id, paragraph, text in paragraphs[["article_id", "paragraph", "text"]].itertuples(
        index=False
    ):
        tokens = tokenise(text)
        found = _terms(patterns, text, tokens)
        background = bool(found) and _is_background(tokens)
        rows += [
            (article_id, paragraph, t, len(w), "; ".join(w), background) for t, w in sorted(found.items())
        ]
    codes = pd.DataFrame(rows, columns=CODE_COLUMNS)
    codes = codes.astype({"paragraph": "int64", "hits": "int64", "background": "bool"})
    codes = codes.astype({column: "str" for column in ("article_id", "topic", "terms")})
    return codes.sort_values(["article_id", "paragraph", "topic"], ignore_index=True)


def _terms(patterns: Patterns, text: str, tokens: list[Token]) -> dict[str, list[str]]:
    """Topic -> its words as printed; a term that overlaps the one before it is not counted again."""
    found: dict[str, list[str]] = {}
    free: dict[str, int] = {}
    for hit in patterns.find(tokens):
        if hit.first >= free.get(hit.id, 0):
            found.setdefault(hit.id, []).append(text[tokens[hit.first].start : tokens[hit.last].end])
        free[hit.id] = max(free.get(hit.id, 0), hit.last + 1)
    return found


@cache
def _background_cues() -> tuple[Patterns, dict[str, str]]:
    """The openings, and for each the word that must follow soon ("start, then قد") or an empty string."""
    cues = read_table("background_cues")
    follow = {row.id: key(row.where.partition(", then ")[2]) for row in cues.itertuples()}
    return Patterns(cues[["pattern", "id"]].itertuples(index=False, name=None)), follow


def _is_background(tokens: list[Token]) -> bool:
    patterns, follow = _background_cues()
    opening = tokens[:OPENING]
    for hit in patterns.find(opening):
        rest = opening[hit.last + 1 :]
        if hit.first == 0 and (not follow[hit.id] or any(follow[hit.id] in stems(t.key) for t in rest)):
            return True
    return False


def article_topics(codes: pd.DataFrame, *, background: bool = False) -> pd.DataFrame:
    """The topics of each article: article_id, topic, hits (int64), one row where a topic is present.

    ``codes`` comes from ``code_topics``; paragraphs that recap are left out unless ``background`` is true.
    """
    used = codes if background else codes[~codes["background"]]
    return used.groupby(["article_id", "topic"], as_index=False)["hits"].sum()


def keyness(target: pd.DataFrame, reference: pd.DataFrame) -> pd.DataFrame:
    """The words that set ``target`` apart from ``reference``: frames with article_id and text, one or more rows each.

    Log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008, Political Analysis 16).
    Words of one article come together, so the variance is by articles (never below the method's own), the 95 %
    interval and the two-sided p use Student's t over articles, and p_holm is corrected for all words compared
    (Holm 1979). Inflected forms count as one word, shown in its commonest form; function words are left out, and
    so are words of fewer than two articles.

    Columns: word, target_n, reference_n (int64), target_rate, reference_rate (per 1,000 words), log_odds, low,
    high, p, p_holm; the surest difference first.
    """
    counts, articles, words = _count_words(pd.concat([target, reference]))
    is_target = np.isin(articles, target["article_id"].unique())
    kept = np.asarray((counts > 0).sum(axis=0)).ravel() >= MIN_ARTICLES
    totals = np.asarray(counts.sum(axis=1)).ravel()
    prior = PRIOR_WORDS * np.asarray(counts.sum(axis=0)).ravel()[kept] / max(totals.sum(), 1)
    parts = [_log_odds(counts[rows][:, kept], totals[rows], prior) for rows in (is_target, ~is_target)]
    (n, rate, odds, variance), (n_ref, rate_ref, odds_ref, variance_ref) = parts
    difference, error = odds - odds_ref, np.sqrt(variance + variance_ref)
    df = max(len(articles) - 2, 1)
    z = difference / error
    p = 2 * stats.t.sf(np.abs(z), df)
    half = stats.t.ppf(0.975, df) * error
    table = {
        "word": words[kept],
        "target_n": n,
        "reference_n": n_ref,
        "target_rate": rate,
        "reference_rate": rate_ref,
    }
    table |= {
        "log_odds": difference,
        "low": difference - half,
        "high": difference + half,
        "p": p,
        "p_holm": holm(p),
    }
    return (
        pd.DataFrame(table | {"z": -np.abs(z)})
        .sort_values(["z", "word"], ignore_index=True)
        .drop(columns="z")
    )


def _log_odds(counts: sparse.csr_matrix, totals: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, ...]:
    """Of one set: counts, rates per 1,000 words, log-odds under the prior, and their variance by articles."""
    n, total, articles = np.asarray(counts.sum(axis=0)).ravel(), totals.sum(), len(totals)
    inside, outside = n + prior, total - n + prior.sum() - prior
    # what each article adds to the log-odds; its words not in this column weigh on the other side
    squares = np.asarray(counts.power(2).sum(axis=0)).ravel()
    crossed = np.asarray(counts.T @ totals).ravel()
    weight = 1 / inside + 1 / outside
    summed = weight**2 * squares - 2 * weight / outside * crossed + (totals**2).sum() / outside**2
    mean = (weight * n - total / outside) / max(articles, 1)
    clustered = (summed - articles * mean**2) * articles / max(articles - 1, 1)
    return (
        n,
        1000 * n / max(total, 1),
        np.log(inside / outside),
        np.maximum(clustered, 1 / inside + 1 / outside),
    )


def _count_words(frame: pd.DataFrame) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray]:
    """Counts of articles × words without function words, the article ids, and each word's commonest form."""
    words = [
        (article_id, word)
        for article_id, text in frame[["article_id", "text"]].itertuples(index=False)
        for word in _words(text)
    ]
    article_ids, surfaces = zip(*words, strict=True) if words else ((), ())
    keys = _word_keys(Counter(surfaces), vocabulary(frame["text"]))
    used = pd.DataFrame(
        {"article_id": article_ids, "word": surfaces, "key": [keys[w] for w in surfaces]}, dtype="str"
    )
    used = used[used["key"] != ""]
    rows, articles = pd.factorize(used["article_id"], sort=True)
    columns, _ = pd.factorize(used["key"], sort=True)
    forms = (
        used.value_counts(["key", "word"])
        .reset_index()
        .sort_values(["key", "count", "word"], ascending=[True, False, True])
    )
    shape = (len(articles), forms["key"].nunique())
    counts = sparse.csr_matrix((np.ones(len(used), dtype="int64"), (rows, columns)), shape=shape)
    return counts, np.asarray(articles), forms.drop_duplicates("key")["word"].to_numpy()


def _words(text: str) -> Iterator[str]:
    """The words of ``text`` as printed, without numbers and single letters."""
    return (text[t.start : t.end] for t in tokenise(text) if len(t.key) > 1 and not t.key[0].isdigit())


def _word_keys(words: Counter[str], attested: Counter[str]) -> dict[str, str]:
    """Word as printed -> the key it is counted under; "" for a function word."""
    stop = {key(word) for word in read_table("stopwords")["word"]}
    keys = {}
    for word in words:
        base = lemma(word, attested)
        keys[word] = "" if stop & {key(word), key(base)} else lemma_key(base)
    return keys


def holm(p: np.ndarray) -> np.ndarray:
    """Holm's (1979) step-down correction of the p-values ``p``, in their order.

    >>> holm(np.array([0.01, 0.04])).tolist()
    [0.02, 0.04]
    """
    order = np.argsort(p, kind="stable")
    corrected = np.empty(len(p))
    corrected[order] = np.minimum(1, np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)))
    return corrected


def concordance(corpus: Corpus, pattern: str, width: int = 8) -> pd.DataFrame:
    """Every place where ``pattern`` (words; ``*`` any ending; ``!`` not beside) stands, with ``width`` words around.

    Columns: article_id, paragraph (int64), before, keyword, after, all as printed.

    >>> concordance(corpus, "دولة الاتحاد !أوروب*")  # doctest: +SKIP
    """
    patterns = Patterns([(pattern, "")])
    rows = []
    for article_id, paragraph, text in corpus.paragraphs[["article_id", "paragraph", "text"]].itertuples(
        index=False
    ):
        tokens = tokenise(text)
        for hit in patterns.find(tokens):
            start, end = tokens[hit.first].start, tokens[hit.last].end
            left, right = (
                tokens[max(hit.first - width, 0)].start,
                tokens[min(hit.last + width, len(tokens) - 1)].end,
            )
            rows.append(
                (article_id, paragraph, text[left:start].strip(), text[start:end], text[end:right].strip())
            )
    found = pd.DataFrame(rows, columns=["article_id", "paragraph", "before", "keyword", "after"])
    return found.astype({"paragraph": "int64"})
