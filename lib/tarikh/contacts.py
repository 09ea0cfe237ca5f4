"""Contacts of the two presidents, calls and meetings, that an article reports, counts or recalls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache

from tarikh.events import CONTACT_SERIES, Found
from tarikh.passages import Mention, Passage, Span, days_of_today, ordinals
from tarikh.tables import read_table
from tarikh.timex import Timex

GOES_REACH = 5  # words between a president and the country to which he goes
TODAY_REACH = 8  # words between a coming contact and the "today" that sets it

_COMING = ("سي", "ست")  # how a verb in the future begins


@cache
def _contact_rows() -> list[tuple[date, str, str, str]]:
    """Day, form, place and country of each contact, in order of time."""
    rows = read_table("contacts").itertuples()
    return sorted((date.fromisoformat(row.date), row.form, row.place, row.country) for row in rows)


def contact_mentions(passages: Sequence[Passage], found: Sequence[Found]) -> Iterator[Mention]:
    """A contact that is counted, one that a passage names by day and month, or one that the lead reports."""
    if not all(any(p.words[name] for p in passages) for name in ("putin", "lukashenko")):
        return
    yield from _counted_contacts(passages, found)
    for passage in passages:
        for form in ("call", "meeting"):
            for span in passage.words[form][:1]:
                if named := _contacts_named(form, passage.times):
                    yield _contact(passage, "contact_recalled", named, form, span)
    if not any(f.passage.lead and f.score and f.event.series in CONTACT_SERIES for f in found):
        yield from _reported_contacts([p for p in passages if p.lead])


def _reported_contacts(lead: Sequence[Passage]) -> Iterator[Mention]:
    """A contact that the lead reports: it names both presidents together, and the contact beside one of them."""
    if not any(p.words["putin"] and p.words["lukashenko"] for p in lead):
        return
    for form in ("call", "meeting"):
        told = [p for p in lead if p.words[form] and (p.words["putin"] or p.words["lukashenko"])]
        if told and not _contacts_named(form, told[0].times):
            yield _contact(told[0], *_reported(form, told[0], lead), form, told[0].words[form][0])


def _reported(form: str, passage: Passage, lead: Sequence[Passage]) -> tuple[str, list[date]]:
    """Kind and days of a contact that the lead reports: at the place it names, on the day that "today" makes of it."""
    places = _places([passage]) or _places(lead)
    here = [row for row in _contact_rows() if form == "call" or not places.isdisjoint(row[2:])]
    days = _contacts(form, rows=here, apart=True) or _contacts(form, apart=True)
    span = passage.words[form][0]
    if passage.tokens[span[0]].key.startswith(_COMING):
        near = [t for t in passage.times if passage.in_one_clause(span, t, TODAY_REACH)]
        shifted = days_of_today(days, near)
        return ("contact_today", shifted) if shifted else ("contact_ahead", days)
    shifted = days_of_today(days, passage.times or [t for p in lead for t in p.times])
    return ("contact_today", shifted) if shifted else ("contact_reported", days)


def _places(passages: Sequence[Passage]) -> set[str]:
    """Towns that the passages name, and countries that they name beside a president who goes there."""
    towns = {slot[3:] for p in passages for slot, spans in p.words.items() if slot[:3] == "at_" and spans}
    return towns or {slot[3:] for p in passages for slot in p.words if slot[:3] == "in_" and _goes(p, slot)}


def _goes(passage: Passage, slot: str) -> bool:
    people = [*passage.words["putin"], *passage.words["lukashenko"]]
    return any(0 < first - last <= GOES_REACH for first, _ in passage.words[slot] for _, last in people)


def _contact(passage: Passage, kind: str, days: Sequence[date], form: str, span: Span) -> Mention:
    form_ar = {"call": "اتصال بين الرئيسين", "meeting": "لقاء بين الرئيسين"}[form]
    shown = f": {days[0]}" if len(days) == 1 else ""
    says = "|".join(map(str, days))
    return passage.mention(kind, says, f"contact_{form}", span, form_ar + shown, f"{form} of the presidents" + shown)


def _contacts(
    form: str,
    *,
    bilateral: bool = False,
    rows: Sequence[tuple[date, str, str, str]] | None = None,
    apart: bool = False,
) -> list[date]:
    """Days of the contacts of a form; summits that both attended count as meetings unless only bilateral ones do.

    Meetings on days that follow one another are counted as one, unless each day is to stand ``apart``.
    """
    forms = (form,) if form == "call" or bilateral else ("meeting", "multilateral")
    days = [day for day, f, *_ in (_contact_rows() if rows is None else rows) if f in forms]
    gap = timedelta(0 if form == "call" or apart else 1)
    return [d for d, before in zip(days, (date.min, *days), strict=False) if d - before > gap]


def _contacts_named(form: str, times: Sequence[Timex]) -> list[date]:
    dated = [t for t in times if re.fullmatch(r"(XXXX|\d{4})-\d\d-\d\d", t.value) and t.relation[:3] != "day"]
    values = {t.value[4:] for t in dated}
    return [day for day in _contacts(form) if day.isoformat()[4:] in values]


def _counted_contacts(passages: Sequence[Passage], found: Sequence[Found]) -> Iterator[Mention]:
    """ "The fourth call since the election", "their seventh meeting this year": the day of the contact so counted."""
    bases = sorted({f.event.day for f in found if not f.event.is_era})
    for passage in passages:
        form = next((f for f in ("call", "meeting") if passage.words[f"counted_{f}"]), "")
        for hit in ordinals().find(passage.tokens) if form else ():
            following = {t.key.removeprefix("ال") for t in passage.tokens[hit.last + 1 : hit.last + 13]}
            present = [row for row in _contact_rows() if row[2] != "video"]
            ways = [_contacts(form, rows=present), _contacts(form, rows=present, bilateral=True)]
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
