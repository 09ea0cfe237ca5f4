"""What a line of a saved page is by itself, the first pass of roles: phrases of the tables, dates, datelines, form.

A label, an agency's name, a date, a full stop say much; what they leave open, ``tarikh.roles`` decides from the
neighbours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

import pandas as pd

from tarikh.arabic import Hit, Patterns, Token, alternatives, fold, has_arabic, key, plain, tokenise
from tarikh.outlets import find_by_name, has_outlet_form, names_app
from tarikh.tables import read_table

NEWS = "begins as a news paragraph"
REPORTS = "begins with a verb of reporting"
GOES_ON = "goes on from a sentence before"
RELATIVE = "furniture: relative_time"
LONG = 20  # words from which a line without a full stop still reads as prose
SHORT = 12  # words up to which a line may be a heading, a menu item or a caption
STOP = re.compile(r"\.[\s\"'»”’)\]]*$")
_TWO_DOTS = re.compile(r"\.\.\W*$")
PUNCTUATION = re.compile(r"[،,.؛:«»\"“”]")
_END = re.compile(r"[!?؟:؛][\s\"'»”’)\]]*$")
_CUT_OFF = re.compile(r"(?:…|\.{3})[\s\"»”)\]]*$")
BULLET = re.compile(r"\s*[•◦▪■●○►▶»·*\-–]\s")
_TICKER = re.compile(r"\S[ \u00a0]{3,}(?=\S)")
_CRUMBS = re.compile(r"^[^«]*\S\s+[»›>]\s*\S|\S\s\|\s\S[^|]*\s\|\s\S")
_ADDRESS = re.compile(r"https?://|www\.|\S+@\S+\.\w|\b[\w-]+\.(?:com|net|org)\b")
_SHORTCODE = re.compile(r"\[[\w-]+\s+[\w-]+=")
_BRACKET = re.compile(r"\(([^()]{2,30})\)$")
_PICTURE_FILE = re.compile(r"(?:jpe?g|png|webp)\W*$", re.IGNORECASE)
_CREDIT_TAIL = re.compile(r"[/©|]\s*[^\W\d_][^/|]*$")
_NUMERIC_DATE = re.compile(
    r"(?<!\d)(?:\d{4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,2}"
    r"|\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?(?:(?:19|20)\d\d|\d\d))(?!\d)"
)
TIME = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?!\d)")
_CLOCK_TIME = re.compile(r"(?<!\d)\d{1,2}\s?:\s?\d{2}(?!\d)")
YEAR = re.compile(r"(?<!\d)(?:19|20|13|14)\d\d(?!\d)")
_BETWEEN_DATE_WORDS = re.compile(r"[\s,،/\\|.:()\-–—_]*")
_JOINTS = re.compile(r"(?:[-–—_/:()«»“”\".،,]|(?<=\s)ـ(?=\s))+")
_STRONG = re.compile(r"[-–—_/)»”ـ]")


# ---------------------------------------------------------------- logical lines


@dataclass(eq=False)
class Unit:
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


class Rules:
    """The tables that the first pass uses, made ready; a hit's id is the row and the pattern found."""

    def __init__(self, extra: Path | None):
        furniture = read_table("furniture", extra)
        inside = furniture["where"] == "inside"
        self.edges = _patterns(
            furniture[~furniture["where"].isin(["inside", "own_waw", "office", "scene", "date_word"])]
        )
        self.inside = _patterns(furniture[inside])
        self.wires = _patterns(read_table("wires"))
        self.months = _patterns(read_table("months"))
        self.weekdays = _patterns(read_table("weekdays"))
        self.date_words = frozenset(key(p) for p in _cells(furniture, "date_word"))
        self.scenes = frozenset(key(p) for p in _cells(furniture, "scene"))
        self.offices = tuple(key(p) for p in _cells(furniture, "office"))
        own_waw = _cells(furniture, "own_waw")
        self.own_waw = frozenset(key(p) for p in own_waw if not p.endswith("*"))
        self.own_waw_open = tuple(key(p[:-1]) for p in own_waw if p.endswith("*"))


def _cells(furniture: pd.DataFrame, where: str) -> list[str]:
    return [p for cell in furniture.loc[furniture["where"] == where, "pattern"] for p in alternatives(cell)]


def _patterns(table: pd.DataFrame) -> Patterns:
    rows = list(table.itertuples(index=False))
    return Patterns((p, (row, key(p))) for row in rows for p in alternatives(row.pattern))


@cache
def read_rules(extra: Path | None) -> Rules:
    return Rules(extra)


def logical_lines(raw: Sequence[str]) -> list[Unit]:
    """Lines as logical lines: those that a fixed width has broken are joined again."""
    lines = [plain(line) for line in raw]
    joins = wrapped_lines(lines)
    groups: list[list[int]] = []
    for n in range(len(raw)):
        if n - 1 in joins:
            groups[-1].append(n)
        else:
            groups.append([n])
    texts = (lines[g[0]] if len(g) == 1 else " ".join(lines[n].strip() for n in g) for g in groups)
    return [Unit(group, text, tokenise(text)) for group, text in zip(groups, texts, strict=True)]


def wrapped_lines(raw: Sequence[str]) -> set[int]:
    """Lines that continue on the next one, if one width between 40 and 140 explains most of the line breaks.

    Two lines were broken at width w when both fit into w, and the first not with the next one's first word;
    a full stop at the end of the second makes it likelier.
    """
    lines = [line.strip() for line in raw]
    copies, spans = Counter(lines), {}
    for n, (line, following) in enumerate(pairwise(lines)):
        low, high = max(len(line), len(following)), len(line) + len(following.partition(" ")[0])
        ends = STOP.search(line) or _END.search(line) or _CUT_OFF.search(line) or BULLET.match(following)
        if len(line) >= 36 and low <= min(high, 140) and following and not ends and copies[line] == 1:
            spans[n] = (max(low, 40), min(high, 140), 3 if STOP.search(following) else 2)
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


def _date_kinds(tokens: Sequence[Token], rules: Rules) -> dict[int, str]:
    kinds = {i: "number" for i, t in enumerate(tokens) if t.key[0].isdigit()}
    kinds |= {i: "word" for i, t in enumerate(tokens) if t.key in rules.date_words}
    for patterns, kind in ((rules.months, "month"), (rules.weekdays, "weekday")):
        for hit in patterns.find(tokens):
            kinds |= dict.fromkeys(range(hit.first, hit.last + 1), kind)
    return kinds


def find_date(unit: Unit, rules: Rules) -> tuple[int, int] | None:
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


def _has_year(unit: Unit, run: tuple[int, int]) -> bool:
    return bool(YEAR.search(folded_text(unit, *run)))


def _names_a_day(unit: Unit, run: Sequence[int], kinds: dict[int, str]) -> bool:
    if any(kinds[i] == "month" for i in run) and any(kinds[i] == "number" for i in run):
        return True
    return bool(_NUMERIC_DATE.search(folded_text(unit, run[0], run[-1])))


def folded_text(unit: Unit, first: int, last: int) -> str:
    return fold(unit.text[unit.tokens[first].start : unit.tokens[last].end]).text


def _is_date_line(unit: Unit, label: bool, rules: Rules) -> bool:
    """Whether the line is a date and little else: a label, a section, a place, a byline."""
    if unit.date is None or unit.words > 40 or STOP.search(unit.text):
        return False
    first, last = unit.date
    kinds = _date_kinds(unit.tokens, rules)
    other = [i for i, t in enumerate(unit.tokens) if t.key[0].isalpha() and not first <= i <= last and i not in kinds]
    text = folded_text(unit, first, last)
    clear = TIME.search(text) or _NUMERIC_DATE.search(text) or "weekday" in unit.cues
    wire = bool(rules.wires.find([unit.tokens[i] for i in other]))
    placed = len(other) == 1 and not wire and unit.words <= 4 and _has_year(unit, unit.date)  # "Yemen 20 May 2026"
    return not other or placed or (label and len(other) <= 8) or (bool(clear) and len(other) <= 4)


def find_dateline(unit: Unit, rules: Rules) -> tuple[int, set[str]]:
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
    named = held & {"place", "wire"} or ("date" in held and has_full_date(unit))
    return (end, held) if named else (0, set())


def _known(unit: Unit, tokens: Sequence[Token], rules: Rules) -> dict[int, str]:
    """What the tokens at the head of a line are, where a dateline may hold them: place, wire, date."""
    known = {i: "neutral" for i, t in enumerate(tokens) if t.key in {"في", "وكاله", "خاص", "وكالات", "مراسل"}}
    hits = [(h, "place") for h in rules.edges.find(tokens) if h.id[0].where == "place"]
    for hit, kind in [*hits, *((h, "wire") for h in rules.wires.find(tokens))]:
        if tokens[hit.first].key == hit.id[1].split()[0]:
            known |= dict.fromkeys(range(hit.first, hit.last + 1), kind)
    if unit.date and unit.date[1] < len(tokens):
        known |= dict.fromkeys(range(unit.date[0], unit.date[1] + 1), "date")
    return known


# ---------------------------------------------------------------- the cues

_LIMITS = {"furniture": 16, "byline": 9, "source_credit": 10, "caption": 40, "stamp": 12}


def judge_alone(unit: Unit, rules: Rules) -> None:
    """What the line is by itself; ``role`` stays empty where it does not say."""
    if not unit.text.strip():
        return unit.decide("furniture", "blank")
    unit.date = find_date(unit, rules)
    found = [] if unit.words > 60 else _row_hits(unit, rules)
    labels = {h.id[0].role: h.id[0] for h in found}
    if unit.date and "©" in unit.text and unit.words <= SHORT and _names_agency(unit, rules):
        return unit.decide("caption", "a picture's credit and its date")
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


def _row_hits(unit: Unit, rules: Rules) -> list[Hit]:
    """The rows of the table that apply to the line."""
    hits = [h for h in _edge_hits(unit.tokens, rules) if _exact(unit.tokens[h.first].key, h.id[1])]
    whole = [h for h in hits if h.id[0].where == "line"]
    covered = {i for h in whole for i in range(h.first, h.last + 1)}
    if whole and all(i in covered or not t.key[0].isalpha() for i, t in enumerate(unit.tokens)):
        return whole
    return rules.inside.find(unit.tokens) + [h for h in hits if _applies(h, unit)]


def _edge_hits(tokens: Sequence[Token], rules: Rules) -> list[Hit]:
    """Phrases at either end of a line; in a short one, anywhere."""
    if len(tokens) <= 16:
        return rules.edges.find(tokens)
    shift = len(tokens) - 6
    tail = (Hit(h.id, h.first + shift, h.last + shift) for h in rules.edges.find(tokens[shift:]))
    return [*rules.edges.find(tokens[:10]), *tail]


def _exact(word: str, pattern: str) -> bool:
    """Whether a phrase begins here without "and" or "so" before it."""
    return word.removeprefix("ال").startswith(pattern.split()[0].rstrip("*").removeprefix("ال"))


def _applies(hit: Hit, unit: Unit) -> bool:
    row, length = hit.id[0], hit.last - hit.first + 1
    if row.where == "end":
        ends = hit.last == len(unit.tokens) - 1 and 1 < unit.words <= 40
        return ends and (row.role != "caption" or length > 1 or _joined(unit, hit.first))
    if any(t.key[0].isalpha() for t in unit.tokens[: hit.first]):
        return False
    stop = STOP.search(unit.text)
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


def _joined(unit: Unit, i: int) -> bool:
    """Whether a dash, slash or bracket stands before the token, so that it is a credit and no word of a sentence."""
    token = unit.tokens[i]
    before = unit.text[unit.tokens[i - 1].end : token.start] if i else "-"
    return bool(_JOINTS.search(before)) or unit.words <= 3 or not has_arabic(token.key)


def _whole_dateline(unit: Unit, rules: Rules) -> bool:
    """Whether the line is a dateline, or an agency's name, and nothing else; says so in the unit."""
    known = _known(unit, unit.tokens, rules)
    if unit.tokens and all(known.get(i) in {"wire", "neutral"} for i in range(len(unit.tokens))):
        unit.decide("source_credit", "an agency and nothing else")
        return True
    end, held = find_dateline(unit, rules)
    rest = sum(t.start >= end and i not in known for i, t in enumerate(unit.tokens))
    outlet = rest <= 3 and "place" in held and _STRONG.search(unit.text[:end])
    if held and (rest == 0 or outlet) and not STOP.search(unit.text):
        unit.decide("dateline", "city or agency and nothing else")
    return bool(unit.role)


def _shape(unit: Unit, rules: Rules) -> None:
    """Cues of form: lists, tickers, addresses, cut-off teasers; then prose."""
    text = unit.text.strip()
    stop = STOP.search(text)
    if len(_TICKER.findall(text)) >= 3:
        return unit.decide("furniture", "ticker")
    if _SHORTCODE.match(text):
        return unit.decide("furniture", "an instruction to the site's software")
    if text.count("°") >= 2:
        return unit.decide("furniture", "temperatures")
    if 0 < unit.words <= 4 * text.count("#") and not stop:
        return unit.decide("furniture", "hashtags")
    if not stop and unit.words <= LONG and (_CRUMBS.search(text[:200]) or _ADDRESS.search(text[:200])):
        return unit.decide("furniture", "breadcrumb or address")
    if BULLET.match(unit.text) and unit.words <= SHORT and not stop:
        return unit.decide("item", "list item")
    openings = [h.id for h in rules.edges.find(unit.tokens[:5]) if h.first == 0 and h.id[0].role == "body"]
    if _goes_on(unit, openings, rules):
        unit.cues.append(GOES_ON)
    if _CUT_OFF.search(text) and unit.words <= 30 and GOES_ON not in unit.cues:
        return unit.decide("furniture", "cut off")
    if len(unit.text) - len(unit.text.lstrip(" \t")) >= 3 and unit.words <= SHORT and not stop:
        return unit.decide("furniture", "indented")
    if unit.words <= SHORT and len(_date_kinds(unit.tokens, rules)) == len(unit.tokens):
        return unit.decide("furniture", "part of a date")
    opening = next((row.id for row, pattern in openings if _opens(unit.tokens[0].key, pattern)), "")
    if opening == "body_reporting" and GOES_ON not in unit.cues:
        unit.cues.append(REPORTS)
    if GOES_ON in unit.cues or opening:
        unit.cues.append(NEWS)
    elif unit.words <= 40 and _ends_in_credit(unit, rules):
        return unit.decide("caption", "credit at the end")
    if _reads_as_prose(unit):
        return unit.decide("body", "prose")
    return None


def _ends_in_credit(unit: Unit, rules: Rules) -> bool:
    """Whether a picture's credit ends the line: another script behind a slash or ©, or an agency's name."""
    text = unit.text.strip().rstrip(" .")
    tail = _CREDIT_TAIL.search(text)
    if tail and len(tail[0]) < 50 and not has_arabic(tail[0]):
        return True
    bracket = _BRACKET.search(text)
    tokens = tokenise(bracket[1] if bracket else _JOINTS.split(text)[-1])
    return 3 <= unit.words <= 30 and any(h.last - h.first + 1 == len(tokens) for h in rules.wires.find(tokens))


def _names_agency(unit: Unit, rules: Rules) -> bool:
    hits = (*rules.edges.find(unit.tokens), *rules.wires.find(unit.tokens))
    return any(getattr(h.id[0], "role", "caption") == "caption" for h in hits)


def _is_time(unit: Unit, rules: Rules) -> bool:
    timed = _CLOCK_TIME.search(fold(unit.text).text)
    return bool(timed) and len(_date_kinds(unit.tokens, rules)) == len(unit.tokens)


def _opens(word: str, pattern: str) -> bool:
    """Whether the word is the pattern's first, bare or after "and" or "so"."""
    start = pattern.split()[0].rstrip("*")
    return any(w.startswith(start) for w in (word, word[1:] if word[0] in "وف" else word))


def _goes_on(unit: Unit, openings: Sequence[tuple], rules: Rules) -> bool:
    """Whether the line begins with "and", which no headline does, or a row of ``openings`` says that it goes on.

    Words such as وزير have a و of their own.
    """
    first = unit.tokens[0].key if unit.tokens else ""
    own = first in rules.own_waw or first.startswith(rules.own_waw_open)
    goes_on = any(row.id == "body_goes_on" for row, _ in openings)
    agency = any(h.first == 0 and len(first) <= 3 for h in rules.wires.find(unit.tokens[:1]))
    return goes_on or (first.startswith("و") and not own and not agency)


def _reads_as_prose(unit: Unit) -> bool:
    begins = NEWS in unit.cues
    if STOP.search(unit.text) and not (unit.words <= SHORT and _TWO_DOTS.search(unit.text)):
        return unit.words >= (3 if begins else 5)
    if _END.search(unit.text):
        return unit.words >= 15
    return unit.words >= (8 if begins else LONG)


def is_insert(unit: Unit, rules: Rules) -> bool:
    """Whether the line asks the reader to do something, or offers a video."""
    hits = _edge_hits(unit.tokens, rules)
    return any(h.id[0].where == "insert" and (h.first == 0 or h.last == len(unit.tokens) - 1) for h in hits)


# ---------------------------------------------------------------- names of people, outlets and places


def has_full_date(unit: Unit) -> bool:
    return unit.date is not None and _has_year(unit, unit.date)


def names_outlet(unit: Unit) -> bool:
    """Whether the line is an outlet's name and nothing else."""
    words = tuple(t.key for t in unit.tokens)
    named = find_by_name(words) is not None or (len(words) > 2 and has_outlet_form(words))
    return "©" not in unit.text and not names_app(words) and named


def is_agency_tail(unit: Unit, rules: Rules) -> bool:
    """Whether the line is the initials of those who wrote it, with or without agencies: ع.م/ س.ن (رويترز)."""
    agency = {i for h in rules.wires.find(unit.tokens) for i in range(h.first, h.last + 1)}
    rest = [t.key for i, t in enumerate(unit.tokens) if i not in agency]
    return 2 <= len(rest) <= 8 and len(unit.tokens) <= 14 and all(len(w) <= 2 and w[0].isalpha() for w in rest)


def _is_person(unit: Unit, rules: Rules) -> bool:
    """Whether the line is a person's name and nothing else: a given name, with or without a title, and a few words."""
    hits = [h for h in rules.edges.find(unit.tokens[:4]) if h.id[0].where == "name"]
    begins = any(h.first == 0 and _exact(unit.tokens[0].key, h.id[1]) for h in hits)
    return begins and 2 <= unit.words <= 5 and not _END.search(unit.text) and not unit.date


def is_signature(unit: Unit, rules: Rules) -> bool:
    """Whether the line is a person's name, alone or with a place, an agency or an outlet beside it."""
    if unit.words > SHORT:
        return False
    pieces = [Unit([], piece, tokenise(piece)) for piece in _JOINTS.split(unit.text) if piece.strip()]
    persons = [_is_person(piece, rules) for piece in pieces]
    rest = [piece for piece, person in zip(pieces, persons, strict=True) if not person]
    named = all(_piece_kind(piece, rules) for piece in rest) or (persons[0] and len(rest) == 1 and rest[0].words <= 3)
    return any(persons) and named


def is_dateline_form(unit: Unit, rules: Rules, above_body: bool) -> bool:
    """Whether the line is two or three short pieces between joints: places, agencies, outlets or sections.

    Right ``above_body`` one piece may be unknown; elsewhere a place and an agency or outlet must stand there.
    """
    if not 0 < unit.words <= 7 or STOP.search(unit.text) or unit.date:
        return False
    text = unit.text.strip().rstrip(":-–—ـ_ ")
    pieces = [Unit([], piece, tokenise(piece)) for piece in _JOINTS.split(text) if piece.strip()]
    closed = len(pieces) == 1 and text != unit.text.strip()
    if not 1 <= len(pieces) <= 3:
        return False
    kinds = [_piece_kind(piece, rules) for piece in pieces]
    if len(pieces) == 1 and not closed:
        return kinds == ["place"]
    named = {"place", "outlet", "wire"} & set(kinds)
    if not above_body:
        return len(kinds) > 1 and "place" in named and len(named) > 1 and "" not in kinds
    return bool(named) if closed else bool(named or "section" in kinds) and kinds.count("") <= (len(kinds) == 2)


def _piece_kind(piece: Unit, rules: Rules) -> str:
    """What a piece of a dateline is: place, wire, outlet, section or nothing known."""
    covered = {i: h.id[0].where for h in rules.edges.find(piece.tokens) for i in range(h.first, h.last + 1)}
    if names_outlet(piece):
        return "outlet"
    if any(h.last - h.first + 1 == len(piece.tokens) for h in rules.wires.find(piece.tokens)):
        return "wire"
    if piece.tokens and all(covered.get(i) == "place" for i in range(len(piece.tokens))):
        return "place"
    return "section" if any(h.id[0].id == "sections" for h in _row_hits(piece, rules)) else ""
