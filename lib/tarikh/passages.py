"""The article's own words as passages: windows of two sentences, with their times and what the anchor tables find.

``SlotIndex`` finds rows whose slots (sets of wordings) a passage fills; a ``Mention`` is what a passage mentions.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import product

from tarikh.arabic import Patterns, Token, alternatives, fold, sentences, tokenise
from tarikh.articles import Article, Block, blocks
from tarikh.tables import read_table
from tarikh.timex import Timex, tag_timexes

LEAD_PARAGRAPHS = 3  # an event in the headline or in so many paragraphs is what the article is about

_CLAUSE_END = re.compile("[،,؛;:.!?؟]")

Span = tuple[int, int]  # first and last token, both included


@dataclass(frozen=True)
class Mention:
    """What a passage mentions, as evidence of ``kind``; ``says`` are days or spans, joined by ``|``."""

    kind: str
    says: str
    id: str
    line: int
    start: int
    end: int
    quote: str
    label_ar: str
    label_en: str


@dataclass(frozen=True)
class Passage:
    """Up to two sentences of one block; offsets are into the block, ``lead`` says whether it opens the article."""

    block: Block
    tokens: list[Token]
    times: list[Timex]
    words: dict[str, list[Span]]  # hits of the table anchor_words, for each of its slots
    lead: bool

    def mention(self, kind: str, says: str, rule_id: str, span: Span, label_ar: str, label_en: str) -> Mention:
        return Mention(kind, says, rule_id, *self.place(span), self.quote(span), label_ar, label_en)

    def in_one_clause(self, span: Span, time: Timex, reach: int) -> bool:
        """Whether the time follows the tokens of ``span`` within so many words and without a comma or stop."""
        between = self.block.text[self.tokens[span[1]].end : time.start]
        return 0 <= self.words_between(span, time) <= reach and bool(between) and not _CLAUSE_END.search(between)

    def place(self, span: Span) -> tuple[int, int, int]:
        """Line number of the tokens, and their offsets in it."""
        return self.block.locate(self.tokens[span[0]].start, self.tokens[span[1]].end)

    def words_between(self, span: Span, time: Timex) -> int:
        """How many words stand between the tokens of ``span`` and a time; -1 where they overlap."""
        first, last = self.tokens[span[0]].start, self.tokens[span[1]].end
        low, high = (time.end, first) if time.end <= first else (last, time.start)
        return sum(low <= token.start < high for token in self.tokens) if low <= high else -1

    def quote(self, span: Span) -> str:
        return self.block.text[self.tokens[span[0]].start : self.tokens[span[1]].end]


class SlotIndex:
    """Rows of slots behind one pattern index: which rows have all their slots in a passage.

    A row is (anything, slots, details); ``slots_of`` reads slots from a table cell.
    """

    def __init__(self, rows: Sequence[tuple[object, Sequence[frozenset[str]], frozenset[str]]]):
        self._rows = rows
        self._uses: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for r, (_, slots, details) in enumerate(rows):
            for s, patterns in enumerate((*slots, details)):
                for pattern in patterns:
                    self._uses[pattern].append((r, s))
        self._patterns = Patterns((p, p) for p in self._uses)

    def find(self, tokens: Sequence[Token], missing: int = 0) -> Iterator[tuple[object, list[list[Span]], int]]:
        """Each row with its slots filled, but for ``missing`` of them where two at least are filled.

        Gives the row, the token spans of every slot (empty where it is missing), the number of details there.
        """
        spans: dict[str, list[Span]] = defaultdict(list)
        for hit in self._patterns.find(tokens):
            spans[hit.id].append((hit.first, hit.last))
        filled: dict[int, set[int]] = defaultdict(set)
        for pattern in spans:
            for r, s in self._uses[pattern]:
                filled[r].add(s)
        for r in sorted(filled):
            row, slots, details = self._rows[r]
            if len(slots) - len(filled[r] - {len(slots)}) <= min(missing, max(len(slots) - 2, 0)):
                here = [sorted(span for p in slot & spans.keys() for span in spans[p]) for slot in slots]
                yield row, here, sum(len(spans[p]) for p in details & spans.keys())


def slots_of(cell: str) -> tuple[frozenset[str], ...]:
    """The slots of a table cell, with every spelling of names: ``a | b + c`` is two, the first with two wordings."""
    return tuple(frozenset(w for a in alternatives(slot) for w in _spelled(a)) for slot in cell.split(" + "))


def _spelled(wording: str) -> Iterator[str]:
    """The wording in every spelling that the table ``spellings`` has for its words."""
    yield from map(" ".join, product(*(_spellings().get(fold(word).text, (word,)) for word in wording.split())))


@cache
def _spellings() -> dict[str, list[str]]:
    groups = [alternatives(row.pattern) for row in read_table("spellings").itertuples()]
    return {fold(word).text: group for group in groups for word in group}


@cache
def _word_patterns() -> Patterns:
    rows = read_table("anchor_words").itertuples()
    return Patterns((w, row.slot) for row in rows for p in alternatives(row.pattern) for w in _spelled(p))


@cache
def _word_slots() -> tuple[str, ...]:
    return tuple(read_table("anchor_words")["slot"].unique())


@cache
def _recaps() -> Patterns:
    rows = read_table("background_cues").itertuples()
    return Patterns((p, row.id) for row in rows for p in alternatives(row.pattern))


@cache
def ordinals() -> Patterns:
    """Words for "first", "second" …, with their number."""
    rows = [r for r in read_table("numerals").itertuples() if r.kind in ("ordinal", "feminine", "nth")]
    return Patterns((p, int(row.value)) for row in rows for p in alternatives(row.pattern))


def passages_of(article: Article) -> Iterator[Passage]:
    """The article's own words in windows of two sentences."""
    for block in blocks(article):
        lead = block.role == "headline" or 0 <= block.paragraph < LEAD_PARAGRAPHS
        tokens, times = tokenise(block.text), tag_timexes(block.text)
        spans = list(sentences(block.text))
        for (start, _), (_, end) in zip(spans, spans[1:] or spans, strict=False):
            inside = [t for t in tokens if start <= t.start < end]
            if inside:
                here = [t for t in times if start <= t.start < end]
                recalls = any(hit.first <= 1 for hit in _recaps().find(inside[:8]))
                yield Passage(block, inside, here, _words(inside), lead and not recalls)


def _words(tokens: Sequence[Token]) -> dict[str, list[Span]]:
    words: dict[str, list[Span]] = {slot: [] for slot in _word_slots()}
    for hit in _word_patterns().find(tokens):
        words[hit.id].append((hit.first, hit.last))
    return words


def span_of(slots: Sequence[Sequence[Span]]) -> Span:
    """From the first to the last of the words that fill the slots, each slot by its first wording."""
    firsts = [min(spans) for spans in slots if spans]
    return min(first for first, _ in firsts), max(last for _, last in firsts)


def days_of_today(days: Sequence[date], times: Sequence[Timex]) -> list[date]:
    """``days`` moved by the "today" or "yesterday" among ``times``, as far as a weekday named with it allows."""
    deictic = [t for t in times if t.relation.startswith("day") and not t.value]
    named = {t.relation: t.weekday for t in deictic if t.weekday}  # "today" stands for "today, Tuesday" named beside it
    shifts = sorted({t.relation for t in deictic})
    return [d - timedelta(int(s[3:])) for s in shifts for d in days if named.get(s) in (None, d.isoweekday())]
