"""People whom an article names with what dates them: an office that they held for a time, or an age."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache

from tarikh.arabic import Patterns, alternatives, tokenise
from tarikh.passages import Mention, Passage, SlotIndex, Span, slots_of
from tarikh.tables import read_table
from tarikh.timex import Timex

AGE_REACH = 4  # words between a name and its age
COUNT_REACH = 7  # words around "birthday" in which the name and the number stand
OFFICE_REACH = 6  # words between an office and its holder's name


@cache
def _offices() -> SlotIndex:
    rows = read_table("office_holders").itertuples()
    return SlotIndex([(row, slots_of(row.pattern), frozenset()) for row in rows])


def people_mentions(passages: Sequence[Passage]) -> list[Mention]:
    """Holders named with their office, people named with their age, and birthdays that are counted."""
    return [*_office_mentions(passages), *_age_mentions(passages), *_birthday_mentions(passages)]


def _office_mentions(passages: Sequence[Passage]) -> Iterator[Mention]:
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


def _holders(passage: Passage) -> dict[str, list[tuple[object, Span, int]]]:
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


@cache
def _born() -> Patterns:
    rows = read_table("birthdays").itertuples()
    return Patterns((word, row) for row in rows for slot in slots_of(row.pattern) for word in slot)


def _age_mentions(passages: Sequence[Passage]) -> Iterator[Mention]:
    """People named with their age, which they have from one birthday to the next; each person once."""
    seen = set()
    for passage in passages:
        ages = [t for t in passage.times if _is_age(passage.block.text, t)]
        for hit in _born().find(passage.tokens) if ages else ():
            row, span = hit.id, (hit.first, hit.last)
            near = [t for t in ages if 0 <= passage.words_between(span, t) <= AGE_REACH]
            if near and row.id not in seen:
                seen.add(row.id)
                age = int(near[0].value[1:-1])
                says = "..".join(str(_birthday(row.born, age + n)) for n in (0, 1))
                yield passage.mention("age", says, row.id, span, f"{row.name_ar} ({age})", f"{row.person} ({age})")


def _birthday_mentions(passages: Sequence[Passage]) -> Iterator[Mention]:
    """ "His 68th birthday" beside a name: that day."""
    for passage in passages:
        for spans in passage.words["birthday"][:1]:
            after = passage.tokens[spans[1] + 1 : spans[1] + COUNT_REACH]
            number = next(filter(None, (_count(token.key) for token in after)), 0)
            people = [hit for hit in _born().find(passage.tokens) if abs(hit.first - spans[0]) <= COUNT_REACH]
            if number and people:
                row, span = people[0].id, (min(spans[0], people[0].first), max(spans[1], people[0].last))
                day = str(_birthday(row.born, number))
                label = f"عيد ميلاد {row.name_ar} ({number})", f"birthday {number} of {row.person}"
                yield passage.mention("anniversary", day, row.id, span, *label)


def _count(word: str) -> int:
    """The number that a word is in figures, with or without article (الـ68); 0 if none, or no age."""
    figures = word.removeprefix("ال")
    return int(figures) if figures.isdigit() and 16 <= int(figures) <= 99 else 0


def _is_age(text: str, time: Timex) -> bool:
    """Whether a number of years stands as an age: in brackets, or after a word that introduces one."""
    if not re.fullmatch(r"P[1-9]\dY", time.value):
        return False
    bracketed = text[: time.start].rstrip().endswith("(") and text[time.end :].lstrip().startswith(")")
    before = tokenise(text[max(0, time.start - 30) : time.start])[-2:]
    return bracketed or bool(_age_words().find(before))


@cache
def _age_words() -> Patterns:
    rows = read_table("anchor_words").itertuples()
    return Patterns((p, row.id) for row in rows if row.slot == "age" for p in alternatives(row.pattern))


def _birthday(born: str, age: int) -> date:
    year, month, day = map(int, born.split("-"))
    return date(year + age, month, day)
