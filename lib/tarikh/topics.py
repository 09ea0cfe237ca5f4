"""What an article is about: topics coded by the tables ``codebook`` and ``codebook_terms``, and words.

``code_topics`` finds the terms in every paragraph and keeps the words it found; ``article_topics`` sums
them up by article. ``keyness`` tells which words set two collections apart, ``concordance`` shows a word
among its neighbours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse, stats

from tarikh.arabic import Patterns, Token, key, lemma, lemma_key, stems, tokenise
from tarikh.tables import read_table

if TYPE_CHECKING:
    from tarikh.corpus import Corpus

CODE_COLUMNS = ["article_id", "paragraph", "topic", "hits", "terms", "background"]
CODED_ROLES = ("headline", "subheadline", "body")
OPENING = 15  # words within which the second part of a background cue must stand
PRIOR_WORDS = 100  # the prior of keyness weighs as much as this many words
MIN_ARTICLES = 2  # a word of fewer articles says more about one article than about a collection


def code_topics(corpus: Corpus) -> pd.DataFrame:
    """The topics of every paragraph of ``corpus``, one row for each paragraph and topic found.

    Columns: article_id, paragraph (int64), topic, hits (int64, places where a term stands), terms (the words
    as printed, joined by "; "), background (bool: the paragraph opens as one that recaps older events).
    """
    patterns = Patterns(read_table("codebook_terms")[["pattern", "topic"]].itertuples(index=False, name=None))
    paragraphs = corpus.paragraphs[corpus.paragraphs["role"].isin(CODED_ROLES)]
    rows: list[tuple] = []
    for article_id, paragraph, text in paragraphs[["article_id", "paragraph", "text"]].itertuples(index=False):
        tokens = tokenise(text)
        found = _terms(patterns, text, tokens)
        background = bool(found) and _is_background(tokens)
        rows += [(article_id, paragraph, t, len(w), "; ".join(w), background) for t, w in sorted(found.items())]
    codes = pd.DataFrame(rows, columns=CODE_COLUMNS)
    codes = codes.astype({"paragraph": "int64", "hits": "int64", "background": "bool"})
    codes = codes.astype({column: "str" for column in ("article_id", "topic", "terms")})
    return codes.sort_values(["article_id", "paragraph", "topic"], ignore_index=True)


def _terms(patterns: Patterns, text: str, tokens: list[Token]) -> dict[str, list[str]]:
    """Topic -> its words as printed; a term that overlaps the one before it is not counted again."""
    found: dict[str, list[str]] = {}
    for hit in patterns.find_apart(tokens):
        found.setdefault(hit.id, []).append(text[tokens[hit.first].start : tokens[hit.last].end])
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
    """The words that set ``target`` apart from ``reference``: frames with article_id and text.

    Log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008). The words of an
    article come together, so the variance is multiplied by the word's dispersion over articles (at least
    1), interval (95 %) and two-sided p use Student's t over articles, and p_holm is corrected for all words
    compared (Holm 1979). Inflected forms count as one word, shown in its commonest form; function words and
    words of fewer than two articles are left out.

    Columns: word, target_n, reference_n (int64), target_rate, reference_rate (per 1,000 words that are not
    function words), log_odds, low, high, p, p_holm; the surest difference first.
    """
    counts, articles, words = _count_words(pd.concat([target, reference]))
    is_target = np.isin(articles, target["article_id"].unique())
    kept = (counts > 0).sum(axis=0) >= MIN_ARTICLES
    totals, counts = counts.sum(axis=1), counts[:, kept]
    prior = PRIOR_WORDS * counts.sum(axis=0) / max(totals.sum(), 1)
    one, two = (_log_odds(counts[rows], totals[rows], prior) for rows in (is_target, ~is_target))
    df = max(len(articles) - 2, 1)
    spread = (one["squares"] + two["squares"]) / np.maximum(one["n"] + two["n"], 1) * len(articles) / df
    error = np.sqrt(np.maximum(spread, 1) * (one["variance"] + two["variance"]))
    difference = one["log_odds"] - two["log_odds"]
    p = 2 * stats.t.sf(np.abs(difference) / error, df)
    half = stats.t.ppf(0.975, df) * error
    table = {
        "word": words[kept],
        "target_n": one["n"],
        "reference_n": two["n"],
        "target_rate": one["rate"],
        "reference_rate": two["rate"],
        "log_odds": difference,
        "low": difference - half,
        "high": difference + half,
        "p": p,
        "p_holm": holm(p),
    }
    order = np.lexsort([words[kept], -np.abs(difference) / error])
    return pd.DataFrame(table).astype({"word": "str"}).iloc[order].reset_index(drop=True)


def _log_odds(counts: sparse.csr_array, totals: np.ndarray, prior: np.ndarray) -> dict[str, np.ndarray]:
    """Of one set, by word: n, rate, log-odds and variance under the prior, squared deviations of articles."""
    n, total = counts.sum(axis=0), max(totals.sum(), 1)
    rate = n / total
    squares = counts.power(2).sum(axis=0) - 2 * rate * (counts.T @ totals) + rate**2 * (totals**2).sum()
    inside = n + prior
    outside = total - n + PRIOR_WORDS - prior
    return {
        "n": n,
        "rate": 1000 * rate,
        "log_odds": np.log(inside / outside),
        "variance": 1 / inside + 1 / outside,
        "squares": squares,
    }


def _count_words(frame: pd.DataFrame) -> tuple[sparse.csr_array, np.ndarray, np.ndarray]:
    """Counts of articles × words without function words, the article ids, and each word's commonest form."""
    texts = frame[["article_id", "text"]].itertuples(index=False)
    used = pd.DataFrame(((i, word) for i, text in texts for word in _words(text)), columns=["article_id", "word"])
    used["key"] = used["word"].map(_word_keys(Counter(used["word"])))
    used = used.dropna()
    rows, articles = pd.factorize(used["article_id"], sort=True)
    columns, _ = pd.factorize(used["key"], sort=True)
    forms = used.value_counts(["key", "word"]).reset_index()
    forms = forms.sort_values(["key", "count", "word"], ascending=[True, False, True]).drop_duplicates("key")
    counts = sparse.csr_array((np.ones(len(used), dtype="int64"), (rows, columns)), (len(articles), len(forms)))
    return counts, np.asarray(articles), forms["word"].to_numpy()


def _words(text: str) -> Iterator[str]:
    """The words of ``text`` as printed, without numbers and single letters."""
    return (text[t.start : t.end] for t in tokenise(text) if len(t.key) > 1 and not t.key[0].isdigit())


def _word_keys(words: Counter[str]) -> dict[str, str]:
    """Word as printed -> the key it is counted under; function words have none."""
    attested: Counter[str] = Counter()
    for word, n in words.items():
        attested[key(word)] += n
    stop = {key(word) for word in read_table("stopwords")["word"]}
    lemmas = {word: lemma(word, attested) for word in words}
    return {word: lemma_key(base) for word, base in lemmas.items() if not stop & {key(base), *stems(key(word))}}


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
    """Every place of ``pattern`` (words; ``*`` any ending; ``!`` not beside) with ``width`` words around it.

    Columns: article_id, paragraph (int64), before, keyword, after, all as printed.

    >>> concordance(corpus, "دولة الاتحاد !أوروب*")  # doctest: +SKIP
    """
    patterns = Patterns([(pattern, "")])
    rows = []
    for article_id, paragraph, text in corpus.paragraphs[["article_id", "paragraph", "text"]].itertuples(index=False):
        tokens = tokenise(text)
        for hit in patterns.find(tokens):
            start, end = tokens[hit.first].start, tokens[hit.last].end
            left, right = (
                tokens[max(hit.first - width, 0)].start,
                tokens[min(hit.last + width, len(tokens) - 1)].end,
            )
            rows.append((article_id, paragraph, text[left:start].strip(), text[start:end], text[end:right].strip()))
    found = pd.DataFrame(rows, columns=["article_id", "paragraph", "before", "keyword", "after"])
    return found.astype({"paragraph": "int64"})
