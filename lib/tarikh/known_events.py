"""The rows of the table ``events``: dated events, their wordings, and the pages that suggested them."""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property

from tarikh.arabic import alternatives, fold
from tarikh.articles import Article
from tarikh.passages import slots_of
from tarikh.tables import read_table

ERA_DAYS = 200  # an event that lasts longer is an era: it bounds from below and has no peak
LONGEST_TODAY = 4  # days; of what lasts longer, "today" is any of its days and no more


@dataclass(frozen=True)
class Event:
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

    def suggested_by(self, article: Article) -> bool:
        """Whether this page suggested the row: ``found_on`` holds addresses, or page ids of the embedded collection."""
        names = self.found_on.split()
        return article.page_id in names or bool(article.url and _bare_url(article.url) in map(_bare_url, names))

    def days(self) -> list[date]:
        """Its days, any of which may be "today"; none if it lasts longer than that word is said of it."""
        length = ((self.day_end or date.max) - self.day).days + 1
        return [self.day + timedelta(n) for n in range(length)] if length <= LONGEST_TODAY else []

    def span(self) -> str:
        return self.span_moved(0)

    def span_moved(self, days: int) -> str:
        """First and last day, so many days later."""
        first, last = self.day + timedelta(days), (self.day_end or self.day) + timedelta(days)
        return f"{first}..{last}" if last != first else f"{first}"


@cache
def known_events() -> tuple[Event, ...]:
    """The rows of the table ``events``."""
    return tuple(
        Event(
            row.id, slots_of(row.slots), frozenset(alternatives(row.details)), date.fromisoformat(row.day),
            date.fromisoformat(row.day_end) if row.day_end else None, row.scheduled == "yes", row.series,
            row.label_ar, row.label_en, row.found_on,
        )
        for row in read_table("events").itertuples()
    )  # fmt: skip


def _bare_url(url: str) -> str:
    return re.sub(r"^(https?://)?(www\.)?", "", urllib.parse.unquote(url)).rstrip("/")
