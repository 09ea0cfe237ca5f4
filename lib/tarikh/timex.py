"""Temporal tagging of Arabic text: TIMEX3 expressions with offsets, values, and what they are relative to.

Words are classed by the tables ``months``, ``weekdays``, ``numerals`` and ``deictics``; the table
``date_patterns`` is the grammar over those classes. A relative expression keeps its value open (``XXXX-09-14``)
until a document creation time is given. Types and values follow TIMEX3 (ISO 24617-1, ISO-TimeML).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import pairwise

from hijridate import Hijri

from tarikh.arabic import Folded, Patterns, Token, alternatives, fold, key, stems
from tarikh.tables import read_table

_NUMERIC_DATE = re.compile(
    r"(?<![\d/.,:-])(\d{1,4})\s?([/.-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{1,2})(?![\d/]|[.,-]\d)(?!\s?%)"
)
_DAY_MONTH = re.compile(r"(?<![\d/.,:-])(\d{1,2})\s?[/.-]\s?(\d{1,2})(?!\d|\s?[/.-]\s?\d|\s?%)")
_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*")
_HARD_GAP = re.compile(r"[.!?؟;؛:\n%]")
_GLUED = frozenset(
    ["ال", "ب", "ل", "بال", "وال", "لل", "ف", "ك", "فال", "كال"]
)  # proclitics written before digits: الـ30، بـ19
_BEFORE_MONTH = frozenset(["في", "منذ", "خلال", "حتي", "لشهر", "بشهر", "شهري"])  # after these a bare name is a month
_UNITS = {"D": 1, "W": 7}


@dataclass(frozen=True)
class Timex:
    """One temporal expression, as TIMEX3 has it, and what it is relative to.

    ``start`` and ``end`` are offsets in the text as given. ``value`` has X for what the text leaves open
    (``XXXX-09-14``), and is empty where only ``relation`` speaks: ``day-1`` (yesterday), ``past``, ``current``,
    ``next``, ``same``, ``year-1``, ``-3Y``. ``weekday`` is ISO (Monday 1) where one is named.
    """

    start: int
    end: int
    text: str
    type: str
    value: str
    mod: str
    rule_id: str
    relation: str = ""
    weekday: int | None = None


@dataclass(frozen=True)
class _Word:
    """A token and the classes it can play, each with its value and how many tokens it takes."""

    token: Token
    classes: dict[str, tuple[str, int]]
    hard: bool  # a hard break stands before it


@dataclass(frozen=True)
class _Element:
    options: tuple[str, ...]
    is_class: bool
    optional: bool


@cache
def _lexicon() -> Patterns:
    """Word patterns of the four tables, each carrying its class and value."""
    rules = []
    for row in read_table("months").itertuples():
        name = "hmonth" if row.calendar == "hijri" else "month"
        rules += [(p, (name, row.month)) for p in alternatives(row.pattern)]
    for row in read_table("weekdays").itertuples():
        rules += [(p, ("weekday", row.isoweekday)) for p in alternatives(row.pattern)]
    for row in read_table("numerals").itertuples():
        name = {"cardinal": "number"}.get(row.kind, row.kind)
        rules += [(p, (name, row.value)) for p in alternatives(row.pattern)]
    for row in read_table("deictics").itertuples():
        rules += [(p, (row.slot, row.value)) for p in alternatives(row.pattern)]
    return Patterns(rules)


@cache
def _grammar() -> dict[str, list[tuple[str, str, tuple[_Element, ...]]]]:
    """Patterns of the table ``date_patterns`` by what their first element may be (a class or a word)."""
    grammar: dict[str, list] = {}
    for row in read_table("date_patterns").itertuples():
        elements = tuple(_element(part) for part in row.pattern.split())
        for first in _first_options(elements):
            grammar.setdefault(first, []).append((row.id, row.type, elements))
    return grammar


def _element(part: str) -> _Element:
    optional = part.startswith("[")
    body = part.strip("[]")
    is_class = body.startswith("{")
    options = tuple(body.strip("{}").split("|")) if is_class else tuple(key(o) for o in body.split("|"))
    return _Element(options, is_class, optional)


def _first_options(elements: Sequence[_Element]) -> Iterator[str]:
    for element in elements:
        yield from (("{" + o + "}" if element.is_class else o) for o in element.options)
        if not element.optional:
            return


def _number_classes(word: str) -> dict[str, tuple[str, int]]:
    if not word.isdigit():
        return {}
    number = int(word)
    classes = {"digits": (word, 1)}
    if 1 <= number <= 31 and len(word) <= 2:
        classes["dom"] = classes["dom_digits"] = (str(number), 1)
    if len(word) == 4 and 1900 <= number <= 2039:
        classes["year"] = (word, 1)
    if len(word) == 4 and 1300 <= number <= 1470:
        classes["hyear"] = (word, 1)
    return classes


def _words(folded: Folded) -> list[_Word]:
    """Tokens of the folded text with their classes; numeric dates are one word, proclitics before digits drop out."""
    text = folded.text
    dates = {m.start(): m for m in _NUMERIC_DATE.finditer(text) if _numeric_value(m)}
    tokens, numeric, position = [], {}, 0
    for match in _TOKEN.finditer(text):
        if match.start() < position:
            continue
        if found := dates.get(match.start()):
            numeric[len(tokens)] = _numeric_value(found)
            position = found.end()
            tokens.append(Token("", found.start(), found.end()))
        elif not (match[0] in _GLUED and text[match.end() : match.end() + 2].strip()[:1].isdigit()):
            tokens.append(Token(match[0], *match.span()))
    classes: list[dict[str, tuple[str, int]]] = [_number_classes(t.key) for t in tokens]
    for hit in _lexicon().find(tokens):
        name, value = hit.id
        length = hit.last - hit.first + 1
        if length >= classes[hit.first].get(name, ("", 0))[1]:
            classes[hit.first][name] = (value, length)
    for i, value in numeric.items():
        classes[i] = {"numdate": (value, 1)}
    _add_day_months(text, tokens, classes)
    gaps = [text[a.end : b.start] for a, b in pairwise(tokens)]
    _settle(classes, tokens, gaps)
    hard = [True, *(_is_break(gap, *pair) for gap, pair in zip(gaps, pairwise(classes), strict=True))][: len(tokens)]
    return [_Word(t, c, h) for t, c, h in zip(tokens, classes, hard, strict=True)]


def _is_break(gap: str, before: dict, after: dict) -> bool:
    """Whether no expression runs over the gap; the stop of "16. November" ends no sentence."""
    dotted_day = gap.strip() == "." and "dom" in before and "digits" in before and "month" in after
    return len(gap) > 4 or (bool(_HARD_GAP.search(gap)) and not dotted_day)


def _add_day_months(text: str, tokens: Sequence[Token], classes: Sequence[dict]) -> None:
    """Two numbers that may be day and month (22/4, 4.22): one token or two, by where the text breaks."""
    at = {token.start: i for i, token in enumerate(tokens)}
    for match in _DAY_MONTH.finditer(text):
        first, second = match.groups()
        day = _day(2020, second, first) or _day(2020, first, second)
        if day and match.start() in at:
            i = at[match.start()]
            classes[i]["day_month"] = (f"{day:%m-%d}", 1 if tokens[i].end == match.end() else 2)


def _settle(classes: list[dict], tokens: Sequence[Token], gaps: Sequence[str]) -> None:
    """Join doubled month names, let ordinals be days, tell bare month names from verbs, refuse years that count."""
    for i, own in enumerate(classes):
        if "ordinal" in own:
            own["dom"] = own["ordinal"]
        if tokens[i].key == "اليوم" and i + 1 < len(classes) and "weekday" in classes[i + 1]:
            own["day"] = ("0", 1)  # "اليوم الأحد" is today, even after the name of an outlet that ends in اليوم
        if "year" in own and i + 1 < len(classes) and ("counted" in classes[i + 1] or "%" in gaps[i]):
            del own["year"]
        if "month" in own:
            value, length = own["month"]
            after = i + length
            if after < len(classes) and _same_month(classes[after], value, gaps[after - 1]):
                own["month"] = (value, length + classes[after]["month"][1])
            if i and tokens[i - 1].key in _BEFORE_MONTH:
                own["named_month"] = own["month"]


def _same_month(classes: dict, value: str, gap: str) -> bool:
    return "month" in classes and classes["month"][0] == value and len(gap.strip()) <= 2


def _numeric_value(match: re.Match) -> str:
    """ISO value of a numeric date: Y/M/D, D/M/Y, or M/D/Y where only that is a date; else the empty string."""
    a, _, b, c = match.groups()
    if len(a) == 4:
        orders = [(a, b, c)]
    elif len(c) == 4 or (len(c) == 2 and match[2] != "."):
        year = c if len(c) == 4 else "20" + c
        orders = [(year, b, a), (year, a, b)]
    else:
        return ""
    for year, month, day in orders:
        if 1900 <= int(year) <= 2039 and (found := _day(year, month, day)):
            return found.isoformat()
    return ""


def _day(year: object, month: object, day: object) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _match(words: Sequence[_Word], i: int, elements: Sequence[_Element], start: int) -> tuple[int, dict] | None:
    """The longest way in which ``elements`` take the words from ``i``: where it ends, and what the classes caught.

    Of two equally long ways the one in which a class catches its word wins over one that skips it.
    """
    if not elements:
        return i, {}
    first, rest = elements[0], elements[1:]
    best = _match(words, i, rest, start) if first.optional else None
    if i < len(words) and not (words[i].hard and i > start):
        for name, value, length in _readings(words, i, first):
            tail = _match(words, i + length, rest, start)
            if tail and (best is None or tail[0] > best[0] or (first.is_class and tail[0] == best[0])):
                caught = {k: list(v) for k, v in tail[1].items()}
                caught.setdefault(name, []).insert(0, value)
                best = tail[0], caught
    return best


def _readings(words: Sequence[_Word], i: int, element: _Element) -> Iterator[tuple[str, str, int]]:
    if element.is_class:
        for name in element.options:
            if name in words[i].classes:
                yield name, *words[i].classes[name]
    elif any(o in stems(words[i].token.key) for o in element.options):
        yield "literal", "", 1


def _find(words: Sequence[_Word]) -> Iterator[tuple[int, int, str, str, dict]]:
    grammar = _grammar()
    i = 0
    while i < len(words):
        starts = ["{" + c + "}" for c in words[i].classes] + list(stems(words[i].token.key))
        best = None
        for rule_id, kind, elements in dict.fromkeys(r for s in starts for r in grammar.get(s, ())):
            found = _match(words, i, elements, i)
            if found and found[0] > i and (best is None or found[0] > best[1]):
                best = i, found[0], rule_id, kind, found[1]
        if best:
            yield best
            i = best[1]
        else:
            i += 1


def tag_timexes(text: str, *, dct: date | None = None) -> list[Timex]:
    """Temporal expressions of ``text`` in order, with offsets into ``text`` as given.

    ``dct`` is the document creation time; with it relative expressions are resolved to a day, month or year,
    without it their value stays open. Expressions that name no valid date (31 February) are left out.

    >>> [(t.text, t.value) for t in tag_timexes("في ١٤ سبتمبر/ أيلول الماضي", dct=date(2020, 10, 2))]
    [('١٤ سبتمبر/ أيلول الماضي', '2020-09-14')]
    """
    found = _tagged(text)
    return [resolve(timex, dct) for timex in found] if dct else list(found)


@lru_cache(maxsize=1000)
def _tagged(text: str) -> tuple[Timex, ...]:
    """Unresolved expressions; remembered, since dating reads a line for its dates and again for its events."""
    folded = fold(text)
    words = _words(folded)
    found = []
    for first, last, rule_id, kind, caught in _find(words):
        built = _build(caught, rule_id)
        if built is not None:
            first += _opens_with_day(words[first:last])
            start, end = folded.span(words[first].token.start, words[last - 1].token.end)
            value, relation, mod = built
            weekday = int(caught["weekday"][0]) if "weekday" in caught else None
            found.append(Timex(start, end, text[start:end], kind, value, mod, rule_id, relation, weekday))
    return tuple(found)


def _opens_with_day(words: Sequence[_Word]) -> bool:
    """Whether the word for "day" only introduces a weekday or a date: it is no part of the expression then."""
    return words[0].token.key == "يوم" and len(words) > 1


def _build(caught: dict, rule_id: str) -> tuple[str, str, str] | None:
    """Value, relation and mod of what a grammar row caught; None when it is no valid date."""
    get = {name: values[0] for name, values in caught.items()}
    mod = get.get("part", "")
    relation = get.get("rel", "")
    if "numdate" in get:
        return get["numdate"], "", mod
    if "hmonth" in get:
        return _hijri(get)
    if "day" in get and "month" not in get:
        return "", f"day{int(get['day']):+d}", get.get("daypart", mod)
    if "named_month" in get:
        get["month"] = get["named_month"]
    if "month" in get:
        return _with_month(caught, get, relation, mod, rule_id)
    if "day_month" in get:
        return f"{get.get('year', 'XXXX')}-{get['day_month']}", "", mod
    if "dom" in get or "dom_digits" in get:
        return f"XXXX-XX-{int(get.get('dom') or get['dom_digits']):02d}", relation, mod
    if "year" in get:
        return get["year"], "", mod
    if "before" in get or "after" in get:
        return _offset(get)
    if rule_id.startswith("duration"):
        return _duration(get), "", mod
    if "ordinal" in get:
        return f"P{get['ordinal']}{get.get('unit', 'W')}", "", mod
    if "unit" in get:
        return "", f"{get['unit']} {relation or get.get('this', '')}", mod
    return "XXXX-WXX-" + get["weekday"], relation, get.get("daypart", mod)


def _hijri(get: dict) -> tuple[str, str, str] | None:
    try:
        day = Hijri(int(get["hyear"]), int(get["hmonth"]), int(get["dom"])).to_gregorian()
    except (ValueError, OverflowError):
        return None
    return date(day.year, day.month, day.day).isoformat(), "", "APPROX"  # sighting may differ by a day


def _with_month(caught: dict, get: dict, relation: str, mod: str, rule_id: str) -> tuple[str, str, str] | None:
    year, month = get.get("year", "XXXX"), int(get["month"])
    if rule_id in ("day_month_year_rel", "month_year_rel"):
        relation = "year " + relation
    days = [int(d) for d in caught.get("dom", [])]
    if any(_day("2020" if year == "XXXX" else year, month, d) is None for d in days):
        return None
    if not days:
        return f"{year}-{month:02d}", relation, mod
    if "day" in get and not relation:
        relation = f"day{int(get['day']):+d}"
    return "/".join(f"{year}-{month:02d}-{d:02d}" for d in days), relation, mod


def _offset(get: dict) -> tuple[str, str, str]:
    sign = get.get("before") or get.get("after")
    number = get.get("number") or get.get("digits") or "1"
    return "", sign + (get.get("dual") or number + get["unit"]), ""


def _duration(get: dict) -> str:
    """``P3D``, ``PT30M``; half of one where only the unit is named."""
    number = get.get("number") or get.get("digits") or ("0.5" if "half" in get else "1")
    if "clock_unit" in get:
        return f"PT{number}{get['clock_unit']}"
    return "P" + (get.get("clock_dual") or get.get("dual") or number + get["unit"])


def resolve(timex: Timex, dct: date) -> Timex:
    """``timex`` with its open value filled in as seen from the document creation time ``dct``.

    A date without a year is the nearest one that its relation and weekday allow; a bare weekday is the last one.
    """
    value = _resolved(timex, dct)
    return replace(timex, value=value) if value else timex


def _resolved(timex: Timex, dct: date) -> str:
    value, relation = timex.value, timex.relation
    if relation.startswith("day") and not value:
        return (dct + timedelta(int(relation[3:]))).isoformat()
    if value.startswith("XXXX-WXX-"):
        return _weekday(int(value[-1]), relation, dct).isoformat()
    if "/" in value:
        parts = [_resolved(replace(timex, value=v), dct) or v for v in value.split("/")]
        return "/".join(parts)
    if value.startswith("XXXX-XX-"):
        month = dct.month - 1 if relation == "past" else dct.month + (relation == "next")
        found = _day(dct.year + (month - 1) // 12, (month - 1) % 12 + 1, value[-2:])
        return found.isoformat() if found else ""
    if value.startswith("XXXX"):
        return _nearest(value, timex, dct)
    if relation[:1] in ("+", "-"):
        return _shifted(int(relation[:-1]), relation[-1], dct)
    if relation[:2] in ("D ", "W ", "M ", "Y "):
        step = {"past": -1, "next": 1}.get(relation[2:], 0)
        return _unit(step, relation[0], dct)
    return ""


def _weekday(weekday: int, relation: str, dct: date) -> date:
    if relation == "next":
        return dct + timedelta((weekday - dct.isoweekday() - 1) % 7 + 1)
    back = (dct.isoweekday() - weekday - 1) % 7 + 1 if relation == "past" else (dct.isoweekday() - weekday) % 7
    return dct - timedelta(back)


def _nearest(value: str, timex: Timex, dct: date) -> str:
    """The year that a value without one takes: by its relation, then by its weekday, then the nearest."""
    if timex.relation.startswith("year "):
        return str(dct.year + {"past": -1, "next": 1}.get(timex.relation[5:], 0)) + value[4:]
    options = []
    for year in range(dct.year - 8, dct.year + 2):
        day = _day(year, value[5:7], value[8:10] or 15)
        here = (year, int(value[5:7])) if len(value) == 7 else day
        now = (dct.year, dct.month) if len(value) == 7 else dct
        if day is None or (timex.weekday and day.isoweekday() != timex.weekday):
            continue
        if (timex.relation == "past" and here >= now) or (timex.relation == "next" and here <= now):
            continue
        if timex.relation != "current" or year == dct.year:
            options.append((abs((day - dct).days), str(year) + value[4:]))
    return min(options)[1] if options else ""


def _shifted(number: int, unit: str, dct: date) -> str:
    if unit in _UNITS:
        return (dct + timedelta(number * _UNITS[unit])).isoformat()
    return _unit(number, unit, dct)


def _unit(step: int, unit: str, dct: date) -> str:
    """The day, ISO week, month or year ``step`` units from ``dct``."""
    if unit == "D":
        return (dct + timedelta(step)).isoformat()
    if unit == "W":
        year, week, _ = (dct + timedelta(7 * step)).isocalendar()
        return f"{year}-W{week:02d}"
    if unit == "Y":
        return str(dct.year + step)
    month = dct.year * 12 + dct.month - 1 + step
    return f"{month // 12}-{month % 12 + 1:02d}"
