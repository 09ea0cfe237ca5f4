"""Give every line of a saved page its role, and lose nothing: headline, body, caption, stamp, furniture, ...

Two passes, as jusText makes them (Pomikálek 2011): first what a line is by its own cues (``tarikh.line_cues``); then,
here, what its neighbours, its place on the page, the words it shares with the body and its repetition make of it.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tarikh.arabic import Token, fold, stems, tokenise
from tarikh.line_cues import (
    BULLET,
    GOES_ON,
    LONG,
    NEWS,
    PUNCTUATION,
    RELATIVE,
    REPORTS,
    SHORT,
    STOP,
    TIME,
    YEAR,
    Rules,
    Unit,
    find_date,
    find_dateline,
    folded_text,
    has_full_date,
    is_agency_tail,
    is_dateline_form,
    is_insert,
    is_signature,
    judge_alone,
    logical_lines,
    names_outlet,
    read_rules,
)

LISTING = "one of many articles on a page that lists them"
LISTED = 3  # entries with a date each from which a page is a listing
INSERT_END = "furniture: insert_end"
OVER = "another text begins after it"
# headings inside an article, after whose links it may go on; comments and tags come after its end
RESUMABLE = {f"furniture: {row}" for row in ("related", "read_also", "watch_also", "you_may_like", "more_from")}
ROLES = (
    *("headline", "subheadline", "body", "caption", "dateline"),
    *("byline", "stamp", "clock", "source_credit", "furniture"),
)
HEADING = 5  # words up to which a line between paragraphs is a heading, whatever its words
LONGEST_HEADLINE = 35
GAP_COST = 4  # words of prose that make up for one stray line inside the body
CUT_COST = 20  # the same for a heading such as "read also"
OUTWEIGHS = 2.5  # times as much prose below a cut as above it, from which the article begins there
RETOLD = 0.3  # share of a deck's words that the lead has too
DECK = 1.4  # a line so much longer than the one above it is that headline's deck
ZONE = 80  # lines above the body in which the headline is looked for
SHARED = 1 / 3  # share of a line's words found in the body from which it is about the same matter
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_CLAUSES = re.compile(r"،|(?<!\.)\.\s|؛|\s[أإا]ن(?:ه|ها|هم)?\s")
_ASKS = re.compile(r"[?؟]\W*$")
_QUESTION = re.compile(r"[?؟:][\s\"'»”’)\]]*$")
_STYLE = re.compile(r"[:؟!«\"“]|\.\.")
_GLUED = re.compile(r"\s*\S+(?:\s\S+){0,2}\s?[-–—/:]\s")  # a dateline of unknown names before the first sentence
_ONLY_TIME = re.compile(r"\W*\d{1,2}:\d{2}(?::\d{2})?\s*(?:[صم]|am|pm|مساء|صباحا)?\W*$", re.IGNORECASE)
_SIGNED = frozenset({"date", "stamp", "time", "byline", "dateline", "source_credit"})


@dataclass(frozen=True)
class Part:
    """A span of a line with a role of its own: a stamp, a dateline or a credit glued to other text."""

    start: int
    end: int
    role: str


@dataclass(frozen=True)
class Line:
    """A line as it stands in the file, with its line end; ``first`` is its role after the first pass."""

    n: int
    text: str
    role: str
    first: str
    parts: tuple[Part, ...]
    cues: tuple[str, ...]


# ---------------------------------------------------------------- the page as a whole


def _in_context(units: list[Unit], rules: Rules) -> None:
    """Decide what the first pass left open, and correct it where the neighbours say otherwise."""
    units = [u for u in units if "blank" not in u.cues]
    without_stops = _measure(units, rules)
    _first_line(units)
    start, end = _main_run(units)
    _outside_run(units, start, end)
    body = [i for i, u in enumerate(units) if u.role == "body"]
    if _lists_articles(units, body):
        return _leftovers(units)
    names = _names(units, body)
    _inside_run(units[start:end], names, without_stops, rules)
    body = [i for i, u in enumerate(units) if u.role == "body"]
    headline = _headline(units, body, names, rules)
    if body:
        _dateline_below_deck(units, body, rules)
        _signatures(units, headline, body, names, rules)
    if headline is not None:
        body = _without_deck(units, headline, body, rules)
        _around_headline(units, headline, body)
    _last_heading(units, body)
    _date_lines(units, headline, body)
    _times(units, headline, body)
    _leftovers(units)


def _first_line(units: Sequence[Unit]) -> None:
    """A long first line without full stop, with a date or a likelier headline below, is a headline or a row of them."""
    body = [i for i, u in enumerate(units) if u.role == "body"]
    if len(body) < 2:
        return
    first, below = units[body[0]], units[body[0] + 1 : body[1]]
    headed = any(u.role == "" and u.words >= 4 for u in units[: body[0]])
    above = any(u.role in {"date", "stamp"} or (u.role == "" and u.words >= 4) for u in below)
    if above and not headed and NEWS not in first.cues and not STOP.search(first.text):
        first.decide("", "a long line above a date or a headline")


def _lists_articles(units: Sequence[Unit], body: Sequence[int]) -> bool:
    """Whether the page lists articles, a title, a few words and a date each; says so in the units."""
    dates = [i for i, u in enumerate(units) if u.role in {"date", "stamp"} and has_full_date(u)]
    near = [b - a <= 5 and any(u.role in {"body", ""} for u in units[a + 1 : b]) for a, b in pairwise(dates)]
    passed = [bisect(body, edge) for edge in [-1, *dates, len(units)]]
    longest = max(b - a for a, b in pairwise(passed))
    if len(dates) < LISTED or sum(near) < LISTED - 1 or longest > 2:
        return False
    for unit in units:
        unit.decide("furniture", LISTING)
    return True


def _last_heading(units: Sequence[Unit], body: Sequence[int]) -> None:
    """A heading below the last paragraph, as where a page breaks off: a question, or words before a colon."""
    if body and body[-1] + 1 < len(units):
        unit = units[body[-1] + 1]
        if unit.role == "" and unit.words <= HEADING and _QUESTION.search(unit.text):
            unit.decide("subheadline", "heading below the last paragraph")


def _outside_run(units: Sequence[Unit], start: int, end: int) -> None:
    """Prose away from the article, and pictures after a heading such as "read also", are furniture."""
    cut = False
    for i, unit in enumerate(units):
        cut = (cut and not start <= i < end) or unit.role == "cut"
        if (unit.role == "body" and not start <= i < end) or (unit.role == "caption" and cut):
            unit.decide("furniture", "away from the article")


def _leftovers(units: Sequence[Unit]) -> None:
    """What a label announces, and the name after a credit; all else that is undecided is furniture."""
    for before, unit in zip([None, *units], units, strict=False):
        credited = before is not None and before.role == "source_credit" and unit.words <= 4
        if unit.role in {"", "furniture"} and credited and before.text.rstrip().endswith(":"):
            unit.decide("source_credit", "what the label above announces")
        elif unit.role == "" and credited and unit.words >= 2:
            unit.decide("source_credit" if names_outlet(unit) else "byline", "name after the credit")
        elif unit.role in {"", "cut"}:
            unit.decide("furniture", "outside the article")


# ---------------------------------------------------------------- prose and the run of the article


def _measure(units: list[Unit], rules: Rules) -> bool:
    """How often a line stands on the page, and the share of its words that the article's prose has too.

    Returns whether the page does without full stops.
    """
    copies = Counter(u.key for u in units if u.words)
    for unit in units:
        unit.copies = copies[unit.key]
        if unit.role == "body" and unit.copies > 1 and unit.words <= 25 and not STOP.search(unit.text):
            unit.decide("", "stands there more than once")
    for above, before, unit in zip([None, *units], units, units[1:], strict=False):
        if unit.role != "" or unit.words < 2 or (unit.words <= HEADING and _ASKS.search(unit.text)):
            continue
        heading = above is not None and above.role == "body" and before.role == "" and before.words <= HEADING
        if before.role == "body" and STOP.search(unit.text):
            unit.decide("body", "short sentence after a paragraph")
        elif (before.role == "body" and NEWS in unit.cues) or (heading and GOES_ON in unit.cues):
            unit.decide("body", "goes on from the paragraph above")
    _items(units)
    opening = _opening(units)
    cut = next((i for i, u in enumerate(units) if u.role == "cut" and i > opening), len(units))
    without_stops = _does_without_stops(units)
    for unit in units[:cut] if without_stops else []:
        clauses = (NEWS in unit.cues and unit.words >= 4) or (unit.words >= 8 and _CLAUSES.search(unit.text))
        if unit.role == "" and unit.copies == 1 and clauses and not is_insert(unit, rules):
            unit.decide("body", "clauses, on a page without full stops")
    for unit in [] if without_stops else units[: opening + 1]:
        if unit.role == "body" and NEWS not in unit.cues and not PUNCTUATION.search(unit.text):
            unit.decide("", "a row of words above the article")
    prose = [u for u in units[:cut] if u.role == "body"] or [u for u in units if u.role == "body"]
    vocabulary = _vocabulary(prose)
    counted = {id(u) for u in prose}
    for unit in units:
        unit.shared = _share(unit, vocabulary, id(unit) in counted)
    for unit in units[opening:cut] if without_stops else []:
        if unit.role == "" and unit.words >= 8 and unit.copies == 1 and unit.shared >= SHARED:
            unit.decide("body", "shares the article's words, on a page without full stops")
    return without_stops


def _items(units: Sequence[Unit]) -> None:
    """A list belongs to the article where a sentence announces it with a colon, or its items are prose elsewhere."""
    for above, unit, below in zip([None, *units], units, [*units[1:], None], strict=False):
        if unit.role != "item":
            continue
        listed = (
            above is not None
            and above.role == "body"
            and (above.text.rstrip().endswith(":") or BULLET.match(above.text))
        )
        heads = above is not None and above.role == "body" and below is not None and below.role == "body"
        if listed:
            unit.decide("body", "item of the article's list")
        else:
            unit.decide("" if heads and unit.words <= HEADING else "furniture", "list item")


def _does_without_stops(units: Sequence[Unit]) -> bool:
    open_ended = [u for u in units if u.role in {"", "body"}]
    long = [u for u in open_ended if u.words >= 15] or [u for u in open_ended if u.words >= 8]
    return sum(bool(STOP.search(u.text)) for u in long) < 0.3 * len(long)


def _vocabulary(units: Sequence[Unit]) -> Counter[str]:
    """In how many of the lines each content word, with or without its clitics, stands."""
    return Counter(s for u in units for s in {s for t in u.tokens for s in _content(t)})


def _share(unit: Unit, vocabulary: Counter[str], own: int) -> float:
    """The share of a line's content words that stand in more than ``own`` lines of the vocabulary."""
    words = [w for w in map(_content, unit.tokens) if w]
    return sum(any(vocabulary[s] > own for s in w) for w in words) / len(words) if words else 0.0


def _content(token: Token) -> tuple[str, ...]:
    common = len(token.key) <= 3 or not token.key[0].isalpha() or token.key in {"اليوم", "اخبار"}
    return () if common else stems(token.key)


def _opening(units: Sequence[Unit]) -> int:
    """Where the article may begin: the first prose, unless much more follows a cut, as below a box of news on top."""
    starts = [i for i, u in enumerate(units) if u.role == "cut"]
    first = next((i for i, u in enumerate(units) if u.role == "body"), 0)
    blocks = [(a, b) for a, b in pairwise([first, *(i for i in starts if i > first), len(units)])]
    weights = [sum(_weight(u) for u in units[a:b] if u.role == "body") for a, b in blocks]
    heavy = max(range(len(blocks)), key=lambda k: (weights[k], -k), default=0)
    if not blocks or weights[heavy] < OUTWEIGHS * max(weights[0], 1):
        return first
    return next(i for i in range(*blocks[heavy]) if units[i].role == "body")


def _main_run(units: Sequence[Unit]) -> tuple[int, int]:
    """The stretch of the page with the most prose, where stray lines cost a little and cuts much."""
    best, best_run, total, start, cut = 0, (0, 0), 0, 0, None
    opening = _opening(units)
    for i, unit in enumerate(units):
        if i == opening:
            total = 0
        if unit.role == "cut" and i > opening:
            cut = unit
        elif cut and INSERT_END in unit.cues:
            total, start, cut = best, best_run[0], None
        elif cut and unit.role == "body" and not _resumes(unit, cut):
            unit.decide("furniture", "prose after a cut")
            cut.cues.append(OVER)
        elif cut and unit.role == "body" and GOES_ON in unit.cues and total > best - 3 * CUT_COST:
            total, start, cut = best, best_run[0], None  # what stood between was an insert
        if total <= 0:
            total, start = 0, i
        total += _weight(unit)
        if total > best and unit.role == "body":
            best, best_run = total, (start, i + 1)
    return best_run


def _resumes(unit: Unit, cut: Unit) -> bool:
    """Whether the article goes on here after a heading such as "read also"."""
    if OVER not in cut.cues and GOES_ON in unit.cues and RESUMABLE & set(cut.cues) and unit.words > HEADING:
        return True
    if unit.shared < SHARED / 2:
        return False
    return NEWS in unit.cues or (unit.words >= SHORT and bool(STOP.search(unit.text)))


def _weight(unit: Unit) -> int:
    if unit.role == "body":
        return min(max(unit.words, SHORT if NEWS in unit.cues else 0), 60)
    return {"cut": -CUT_COST, "": -GAP_COST, "furniture": -GAP_COST}.get(unit.role, -1)


def _names(units: Sequence[Unit], body: Sequence[int]) -> frozenset[str]:
    """The short lines of the page that stand word for word in its prose, as the names under pictures do."""
    prose = [[t.key for t in units[i].tokens] for i in body]
    short = {u.key: len(u.tokens) for u in units if 1 <= len(u.tokens) <= SHORT and u.role != "body"}
    lengths = set(short.values())
    found = {" ".join(p[i : i + n]) for p in prose for n in lengths for i in range(len(p) - n + 1)}
    return frozenset(found & set(short))


def _inside_run(run: Sequence[Unit], names: frozenset[str], without_stops: bool, rules: Rules) -> None:
    """Headings, captions and inserts between the paragraphs of the article."""
    cut = False
    open_ = {id(u) for u in run if u.role == "" and u.shared >= SHARED and not is_insert(u, rules)}
    for before, unit, after in zip([None, *run], run, [*run[1:], None], strict=False):
        cut = unit.role == "cut" or (cut and unit.role != "body")
        if unit.role != "":
            continue
        pair = any(u is not None and id(u) in open_ and u.words <= SHORT for u in (before, after))
        titles = after is not None and after.role == "caption" and unit.words <= SHORT
        named = unit.words >= 3 and unit.key in names and any(t.key.startswith(rules.offices) for t in unit.tokens)
        short = unit.words <= HEADING or _QUESTION.search(unit.text)
        if cut or is_insert(unit, rules):
            unit.decide("furniture", "insert between paragraphs")
        elif unit.copies > 1 or titles or named or has_full_date(unit) or (pair and unit.shared >= SHARED):
            unit.decide("caption", "title of a picture")
        elif unit.shared < SHARED and not short and not (without_stops and unit.words >= SHORT):
            unit.decide("furniture", "insert between paragraphs")
        else:
            unit.decide("subheadline" if unit.words <= SHORT else "body", "between paragraphs")


# ---------------------------------------------------------------- the headline and what stands around it


def _headline(units: Sequence[Unit], body: Sequence[int], names: frozenset[str], rules: Rules) -> int | None:
    """Index of the line that announces what the body tells, or None; no label, dateline or teaser."""
    if not body:
        return None
    first = body[0]
    zone = [i for i in range(max(0, first - ZONE), first) if units[i].role == "" and not has_full_date(units[i])]
    zone = [i for i in zone if not _is_name(units[i], names, rules)]
    scored = [(_headline_score(units, i, first, len(zone) == 1), -i) for i in zone]
    if _open_lead([units[i] for i in body]):
        scored.append((_headline_score(units, first, body[1], not zone), -first))
    score, place = max(scored, default=(0, 0))
    return _above_deck(units, -place) if score > 0 else _headline_below(units, body[-1])


def _above_deck(units: Sequence[Unit], i: int) -> int:
    """The line right above, where ``i`` is the longer deck of that headline."""
    upper, lower = units[i - 1], units[i]
    longer = lower.words >= max(DECK * upper.words, 10) and upper.words >= 4
    headed = i > 0 and upper.role == "" and upper.shared >= max(SHARED, lower.shared) / 2 and not upper.date
    return i - 1 if headed and longer else i


def _is_name(unit: Unit, names: frozenset[str], rules: Rules) -> bool:
    """Whether the line is what stands under a picture: an office and its holder, or words of the article."""
    if _STYLE.search(unit.text) or _has_verb(unit):
        return False
    place = next((n for n, t in enumerate(unit.tokens[:3]) if t.key.startswith(rules.offices)), 3)
    bare = 2 <= unit.words <= 6 and all(len(t.key) > 2 for t in unit.tokens)  # no "in", "of", "from"
    office = bare and (place == 0 or (place < 3 and (unit.copies > 1 or unit.shared >= 0.99)))
    shown = place == 0 and any(t.key in rules.scenes for t in unit.tokens)
    return office or shown or (unit.words <= SHORT and unit.key in names)


def _has_verb(unit: Unit) -> bool:
    return any(t.key[0] in "يت" and len(t.key) > 3 for t in unit.tokens[:4])


def _open_lead(body: Sequence[Unit]) -> bool:
    """Whether the first paragraph may be a headline: short, without the full stop that others have."""
    stops = [bool(STOP.search(u.text)) for u in body]
    return body[0].words <= 25 and not stops[0] and sum(stops) > 0.6 * (len(stops) - 1) > 0


def _headline_below(units: Sequence[Unit], last: int) -> int | None:
    """A headline printed after the body: close to it, about the same matter, with a date right below or a copy."""
    for i in range(last + 1, min(last + 5, len(units) - 1)):
        if units[i].role == "cut":
            break
        told = units[i].role == "" and units[i].words >= 4 and units[i].shared >= SHARED
        if told and units[i].shared >= 0.5 and units[i + 1].date:
            return i
        if units[i].role == "" and units[i].words >= 4 and units[i].copies > 1 and units[i].shared > 0:
            return i
    return None


def _is_known(unit: Unit) -> bool:
    """Whether the line is furniture by the table, or has no Arabic letter: what may stand below any headline."""
    return any(cue.startswith("furniture: ") or cue == "no Arabic letter" for cue in unit.cues)


def _headline_score(units: Sequence[Unit], i: int, first: int, alone: bool) -> float:
    unit = units[i]
    if not 3 <= unit.words <= LONGEST_HEADLINE:
        return 0
    between = {u.key for u in units[i + 1 : first] if u.role in {"", "furniture"} and not _is_known(u)} - {unit.key}
    verb = _has_verb(unit)
    style = verb or bool(_STYLE.search(unit.text))
    dated = any(u.date is not None or u.role in _SIGNED for u in units[i + 1 : i + 3])
    if unit.words < 5 and not (style or dated):
        return 0
    near = len(between) <= 2 and unit.words >= (3 if verb else 4)
    if unit.shared < SHARED and not (near and (style or dated or (alone and not between))):
        return 0
    copies = 2 * (min(unit.copies, 2) - 1)
    content = sum(bool(_content(t)) for t in unit.tokens)
    return max(0.1, unit.shared * min(content, 14) + 1.5 * style + 2 * dated + copies - 0.4 * len(between))


def _around_headline(units: Sequence[Unit], headline: int, body: Sequence[int]) -> None:
    """The headline's copies, the lines above it and those between it and the body."""
    title = units[headline]
    title.decide("headline", "announces what the body tells")
    words = _vocabulary([title])
    for i, unit in enumerate(units[: max(body[-1], headline) + 4]):
        if unit.role != "" or (i > body[0] and not _same(unit, title)):
            continue
        if _same(unit, title):
            unit.decide("headline", "the headline again")
        elif i < headline:
            kicker = i == headline - 1 and unit.words >= 4 and unit.shared >= SHARED / 2 and unit.copies == 1
            unit.decide("subheadline" if kicker else "furniture", "above the headline")
        elif unit.date or (unit.words <= 8 and max(unit.shared, _share(unit, words, 0)) >= 0.5):
            unit.decide("caption", "name or phrase below the headline")
        elif (unit.words > 8 and unit.shared >= SHARED) or (unit.words >= 5 and _STYLE.search(unit.text)):
            unit.decide("subheadline", "deck below the headline")


def _signatures(
    units: Sequence[Unit], headline: int | None, body: Sequence[int], names: frozenset[str], rules: Rules
) -> None:
    """Author, outlet and picture lines between headline and body, and right below the body."""
    first, last = body[0], body[-1]
    if headline is None or headline > first:
        top = max(0, first - 6)
    else:
        top = next(i for i in range(headline + 1) if _same(units[i], units[headline]))
    for i in range(top, first):
        unit, masthead = units[i], i and "furniture: masthead" in units[i - 1].cues
        signed = is_signature(unit, rules)
        if unit.role in {"", "furniture"} and not signed and is_dateline_form(unit, rules, units[i + 1].role == "body"):
            unit.decide("dateline", "places, outlets or sections right above the article")
        elif unit.role == "" and _is_name(unit, names, rules) and not _same_as(units, headline, unit):
            unit.decide("caption", "name that the article has too")
        elif RELATIVE in unit.cues and headline is not None and i > headline:
            unit.decide("stamp", "a time before the page was fetched")
        elif unit.role == "" and signed and not masthead:
            unit.decide("byline", "a person's name above the article")
        elif unit.role == "" and names_outlet(unit):
            unit.decide("source_credit", "an outlet's name above the article")
        elif unit.role == "" and _is_alt_text(units, i) and not _same_as(units, headline, unit):
            unit.decide("caption", "stands twice between headline and article")
    for unit in units[last + 1 : last + 3]:
        if unit.role == "cut":
            break
        if unit.role in {"", "furniture", "caption"} and is_agency_tail(unit, rules):
            agency = bool(rules.wires.find(unit.tokens))
            unit.decide("source_credit" if agency else "byline", "initials below the article")
        elif unit.words <= 6 and (names_outlet(unit) or "credit at the end" in unit.cues) and not unit.date:
            unit.decide("source_credit", "an outlet's or agency's name below the article")
        elif unit.role == "" and is_signature(unit, rules) and unit.key not in names:
            unit.decide("byline", "a person's name below the article")


def _dateline_below_deck(units: Sequence[Unit], body: Sequence[int], rules: Rules) -> None:
    """A dateline on a line of its own between the first two paragraphs, of which the first is a deck."""
    before = units[body[1] - 1] if len(body) > 1 else None
    if before is not None and before.role in {"", "furniture"} and is_dateline_form(before, rules, True):
        before.decide("dateline", "between deck and article")


def _is_alt_text(units: Sequence[Unit], i: int) -> bool:
    """Whether a short line stands twice, in a row or in words of the article, as a picture's text and title do."""
    unit = units[i]
    doubled = any(u.key == unit.key for u in units[max(0, i - 1) : i + 2 : 2])
    return unit.copies > 1 and (unit.shared > 0 or doubled) and 2 <= unit.words <= SHORT


def _same_as(units: Sequence[Unit], headline: int | None, unit: Unit) -> bool:
    return headline is not None and _same(unit, units[headline])


def _without_deck(units: Sequence[Unit], headline: int, body: list[int], rules: Rules) -> list[int]:
    """The body without a first line that is a deck: what follows it begins the article anew."""
    if len(body) < 2 or not headline < body[0]:
        return body
    deck, lead, between = units[body[0]], units[body[1]], units[body[0] + 1 : body[1]]
    roles = {u.role for u in between if u.words}
    anew = GOES_ON not in lead.cues and (
        REPORTS in lead.cues or "caption" in roles or bool(find_dateline(lead, rules)[0])
    )
    opens = NEWS in deck.cues or bool(find_dateline(deck, rules)[0] or _GLUED.match(deck.text))
    told = _share(deck, _vocabulary([lead]), 0) >= RETOLD or bool(rules.weekdays.find(lead.tokens[:LONG]))
    told = told and not rules.weekdays.find(deck.tokens)
    if roles & _SIGNED or (anew and not opens and not roles - {"caption"} and told):
        deck.decide("subheadline", "deck: the article begins below")
        return body[1:]
    return body


def _same(unit: Unit, title: Unit) -> bool:
    ours, theirs = unit.key.replace(" ", ""), title.key.replace(" ", "")
    longer, shorter = sorted((ours, theirs), key=len, reverse=True)
    edge = min(unit.words, title.words) >= 4 and len(longer) < 2 * len(shorter)
    return longer in (shorter, shorter * 2) or (edge and (longer.startswith(shorter) or longer.endswith(shorter)))


# ---------------------------------------------------------------- dates and times


def _date_lines(units: Sequence[Unit], headline: int | None, body: Sequence[int]) -> None:
    """Tell the day of publication, beside the headline, from the site's own clock at the top of the page."""
    dated = [i for i, u in enumerate(units) if u.role in {"date", "stamp"}]
    top = min([*([] if headline is None else [headline]), *body[:1]], default=len(units))
    bottom = max([*([] if headline is None else [headline]), *body[-1:]], default=0)
    cut = next((i for i in range(bottom, len(units)) if units[i].role == "cut"), len(units))
    above = [i for i in dated if i < top and units[i].role == "date"]
    beside = any(top < i <= bottom + 4 or units[i].role == "stamp" for i in dated)
    for i in (i for i in dated if units[i].role == "date"):
        if i > top:
            near = i < cut and i <= bottom + 4
            units[i].decide("stamp" if near else "furniture", "date beside or below the article")
        elif not beside and i == above[-1] and _is_stamp_form(units, i, top):
            units[i].decide("stamp", "date right above the headline")
        else:
            bare = len(above) == 1 or units[i].date == (0, len(units[i].tokens) - 1)
            units[i].decide("clock" if i == above[0] and bare else "furniture", "date at the top of the page")


def _times(units: Sequence[Unit], headline: int | None, body: Sequence[int]) -> None:
    """A time that stands alone is part of the stamp or clock beside it; below the headline it is a stamp."""
    for i, unit in enumerate(units):
        if unit.role != "time":
            continue
        beside = {u.role for u in units[max(0, i - 1) : i + 2]} & {"stamp", "clock"}
        below = body and (headline if headline is not None else body[0] - 8) < i < body[0]
        unit.decide(min(beside, default="stamp" if below else "furniture"), "a time of day")


def _is_stamp_form(units: Sequence[Unit], i: int, top: int) -> bool:
    """Whether the only date above the headline is the day of publication: right above, no bare calendar."""
    text = folded_text(units[i], *units[i].date)
    below = [u for u in units[i + 1 : top] if u.words]
    timed = bool(TIME.search(text)) or bool(below and _ONLY_TIME.match(below[0].text))
    bare = "weekday" in units[i].cues and not timed
    in_list = any(u.date for u in units[max(0, i - 4) : i])
    between = [u for u in below if not (_ONLY_TIME.match(u.text) or (timed and u.words <= 3))]
    return not between and not in_list and not (i == 0 and bare) and len(YEAR.findall(text)) < 2


# ---------------------------------------------------------------- what the outside calls


def label_lines(text: str, *, extra: Path | None = None) -> list[Line]:
    """Every line of ``text`` with its role; the lines' texts joined again are ``text``.

    ``extra`` is a CSV of the user's own with the columns of the table ``furniture``, whose rows come first.
    Lines end at \\n, \\r\\n or \\r and nowhere else. Empty lines are furniture.

    >>> [line.role for line in label_lines("المصدر: وكالات")]
    ['source_credit']
    """
    raw = _LINE.findall(text)
    units = logical_lines(raw)
    rules = read_rules(extra)
    for unit in units:
        judge_alone(unit, rules)
    first = [{"cut": "furniture", "date": "", "time": "", "item": ""}.get(unit.role, unit.role) for unit in units]
    _in_context(units, rules)
    return [
        Line(n + 1, raw[n], unit.role, before, _parts(unit, n, raw[n], rules), tuple(unit.cues))
        for unit, before in zip(units, first, strict=True)
        for n in unit.lines
    ]


def _parts(unit: Unit, n: int, line: str, rules: Rules) -> tuple[Part, ...]:
    """Spans of the line with a role of their own, in order and apart from one another."""
    if unit.role not in {"body", "stamp", "dateline"}:
        return ()
    own = Unit([n], line, tokenise(line[:400]))
    own.date = find_date(own, rules)
    parts = []
    if unit.role == "stamp" and own.date:
        parts = [_date_part(own), *_byline_part(own)]
    elif unit.role != "stamp" and n == unit.lines[0]:
        parts = _head_parts(own, unit.role, rules)
    if unit.role == "body" and n == unit.lines[-1]:
        parts += [p for p in _tail_parts(line, rules) if not parts or p.start >= parts[-1].end]
    return tuple(parts)


def _date_part(unit: Unit) -> Part:
    return Part(unit.tokens[unit.date[0]].start, unit.tokens[unit.date[1]].end, "stamp")


def _byline_part(unit: Unit) -> list[Part]:
    after = (t for t in unit.tokens[unit.date[1] + 1 :] if t.key in {"كتب", "كتبت", "بقلم", "by"})
    return [Part(t.start, len(unit.text.rstrip()), "byline") for t in after][:1]


def _head_parts(unit: Unit, role: str, rules: Rules) -> list[Part]:
    """The dateline at the head of a line, and in it, or glued to the first word, the stamp."""
    end, held = find_dateline(unit, rules)
    end = len(unit.text.rstrip()) if role == "dateline" else end
    stamp = _date_part(unit) if has_full_date(unit) else None
    if stamp and unit.date[0] == 0 and unit.text[stamp.end : stamp.end + 1].isalpha():
        return [stamp]
    if not stamp or stamp.end > end:
        return [Part(0, end, "dateline")] * (end > 0 and role == "body")
    around = [Part(0, stamp.start, "dateline"), stamp, Part(stamp.end, end, "dateline")]
    return [p for p in around if p.start < p.end and (p is stamp or held - {"date"})]


def _tail_parts(line: str, rules: Rules) -> list[Part]:
    """A credit glued to the end of a paragraph: "المصدر: ..." or an agency in brackets."""
    start = max(0, len(line) - 90)
    tail = fold(line[start:])
    label = re.search(r"(?<!\w)(?:المصدر|المصادر)\s*:", tail.text)
    if label:
        return [Part(start + tail.span(*label.span())[0], len(line.rstrip()), "source_credit")]
    bracket = re.search(r"\(([^()]{2,40})\)[\s.]*$", tail.text)
    if bracket and rules.wires.find(tokenise(bracket[1])):
        return [Part(start + tail.span(*bracket.span())[0], len(line.rstrip()), "source_credit")]
    return []
