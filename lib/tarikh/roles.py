"""Give every line of a saved page its role, and lose nothing: headline, body, caption, stamp, furniture, ...

Two passes, as jusText makes them (Pomikálek 2011): first what a line is by its own cues, where the phrases of the
tables ``furniture`` and ``wires`` act; then what its neighbours, its place on the page, the words it shares with
the body and its repetition make of it. ``label_lines`` labels, ``read_article`` puts the parts together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path

import pandas as pd

from tarikh.arabic import Hit, Patterns, Token, alternatives, fold, has_arabic, key, stems, tokenise
from tarikh.tables import read_table

ROLES = (
    *("headline", "subheadline", "body", "caption", "dateline"),
    *("byline", "stamp", "clock", "source_credit", "furniture"),
)
LONG = 20  # words from which a line without a full stop still reads as prose
SHORT = 12  # words up to which a line may be a heading, a menu item or a caption
GAP_COST = 4  # words of prose that make up for one stray line inside the body
CUT_COST = 20  # the same for a heading such as "read also"
SHARED = 0.34  # share of a line's words found in the body from which it is about the same matter

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_LOWER = {c: c + 32 for c in range(65, 91)}
_STOP = re.compile(r"\.[\s\"'»”’)\]]*$")
_END = re.compile(r"[!?؟:؛][\s\"'»”’)\]]*$")
_CUT_OFF = re.compile(r"(?:…|\.\.\.?)[\s\"»”)\]]*$")
_BULLET = re.compile(r"\s*[•◦▪■●○►▶»·*\-–]\s")
_TICKER = re.compile(r"\S[ \u00a0]{3,}(?=\S)")
_CRUMBS = re.compile(r"\S\s*[»›>]\s*\S|\S\s\|\s\S[^|]*\s\|\s\S")
_ADDRESS = re.compile(r"https?://|www\.|\S+@\S+\.\w|\b[\w-]+\.(?:com|net|org|jpg|png)\b")
_CREDIT_TAIL = re.compile(r"[/©|]\s*[^\W\d_][^/|]*$")
_NUMERIC_DATE = re.compile(
    r"(?<!\d)(?:\d{4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,2}"
    r"|\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?(?:(?:19|20)\d\d|\d\d))(?!\d)"
)
_TIME = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20|13|14)\d\d(?!\d)")
_BETWEEN_DATE_WORDS = re.compile(r"[\s,،/\\|.:()\-–—_]*")
_DATE_WORDS = frozenset(
    "م ص ه ء مساء صباحا ظهرا هجري هجريه ميلادي ميلاديه الموافق الساعه بتوقيت غرينتش جرينتش القاهره مكه يوم "
    "gmt utc am pm st nd rd th t z".split()
)
_JOINTS = re.compile(r"(?:[-–—_/:()«»“”\".،,]|(?<=\s)ـ(?=\s))+")
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
    pieces: tuple[tuple[int, int, int], ...] = ()

    def place(self, start: int, end: int) -> tuple[int, int, int]:
        """Line number and offsets in that line of the span ``start`` to ``end`` of ``text``."""
        at, n, offset = max(piece for piece in self.pieces if piece[0] <= start)
        return n, offset + start - at, offset + end - at


@dataclass(frozen=True)
class Article:
    """A page taken apart. What the page does not have is None or empty; nothing is put in its place."""

    page_id: str
    url: str | None
    outlet: str | None
    fetched: pd.Timestamp | None
    published_given: pd.Timestamp | None
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


@dataclass
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
    """The tables that the first pass uses, made ready."""

    def __init__(self, extra: Path | None):
        table = read_table("furniture", extra)
        self.rows = list(table.itertuples(index=False))
        patterns = [(p, (i, key(p))) for i, row in enumerate(self.rows) for p in alternatives(row.pattern)]
        self.edges = Patterns((p, at) for p, at in patterns if self.rows[at[0]].where != "inside")
        self.inside = Patterns((p, at) for p, at in patterns if self.rows[at[0]].where == "inside")
        self.wires = Patterns(_entries(read_table("wires"), "id"))
        self.dates = Patterns(
            [(p, "month") for p, _ in _entries(read_table("months"), "id")]
            + [(p, "weekday") for p, _ in _entries(read_table("weekdays"), "id")]
        )


def _entries(table: pd.DataFrame, column: str) -> list[tuple[str, str]]:
    return [(p, (row[column], key(p))) for _, row in table.iterrows() for p in alternatives(row["pattern"])]


@cache
def _rules(extra: Path | None) -> _Rules:
    return _Rules(extra)


# ---------------------------------------------------------------- lines and logical lines


def _tokens(text: str) -> list[Token]:
    return tokenise(text.translate(_LOWER))


def _unit(numbers: Sequence[int], raw: Sequence[str]) -> _Unit:
    text = " ".join(raw[n].strip() for n in numbers) if len(numbers) > 1 else raw[numbers[0]]
    return _Unit(list(numbers), text, _tokens(text))


def _units(raw: Sequence[str]) -> list[_Unit]:
    """Lines as logical lines: those that a fixed width has broken are joined again."""
    joins = _wrapped(raw)
    groups: list[list[int]] = []
    for n in range(len(raw)):
        if n and n - 1 in joins:
            groups[-1].append(n)
        else:
            groups.append([n])
    return [_unit(group, raw) for group in groups]


def _wrapped(raw: Sequence[str]) -> set[int]:
    """Lines that continue on the next one, if one width between 40 and 140 explains most of the line breaks.

    A line was broken at width w when it fits into w and would not with the first word of the next line.
    """
    spans = {}
    for n, (line, following) in enumerate(zip(raw, raw[1:], strict=False)):
        line, following = line.rstrip(), following.strip()
        if 36 <= len(line) <= 140 and following and not _CUT_OFF.search(line) and not _BULLET.match(following):
            spans[n] = (len(line), len(line) + len(following.split(maxsplit=1)[0]))
    votes = Counter(w for low, high in spans.values() for w in range(max(low, 40), min(high, 140) + 1))
    if not votes:
        return set()
    width = max(votes, key=lambda w: (votes[w], -w))
    if votes[width] < max(4, 0.5 * len(spans)):
        return set()
    return {n for n, (low, high) in spans.items() if low <= width <= high}


# ---------------------------------------------------------------- dates and datelines


def _date_kinds(tokens: Sequence[Token], rules: _Rules) -> dict[int, str]:
    kinds = {i: "number" for i, t in enumerate(tokens) if t.key[0].isdigit()}
    kinds |= {i: "word" for i, t in enumerate(tokens) if t.key in _DATE_WORDS}
    for hit in rules.dates.find(tokens):
        kinds |= dict.fromkeys(range(hit.first, hit.last + 1), hit.id)
    return kinds


def _find_date(unit: _Unit, rules: _Rules) -> tuple[int, int] | None:
    """First and last token of the longest run of date words that names a day, in the line's first 40 tokens."""
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
    return max(named, key=lambda run: (run[1] - run[0], -run[0]), default=None)


def _names_a_day(unit: _Unit, run: Sequence[int], kinds: dict[int, str]) -> bool:
    if any(kinds[i] == "month" for i in run) and any(kinds[i] == "number" for i in run):
        return True
    return bool(_NUMERIC_DATE.search(_folded(unit, run[0], run[-1])))


def _folded(unit: _Unit, first: int, last: int) -> str:
    return fold(unit.text[unit.tokens[first].start : unit.tokens[last].end]).text


def _is_date_line(unit: _Unit, label: bool) -> bool:
    """Whether the line is a date and little else: a label, a section, a byline."""
    if unit.date is None or unit.words > 16 or _STOP.search(unit.text):
        return False
    first, last = unit.date
    rest = sum(t.key[0].isalpha() for t in (*unit.tokens[:first], *unit.tokens[last + 1 :]))
    text = _folded(unit, first, last)
    clear = _TIME.search(text) or _NUMERIC_DATE.search(text) or "weekday" in unit.cues
    return rest == 0 or (label and rest <= 8) or (bool(clear) and rest <= 4)


def _dateline(unit: _Unit, rules: _Rules) -> tuple[int, set[str]]:
    """Where the dateline at the head of a line ends (0 if there is none), and what it holds.

    A dateline is a few short pieces between dashes, slashes, colons or brackets, one of them at least a city, an
    agency or a date; a piece that is none of these, such as an outlet's name, may stand among them.
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
    return (end, held) if held - {"neutral"} else (0, set())


def _known(unit: _Unit, tokens: Sequence[Token], rules: _Rules) -> dict[int, str]:
    """What the tokens at the head of a line are, where a dateline may hold them: place, wire, date."""
    known = {i: "neutral" for i, t in enumerate(tokens) if t.key in {"في", "وكاله", "خاص", "وكالات", "مراسل"}}
    hits = [(h, "place") for h in rules.edges.find(tokens) if rules.rows[h.id[0]].where == "place"]
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
    labels = {rules.rows[h.id[0]].role: rules.rows[h.id[0]] for h in found}
    if _is_date_line(unit, "stamp" in labels):
        return unit.decide("stamp" if "stamp" in labels else "date", "a date and little else")
    if not has_arabic(unit.text):
        return unit.decide("furniture", "no Arabic letter")
    if unit.words <= 9 and _whole_dateline(unit, rules):
        return None
    for role in ("furniture", "byline", "stamp", "source_credit", "caption"):
        if role in labels and (role != "stamp" or any(t.key[0].isdigit() for t in unit.tokens)):
            row = labels[role]
            return unit.decide("cut" if row.where == "cut" and unit.words <= 7 else role, f"furniture: {row.id}")
    return _shape(unit, rules)


def _row_hits(unit: _Unit, rules: _Rules) -> list[Hit]:
    """The rows of the table that apply to the line."""
    hits = [h for h in rules.edges.find(unit.tokens) if _exact(unit.tokens[h.first].key, h.id[1])]
    covered = {i for h in hits if rules.rows[h.id[0]].where == "line" for i in range(h.first, h.last + 1)}
    if all(i in covered or not t.key[0].isalpha() for i, t in enumerate(unit.tokens)) and covered:
        return [h for h in hits if rules.rows[h.id[0]].where == "line"]
    return rules.inside.find(unit.tokens) + [h for h in hits if _applies(rules.rows[h.id[0]], unit, h)]


def _exact(word: str, pattern: str) -> bool:
    """Whether a phrase begins here without "and" or "so" before it."""
    return word.removeprefix("ال").startswith(pattern.split()[0].rstrip("*").removeprefix("ال"))


def _applies(row, unit: _Unit, hit: Hit) -> bool:
    head = not any(t.key[0].isalpha() for t in unit.tokens[: hit.first])
    after = unit.text[unit.tokens[hit.last].end :].lstrip()
    length = hit.last - hit.first + 1
    match row.where:
        case "cut":
            return head and unit.words <= (2 if length == 1 else 25) and not _STOP.search(unit.text)
        case "start":
            return head and unit.words <= _LIMITS.get(row.role, 16)
        case "label":
            return head and after[:1] in {":", "-", "–", "/", "|", ""} and unit.words <= _LIMITS[row.role]
        case "number":
            tail = not any(t.key[0].isalpha() for t in unit.tokens[hit.last + 1 :])
            return (head or tail) and unit.words <= 5 and any(t.key[0].isdigit() for t in unit.tokens)
        case "end":
            return hit.last >= len(unit.tokens) - 2 and 1 < unit.words <= 40
    return False


def _whole_dateline(unit: _Unit, rules: _Rules) -> bool:
    end, held = _dateline(unit, rules)
    rest = sum(t.start >= end for t in unit.tokens)
    if not held or _STOP.search(unit.text):
        known = _known(unit, unit.tokens, rules)
        if unit.tokens and all(known.get(i) in {"wire", "neutral"} for i in range(len(unit.tokens))):
            unit.decide("source_credit", "an agency and nothing else")
        return bool(unit.role)
    if rest == 0 and not held & {"place", "date"}:
        unit.decide("source_credit", "an agency and nothing else")
    elif rest == 0 or (rest <= 3 and "place" in held and _STRONG.search(unit.text[:end])):
        unit.decide("dateline", "city or agency and nothing else")
    return bool(unit.role)


def _shape(unit: _Unit, rules: _Rules) -> None:
    """Cues of form: lists, tickers, addresses, cut-off teasers; then prose."""
    text = unit.text.strip()
    stop = _STOP.search(text)
    if len(_TICKER.findall(text)) >= 3:
        return unit.decide("furniture", "ticker")
    if text.count("#") >= 2 or (text.startswith("#") and unit.words <= 5):
        return unit.decide("furniture", "hashtags")
    if not stop and unit.words <= LONG and (_CRUMBS.search(text) or _ADDRESS.search(text)):
        return unit.decide("furniture", "breadcrumb or address")
    if _BULLET.match(unit.text) and unit.words <= SHORT and not stop:
        return unit.decide("furniture", "list item")
    if _CUT_OFF.search(text) and unit.words <= 30:
        return unit.decide("furniture", "cut off")
    if len(unit.text) - len(unit.text.lstrip(" \t")) >= 3 and unit.words <= SHORT and not stop:
        return unit.decide("furniture", "indented")
    if all(kind for kind in (_date_kinds(unit.tokens, rules).get(i) for i in range(len(unit.tokens)))):
        return unit.decide("furniture", "part of a date")
    if unit.words <= 40 and _foreign_credit(text):
        return unit.decide("caption", "credit in another script")
    if _reads_as_prose(unit, rules):
        return unit.decide("body", "prose")
    return None


def _foreign_credit(text: str) -> bool:
    tail = _CREDIT_TAIL.search(text)
    return bool(tail) and not has_arabic(tail[0]) and any(c.isalpha() for c in tail[0]) and len(tail[0]) < 50


def _reads_as_prose(unit: _Unit, rules: _Rules) -> bool:
    if _begins_as_body(unit, rules):
        unit.cues.append("begins as a news paragraph")
    if _STOP.search(unit.text) and not _CUT_OFF.search(unit.text):
        return unit.words >= 5 or (unit.words >= 3 and bool(unit.cues))
    if _END.search(unit.text):
        return unit.words >= 15
    return unit.words >= LONG or (unit.words >= 8 and bool(unit.cues))


def _begins_as_body(unit: _Unit, rules: _Rules) -> bool:
    hits = rules.edges.find(unit.tokens[:5])
    return any(h.first == 0 and rules.rows[h.id[0]].role == "body" for h in hits)


# ---------------------------------------------------------------- second pass: neighbours and place


def _in_context(units: list[_Unit]) -> None:
    """Decide what the first pass left open, and correct it where the neighbours say otherwise."""
    _measure(units)
    start, end = _main_run(units)
    for i, unit in enumerate(units):
        if unit.role == "body" and not start <= i < end and not _stray_body(units, i, start, end):
            unit.decide("furniture", "prose away from the article")
    _inside_run(units, start, end)
    body = [i for i, u in enumerate(units) if u.role == "body"]
    headline = _headline(units, body)
    _header(units, headline, body)
    _date_lines(units, headline, body)
    for i, unit in enumerate(units):
        if unit.role == "":
            follows_credit = i and units[i - 1].role == "source_credit" and 2 <= unit.words <= 4
            unit.decide("byline" if follows_credit else "furniture", "outside the article")
        elif unit.role == "cut":
            unit.decide("furniture")


def _measure(units: list[_Unit]) -> None:
    """Share of each line's words that the prose before the first cut has too, and how often a line stands there."""
    prose = [u for u in units if u.role == "body" and u.words >= SHORT] or [u for u in units if u.role == "body"]
    vocabulary = Counter(s for u in prose for s in {s for t in u.tokens for s in _content(t)})
    copies = Counter(u.key for u in units if u.words)
    for unit in units:
        own = unit in prose if len(prose) < 3 else unit.role == "body"
        words = [_content(t) for t in unit.tokens if len(t.key) > 3 and t.key[0].isalpha()]
        if words:
            unit.shared = sum(any(vocabulary[s] > own for s in w) for w in words) / len(words)
        unit.copies = copies[unit.key]


def _content(token: Token) -> tuple[str, ...]:
    return stems(token.key) if len(token.key) > 3 and token.key[0].isalpha() else ()
