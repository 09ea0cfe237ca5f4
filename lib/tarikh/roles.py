"""Give every line of a saved page its role, and lose nothing: headline, body, caption, stamp, furniture, ...

Two passes, as jusText makes them (Pomikálek 2011): first what a line is by its own cues, where the phrases
of the tables ``furniture`` and ``wires`` act; then what its neighbours, its place on the page, the words it
shares with the body and its repetition make of it. ``label_lines`` labels, ``read_article`` assembles.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pandas as pd

from tarikh.arabic import Hit, Patterns, Token, alternatives, fold, has_arabic, key, stems, tokenise
from tarikh.outlets import find_by_name, names_app
from tarikh.tables import read_table

NEWS = "begins as a news paragraph"
REPORTS = "begins with a verb of reporting"
GOES_ON = "goes on from a sentence before"
LISTING = "one of many articles on a page that lists them"
LISTED = 3  # entries with a date each from which a page is a listing
RELATIVE = "furniture: relative_time"
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
LONG = 20  # words from which a line without a full stop still reads as prose
SHORT = 12  # words up to which a line may be a heading, a menu item or a caption
GAP_COST = 4  # words of prose that make up for one stray line inside the body
CUT_COST = 20  # the same for a heading such as "read also"
OUTWEIGHS = 2.5  # times as much prose below a cut as above it, from which the article begins there
RETOLD = 0.3  # share of a deck's words that the lead has too
DECK = 1.4  # a line so much longer than the one above it is that headline's deck
ZONE = 80  # lines above the body in which the headline is looked for
SHARED = 1 / 3  # share of a line's words found in the body from which it is about the same matter

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_STOP = re.compile(r"\.[\s\"'»”’)\]]*$")
_TWO_DOTS = re.compile(r"\.\.\W*$")
_PUNCTUATION = re.compile(r"[،,.؛:«»\"“”]")
_CLAUSES = re.compile(r"،|(?<!\.)\.\s|؛|\s[أإا]ن(?:ه|ها|هم)?\s")
_END = re.compile(r"[!?؟:؛][\s\"'»”’)\]]*$")
_ASKS = re.compile(r"[?؟]\W*$")
_QUESTION = re.compile(r"[?؟:][\s\"'»”’)\]]*$")
_CUT_OFF = re.compile(r"(?:…|\.{3})[\s\"»”)\]]*$")
_STYLE = re.compile(r"[:؟!«\"“]|\.\.")
_BULLET = re.compile(r"\s*[•◦▪■●○►▶»·*\-–]\s")
_OFFICES = (
    "رئيس",
    "الرئيس",
    "وزير",
    "زعيم",
    "المتحدث",
    "الملك",
    "امير",
    "المستشار",
    "سفير",
    "السفير",
    "قائد",
    "الامين",
)
_TICKER = re.compile(r"\S[ \u00a0]{3,}(?=\S)")
_CRUMBS = re.compile(r"^[^«]*\S\s+[»›>]\s*\S|\S\s\|\s\S[^|]*\s\|\s\S")
_ADDRESS = re.compile(r"https?://|www\.|\S+@\S+\.\w|\b[\w-]+\.(?:com|net|org)\b")
_BRACKET = re.compile(r"\(([^()]{2,30})\)$")
_GLUED = re.compile(r"\s*\S+(?:\s\S+){0,2}\s?[-–—/:]\s")  # a dateline of unknown names before the first sentence
_PICTURE_FILE = re.compile(r"(?:jpe?g|png|webp)\W*$", re.IGNORECASE)
_CREDIT_TAIL = re.compile(r"[/©|]\s*[^\W\d_][^/|]*$")
_NUMERIC_DATE = re.compile(
    r"(?<!\d)(?:\d{4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,2}"
    r"|\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?(?:(?:19|20)\d\d|\d\d))(?!\d)"
)
_TIME = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?!\d)")
_CLOCK_TIME = re.compile(r"(?<!\d)\d{1,2}\s?:\s?\d{2}(?!\d)")
_ONLY_TIME = re.compile(r"\W*\d{1,2}:\d{2}(?::\d{2})?\s*(?:[صم]|am|pm|مساء|صباحا)?\W*$", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20|13|14)\d\d(?!\d)")
_BETWEEN_DATE_WORDS = re.compile(r"[\s,،/\\|.:()\-–—_]*")
_DATE_WORDS = frozenset(
    key(word)
    for word in re.findall(
        r"\w+",
        "م ص ه ء مساء صباحا ظهرا هجري هجرية ميلادي ميلادية الموافق الساعة بتوقيت غرينتش جرينتش القاهرة مكة "
        "المكرمة توقيت يوم أول ثاني gmt utc am pm st nd rd th t z",
    )
)
_JOINTS = re.compile(r"(?:[-–—_/:()«»“”\".،,]|(?<=\s)ـ(?=\s))+")
_SIGNED = frozenset({"date", "stamp", "time", "byline", "dateline", "source_credit"})
_STRONG = re.compile(r"[-–—_/)»”ـ]")


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


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the body, its hard-wrapped lines joined and glued stamps and datelines taken out."""

    lines: tuple[int, ...]
    text: str


@dataclass(frozen=True)
class Article:
    """A page taken apart. What the page does not have is None or empty; nothing is put in its place."""

    page_id: str
    url: str | None
    outlet: str | None
    fetched: date | None
    published_given: date | None
    meta_date: date | None
    text: str
    lines: tuple[Line, ...]
    headline: str | None
    subheadlines: tuple[str, ...]
    dateline: str | None
    stamp: str | None
    clock: str | None
    paragraphs: tuple[Paragraph, ...]
    captions: tuple[str, ...]
    credit: str | None
    byline: str | None
    is_listing: bool


@dataclass(eq=False)
class _Unit:
    """One logical line: a line, or hard-wrapped lines taken together."""

    lines: list[int]
    text: str
    tokens: list[Token]
    words: int = 0
    role: str = ""
    cues: list[str] = field(default_factory=list)
    date: tuple[int, int] | None = None
    shared: float = 0.0
    copies: int = 1

    def __post_init__(self):
        self.words = sum(t.key[0].isalpha() for t in self.tokens)

    def decide(self, role: str, *cues: str) -> None:
        self.role = role
        self.cues += cues

    @property
    def key(self) -> str:
        return " ".join(t.key for t in self.tokens)


# ---------------------------------------------------------------- the tables


class _Rules:
    """The tables that the first pass uses, made ready; a hit's id is the row and the pattern found."""

    def __init__(self, extra: Path | None):
        furniture = read_table("furniture", extra)
        inside = furniture["where"] == "inside"
        self.edges = _patterns(furniture[~inside & (furniture["where"] != "own_waw")])
        self.inside = _patterns(furniture[inside])
        self.wires = _patterns(read_table("wires"))
        self.months = _patterns(read_table("months"))
        self.weekdays = _patterns(read_table("weekdays"))
        own_waw = [p for cell in furniture.loc[furniture["where"] == "own_waw", "pattern"] for p in alternatives(cell)]
        self.own_waw = frozenset(key(p) for p in own_waw if not p.endswith("*"))
        self.own_waw_open = tuple(key(p[:-1]) for p in own_waw if p.endswith("*"))


def _patterns(table: pd.DataFrame) -> Patterns:
    rows = list(table.itertuples(index=False))
    return Patterns((p, (row, key(p))) for row in rows for p in alternatives(row.pattern))


@cache
def _rules(extra: Path | None) -> _Rules:
    return _Rules(extra)


# ---------------------------------------------------------------- lines and logical lines


def _units(raw: Sequence[str]) -> list[_Unit]:
    """Lines as logical lines: those that a fixed width has broken are joined again."""
    joins = _wrapped(raw)
    groups: list[list[int]] = []
    for n in range(len(raw)):
        if n - 1 in joins:
            groups[-1].append(n)
        else:
            groups.append([n])
    texts = (raw[g[0]] if len(g) == 1 else " ".join(raw[n].strip() for n in g) for g in groups)
    return [_Unit(group, text, tokenise(text)) for group, text in zip(groups, texts, strict=True)]


def _wrapped(raw: Sequence[str]) -> set[int]:
    """Lines that continue on the next one, if one width between 40 and 140 explains most of the line breaks.

    Two lines were broken at width w when both fit into w, and the first not with the next one's first word;
    a full stop at the end of the second makes it likelier.
    """
    lines = [line.strip() for line in raw]
    copies, spans = Counter(lines), {}
    for n, (line, following) in enumerate(pairwise(lines)):
        low, high = max(len(line), len(following)), len(line) + len(following.partition(" ")[0])
        ends = _STOP.search(line) or _END.search(line) or _CUT_OFF.search(line) or _BULLET.match(following)
        if len(line) >= 36 and low <= min(high, 140) and following and not ends and copies[line] == 1:
            spans[n] = (max(low, 40), min(high, 140), 3 if _STOP.search(following) else 2)
    votes: Counter[int] = Counter()
    for low, high, weight in spans.values():
        votes.update(dict.fromkeys(range(low, high + 1), weight))
    width = max(votes, key=lambda w: (votes[w], -w), default=0)
    if votes[width] < max(6, 0.6 * sum(weight for *_, weight in spans.values())):
        return set()
    broken = {n for n, (low, high, _) in spans.items() if low <= width <= high}
    longer = sum(len(line) > width + 5 for line in lines)
    return broken if longer < len(broken) / 2 else set()


# ---------------------------------------------------------------- dates and datelines


def _date_kinds(tokens: Sequence[Token], rules: _Rules) -> dict[int, str]:
    kinds = {i: "number" for i, t in enumerate(tokens) if t.key[0].isdigit()}
    kinds |= {i: "word" for i, t in enumerate(tokens) if t.key in _DATE_WORDS}
    for patterns, kind in ((rules.months, "month"), (rules.weekdays, "weekday")):
        for hit in patterns.find(tokens):
            kinds |= dict.fromkeys(range(hit.first, hit.last + 1), kind)
    return kinds


def _find_date(unit: _Unit, rules: _Rules) -> tuple[int, int] | None:
    """First and last token of the longest run of date words that names a day, in the line's first 40."""
    tokens = unit.tokens[:40]
    if not any(t.key[0].isdigit() for t in tokens):
        return None
    kinds = _date_kinds(tokens, rules)
    runs: list[list[int]] = []
    for i in sorted(kinds):
        gap = unit.text[tokens[i - 1].end : tokens[i].start] if i else ""
        if runs and runs[-1][-1] == i - 1 and _BETWEEN_DATE_WORDS.fullmatch(gap):
            runs[-1].append(i)
        else:
            runs.append([i])
    named = [(run[0], run[-1]) for run in runs if _names_a_day(unit, run, kinds)]
    best = max(named, key=lambda run: (_has_year(unit, run), run[1] - run[0], -run[0]), default=None)
    if best and any(kinds[i] == "weekday" for i in range(best[0], best[1] + 1)):
        unit.cues.append("weekday")
    return best


def _has_year(unit: _Unit, run: tuple[int, int]) -> bool:
    return bool(_YEAR.search(_folded(unit, *run)))


def _names_a_day(unit: _Unit, run: Sequence[int], kinds: dict[int, str]) -> bool:
    if any(kinds[i] == "month" for i in run) and any(kinds[i] == "number" for i in run):
        return True
    return bool(_NUMERIC_DATE.search(_folded(unit, run[0], run[-1])))


def _folded(unit: _Unit, first: int, last: int) -> str:
    return fold(unit.text[unit.tokens[first].start : unit.tokens[last].end]).text


def _is_date_line(unit: _Unit, label: bool, rules: _Rules) -> bool:
    """Whether the line is a date and little else: a label, a section, a place, a byline."""
    if unit.date is None or unit.words > 40 or _STOP.search(unit.text):
        return False
    first, last = unit.date
    kinds = _date_kinds(unit.tokens, rules)
    other = [i for i, t in enumerate(unit.tokens) if t.key[0].isalpha() and not first <= i <= last and i not in kinds]
    text = _folded(unit, first, last)
    clear = _TIME.search(text) or _NUMERIC_DATE.search(text) or "weekday" in unit.cues
    placed = len(other) == 1 and unit.words <= 4 and _has_year(unit, unit.date)  # "Yemen, 20 February 2026"
    return not other or placed or (label and len(other) <= 8) or (bool(clear) and len(other) <= 4)


def _dateline(unit: _Unit, rules: _Rules) -> tuple[int, set[str]]:
    """Where the dateline at the head of a line ends (0 if there is none), and what it holds.

    A dateline is a few short pieces between dashes, slashes, colons or brackets, one of them at least a city,
    an agency or a date; a piece that is none of these, such as an outlet's name, may stand among them.
    """
    tokens = unit.tokens[:24]
    known = _known(unit, tokens, rules)
    end, at, before, held = 0, 0, "", set()
    for joint in _JOINTS.finditer(unit.text, 0, tokens[-1].end + 3 if tokens else 0):
        piece = [known.get(i, "") for i, t in enumerate(tokens) if at <= t.start < joint.start()]
        closes = bool(_STRONG.search(joint[0]))
        if "" not in piece:
            held |= set(piece)
            end = joint.end() if held and (closes or ":" in joint[0]) else end
        elif len(piece) > 4 or not (held or closes):
            break
        elif held and closes and before and len(piece) <= 3:
            end = joint.end()
        at, before = joint.end(), _STRONG.search(joint[0]) or "(" in joint[0]
    named = held & {"place", "wire"} or ("date" in held and _full_date(unit))
    return (end, held) if named else (0, set())


def _known(unit: _Unit, tokens: Sequence[Token], rules: _Rules) -> dict[int, str]:
    """What the tokens at the head of a line are, where a dateline may hold them: place, wire, date."""
    known = {i: "neutral" for i, t in enumerate(tokens) if t.key in {"في", "وكاله", "خاص", "وكالات", "مراسل"}}
    hits = [(h, "place") for h in rules.edges.find(tokens) if h.id[0].where == "place"]
    for hit, kind in [*hits, *((h, "wire") for h in rules.wires.find(tokens))]:
        if tokens[hit.first].key == hit.id[1].split()[0]:
            known |= dict.fromkeys(range(hit.first, hit.last + 1), kind)
    if unit.date and unit.date[1] < len(tokens):
        known |= dict.fromkeys(range(unit.date[0], unit.date[1] + 1), "date")
    return known


# ---------------------------------------------------------------- first pass: own cues

_LIMITS = {"furniture": 16, "byline": 9, "source_credit": 10, "caption": 40, "stamp": 12}


def _own_cues(unit: _Unit, rules: _Rules) -> None:
    """What the line is by itself; ``role`` stays empty where it does not say."""
    if not unit.text.strip():
        return unit.decide("furniture", "blank")
    unit.date = _find_date(unit, rules)
    found = [] if unit.words > 60 else _row_hits(unit, rules)
    labels = {h.id[0].role: h.id[0] for h in found}
    if _is_date_line(unit, "stamp" in labels, rules):
        return unit.decide("stamp" if "stamp" in labels else "date", "a date and little else")
    if unit.words <= 6 and _is_time(unit, rules):
        return unit.decide("time", "a time of day and nothing else")
    if unit.words <= 4 and _PICTURE_FILE.search(unit.text):
        return unit.decide("caption", "name of a picture file")
    if not has_arabic(unit.text):
        credit = unit.words <= 40 and not _ADDRESS.search(unit.text) and _names_agency(unit, rules)
        return unit.decide(
            "caption" if credit else "furniture",
            "no Arabic letter",
            *(RELATIVE for h in found if h.id[0].id == "relative_time"),
        )
    if unit.words <= 9 and _whole_dateline(unit, rules):
        return None
    for role in ("source_credit", "furniture", "byline", "stamp", "caption"):
        alone = role == "byline" and unit.words == 1
        if role in labels and not alone and (role != "stamp" or any(t.key[0].isdigit() for t in unit.tokens)):
            cut = labels[role].where == "cut" and unit.words <= 7
            return unit.decide("cut" if cut else role, f"furniture: {labels[role].id}")
    return _shape(unit, rules)


def _row_hits(unit: _Unit, rules: _Rules) -> list[Hit]:
    """The rows of the table that apply to the line."""
    hits = [h for h in _edge_hits(unit.tokens, rules) if _exact(unit.tokens[h.first].key, h.id[1])]
    whole = [h for h in hits if h.id[0].where == "line"]
    covered = {i for h in whole for i in range(h.first, h.last + 1)}
    if whole and all(i in covered or not t.key[0].isalpha() for i, t in enumerate(unit.tokens)):
        return whole
    return rules.inside.find(unit.tokens) + [h for h in hits if _applies(h, unit)]


def _edge_hits(tokens: Sequence[Token], rules: _Rules) -> list[Hit]:
    """Phrases at either end of a line; in a short one, anywhere."""
    if len(tokens) <= 16:
        return rules.edges.find(tokens)
    shift = len(tokens) - 6
    tail = (Hit(h.id, h.first + shift, h.last + shift) for h in rules.edges.find(tokens[shift:]))
    return [*rules.edges.find(tokens[:10]), *tail]


def _exact(word: str, pattern: str) -> bool:
    """Whether a phrase begins here without "and" or "so" before it."""
    return word.removeprefix("ال").startswith(pattern.split()[0].rstrip("*").removeprefix("ال"))


def _applies(hit: Hit, unit: _Unit) -> bool:
    row, length = hit.id[0], hit.last - hit.first + 1
    if row.where == "end":
        ends = hit.last == len(unit.tokens) - 1 and 1 < unit.words <= 40
        return ends and (row.role != "caption" or length > 1 or _joined(unit, hit.first))
    if any(t.key[0].isalpha() for t in unit.tokens[: hit.first]):
        return False
    stop = _STOP.search(unit.text)
    match row.where:
        case "cut":
            return unit.words <= (2 if length == 1 else 25) and not stop
        case "start":
            return unit.words <= _LIMITS.get(row.role, 0)
        case "label":
            after = unit.text[unit.tokens[hit.last].end :].lstrip()
            return after[:1] in {":", "-", "–", "/", "|", ",", "،", ""} and unit.words <= _LIMITS[row.role]
        case "number":
            return unit.words <= 5 and not stop and any(t.key[0].isdigit() for t in unit.tokens)
    return False


def _joined(unit: _Unit, i: int) -> bool:
    """Whether a dash, slash or bracket stands before the token, so that it is a credit and no word of a sentence."""
    token = unit.tokens[i]
    before = unit.text[unit.tokens[i - 1].end : token.start] if i else "-"
    return bool(_JOINTS.search(before)) or unit.words <= 3 or not has_arabic(token.key)


def _whole_dateline(unit: _Unit, rules: _Rules) -> bool:
    """Whether the line is a dateline, or an agency's name, and nothing else; says so in the unit."""
    known = _known(unit, unit.tokens, rules)
    if unit.tokens and all(known.get(i) in {"wire", "neutral"} for i in range(len(unit.tokens))):
        unit.decide("source_credit", "an agency and nothing else")
        return True
    end, held = _dateline(unit, rules)
    rest = sum(t.start >= end and i not in known for i, t in enumerate(unit.tokens))
    outlet = rest <= 3 and "place" in held and _STRONG.search(unit.text[:end])
    if held and (rest == 0 or outlet) and not _STOP.search(unit.text):
        unit.decide("dateline", "city or agency and nothing else")
    return bool(unit.role)


def _shape(unit: _Unit, rules: _Rules) -> None:
    """Cues of form: lists, tickers, addresses, cut-off teasers; then prose."""
    text = unit.text.strip()
    stop = _STOP.search(text)
    if len(_TICKER.findall(text)) >= 3:
        return unit.decide("furniture", "ticker")
    if text.count("°") >= 2:
        return unit.decide("furniture", "temperatures")
    if 0 < unit.words <= 4 * text.count("#") and not stop:
        return unit.decide("furniture", "hashtags")
    if not stop and unit.words <= LONG and (_CRUMBS.search(text[:200]) or _ADDRESS.search(text[:200])):
        return unit.decide("furniture", "breadcrumb or address")
    if _BULLET.match(unit.text) and unit.words <= SHORT and not stop:
        return unit.decide("item", "list item")
    if _goes_on(unit, rules):
        unit.cues.append(GOES_ON)
    if _CUT_OFF.search(text) and unit.words <= 30 and GOES_ON not in unit.cues:
        return unit.decide("furniture", "cut off")
    if len(unit.text) - len(unit.text.lstrip(" \t")) >= 3 and unit.words <= SHORT and not stop:
        return unit.decide("furniture", "indented")
    if unit.words <= SHORT and len(_date_kinds(unit.tokens, rules)) == len(unit.tokens):
        return unit.decide("furniture", "part of a date")
    opening = _opens_news(unit, rules)
    if opening == "body_reporting" and GOES_ON not in unit.cues:
        unit.cues.append(REPORTS)
    if GOES_ON in unit.cues or opening:
        unit.cues.append(NEWS)
    elif unit.words <= 40 and _ends_in_credit(unit, rules):
        return unit.decide("caption", "credit at the end")
    if _reads_as_prose(unit):
        return unit.decide("body", "prose")
    return None


def _ends_in_credit(unit: _Unit, rules: _Rules) -> bool:
    """Whether a picture's credit ends the line: another script behind a slash or ©, or an agency's name."""
    text = unit.text.strip().rstrip(" .")
    tail = _CREDIT_TAIL.search(text)
    if tail and len(tail[0]) < 50 and not has_arabic(tail[0]):
        return True
    bracket = _BRACKET.search(text)
    tokens = tokenise(bracket[1] if bracket else _JOINTS.split(text)[-1])
    return 3 <= unit.words <= 30 and any(h.last - h.first + 1 == len(tokens) for h in rules.wires.find(tokens))


def _names_agency(unit: _Unit, rules: _Rules) -> bool:
    hits = (*rules.edges.find(unit.tokens), *rules.wires.find(unit.tokens))
    return any(getattr(h.id[0], "role", "caption") == "caption" for h in hits)


def _is_time(unit: _Unit, rules: _Rules) -> bool:
    timed = _CLOCK_TIME.search(fold(unit.text).text)
    return bool(timed) and len(_date_kinds(unit.tokens, rules)) == len(unit.tokens)


def _opens_news(unit: _Unit, rules: _Rules) -> str:
    """The row of phrases with which a news paragraph begins that the line begins with; "" if none."""
    hits = rules.edges.find(unit.tokens[:5])
    begins = (h for h in hits if h.first == 0 and h.id[0].role == "body" and _opens(unit.tokens[0].key, h.id[1]))
    return next((h.id[0].id for h in begins), "")


def _opens(word: str, pattern: str) -> bool:
    """Whether the word is the pattern's first, bare or after "and" or "so"."""
    start = pattern.split()[0].rstrip("*")
    return any(w.startswith(start) for w in (word, word[1:] if word[0] in "وف" else word))


def _goes_on(unit: _Unit, rules: _Rules) -> bool:
    """Whether the line begins with "and", which no headline does; words such as وزير have a و of their own."""
    first = unit.tokens[0].key if unit.tokens else ""
    own = first in rules.own_waw or first.startswith(rules.own_waw_open)
    goes_on = any(h.first == 0 and h.id[0].id == "body_goes_on" for h in rules.edges.find(unit.tokens[:3]))
    agency = any(h.first == 0 and len(first) <= 3 for h in rules.wires.find(unit.tokens[:1]))
    return goes_on or (first.startswith("و") and not own and not agency)


def _reads_as_prose(unit: _Unit) -> bool:
    begins = NEWS in unit.cues
    if _STOP.search(unit.text) and not (unit.words <= SHORT and _TWO_DOTS.search(unit.text)):
        return unit.words >= (3 if begins else 5)
    if _END.search(unit.text):
        return unit.words >= 15
    return unit.words >= (8 if begins else LONG)


# ---------------------------------------------------------------- second pass: neighbours and place


def _in_context(units: list[_Unit], rules: _Rules) -> None:
    """Decide what the first pass left open, and correct it where the neighbours say otherwise."""
    units = [u for u in units if "blank" not in u.cues]
    without_stops = _measure(units, rules)
    _first_line(units)
    start, end = _main_run(units)
    _outside_run(units, start, end)
    body = [i for i, u in enumerate(units) if u.role == "body"]
    if _lists_articles(units, body):
        return _leftovers(units, rules)
    names = _names(units, body, rules)
    _inside_run(units[start:end], names, without_stops, rules)
    body = [i for i, u in enumerate(units) if u.role == "body"]
    headline = _headline(units, body, names)
    for i in range(*body[:2]) if len(body) > 1 else ():
        if (
            units[i + 1].role == "body"
            and units[i].role in {"", "furniture"}
            and _is_dateline_form(units[i], rules, True)
        ):
            units[i].decide("dateline", "between deck and article")
    if body:
        _signatures(units, headline, body, names, rules)
    if headline is not None:
        body = _without_deck(units, headline, body, rules)
        _around_headline(units, headline, body)
    _last_heading(units, body)
    _date_lines(units, headline, body)
    _times(units, headline, body)
    _leftovers(units, rules)


def _first_line(units: Sequence[_Unit]) -> None:
    """A long first line without full stop, right above a date: a headline; with no headline there, a row of headlines."""
    body = [i for i, u in enumerate(units) if u.role == "body"]
    if len(body) < 2:
        return
    first, below = units[body[0]], units[body[0] + 1 : body[1]]
    if NEWS in first.cues or _STOP.search(first.text) or not any(u.role in {"date", "stamp"} for u in below):
        return
    if any(u.role == "" and u.words >= 4 for u in units[: body[0]]):
        return
    if first.words <= LONGEST_HEADLINE:
        first.decide("", "a long line above a date")
    else:
        first.decide("furniture", "a row of headlines above the article")


def _lists_articles(units: Sequence[_Unit], body: Sequence[int]) -> bool:
    """Whether the page lists articles, a title, a few words and a date each; says so in the units."""
    dates = [i for i, u in enumerate(units) if u.role in {"date", "stamp"} and _full_date(u)]
    near = [b - a <= 5 and any(u.role in {"body", ""} for u in units[a + 1 : b]) for a, b in pairwise(dates)]
    edges = [-1, *dates, len(units)]
    longest = max(sum(a < i < b for i in body) for a, b in pairwise(edges))
    if len(dates) < LISTED or sum(near) < LISTED - 1 or longest > 2:
        return False
    for unit in units:
        unit.decide("furniture", LISTING)
    return True


def _last_heading(units: Sequence[_Unit], body: Sequence[int]) -> None:
    """A heading below the last paragraph, as where a page breaks off: a question, or words before a colon."""
    if body and body[-1] + 1 < len(units):
        unit = units[body[-1] + 1]
        if unit.role == "" and unit.words <= HEADING and _QUESTION.search(unit.text):
            unit.decide("subheadline", "heading below the last paragraph")


def _outside_run(units: Sequence[_Unit], start: int, end: int) -> None:
    """Prose away from the article, and pictures after a heading such as "read also", are furniture."""
    cut = False
    for i, unit in enumerate(units):
        cut = (cut and not start <= i < end) or unit.role == "cut"
        if (unit.role == "body" and not start <= i < end) or (unit.role == "caption" and cut):
            unit.decide("furniture", "away from the article")


def _leftovers(units: Sequence[_Unit], rules: _Rules) -> None:
    """What a label announces, and the name after a credit; all else that is undecided is furniture."""
    for before, unit in zip([None, *units], units, strict=False):
        credited = before is not None and before.role == "source_credit" and unit.words <= 4
        if unit.role in {"", "furniture"} and credited and before.text.rstrip().endswith(":"):
            unit.decide("source_credit", "what the label above announces")
        elif unit.role == "" and credited and unit.words >= 2:
            unit.decide("byline", "name after the credit")
        elif unit.role in {"", "cut"}:
            unit.decide("furniture", "outside the article")


def _measure(units: list[_Unit], rules: _Rules) -> bool:
    """How often a line stands on the page, and the share of its words that the article's prose has too.

    Returns whether the page does without full stops.
    """
    copies = Counter(u.key for u in units if u.words)
    for unit in units:
        unit.copies = copies[unit.key]
        if unit.role == "body" and unit.copies > 1 and unit.words <= 25 and not _STOP.search(unit.text):
            unit.decide("", "stands there more than once")
    for above, before, unit in zip([None, *units], units, units[1:], strict=False):
        if unit.role != "" or unit.words < 2 or (unit.words <= HEADING and _ASKS.search(unit.text)):
            continue
        heading = above is not None and above.role == "body" and before.role == "" and before.words <= HEADING
        if before.role == "body" and _STOP.search(unit.text):
            unit.decide("body", "short sentence after a paragraph")
        elif (before.role == "body" and NEWS in unit.cues) or (heading and GOES_ON in unit.cues):
            unit.decide("body", "goes on from the paragraph above")
    _items(units)
    opening = _opening(units)
    cut = next((i for i, u in enumerate(units) if u.role == "cut" and i > opening), len(units))
    without_stops = _does_without_stops(units)
    for unit in units[:cut] if without_stops else []:
        clauses = (NEWS in unit.cues and unit.words >= 4) or (unit.words >= 8 and _CLAUSES.search(unit.text))
        if unit.role == "" and unit.copies == 1 and clauses and not _is_insert(unit, rules):
            unit.decide("body", "clauses, on a page without full stops")
    for unit in [] if without_stops else units[: opening + 1]:
        if unit.role == "body" and NEWS not in unit.cues and not _PUNCTUATION.search(unit.text):
            unit.decide("", "a row of words above the article")
    prose = [u for u in units[:cut] if u.role == "body"] or [u for u in units if u.role == "body"]
    vocabulary = Counter(s for u in prose for s in {s for t in u.tokens for s in _content(t)})
    counted = {id(u) for u in prose}
    for unit in units:
        unit.shared = _share(unit, vocabulary, id(unit) in counted)
    for unit in units[opening:cut] if without_stops else []:
        if unit.role == "" and unit.words >= 8 and unit.copies == 1 and unit.shared >= SHARED:
            unit.decide("body", "shares the article's words, on a page without full stops")
    return without_stops


def _items(units: Sequence[_Unit]) -> None:
    """A list belongs to the article where a sentence announces it with a colon, or its items are prose elsewhere."""
    for above, unit, below in zip([None, *units], units, [*units[1:], None], strict=False):
        if unit.role != "item":
            continue
        listed = above is not None and above.role == "body" and (above.text.rstrip().endswith(":") or _is_item(above))
        heads = above is not None and above.role == "body" and below is not None and below.role == "body"
        if listed:
            unit.decide("body", "item of the article's list")
        else:
            unit.decide("" if heads and unit.words <= HEADING else "furniture", "list item")


def _is_item(unit: _Unit) -> bool:
    return bool(_BULLET.match(unit.text))


def _does_without_stops(units: Sequence[_Unit]) -> bool:
    open_ended = [u for u in units if u.role in {"", "body"}]
    long = [u for u in open_ended if u.words >= 15] or [u for u in open_ended if u.words >= 8]
    return sum(bool(_STOP.search(u.text)) for u in long) < 0.3 * len(long)


def _share(unit: _Unit, vocabulary: Counter, own: int) -> float:
    words = [w for w in map(_content, unit.tokens) if w]
    return sum(any(vocabulary[s] > own for s in w) for w in words) / len(words) if words else 0.0


def _content(token: Token) -> tuple[str, ...]:
    common = len(token.key) <= 3 or not token.key[0].isalpha() or token.key in {"اليوم", "اخبار"}
    return () if common else stems(token.key)


def _opening(units: Sequence[_Unit]) -> int:
    """Where the article may begin: the first prose, unless much more follows a cut, as below a box of news on top."""
    starts = [i for i, u in enumerate(units) if u.role == "cut"]
    first = next((i for i, u in enumerate(units) if u.role == "body"), 0)
    blocks = [(a, b) for a, b in pairwise([first, *(i for i in starts if i > first), len(units)])]
    weights = [sum(_weight(u) for u in units[a:b] if u.role == "body") for a, b in blocks]
    heavy = max(range(len(blocks)), key=lambda k: (weights[k], -k), default=0)
    if not blocks or weights[heavy] < OUTWEIGHS * max(weights[0], 1):
        return first
    return next(i for i in range(*blocks[heavy]) if units[i].role == "body")


def _main_run(units: Sequence[_Unit]) -> tuple[int, int]:
    """The stretch of the page with the most prose, where stray lines cost a little and cuts much."""
    best, best_run, total, start, cut = 0, (0, 0), 0, 0, None
    opening = _opening(units)
    for i, unit in enumerate(units):
        if i == opening:
            total = 0
        if unit.role == "cut" and i > opening:
            cut = unit
        elif cut and INSERT_END in unit.cues:
            total, cut = max(total, best), None
        elif cut and unit.role == "body" and not _resumes(unit, cut):
            unit.decide("furniture", "prose after a cut")
            cut.cues.append(OVER)
        elif cut and unit.role == "body" and GOES_ON in unit.cues and total > best - 3 * CUT_COST:
            total, cut = max(total, best), None  # what stood between was an insert
        if total <= 0:
            total, start = 0, i
        total += _weight(unit)
        if total > best and unit.role == "body":
            best, best_run = total, (start, i + 1)
    return best_run


def _resumes(unit: _Unit, cut: _Unit) -> bool:
    """Whether the article goes on here after a heading such as "read also"."""
    if OVER not in cut.cues and GOES_ON in unit.cues and RESUMABLE & set(cut.cues) and unit.words > HEADING:
        return True
    if unit.shared < SHARED / 2:
        return False
    return NEWS in unit.cues or (unit.words >= SHORT and bool(_STOP.search(unit.text)))


def _weight(unit: _Unit) -> int:
    if unit.role == "body":
        return min(max(unit.words, SHORT if NEWS in unit.cues else 0), 60)
    return {"cut": -CUT_COST, "": -GAP_COST, "furniture": -GAP_COST}.get(unit.role, -1)


def _names(units: Sequence[_Unit], body: Sequence[int], rules: _Rules) -> frozenset[str]:
    """The short lines of the page that stand word for word in its prose, as the names under pictures do."""
    prose = [[t.key for t in units[i].tokens] for i in body]
    short = {u.key: len(u.tokens) for u in units if 1 <= len(u.tokens) <= SHORT and u.role != "body"}
    lengths = set(short.values())
    found = {" ".join(p[i : i + n]) for p in prose for n in lengths for i in range(len(p) - n + 1)}
    return frozenset(found & set(short))


def _inside_run(run: Sequence[_Unit], names: frozenset[str], without_stops: bool, rules: _Rules) -> None:
    """Headings, captions and inserts between the paragraphs of the article."""
    cut = False
    open_ = {id(u) for u in run if u.role == "" and u.shared >= SHARED and not _is_insert(u, rules)}
    for before, unit, after in zip([None, *run], run, [*run[1:], None], strict=False):
        cut = unit.role == "cut" or (cut and unit.role != "body")
        if unit.role != "":
            continue
        pair = any(u is not None and id(u) in open_ and u.words <= SHORT for u in (before, after))
        titles = after is not None and after.role == "caption" and unit.words <= SHORT
        named = unit.words >= 3 and unit.key in names and any(t.key.startswith(_OFFICES) for t in unit.tokens)
        short = unit.words <= HEADING or _QUESTION.search(unit.text)
        if cut or _is_insert(unit, rules):
            unit.decide("furniture", "insert between paragraphs")
        elif unit.copies > 1 or titles or named or _full_date(unit) or (pair and unit.shared >= SHARED):
            unit.decide("caption", "title of a picture")
        elif unit.shared < SHARED and not short and not (without_stops and unit.words >= SHORT):
            unit.decide("furniture", "insert between paragraphs")
        else:
            unit.decide("subheadline" if unit.words <= SHORT else "body", "between paragraphs")


def _is_insert(unit: _Unit, rules: _Rules) -> bool:
    """Whether the line asks the reader to do something, or offers a video."""
    hits = _edge_hits(unit.tokens, rules)
    return any(h.id[0].where == "insert" and (h.first == 0 or h.last == len(unit.tokens) - 1) for h in hits)


def _headline(units: Sequence[_Unit], body: Sequence[int], names: frozenset[str]) -> int | None:
    """Index of the line that announces what the body tells, or None; no label, dateline or teaser."""
    if not body:
        return None
    first = body[0]
    zone = [i for i in range(max(0, first - ZONE), first) if units[i].role == "" and not _full_date(units[i])]
    zone = [i for i in zone if not _is_name(units[i], names)]
    scored = [(_headline_score(units, i, first, len(zone) == 1), -i) for i in zone]
    if _open_lead([units[i] for i in body]):
        scored.append((_headline_score(units, first, body[1], not zone), -first))
    score, place = max(scored, default=(0, 0))
    return _above_deck(units, -place) if score > 0 else _headline_below(units, body[-1])


def _above_deck(units: Sequence[_Unit], i: int) -> int:
    """The line right above, where ``i`` is the longer deck of that headline."""
    upper, lower = units[i - 1], units[i]
    longer = lower.words >= max(DECK * upper.words, 10) and upper.words >= 4
    headed = i > 0 and upper.role == "" and upper.shared >= max(SHARED, lower.shared) / 2 and not upper.date
    return i - 1 if headed and longer else i


def _is_name(unit: _Unit, names: frozenset[str]) -> bool:
    """Whether the line is what stands under a picture: word for word in the article, or an office and its holder."""
    bare = unit.words <= 6 and unit.shared >= 0.99 and not _STYLE.search(unit.text) and not _has_verb(unit)
    office = (
        bare and any(t.key.startswith(_OFFICES) for t in unit.tokens[:3]) and all(len(t.key) > 2 for t in unit.tokens)
    )
    return office or (unit.words <= SHORT and unit.key in names)


def _has_verb(unit: _Unit) -> bool:
    return any(t.key[0] in "يت" and len(t.key) > 3 for t in unit.tokens[:4])


def _open_lead(body: Sequence[_Unit]) -> bool:
    """Whether the first paragraph may be a headline: short, without the full stop that others have."""
    stops = [bool(_STOP.search(u.text)) for u in body]
    return body[0].words <= 25 and not stops[0] and sum(stops) > 0.6 * (len(stops) - 1) > 0


def _headline_below(units: Sequence[_Unit], last: int) -> int | None:
    """A headline printed after the body: close to it, about the same matter, with a date right below or a copy."""
    for i in range(last + 1, min(last + 5, len(units) - 1)):
        if units[i].role == "cut":
            break
        told = units[i].role == "" and units[i].words >= 4 and units[i].shared >= SHARED
        if told and (units[i].copies > 1 or (units[i].shared >= 0.5 and units[i + 1].date)):
            return i
    return None


def _full_date(unit: _Unit) -> bool:
    return unit.date is not None and _has_year(unit, unit.date)


def _headline_score(units: Sequence[_Unit], i: int, first: int, alone: bool) -> float:
    unit = units[i]
    if not 3 <= unit.words <= LONGEST_HEADLINE:
        return 0
    between = {u.key for u in units[i + 1 : first] if u.role in {"", "furniture"}} - {unit.key}
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


def _around_headline(units: Sequence[_Unit], headline: int, body: Sequence[int]) -> None:
    """The headline's copies, the lines above it and those between it and the body."""
    title = units[headline]
    title.decide("headline", "announces what the body tells")
    words = Counter(s for t in title.tokens for s in _content(t))
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
    units: Sequence[_Unit], headline: int | None, body: Sequence[int], names: frozenset[str], rules: _Rules
) -> None:
    """Author, outlet and picture lines between headline and body, and right below the body."""
    first, last = body[0], body[-1]
    if headline is None or headline > first:
        top = max(0, first - 6)
    else:
        top = next(i for i in range(headline + 1) if _same(units[i], units[headline]))
    for i in range(top, first):
        unit, masthead = units[i], i and "furniture: masthead" in units[i - 1].cues
        signed = _is_signature(unit, rules)
        if (
            unit.role in {"", "furniture"}
            and not signed
            and _is_dateline_form(unit, rules, units[i + 1].role == "body")
        ):
            unit.decide("dateline", "places, outlets or sections right above the article")
        elif unit.role == "" and i != headline and _is_name(unit, names):
            unit.decide("caption", "name that the article has too")
        elif RELATIVE in unit.cues and headline is not None and i > headline:
            unit.decide("stamp", "a time before the page was fetched")
        elif unit.role == "" and not masthead and _is_signature(unit, rules):
            unit.decide("byline", "a person's name above the article")
        elif unit.role == "" and _names_outlet(unit):
            unit.decide("source_credit", "an outlet's name above the article")
        elif unit.role == "" and _is_alt_text(units, i) and not _same_as(units, headline, unit):
            unit.decide("caption", "stands twice between headline and article")
    for unit in units[last + 1 : last + 3]:
        if unit.role == "cut":
            break
        if unit.role in {"", "furniture", "caption"} and _is_agency_tail(unit, rules):
            agency = bool(rules.wires.find(unit.tokens))
            unit.decide("source_credit" if agency else "byline", "initials below the article")
        elif unit.words <= 6 and (_names_outlet(unit) or "credit at the end" in unit.cues) and not unit.date:
            unit.decide("source_credit", "an outlet's or agency's name below the article")
        elif unit.role == "" and _is_signature(unit, rules) and unit.key not in names:
            unit.decide("byline", "a person's name below the article")


def _is_alt_text(units: Sequence[_Unit], i: int) -> bool:
    """Whether a short line stands twice, in a row or in words of the article, as a picture's text and title do."""
    unit = units[i]
    doubled = any(u.key == unit.key for u in units[max(0, i - 1) : i + 2 : 2])
    return unit.copies > 1 and (unit.shared > 0 or doubled) and 2 <= unit.words <= SHORT


def _retold(deck: _Unit, lead: _Unit) -> float:
    """The share of a line's words that the next one has too."""
    words = {s for t in lead.tokens for s in _content(t)}
    content = [w for w in map(_content, deck.tokens) if w]
    return sum(bool(words & set(w)) for w in content) / len(content) if content else 0.0


def _same_as(units: Sequence[_Unit], headline: int | None, unit: _Unit) -> bool:
    return headline is not None and _same(unit, units[headline])


def _names_outlet(unit: _Unit) -> bool:
    """Whether the line is an outlet's name and nothing else."""
    words = tuple(t.key for t in unit.tokens)
    return "©" not in unit.text and not names_app(words) and find_by_name(words) is not None


def _is_agency_tail(unit: _Unit, rules: _Rules) -> bool:
    """Whether the line is the initials of those who wrote it, with or without agencies: ع.م/ س.ن (رويترز)."""
    agency = {i for h in rules.wires.find(unit.tokens) for i in range(h.first, h.last + 1)}
    rest = [t.key for i, t in enumerate(unit.tokens) if i not in agency]
    return 2 <= len(rest) <= 8 and len(unit.tokens) <= 14 and all(len(w) <= 2 and w[0].isalpha() for w in rest)


def _is_person(unit: _Unit, rules: _Rules) -> bool:
    """Whether the line is a person's name and nothing else: a given name, with or without a title, and a few words."""
    hits = [h for h in rules.edges.find(unit.tokens[:4]) if h.id[0].where == "name"]
    begins = any(h.first == 0 and _exact(unit.tokens[0].key, h.id[1]) for h in hits)
    return begins and 2 <= unit.words <= 5 and not _END.search(unit.text) and not unit.date


def _is_signature(unit: _Unit, rules: _Rules) -> bool:
    """Whether the line is a person's name, alone or with a place, an agency or an outlet beside it."""
    pieces = [_Unit([], piece, tokenise(piece)) for piece in _JOINTS.split(unit.text) if piece.strip()]
    persons = [_is_person(piece, rules) for piece in pieces]
    rest = [piece for piece, person in zip(pieces, persons, strict=True) if not person]
    return unit.words <= SHORT and any(persons) and all(_piece_kind(piece, rules) for piece in rest)


def _is_dateline_form(unit: _Unit, rules: _Rules, above_body: bool) -> bool:
    """Whether the line is two or three short pieces between joints: places, agencies, outlets or sections.

    Right ``above_body`` one piece may be unknown; elsewhere a place and an agency or outlet must stand there.
    """
    text = unit.text.strip().rstrip(":-–—ـ_ ")
    pieces = [_Unit([], piece, tokenise(piece)) for piece in _JOINTS.split(text) if piece.strip()]
    closed = len(pieces) == 1 and text != unit.text.strip()
    if not 1 <= len(pieces) <= 3 or not 0 < unit.words <= 7 or _STOP.search(unit.text) or unit.date:
        return False
    kinds = [_piece_kind(piece, rules) for piece in pieces]
    if len(pieces) == 1 and not closed:
        return kinds == ["place"]
    named = {"place", "outlet", "wire"} & set(kinds)
    if not above_body:
        return len(kinds) > 1 and "place" in named and len(named) > 1 and "" not in kinds
    return bool(named) if closed else bool(named or "section" in kinds) and kinds.count("") <= (len(kinds) == 2)


def _piece_kind(piece: _Unit, rules: _Rules) -> str:
    """What a piece of a dateline is: place, wire, outlet, section or nothing known."""
    covered = {i: h.id[0].where for h in rules.edges.find(piece.tokens) for i in range(h.first, h.last + 1)}
    if _names_outlet(piece):
        return "outlet"
    if any(h.last - h.first + 1 == len(piece.tokens) for h in rules.wires.find(piece.tokens)):
        return "wire"
    if piece.tokens and all(covered.get(i) == "place" for i in range(len(piece.tokens))):
        return "place"
    return "section" if any(h.id[0].id == "sections" for h in _row_hits(piece, rules)) else ""


def _without_deck(units: Sequence[_Unit], headline: int, body: list[int], rules: _Rules) -> list[int]:
    """The body without a first line that is a deck: what follows it begins the article anew."""
    if len(body) < 2 or not headline < body[0]:
        return body
    deck, lead, between = units[body[0]], units[body[1]], units[body[0] + 1 : body[1]]
    roles = {u.role for u in between if u.words}
    anew = GOES_ON not in lead.cues and (REPORTS in lead.cues or "caption" in roles or bool(_dateline(lead, rules)[0]))
    opens = NEWS in deck.cues or bool(_dateline(deck, rules)[0] or _GLUED.match(deck.text))
    told = _retold(deck, lead) >= RETOLD or bool(rules.weekdays.find(lead.tokens[:LONG]))
    told = told and not rules.weekdays.find(deck.tokens)
    if roles & _SIGNED or (anew and not opens and not roles - {"caption"} and told):
        deck.decide("subheadline", "deck: the article begins below")
        return body[1:]
    return body


def _same(unit: _Unit, title: _Unit) -> bool:
    ours, theirs = unit.key.replace(" ", ""), title.key.replace(" ", "")
    longer, shorter = sorted((ours, theirs), key=len, reverse=True)
    edge = min(unit.words, title.words) >= 4 and len(longer) < 2 * len(shorter)
    return longer in (shorter, shorter * 2) or (edge and (longer.startswith(shorter) or longer.endswith(shorter)))


def _date_lines(units: Sequence[_Unit], headline: int | None, body: Sequence[int]) -> None:
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


def _times(units: Sequence[_Unit], headline: int | None, body: Sequence[int]) -> None:
    """A time that stands alone is part of the stamp or clock beside it; below the headline it is a stamp."""
    for i, unit in enumerate(units):
        if unit.role != "time":
            continue
        beside = {u.role for u in units[max(0, i - 1) : i + 2]} & {"stamp", "clock"}
        below = body and (headline if headline is not None else body[0] - 8) < i < body[0]
        unit.decide(min(beside, default="stamp" if below else "furniture"), "a time of day")


def _is_stamp_form(units: Sequence[_Unit], i: int, top: int) -> bool:
    """Whether the only date above the headline is the day of publication: right above, no bare calendar."""
    text = _folded(units[i], *units[i].date)
    below = [u for u in units[i + 1 : top] if u.words]
    timed = bool(_TIME.search(text)) or bool(below and _ONLY_TIME.match(below[0].text))
    bare = "weekday" in units[i].cues and not timed
    in_list = any(u.date for u in units[max(0, i - 4) : i])
    between = [u for u in below if not (_ONLY_TIME.match(u.text) or (timed and u.words <= 3))]
    return not between and not in_list and not (i == 0 and bare) and len(_YEAR.findall(text)) < 2


# ---------------------------------------------------------------- what the outside calls


def label_lines(text: str, *, extra: Path | None = None) -> list[Line]:
    """Every line of ``text`` with its role; the lines' texts joined again are ``text``.

    ``extra`` is a CSV of the user's own with the columns of the table ``furniture``, whose rows come first.
    Lines end at \\n, \\r\\n or \\r and nowhere else. Empty lines are furniture.

    >>> [line.role for line in label_lines("المصدر: وكالات")]
    ['source_credit']
    """
    raw = _LINE.findall(text)
    units = _units(raw)
    rules = _rules(extra)
    for unit in units:
        _own_cues(unit, rules)
    first = [{"cut": "furniture", "date": "", "time": "", "item": ""}.get(unit.role, unit.role) for unit in units]
    _in_context(units, rules)
    return [
        Line(n + 1, raw[n], unit.role, before, _parts(unit, n, raw[n], rules), tuple(unit.cues))
        for unit, before in zip(units, first, strict=True)
        for n in unit.lines
    ]


def _parts(unit: _Unit, n: int, line: str, rules: _Rules) -> tuple[Part, ...]:
    """Spans of the line with a role of their own, in order and apart from one another."""
    if unit.role not in {"body", "stamp", "dateline"}:
        return ()
    own = _Unit([n], line, tokenise(line[:400]))
    own.date = _find_date(own, rules)
    parts = []
    if unit.role == "stamp" and own.date:
        parts = [_date_part(own), *_byline_part(own)]
    elif unit.role != "stamp" and n == unit.lines[0]:
        parts = _head_parts(own, unit.role, rules)
    if unit.role == "body" and n == unit.lines[-1]:
        parts += [p for p in _tail_parts(line, rules) if not parts or p.start >= parts[-1].end]
    return tuple(parts)


def _date_part(unit: _Unit) -> Part:
    return Part(unit.tokens[unit.date[0]].start, unit.tokens[unit.date[1]].end, "stamp")


def _byline_part(unit: _Unit) -> list[Part]:
    after = (t for t in unit.tokens[unit.date[1] + 1 :] if t.key in {"كتب", "كتبت", "بقلم", "by"})
    return [Part(t.start, len(unit.text.rstrip()), "byline") for t in after][:1]


def _head_parts(unit: _Unit, role: str, rules: _Rules) -> list[Part]:
    """The dateline at the head of a line, and in it, or glued to the first word, the stamp."""
    end, held = _dateline(unit, rules)
    end = len(unit.text.rstrip()) if role == "dateline" else end
    stamp = _date_part(unit) if _full_date(unit) else None
    if stamp and unit.date[0] == 0 and unit.text[stamp.end : stamp.end + 1].isalpha():
        return [stamp]
    if not stamp or stamp.end > end:
        return [Part(0, end, "dateline")] * (end > 0 and role == "body")
    around = [Part(0, stamp.start, "dateline"), stamp, Part(stamp.end, end, "dateline")]
    return [p for p in around if p.start < p.end and (p is stamp or held - {"date"})]


def _tail_parts(line: str, rules: _Rules) -> list[Part]:
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


def read_article(
    text: str,
    *,
    page_id: str = "",
    url: str | None = None,
    outlet: str | None = None,
    fetched: date | None = None,
    published_given: date | None = None,
    meta_date: date | None = None,
    extra: Path | None = None,
) -> Article:
    """The article on a page: its lines with their roles, put together into headline, paragraphs and the rest.

    ``text`` is the page as plain text; what is known of it from elsewhere is passed on unchanged.
    """
    lines = tuple(label_lines(text, extra=extra))
    of = {role: [_clean(line.text) for line in lines if line.role == role] for role in ROLES}
    parts = {role: [_clean(line.text[p.start : p.end]) for line, p in _all_parts(lines, role)] for role in ROLES}
    return Article(
        *(page_id, url, outlet, fetched, published_given, meta_date, text, lines),
        headline=next(iter(of["headline"]), None),
        subheadlines=tuple(of["subheadline"]),
        dateline=next(iter(of["dateline"]), " ".join(parts["dateline"][:1]) or None),
        stamp=next(iter(parts["stamp"]), None),
        clock=next(iter(of["clock"]), None),
        paragraphs=tuple(_paragraphs(lines)),
        captions=tuple(of["caption"]),
        credit=" ".join(of["source_credit"] or parts["source_credit"]) or None,
        byline=next(iter(of["byline"] + parts["byline"]), None),
        is_listing=_is_listing(lines),
    )


def _all_parts(lines: Sequence[Line], role: str) -> list[tuple[Line, Part]]:
    return [(line, part) for line in lines for part in line.parts if part.role == role]


def _clean(text: str) -> str:
    return " ".join(text.split()).strip(" -–—/|:")


def _paragraphs(lines: Sequence[Line]) -> list[Paragraph]:
    """Body lines as paragraphs: hard-wrapped lines joined, a paragraph that stands there twice taken once."""
    joined = _wrapped([line.text for line in lines])
    groups: list[list[Line]] = []
    for line in (line for line in lines if line.role == "body"):
        if groups and groups[-1][-1].n == line.n - 1 and line.n - 2 in joined:
            groups[-1].append(line)
        else:
            groups.append([line])
    texts: dict[str, tuple[int, ...]] = {}
    for group in groups:
        texts.setdefault(" ".join(map(_without_parts, group)), tuple(line.n for line in group))
    return [Paragraph(numbers, text) for text, numbers in texts.items() if text]


def _without_parts(line: Line) -> str:
    text, at = "", 0
    for part in line.parts:
        text, at = text + line.text[at : part.start], part.end
    return (text + line.text[at:]).strip() if line.parts else line.text.strip()


@dataclass(frozen=True)
class Block:
    """What the article itself says, as one run of text: a heading, or the lines of a paragraph; offsets are kept."""

    role: str
    paragraph: int  # place among the body's paragraphs, from 0; -1 for headings
    text: str
    starts: tuple[tuple[int, int], ...]  # where each line begins in the text, and its number

    def locate(self, start: int, end: int) -> tuple[int, int, int]:
        """Line number of the span ``start`` to ``end`` of the text, and its offsets in that line."""
        at, n = max(piece for piece in self.starts if piece[0] <= start)
        return n, start - at, end - at


def blocks(article: Article) -> list[Block]:
    """Headline, subheadlines and body of ``article`` in page order; glued stamps and datelines are blanked out.

    The lines of a paragraph that a fixed width has broken are one block, so that no sentence ends in mid-air.
    """
    by_number = {line.n: line for line in article.lines}
    runs = [("body", i, p.lines) for i, p in enumerate(article.paragraphs)]
    runs += [(x.role, -1, (x.n,)) for x in article.lines if x.role in ("headline", "subheadline")]
    return [
        _block(role, place, [by_number[n] for n in lines]) for role, place, lines in sorted(runs, key=lambda r: r[2])
    ]


def _block(role: str, place: int, lines: Sequence[Line]) -> Block:
    text, starts = "", []
    for line in lines:
        starts.append((len(text), line.n))
        text += _blanked(line)
    return Block(role, place, text, tuple(starts))


def _blanked(line: Line) -> str:
    """The line with its glued parts and its line end as blanks, so that every offset stays."""
    text = re.sub(r"[\r\n]", " ", line.text)
    for part in line.parts:
        text = text[: part.start] + " " * (part.end - part.start) + text[part.end :]
    return text


def _is_listing(lines: Sequence[Line]) -> bool:
    """Whether the page lists many articles or is a live blog: mostly teasers, or lines led by a time."""
    if any(LISTING in line.cues for line in lines):
        return True
    teasers = sum("cut off" in line.cues or "furniture: teaser_more" in line.cues for line in lines)
    timed = sum(bool(_TIME.match(fold(line.text.strip()[:8]).text)) for line in lines)
    body = sum(line.role == "body" for line in lines)
    return (teasers >= 4 and teasers >= body and body <= 3) or timed >= 5 > 0.5 * body
