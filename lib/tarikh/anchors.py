"""Anchors that date a text without a date: known events, terms of office, anniversaries, counted contacts.

A row of the table ``events`` is required slots, each a set of wordings; all of them must stand within two sentences.
``find_mentions`` gives what an article mentions, with the days that each mention points to.
"""

from __future__ import annotations

import re
import urllib.parse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import pandas as pd

from tarikh.arabic import Patterns, Token, alternatives, sentences, tokenise
from tarikh.roles import Article
from tarikh.tables import read_table
from tarikh.timex import Timex, tag_timexes

LEAD_PARAGRAPHS = 2  # an event in the headline or in so many paragraphs is what the article is about
OFFICE_REACH = 6  # words between an office and its holder's name
ERA_DAYS = 200  # an event that lasts longer is an era: it bounds from below and has no peak
_ELAPSED_REACH = 8
_MONTH, _YEAR = 30.44, 365.25
_CALL = ("اتصال", "مكالمه", "محادثه", "اتصالات")
_MEETING = ("لقاء", "اجتماع", "قمه", "مباحثات", "محادثات")
_FORMER = ("سابق", "سابقه", "اسبق", "راحل", "مخلوع", "منتخب")


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
class _Passage:
    """Up to two sentences of one line: their tokens, and whether they stand in the article's lead."""

    line: int
    text: str  # the line's text; token offsets are into it
    tokens: list[Token]
    lead: bool


@dataclass(frozen=True)
class _Event:
    id: str
    slots: tuple[frozenset[str], ...]
    day: date
    day_end: date | None
    scheduled: bool
    series: str
    label_ar: str
    label_en: str
    found_on: str

    @property
    def is_era(self) -> bool:
        return self.day_end is None or (self.day_end - self.day).days > ERA_DAYS

    def span(self) -> str:
        return f"{self.day}..{self.day_end}" if self.day_end and self.day_end != self.day else f"{self.day}"


@dataclass(frozen=True)
class _Found:
    """An event matched in a passage, with the tokens that matched."""

    event: _Event
    passage: _Passage
    first: int
    last: int


class _SlotIndex:
    """Rows of slots found through one pattern index: which rows have all their slots in a passage."""

    def __init__(self, rows: Sequence[tuple[object, Sequence[frozenset[str]]]]):
        self._needed = [len(slots) for _, slots in rows]
        self._rows = [row for row, _ in rows]
        self._uses: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for r, (_, slots) in enumerate(rows):
            for s, slot in enumerate(slots):
                for pattern in slot:
                    self._uses[pattern].append((r, s))
        self._patterns = Patterns((p, p) for p in self._uses)

    def find(self, tokens: Sequence[Token]) -> Iterator[tuple[object, dict[int, list[tuple[int, int]]]]]:
        """Each row whose slots are all there, with the token spans of every slot."""
        filled: dict[int, dict[int, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        for hit in self._patterns.find(tokens):
            for r, s in self._uses[hit.id]:
                filled[r][s].append((hit.first, hit.last))
        for r in sorted(filled):
            if len(filled[r]) == self._needed[r]:
                yield self._rows[r], filled[r]


def slots_of(cell: str) -> tuple[frozenset[str], ...]:
    """The slots of a table cell: ``a | b + c`` is two slots, the first with two wordings."""
    return tuple(frozenset(alternatives(slot)) for slot in cell.split(" + "))


@cache
def _events() -> _SlotIndex:
    rows = []
    for row in read_table("events").itertuples():
        event = _Event(
            row.id, slots_of(row.slots), date.fromisoformat(row.day),
            date.fromisoformat(row.day_end) if row.day_end else None,
            row.scheduled == "yes", row.series, row.label_ar, row.label_en, row.found_on,
        )  # fmt: skip
        rows.append((event, event.slots))
    return _SlotIndex(rows)


@cache
def _offices() -> _SlotIndex:
    return _SlotIndex([(row, slots_of(row.pattern)) for row in read_table("office_holders").itertuples()])


@cache
def _recaps() -> Patterns:
    rows = read_table("background_cues")
    return Patterns((p, row.id) for row in rows.itertuples() for p in alternatives(row.pattern))


@cache
def _counting() -> Patterns:
    """Ordinals (both genders) and number words, with their value."""
    rows = read_table("numerals").itertuples()
    return Patterns(
        (p, int(row.value)) for row in rows if row.kind in ("ordinal", "feminine") for p in alternatives(row.pattern)
    )


def find_mentions(article: Article) -> list[Mention]:
    """Every event, office, anniversary and counted contact in headline, subheadlines and body, in page order.

    Events of one series (summits, elections) compete for a passage: they come as one mention with several days.
    A row that this very page suggested (``found_on``) is left out.
    """
    passages = list(_passages(article))
    found = [f for p in passages for f in _events_in(p, article.url)]
    mentions = [*_event_mentions(found), *_anniversaries(found), *_elapsed(found), *_office_mentions(passages)]
    mentions += _counted_contacts(passages, found)
    return sorted(mentions, key=lambda m: (m.line, m.start, m.kind, m.id))


def _passages(article: Article) -> Iterator[_Passage]:
    """The article's own words in windows of two sentences."""
    body_paragraphs = {n: i for i, p in enumerate(article.paragraphs) for n in p.lines}
    for line in article.lines:
        if line.role not in ("headline", "subheadline", "body"):
            continue
        lead = line.role == "headline" or body_paragraphs.get(line.n, LEAD_PARAGRAPHS) < LEAD_PARAGRAPHS
        tokens = tokenise(line.text)
        spans = list(sentences(line.text))
        for i, (start, end) in enumerate(spans):
            end = spans[i + 1][1] if i + 1 < len(spans) else end
            inside = [t for t in tokens if start <= t.start < end]
            if inside and (i == 0 or i + 1 < len(spans)):
                yield _Passage(line.n, line.text, inside, lead and not _recalls(inside))


def _recalls(tokens: Sequence[Token]) -> bool:
    return any(hit.first <= 1 for hit in _recaps().find(tokens[:8]))


def _events_in(passage: _Passage, url: str | None) -> Iterator[_Found]:
    for event, filled in _events().find(passage.tokens):
        if not (url and event.found_on and _same_page(url, event.found_on)):
            spans = [min(s) for s in filled.values()]
            yield _Found(event, passage, min(s[0] for s in spans), max(s[1] for s in spans))


def _same_page(a: str, b: str) -> bool:
    return _bare_url(a) == _bare_url(b)


def _bare_url(url: str) -> str:
    return re.sub(r"^(https?://)?(www\.)?", "", urllib.parse.unquote(url)).rstrip("/")


def _mention(found: _Found, kind: str, says: str, label: tuple[str, str], rule_id: str) -> Mention:
    start, end = found.passage.tokens[found.first].start, found.passage.tokens[found.last].end
    quote = found.passage.text[start:end]
    return Mention(kind, says, rule_id, found.passage.line, start, end, quote, *label)


def _event_mentions(found: Sequence[_Found]) -> Iterator[Mention]:
    """One mention a series (or a single event), from the passage that stands highest on the page."""
    groups: dict[str, list[_Found]] = defaultdict(list)
    for item in found:
        groups[item.event.series or item.event.id].append(item)
    for name, items in groups.items():
        first = next((i for i in items if i.passage.lead), items[0])
        here = {i.event.id: i.event for i in items if i.passage.lead == first.passage.lead}
        events = sorted(here.values(), key=lambda e: (e.day, e.id))
        labels = "، ".join(e.label_ar for e in events[:3]), "; ".join(e.label_en for e in events[:3])
        if all(e.is_era for e in events):
            yield _mention(first, "event_era", f"{max(e.day for e in events)}..", labels, name)
            continue
        dated = [e for e in events if not e.is_era]
        kind = "event_scheduled" if all(e.scheduled for e in dated) else "event_sudden"
        kind += "" if first.passage.lead else "_recalled"
        yield _mention(first, kind, "|".join(e.span() for e in dated), labels, name)


def _anniversaries(found: Sequence[_Found]) -> Iterator[Mention]:
    """ "The first anniversary of" an event in the same passage: its day a year later."""
    for item in found:
        keys = [t.key for t in item.passage.tokens]
        for hit in _counting().find(item.passage.tokens):
            near = keys[max(0, hit.first - 1) : hit.last + 2]
            if any(k.endswith("ذكري") for k in near):
                day = _later(item.event.day, int(hit.id), "Y")
                label = f"الذكرى {hit.id}: {item.event.label_ar}", f"anniversary {hit.id} of: {item.event.label_en}"
                yield _mention(item, "anniversary", f"{day}", label, item.event.id)


def _elapsed(found: Sequence[_Found]) -> Iterator[Mention]:
    """ "Three days after" an event: the offset ends in من or على, and the event's words follow at once."""
    for item in found:
        tokens = item.passage.tokens
        for timex in _offsets(item.passage):
            after = [i for i, t in enumerate(tokens) if t.start >= timex.end]
            if not after or tokens[after[0]].key not in ("من", "علي", "عن"):
                if item.event.series != "tenure" or timex.relation[-1] != "Y":
                    continue
            elif not after[0] <= item.first + _ELAPSED_REACH or item.last < after[0]:
                continue
            number, unit = int(timex.relation[1:-1]), timex.relation[-1]
            kind = {"D": "elapsed_days", "Y": "elapsed_years"}.get(unit, "elapsed_months")
            day = _later(item.event.day, number, unit)
            label = f"{timex.text}: {item.event.label_ar}", f"{timex.text}: {item.event.label_en}"
            yield _mention(item, kind, f"{day}", label, item.event.id)


def _offsets(passage: _Passage) -> list[Timex]:
    start, end = passage.tokens[0].start, passage.tokens[-1].end
    return [
        t for t in tag_timexes(passage.text) if t.relation[:1] in ("+", "-") and start <= t.start and t.end <= end
    ]


def _later(day: date, number: int, unit: str) -> date:
    days = {"D": 1, "W": 7, "M": _MONTH, "Y": _YEAR}[unit] * number
    if unit == "Y":
        try:
            return day.replace(year=day.year + number)
        except ValueError:
            return day.replace(year=day.year + number, day=28)
    return day + timedelta(round(days))


def _office_mentions(passages: Sequence[_Passage]) -> Iterator[Mention]:
    """Holders of an office named with it: the terms of that person in that office, as one statement."""
    terms: dict[tuple[str, str, bool], list] = defaultdict(list)
    for passage in passages:
        for row, filled in _offices().find(passage.tokens):
            place = _holder(filled)
            if place:
                former = any(_is_former(t) for t in passage.tokens[place[0] : place[1] + 3])
                terms[row.person, row.office, former].append((row, passage, place))
    for (person, office, former), items in terms.items():
        rows = sorted({(r.not_before, r.not_after) for r, _, _ in items})
        _, passage, (first, last) = items[0]
        says = "|".join(f"{b}.." for _, b in rows if b) if former else "|".join(f"{a}..{b}" for a, b in rows)
        if says:
            start, end = passage.tokens[first].start, passage.tokens[last].end
            kind, label = ("office_former" if former else "office"), f"{person} ({office})"
            quote = passage.text[start:end]
            yield Mention(kind, says, items[0][0].id, passage.line, start, end, quote, quote, label)


def _is_former(token: Token) -> bool:
    return token.key.removeprefix("ال") in _FORMER


def _holder(filled: dict[int, list[tuple[int, int]]]) -> tuple[int, int] | None:
    """First and last token of an office and a name that stand close together; a name alone is enough for one slot."""
    if len(filled) == 1:
        return filled[0][0]
    for office in filled[0]:
        for name in filled[1]:
            if abs(name[0] - office[1]) <= OFFICE_REACH:
                return min(office[0], name[0]), max(office[1], name[1])
    return None


@cache
def _contacts() -> pd.DataFrame:
    table = read_table("contacts")
    return table.assign(day=pd.to_datetime(table["date"]).dt.date).sort_values("day")


def _counted_contacts(passages: Sequence[_Passage], found: Sequence[_Found]) -> Iterator[Mention]:
    """ "The fourth call since the election", "their seventh meeting this year": the day of the contact so counted."""
    for passage in passages:
        keys = [k.removeprefix("ال") for k in (t.key for t in passage.tokens)]
        stems = set(keys) | {k.removeprefix("و").removeprefix("ال") for k in keys}
        form = "call" if stems & set(_CALL) else "meeting" if stems & set(_MEETING) else ""
        for hit in _counting().find(passage.tokens) if form else ():
            days = _nth_contacts(form, int(hit.id), keys[hit.last + 1 :], found)
            if days:
                place = _Found(None, passage, hit.first, hit.last)
                label = f"رقم {hit.id}", f"{form} number {hit.id}"
                yield _mention(place, "contact_count", "|".join(map(str, days)), label, f"contact_{form}_{hit.id}")


def _nth_contacts(form: str, number: int, following: Sequence[str], found: Sequence[_Found]) -> list[date]:
    """Days of the ``number``-th contact: of each year ("this year"), or since each event the article mentions."""
    forms = ("call",) if form == "call" else ("meeting", "multilateral")
    days = [d for d, f in zip(_contacts()["day"], _contacts()["form"], strict=True) if f in forms]
    near = set(following[:12])
    if near & {"عام", "سنه"} and near & {"هذا", "جاري", "حالي"}:
        groups = [[d for d in days if d.year == year] for year in sorted({d.year for d in days})]
    elif "منذ" in near:
        bases = sorted({f.event.day for f in found if not f.event.is_era})
        groups = [[d for d in days if base < d < base + timedelta(366)] for base in bases]
    else:
        return []
    return sorted({group[number - 1] for group in groups if len(group) >= number})
