"""Anchors that date a text without a date: known events, terms of office, anniversaries, the presidents' contacts.

A row of the table ``events`` is required slots, each a set of wordings; all of them must stand within two sentences,
and its details tell apart events of one series. ``find_mentions`` gives what an article mentions, with the days that
each mention points to. Such named events are the "temponyms" of Kuzey, Setty, Strötgen and Weikum (2016).
"""

from __future__ import annotations

import re
import urllib.parse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, cached_property

from tarikh.arabic import Patterns, Token, alternatives, fold, sentences, tokenise
from tarikh.articles import Article, Block, blocks
from tarikh.tables import read_table
from tarikh.timex import Timex, tag_timexes

LEAD_PARAGRAPHS = 3  # an event in the headline or in so many paragraphs is what the article is about
OFFICE_REACH = 6  # words between an office and its holder's name
ERA_DAYS = 200  # an event that lasts longer is an era: it bounds from below and has no peak
CONTACT_SERIES = ("putin_lukashenko_meeting", "putin_lukashenko_call")  # events that are contacts themselves
SCATTERED_SLOTS = 3  # slots of an event that the lead as a whole may fill
LONGEST_TODAY = 4  # days; of what lasts longer, "today" is any of its days and no more
ELAPSED_REACH = 8  # words between "three days after" and the event
_BREAK = Token("", 0, 0)  # stands between blocks and fits no wording
_UNIT_DAYS = {"D": 1, "W": 7, "M": 30.44}

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
class _Passage:
    """Up to two sentences of one block; offsets are into the block, ``lead`` says whether it opens the article."""

    block: Block
    tokens: list[Token]
    times: list[Timex]
    words: dict[str, list[Span]]  # hits of the table anchor_words, by slot
    lead: bool

    def mention(self, kind: str, says: str, rule_id: str, span: Span, label_ar: str, label_en: str) -> Mention:
        return Mention(kind, says, rule_id, *self.place(span), self.quote(span), label_ar, label_en)

    def place(self, span: Span) -> tuple[int, int, int]:
        """Line number of the tokens, and their offsets in it."""
        return self.block.locate(self.tokens[span[0]].start, self.tokens[span[1]].end)

    def quote(self, span: Span) -> str:
        return self.block.text[self.tokens[span[0]].start : self.tokens[span[1]].end]


@dataclass(frozen=True)
class _Event:
    id: str
    slots: tuple[frozenset[str], ...]
    details: frozenset[str]
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

    @cached_property
    def is_anniversary(self) -> bool:
        """Whether its wordings tell of time passed, so that counting on from it would count twice."""
        words = {word for slot in self.slots for pattern in slot for word in fold(pattern).text.split()}
        return not words.isdisjoint({"ذكري", "مرور"})

    def span(self) -> str:
        return f"{self.day}..{self.day_end}" if self.day_end and self.day_end != self.day else f"{self.day}"


@dataclass(frozen=True)
class _Found:
    """An event matched in a passage: where, how many of its details are there, whether its words stand apart."""

    event: _Event
    passage: _Passage
    span: Span
    score: int
    apart: bool = False

    @property
    def leads(self) -> bool:
        """Whether the lead tells it as news: on its own day no article names an event's date."""
        return self.passage.lead and _dates_named(self.event, self.passage.times) < 2

    @property
    def extent(self) -> tuple[int, int]:
        """Start and end of the matched words in the block."""
        return self.passage.tokens[self.span[0]].start, self.passage.tokens[self.span[1]].end


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
        """Each row with its slots filled, but for ``missing`` of them where two at least are needed.

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
            if len(slots) - len(filled[r] - {len(slots)}) <= min(missing, len(slots) - 1):
                here = [sorted(span for p in slot & spans.keys() for span in spans[p]) for slot in slots]
                yield row, here, sum(len(spans[p]) for p in details & spans.keys())


def slots_of(cell: str) -> tuple[frozenset[str], ...]:
    """The slots of a table cell: ``a | b + c`` is two slots, the first with two wordings."""
    return tuple(frozenset(alternatives(slot)) for slot in cell.split(" + "))


@cache
def _events() -> SlotIndex:
    rows = []
    for row in read_table("events").itertuples():
        event = _Event(
            row.id, slots_of(row.slots), frozenset(alternatives(row.details)), date.fromisoformat(row.day),
            date.fromisoformat(row.day_end) if row.day_end else None, row.scheduled == "yes", row.series,
            row.label_ar, row.label_en, row.found_on,
        )  # fmt: skip
        rows.append((event, event.slots, event.details))
    return SlotIndex(rows)


@cache
def _series() -> SlotIndex:
    """Rows of the table ``event_series``, each with the events of its series: wordings too wide for one event."""
    events = read_table("events").query("day_end != ''")
    rows = []
    for row in read_table("event_series").itertuples():
        members = events[events["series"].isin(alternatives(row.series))]
        spans = sorted(zip(members["day"], members["day_end"], strict=True))
        rows.append(((row, spans), slots_of(row.slots), frozenset()))
    return SlotIndex(rows)


@cache
def _annual() -> SlotIndex:
    return SlotIndex([(row, slots_of(row.slots), frozenset()) for row in read_table("annual_days").itertuples()])


@cache
def _offices() -> SlotIndex:
    rows = read_table("office_holders").itertuples()
    return SlotIndex([(row, slots_of(row.pattern), frozenset()) for row in rows])


@cache
def _word_patterns() -> Patterns:
    rows = read_table("anchor_words").itertuples()
    return Patterns((p, row.slot) for row in rows for p in alternatives(row.pattern))


@cache
def _recaps() -> Patterns:
    rows = read_table("background_cues").itertuples()
    return Patterns((p, row.id) for row in rows for p in alternatives(row.pattern))


@cache
def _ordinals() -> Patterns:
    rows = [r for r in read_table("numerals").itertuples() if r.kind in ("ordinal", "feminine")]
    return Patterns((p, int(row.value)) for row in rows for p in alternatives(row.pattern))


@cache
def _contact_rows() -> list[tuple[date, str, str]]:
    """Day, form and place of each contact, in order of time."""
    rows = read_table("contacts").itertuples()
    return sorted((date.fromisoformat(row.date), row.form, row.place) for row in rows)


def find_mentions(article: Article) -> list[Mention]:
    """Events, offices, anniversaries and contacts in headline, subheadlines and body, in page order.

    Events of one series (summits, elections) compete for a passage: they come as one mention with several days.
    A row that this very page suggested (``found_on``) is left out.
    """
    passages = list(_passages(article))
    found = [f for p in passages for f in _events_in(p) if not _suggested_by(f.event, article)]
    if not any(f.passage.lead and not f.event.is_era and not f.event.is_anniversary for f in found):
        apart = _scattered_events([p for p in passages if p.lead])
        found += [f for f in apart if not _suggested_by(f.event, article)]
    mentions = [
        *_event_mentions(found),
        *_series_mentions(passages, found),
        *_annual_mentions(passages),
        *_anniversaries(found),
        *_elapsed(found),
        *_office_mentions(passages),
        *(_contact_mentions(passages, found) if _names_both(passages) else ()),
    ]
    return sorted(mentions, key=lambda m: (m.line, m.start, m.kind, m.id))


def _passages(article: Article) -> Iterator[_Passage]:
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
                yield _Passage(block, inside, here, _words(inside), lead and not recalls)


def _words(tokens: Sequence[Token]) -> dict[str, list[Span]]:
    words: dict[str, list[Span]] = defaultdict(list)
    for hit in _word_patterns().find(tokens):
        words[hit.id].append((hit.first, hit.last))
    return words


# --- events ---------------------------------------------------------------------------------------------------------


def _events_in(passage: _Passage) -> Iterator[_Found]:
    """Events with all their slots in the passage, or all but one where the passage names the event's own day."""
    names_a_day = any(re.search(r"-\d\d-\d\d$", t.value) for t in passage.times)
    for event, slots, details in _events().find(passage.tokens, missing=int(names_a_day)):
        dates = _dates_named(event, passage.times)
        if dates == 2 or all(slots):
            yield _Found(event, passage, _span_of(slots), details + dates)


def _span_of(slots: Sequence[Sequence[Span]]) -> Span:
    """From the first to the last of the words that fill the slots, each slot by its first wording."""
    firsts = [min(spans) for spans in slots if spans]
    return min(first for first, _ in firsts), max(last for _, last in firsts)


def _scattered_events(lead: Sequence[_Passage]) -> Iterator[_Found]:
    """Events whose slots the lead fills as a whole, though no two sentences of it do."""
    times = [t for p in lead for t in p.times]
    firsts = {id(p.block): p for p in lead}.values()
    wholes = [replace(p, tokens=tokenise(p.block.text), times=times) for p in firsts]
    homes = [(whole, i) for whole in wholes for i in range(len(whole.tokens) + 1)]  # one more: no wording runs on
    tokens = [token for whole in wholes for token in (*whole.tokens, _BREAK)]
    for event, slots, _ in _events().find(tokens):
        if event.is_era or event.series in CONTACT_SERIES or len(slots) < SCATTERED_SLOTS:
            continue
        first, last = min(slots, key=len)[0]
        whole, start = homes[first]
        yield _Found(event, whole, (start, start + last - first), 0, apart=True)


def _suggested_by(event: _Event, article: Article) -> bool:
    """Whether this page suggested the row: ``found_on`` holds addresses, or page ids of the embedded collection."""
    names = event.found_on.split()
    return article.page_id in names or bool(article.url and _bare_url(article.url) in map(_bare_url, names))


def _dates_named(event: _Event, times: Sequence[Timex]) -> int:
    """Two for the event's own day and month in the passage, one for its year or its month."""
    values = {value for t in times for value in t.value.split("/")}
    day = event.day.isoformat()
    if values & {day, "XXXX" + day[4:]}:
        return 2
    return int(bool(values & {day[:4], day[:7], "XXXX" + day[4:7]}))


def _bare_url(url: str) -> str:
    return re.sub(r"^(https?://)?(www\.)?", "", urllib.parse.unquote(url)).rstrip("/")


def _event_mentions(found: Sequence[_Found]) -> Iterator[Mention]:
    """Eras, one of a series; other events in groups whose members compete, those of the lead before those recalled."""
    eras = sorted((f for f in found if f.event.is_era), key=lambda f: f.event.day)
    for item in {_family(f.event): f for f in eras}.values():
        event = item.event
        yield item.passage.mention("event_era", f"{event.day}..", event.id, item.span, event.label_ar, event.label_en)
    dated = [f for f in found if not f.event.is_era and (f.score or f.event.series not in CONTACT_SERIES)]
    leading = _groups([f for f in dated if f.leads])
    told = {_family(f.event) for group in leading for f in group}
    recalled = _groups([f for f in dated if not f.leads and _family(f.event) not in told])
    yield from (_group_mention(group) for group in (*leading, *recalled))


def _family(event: _Event) -> str:
    return event.series or event.id


def _groups(found: Sequence[_Found]) -> list[list[_Found]]:
    """Events of one series, or told by the same words, are readings of one mention: they form one group."""
    groups: list[list[_Found]] = []
    for item in found:
        joined, apart = [item], []
        for group in groups:
            (joined.extend if any(_competes(item, other) for other in group) else apart.append)(group)
        groups = [*apart, joined]
    return groups


def _competes(a: _Found, b: _Found) -> bool:
    if _family(a.event) == _family(b.event):
        return True
    (a_start, a_end), (b_start, b_end) = a.extent, b.extent
    return a.passage.block is b.passage.block and a_start < b_end and b_start < a_end


def _group_mention(group: Sequence[_Found]) -> Mention:
    """One mention of the readings that fit best: on its own day if a word says so, else with the lags of its kind."""
    best: dict[str, int] = defaultdict(int)
    for f in group:
        best[_family(f.event)] = max(best[_family(f.event)], f.score)
    fitting = [f for f in group if f.score == best[_family(f.event)]]
    events = sorted({f.event for f in fitting}, key=lambda e: (e.day, e.id))
    labels = "، ".join(e.label_ar for e in events[:3]), "; ".join(e.label_en for e in events[:3])
    first, rule_id = fitting[0], "|".join(e.id for e in events)
    days = sorted({day for f in fitting for day in _days_of_event(f)})
    if first.apart:
        says = "|".join(map(str, days)) or "|".join(e.span() for e in events)
        return first.passage.mention("event_apart", says, rule_id, first.span, *labels)
    if days:
        return first.passage.mention("event_today", "|".join(map(str, days)), rule_id, first.span, *labels)
    kind = "event_scheduled" if all(e.scheduled for e in events) else "event_sudden"
    kind += "" if first.leads else "_recalled"
    return first.passage.mention(kind, "|".join(e.span() for e in events), rule_id, first.span, *labels)


def _series_mentions(passages: Sequence[_Passage], found: Sequence[_Found]) -> Iterator[Mention]:
    """A lead that tells of some event of a series, where no single one was recognised: all of its days."""
    told = {_family(f.event) for f in found if f.passage.lead}
    seen = set()
    for passage in passages:
        for (row, spans), slots, _ in _series().find(passage.tokens) if passage.lead else ():
            if row.id in seen or told.intersection(alternatives(row.series)):
                continue
            seen.add(row.id)
            days = _days_of_today([date.fromisoformat(day) for day, _ in spans], passage.times)
            says = "|".join(map(str, sorted(set(days))) if days else (f"{a}..{b}" for a, b in spans))
            yield passage.mention("event_series", says, row.id, _span_of(slots), row.label_ar, row.label_en)


def _annual_mentions(passages: Sequence[_Passage]) -> Iterator[Mention]:
    """A yearly day in the lead: its day and month, moved by "today" or "yesterday"; a weekday picks the year."""
    seen = set()
    for passage in passages:
        for row, slots, _ in _annual().find(passage.tokens) if passage.lead else ():
            if row.id in seen:
                continue
            seen.add(row.id)
            years = [date.fromisoformat(f"{year}-{row.day}") for year in range(2000, 2027)]
            days = _days_of_today(years, passage.times)
            kind, says = ("annual_today", "|".join(map(str, days))) if days else ("annual_day", f"XXXX-{row.day}")
            yield passage.mention(kind, says, row.id, _span_of(slots), row.label_ar, row.label_en)


def _days_of_event(item: _Found) -> list[date]:
    """Publication days when the lead sets the event on "today" or "yesterday"."""
    event, words = item.event, item.passage.words
    if not item.leads:
        return []
    days = [event.day + timedelta(n) for n in range((event.day_end - event.day).days + 1)]
    if words["begins"] or words["ends"]:
        days = days[:1] if words["begins"] else days[-1:]
    if len(days) > LONGEST_TODAY:
        return []
    return _days_of_today(days, item.passage.times)


def _days_of_today(days: Sequence[date], times: Sequence[Timex]) -> list[date]:
    """``days`` moved by the "today" or "yesterday" among ``times``, as far as a weekday named with it allows."""
    deictic = [t for t in times if t.relation.startswith("day") and not t.value]
    named = {t.relation: t.weekday for t in deictic if t.weekday}  # "today" stands for "today, Tuesday" named beside it
    shifts = sorted({t.relation for t in deictic})
    return [d - timedelta(int(s[3:])) for s in shifts for d in days if named.get(s) in (None, d.isoweekday())]


def _anniversaries(found: Sequence[_Found]) -> Iterator[Mention]:
    """ "The first anniversary of" an event in the same passage: its day so many years later."""
    for item in found:
        words = item.passage.words["anniversary"]
        if item.event.is_anniversary:
            continue
        for hit in _ordinals().find(item.passage.tokens):
            if any(abs(hit.first - first) <= 2 for first, _ in words):
                label = (
                    f"الذكرى {hit.id}: {item.event.label_ar}",
                    f"anniversary {hit.id} of: {item.event.label_en}",
                )
                day = _later(item.event.day, int(hit.id), "Y")
                yield item.passage.mention("anniversary", f"{day}", item.event.id, item.span, *label)


def _elapsed(found: Sequence[_Found]) -> Iterator[Mention]:
    """ "Three days after" an event: the offset ends in من or على, and the event's words follow at once."""
    for item in found:
        if item.event.is_anniversary:
            continue
        for time in item.passage.times:
            if time.relation[:1] in ("+", "-") and _follows(item, time):
                number, unit = int(time.relation[1:-1]), time.relation[-1]
                kind = {"D": "elapsed_days", "Y": "elapsed_years"}.get(unit, "elapsed_months")
                day = _later(item.event.day, number, unit)
                label = f"{time.text}: {item.event.label_ar}", f"{time.text}: {item.event.label_en}"
                yield item.passage.mention(kind, f"{day}", item.event.id, item.span, *label)


def _follows(item: _Found, time: Timex) -> bool:
    if item.event.series == "tenure":
        return time.relation[-1] == "Y"
    after = next((i for i, t in enumerate(item.passage.tokens) if t.start >= time.end), None)
    if after is None or item.passage.tokens[after].key not in ("من", "علي", "عن"):
        return False
    return item.span[0] <= after + ELAPSED_REACH and item.span[1] > after


def _later(day: date, number: int, unit: str) -> date:
    if unit == "Y":
        return date(day.year + number, day.month, min(day.day, 28) if day.month == 2 else day.day)
    return day + timedelta(round(_UNIT_DAYS[unit] * number))


# --- offices --------------------------------------------------------------------------------------------------------


def _office_mentions(passages: Sequence[_Passage]) -> Iterator[Mention]:
    """Holders named with their office: the terms of that person in that office, as one statement."""
    terms: dict[tuple[str, bool], list] = defaultdict(list)
    for passage in passages:
        for person, items in _holders(passage).items():
            longest = max(size for _, _, size in items)
            for row, span, size in items:
                if size == longest and not _beside(passage.words["elect"], span):
                    terms[person, _beside(passage.words["former"], span)].append((row, passage, span))
    for (person, former), items in terms.items():
        rows = sorted({(r.not_before, r.not_after) for r, _, _ in items})
        says = "|".join(f"{b}.." for _, b in rows if b) if former else "|".join(f"{a}..{b}" for a, b in rows)
        if says:
            row, passage, span = items[0]
            kind = "office_former" if former else "office"
            yield passage.mention(kind, says, row.id, span, passage.quote(span), f"{person} ({row.office})")


def _beside(words: Sequence[Span], span: Span) -> bool:
    return any(span[0] <= first <= span[1] + 2 for first, _ in words)


def _holders(passage: _Passage) -> dict[str, list[tuple[object, Span, int]]]:
    """By person: the row, the span from office to name, and how many words the office has (more is more certain)."""
    holders = defaultdict(list)
    for row, slots, _ in _offices().find(passage.tokens):
        for office in slots[0]:
            for name in slots[-1]:
                apart = any(office[1] < first < name[0] for first, _ in passage.words["apart"])
                if 0 <= name[0] - office[1] <= OFFICE_REACH and not apart:
                    span = office[0], name[1]
                    holders[row.person].append((row, span, office[1] - office[0]))
    return holders


# --- contacts of the two presidents -----------------------------------------------------------------------------------


def _names_both(passages: Sequence[_Passage]) -> bool:
    return all(any(p.words[name] for p in passages) for name in ("putin", "lukashenko"))


def _contact_mentions(passages: Sequence[_Passage], found: Sequence[_Found]) -> Iterator[Mention]:
    """A contact that is counted, one that a passage names by day and month, or one that the lead reports."""
    yield from _counted_contacts(passages, found)
    for passage in passages:
        for form in ("call", "meeting"):
            for span in passage.words[form][:1]:
                if named := _contacts_named(form, passage.times):
                    yield _contact(passage, "contact_recalled", named, form, span)
    if not any(f.passage.lead and f.score and f.event.series in CONTACT_SERIES for f in found):
        yield from _reported_contacts([p for p in passages if p.lead])


def _reported_contacts(lead: Sequence[_Passage]) -> Iterator[Mention]:
    """A contact that the lead reports: it names both presidents together, and the contact beside one of them."""
    if not any(p.words["putin"] and p.words["lukashenko"] for p in lead):
        return
    for form in ("call", "meeting"):
        told = [p for p in lead if p.words[form] and (p.words["putin"] or p.words["lukashenko"])]
        if told and not _contacts_named(form, told[0].times):
            yield _contact(told[0], *_reported(form, told[0], lead), form, told[0].words[form][0])


def _reported(form: str, passage: _Passage, lead: Sequence[_Passage]) -> tuple[str, list[date]]:
    """Kind and days of a contact that the lead reports: at the place it names, on the day that "today" makes of it."""
    places = _places([passage]) or _places(lead)
    here = [c for c in _contact_rows() if form == "call" or c[2] in places]
    days = _contacts(form, rows=here, apart=True) or _contacts(form, apart=True)
    shifted = _days_of_today(days, passage.times or [t for p in lead for t in p.times])
    return ("contact_today", shifted) if shifted else ("contact_reported", days)


def _places(passages: Sequence[_Passage]) -> set[str]:
    return {slot[3:] for p in passages for slot, spans in p.words.items() if slot[:3] == "at_" and spans}


def _contact(passage: _Passage, kind: str, days: Sequence[date], form: str, span: Span) -> Mention:
    form_ar = {"call": "اتصال بين الرئيسين", "meeting": "لقاء بين الرئيسين"}[form]
    shown = f": {days[0]}" if len(days) == 1 else ""
    says = "|".join(map(str, days))
    return passage.mention(kind, says, f"contact_{form}", span, form_ar + shown, f"{form} of the presidents" + shown)


def _contacts(
    form: str,
    *,
    bilateral: bool = False,
    rows: Sequence[tuple[date, str, str]] | None = None,
    apart: bool = False,
) -> list[date]:
    """Days of the contacts of a form; summits that both attended count as meetings unless only bilateral ones do.

    Meetings on days that follow one another are counted as one, unless each day is to stand ``apart``.
    """
    forms = (form,) if form == "call" or bilateral else ("meeting", "multilateral")
    days = [day for day, f, _ in (_contact_rows() if rows is None else rows) if f in forms]
    gap = timedelta(0 if form == "call" or apart else 1)
    return [d for d, before in zip(days, (date.min, *days), strict=False) if d - before > gap]


def _contacts_named(form: str, times: Sequence[Timex]) -> list[date]:
    dated = [t for t in times if re.fullmatch(r"(XXXX|\d{4})-\d\d-\d\d", t.value) and t.relation[:3] != "day"]
    values = {t.value[4:] for t in dated}
    return [day for day in _contacts(form) if day.isoformat()[4:] in values]


def _counted_contacts(passages: Sequence[_Passage], found: Sequence[_Found]) -> Iterator[Mention]:
    """ "The fourth call since the election", "their seventh meeting this year": the day of the contact so counted."""
    bases = sorted({f.event.day for f in found if not f.event.is_era})
    for passage in passages:
        form = next((f for f in ("call", "meeting") if passage.words[f"counted_{f}"]), "")
        for hit in _ordinals().find(passage.tokens) if form else ():
            following = {t.key.removeprefix("ال") for t in passage.tokens[hit.last + 1 : hit.last + 13]}
            ways = [_contacts(form), _contacts(form, bilateral=True)]
            days = sorted({d for way in ways for d in _nth_contacts(way, int(hit.id), following, bases)})
            if days:
                span = (hit.first, hit.last)
                yield passage.mention(
                    "contact_count", "|".join(map(str, days)), f"contact_{form}", span,
                    f"رقم {hit.id}", f"{form} number {hit.id}",
                )  # fmt: skip


def _nth_contacts(days: Sequence[date], number: int, following: set[str], bases: Sequence[date]) -> list[date]:
    """Days of the ``number``-th contact: of each year ("this year"), or since each event the article mentions."""
    if following & {"عام", "سنه"} and following & {"هذا", "جاري", "حالي"}:
        groups = [[d for d in days if d.year == year] for year in sorted({d.year for d in days})]
    elif "منذ" in following:
        groups = [[d for d in days if base < d < base + timedelta(366)] for base in bases]
    else:
        return []
    return sorted({group[number - 1] for group in groups if len(group) >= number})
