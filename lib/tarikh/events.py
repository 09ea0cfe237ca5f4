"""Known events that an article mentions, singly or as a series, their anniversaries, and the time passed since.

A row of the table ``events`` is required slots, each a set of wordings; all of them must stand within two sentences,
and its details tell apart events of one series. Such named events are the "temponyms" of Kuzey, Setty, Strötgen and
Weikum (2016).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property

from tarikh.arabic import alternatives
from tarikh.articles import Article
from tarikh.known_events import Event, known_events
from tarikh.passages import Mention, Passage, SlotIndex, Span, days_of_today, ordinals, slots_of, span_of
from tarikh.tables import read_table
from tarikh.timex import Timex

NAMED = 3  # so many events are named in an explanation
CONTACT_SERIES = ("putin_lukashenko_meeting", "putin_lukashenko_call")  # events that are contacts themselves
TIE_REACH = 5  # words between an event and the "last week" that sets it
SINCE_REACH = 2  # words between "since" or "after" and an event
TIED_DAYS = 7  # of what lasts longer, no "last week" is told
ELAPSED_REACH = 8  # words between "three days after" and the event
_STEPS = {"past": -1, "current": 0, "next": 1}
_CALLED_PAST = ("W past", "M past", "Y past", "D past")
_UNIT_DAYS = {"D": 1, "W": 7, "M": 30.44}


@dataclass(frozen=True)
class Found:
    """An event matched in a passage: where, how many of its details are there."""

    event: Event
    passage: Passage
    span: Span
    score: int

    @cached_property
    def leads(self) -> bool:
        """Whether the lead tells it as news: on its own day no article names an event's date, or calls it past."""
        named = {value for time in self.passage.times for value in time.value.split("/")}
        dated = _dates_named(self.event, self.passage.times) == 2 or self.event.day.isoformat()[:7] in named
        past = any(time.relation in _CALLED_PAST for time in self.near) or self._follows_a_since
        return self.passage.lead and not dated and not past

    @property
    def _follows_a_since(self) -> bool:
        return any(0 <= self.span[0] - last <= SINCE_REACH for _, last in self.passage.words["since"])

    @cached_property
    def near(self) -> list[Timex]:
        """The times that stand within a few words of the event, the nearest first."""
        apart = {time: self.passage.words_between(self.span, time) for time in self.passage.times}
        return sorted((t for t in apart if apart[t] <= TIE_REACH), key=lambda t: (apart[t], t.start))

    @property
    def extent(self) -> tuple[int, int]:
        """Start and end of the matched words in the block."""
        return self.passage.tokens[self.span[0]].start, self.passage.tokens[self.span[1]].end


@cache
def _events() -> SlotIndex:
    return SlotIndex([(event, event.slots, event.details) for event in known_events()])


@cache
def _series() -> SlotIndex:
    """Rows of the table ``event_series``, each with the events of its series: wordings too wide for one event."""
    rows = []
    for row in read_table("event_series").itertuples():
        series = alternatives(row.series)
        members = [event for event in known_events() if event.day_end and event.series in series]
        rows.append(((row, sorted(members, key=lambda e: (e.day, e.id))), slots_of(row.slots), frozenset()))
    return SlotIndex(rows)


@cache
def _annual() -> SlotIndex:
    return SlotIndex([(row, slots_of(row.slots), frozenset()) for row in read_table("annual_days").itertuples()])


def event_mentions(article: Article, passages: Sequence[Passage]) -> tuple[list[Mention], list[Found]]:
    """What ``article`` mentions of known events, and the events as found, for those who count from them."""
    found = [f for p in passages for f in _events_in(p) if not f.event.suggested_by(article)]
    mentions = [
        *_groups_mentioned(found),
        *_series_mentions(passages, found),
        *_annual_mentions(passages),
        *_anniversaries(found),
        *_elapsed(found),
        *_counted_days(found),
    ]
    return mentions, found


def _events_in(passage: Passage) -> Iterator[Found]:
    """Events with all their slots in the passage, or all but one where the passage names the event's own day."""
    names_a_day = any(re.search(r"-\d\d-\d\d$", t.value) for t in passage.times)
    for event, slots, details in _events().find(passage.tokens, missing=int(names_a_day)):
        dates = _dates_named(event, passage.times)
        if dates == 2 or all(slots):
            yield Found(event, passage, span_of(slots), details + dates)


def _dates_named(event: Event, times: Sequence[Timex]) -> int:
    """Two for the event's own day and month in the passage, one for its year or its month."""
    values = {value for t in times if not t.relation.startswith("day") for value in t.value.split("/")}
    day = event.day.isoformat()
    if values & {day, "XXXX" + day[4:]}:
        return 2
    return int(bool(values & {day[:4], day[:7], "XXXX" + day[4:7]}))


def _groups_mentioned(found: Sequence[Found]) -> Iterator[Mention]:
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


def _family(event: Event) -> str:
    return event.series or event.id


def _groups(found: Sequence[Found]) -> list[list[Found]]:
    """Events of one series, or told by the same words, are readings of one mention: they form one group."""
    groups: list[list[Found]] = []
    for item in found:
        joined, apart = [item], []
        for group in groups:
            (joined.extend if any(_competes(item, other) for other in group) else apart.append)(group)
        groups = [*apart, joined]
    return groups


def _competes(a: Found, b: Found) -> bool:
    if _family(a.event) == _family(b.event):
        return True
    (a_start, a_end), (b_start, b_end) = a.extent, b.extent
    return a.passage.block is b.passage.block and a_start < b_end and b_start < a_end


def _group_mention(group: Sequence[Found]) -> Mention:
    """One mention of the readings that fit best: on its own day if a word says so, else with the lags of its kind."""
    best: dict[str, int] = defaultdict(int)
    for f in group:
        best[_family(f.event)] = max(best[_family(f.event)], f.score)
    fitting = [f for f in group if f.score == best[_family(f.event)]]
    events = sorted({f.event for f in fitting}, key=lambda e: (e.day, e.id))
    labels = "، ".join(e.label_ar for e in events[:NAMED]), "; ".join(e.label_en for e in events[:NAMED])
    first, rule_id = fitting[0], "|".join(e.id for e in events)
    days = sorted({day for f in fitting for day in _days_of_event(f)})
    if days:
        return first.passage.mention("event_today", "|".join(map(str, days)), rule_id, first.span, *labels)
    if not first.leads and (tied := _tied(fitting)):
        return first.passage.mention(*tied, rule_id, first.span, *labels)
    kind = "event_scheduled" if all(e.scheduled for e in events) else "event_sudden"
    kind += "" if first.leads else "_recalled"
    return first.passage.mention(kind, "|".join(e.span() for e in events), rule_id, first.span, *labels)


def _tied(found: Sequence[Found]) -> tuple[str, str] | None:
    """Kind and days of events that a word beside them sets: "last week", "this month", "on Tuesday", "two days ago"."""
    ties: dict[str, set[str]] = defaultdict(set)
    for item in found:
        if ((item.event.day_end or date.max) - item.event.day).days <= TIED_DAYS:
            for kind, says in next(filter(None, (list(_ties(item.event, time)) for time in item.near)), ()):
                ties[kind].add(says)
    kind = max(ties, key=lambda k: (len(ties[k]), k), default="")
    return (kind, "|".join(sorted(ties[kind]))) if kind else None


def _ties(event: Event, time: Timex) -> Iterator[tuple[str, str]]:
    """What one time beside an event makes of the day of publication: kind and statement."""
    unit, _, relation = time.relation.partition(" ")
    if unit in ("M", "Y") and relation in _STEPS:
        yield "event_in_month" if unit == "M" else "event_in_year", _period(event.day, unit, -_STEPS[relation])
    elif unit == "W" and relation in _STEPS:
        yield "event_in_week", event.span_moved(-7 * _STEPS[relation])
    elif time.relation[:1] == "-":
        number, unit = int(time.relation[1:-1]), time.relation[-1]
        kind = {"D": "elapsed_days", "Y": "elapsed_years"}.get(unit, "elapsed_months")
        yield kind, f"{_later(event.day, number, unit)}"
    elif time.relation in ("day-1", "day-2") and time.weekday in (None, event.day.isoweekday()):
        yield "event_today", event.span_moved(-int(time.relation[3:]))
    elif time.value == f"XXXX-WXX-{event.day.isoweekday()}":
        bare = "event_weekday_scheduled" if event.scheduled else "event_weekday"
        yield {"past": "event_weekday_past", "next": "event_weekday_next"}.get(time.relation, bare), event.span()


def _period(day: date, unit: str, step: int) -> str:
    """The month or year that lies ``step`` after that of ``day``, as a span of days."""
    months = day.year * 12 + day.month - 1 + step if unit == "M" else (day.year + step) * 12
    after = months + (1 if unit == "M" else 12)
    last = date(after // 12, after % 12 + 1, 1) - timedelta(1)
    return f"{date(months // 12, months % 12 + 1, 1)}..{last}"


def _series_mentions(passages: Sequence[Passage], found: Sequence[Found]) -> Iterator[Mention]:
    """A lead that tells of some event of a series, where no single one was recognised: all of its days."""
    told = {_family(f.event) for f in found if f.passage.lead}
    seen = set()
    for passage in passages:
        for (row, members), slots, _ in _series().find(passage.tokens) if passage.lead else ():
            if row.id in seen:
                continue
            if day := _nth_of([e.day for e in members if e.day == e.day_end], passage.times):
                seen.add(row.id)
                yield passage.mention("event_count", day, row.id, span_of(slots), row.label_ar, row.label_en)
                continue
            if told.intersection(alternatives(row.series)):
                continue
            seen.add(row.id)
            days = days_of_today([event.day for event in members], passage.times)
            says = "|".join(map(str, sorted(set(days))) if days else (event.span() for event in members))
            yield passage.mention("event_series", says, row.id, span_of(slots), row.label_ar, row.label_en)


def _nth_of(days: Sequence[date], times: Sequence[Timex]) -> str:
    """ "The second Sunday in a row": a week after the first day of a series that falls on the weekday; else nothing."""
    for time in times:
        first = next((day for day in days if day.isoweekday() == time.weekday), None)
        if time.rule_id == "nth_weekday" and first:
            return str(first + timedelta(7 * (int(time.value[1:-1]) - 1)))
    return ""


def _annual_mentions(passages: Sequence[Passage]) -> Iterator[Mention]:
    """A yearly day in the lead: its day and month, moved by "today" or "yesterday"; a weekday picks the year."""
    seen = set()
    for passage in passages:
        for row, slots, _ in _annual().find(passage.tokens) if passage.lead else ():
            if row.id in seen:
                continue
            seen.add(row.id)
            years = [date.fromisoformat(f"{year}-{row.day}") for year in range(2000, 2027)]
            days = days_of_today(years, passage.times)
            kind, says = ("annual_today", "|".join(map(str, days))) if days else ("annual_day", f"XXXX-{row.day}")
            yield passage.mention(kind, says, row.id, span_of(slots), row.label_ar, row.label_en)


def _days_of_event(item: Found) -> list[date]:
    """Publication days when the lead sets the event on "today" or "yesterday"."""
    event, words = item.event, item.passage.words
    if not item.leads:
        return []
    days = event.days()
    if words["begins"] or words["ends"]:
        days = [event.day if words["begins"] else event.day_end]
    return days_of_today(days, item.passage.times)


def _anniversaries(found: Sequence[Found]) -> Iterator[Mention]:
    """ "The first anniversary of" an event in the same passage: its day so many years later."""
    for item in found:
        words = item.passage.words["anniversary"]
        if item.event.is_anniversary:
            continue
        for hit in ordinals().find(item.passage.tokens):
            if any(abs(hit.first - first) <= 2 for first, _ in words):
                label = (
                    f"الذكرى {hit.id}: {item.event.label_ar}",
                    f"anniversary {hit.id} of: {item.event.label_en}",
                )
                day = _later(item.event.day, int(hit.id), "Y")
                yield item.passage.mention("anniversary", f"{day}", item.event.id, item.span, *label)


def _elapsed(found: Sequence[Found]) -> Iterator[Mention]:
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


def _counted_days(found: Sequence[Found]) -> Iterator[Mention]:
    """ "For the fifth day in a row" beside what began on a day: the fifth day of it."""
    for item in found:
        for time in item.passage.times if not item.event.is_anniversary else ():
            if time.rule_id == "nth_day" and time.value[-1] in "DW":
                day = _later(item.event.day, int(time.value[1:-1]) - 1, time.value[-1])
                label = f"{time.text}: {item.event.label_ar}", f"{time.text}: {item.event.label_en}"
                yield item.passage.mention("elapsed_days", f"{day}", item.event.id, item.span, *label)


def _follows(item: Found, time: Timex) -> bool:
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
