"""Which known events a lead may tell of: its likeness to each, with the wordings of the tables as hints.

Each event is a text of its wordings; a lead is compared with all of them by the character n-grams that they share,
which survives inflection and spelling. Retrieval by TF-IDF and cosine (Manning, Raghavan and Schütze 2008, chapter 6).
"""

from __future__ import annotations

import math
from collections.abc import Container, Sequence
from functools import cache

import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

from tarikh.arabic import fold
from tarikh.articles import Article, blocks
from tarikh.known_events import Event, known_events
from tarikh.passages import Mention
from tarikh.sources import relevance
from tarikh.tables import read_table

SHARPNESS = 40.0  # by how much a likeness of 1 multiplies the odds, as a power of e; chosen on pages of dev outlets
NO_EVENT = 0.15  # the likeness at which an event is as likely as that the text tells of none of them; likewise
WORDED = 2.0  # what the wordings of an event add to its log odds; likewise
PARAGRAPHS = 6  # of the body; what comes later recaps
LEAST = 0.01  # weight below which an event is left out
NAMED = 3  # so many events are named in an explanation


def _letters(text: str) -> str:
    return fold(text.replace("|", " ").replace("+", " ").replace("*", "")).text


VECTORS = {"analyzer": "char_wb", "ngram_range": (3, 5), "sublinear_tf": True, "preprocessor": _letters}


def profile_texts(wordings: pd.DataFrame) -> tuple[list[Event], list[str]]:
    """The events with a day, and all that is written of each: its row, and its part of the table ``event_wordings``."""
    events = [event for event in known_events() if not event.is_era]
    written = wordings.groupby("event")["text"].agg(" ".join)
    rows = read_table("events").set_index("id")[["label_ar", "example", "slots", "details"]].agg(" ".join, axis=1)
    return events, [f"{rows[event.id]} {written.get(event.id, '')}" for event in events]


@cache
def _profiles() -> tuple[list[Event], TfidfVectorizer, object]:
    """The events with a day, and what turns a text into its likeness to each."""
    events, texts = profile_texts(read_table("event_wordings"))
    vectors = TfidfVectorizer(**VECTORS)
    return events, vectors, vectors.fit_transform(texts).T.tocsr()


def likely_events(text: str) -> list[tuple[Event, float]]:
    """The events that ``text`` may tell of, in the order of the table, each with its likeness (cosine, 0 to 1).

    >>> max(likely_events("وفاة وزير خارجية بيلاروسيا ماكي"), key=lambda found: found[1])[0].day
    datetime.date(2022, 11, 26)
    """
    events, vectors, profiles = _profiles()
    likeness = (vectors.transform([text]) @ profiles).toarray()[0]
    return [(event, float(value)) for event, value in zip(events, likeness, strict=True)]


def likely_mention(article: Article, worded: Sequence[Mention] = ()) -> Mention | None:
    """The events that ``article`` may tell of, as one mention with weighted days; None if like none, or off topic.

    ``worded`` are mentions of events whose wordings the lead has: each raises the odds of its events. The weights sum
    to less than one; what is left is the weight of "none of them". Rows that the page suggested are left out.
    """
    told = [block for block in blocks(article) if block.role != "body" or block.paragraph < PARAGRAPHS]
    if not told or relevance(article) == "off_topic":
        return None
    places = {event: (m.line, m.start, m.end, m.quote) for m in reversed(worded) for event in m.id.split("|")}
    found = _weighed(article, " ".join(block.text for block in told), places)
    if not found:
        return None
    quote = told[0].text.strip()
    start = told[0].text.index(quote)
    place = places.get(found[0][0].id, (*told[0].locate(start, start + len(quote)), quote))
    says = "|".join(f"{event.span()}@{weight:.3f}" for event, weight in found)
    ids = "|".join(event.id for event, _ in found)
    return Mention("event_likely", says, ids, *place, _named(found, "label_ar", "؛ "), _named(found, "label_en", "; "))


def _weighed(article: Article, text: str, worded: Container[str]) -> list[tuple[Event, float]]:
    """Events with the probability that ``text`` tells of each, the likeliest first."""
    likely = [(event, likeness) for event, likeness in likely_events(text) if not event.suggested_by(article)]
    odds = [(e, math.exp(SHARPNESS * (likeness - NO_EVENT) + WORDED * (e.id in worded))) for e, likeness in likely]
    total = sum(odd for _, odd in odds) + 1
    return sorted(((e, odd / total) for e, odd in odds if odd >= LEAST * total), key=lambda f: (-f[1], f[0].id))


def _named(found: Sequence[tuple[Event, float]], label: str, comma: str) -> str:
    return comma.join(f"{getattr(event, label)} ({weight:.2f})" for event, weight in found[:NAMED])
