"""Date an article from its own words: evidence, a likelihood a piece, a posterior over days, an explanation.

The unknown is the publication day. Each piece of evidence is a likelihood over the days of a window; their
product with a flat prior is the posterior. The shapes and parameters stand in the table ``evidence_kinds``, what
an article's words say is read by ``timex`` and by the tables ``events``, ``office_holders`` and ``contacts``.
Method: document dating by temporal expressions (Chambers 2012), run backwards from deixis to the day of speaking.
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
import pandas as pd

from tarikh.anchors import find_mentions
from tarikh.arabic import Patterns, Token, alternatives, tokenise
from tarikh.articles import Article, Block, blocks
from tarikh.roles import Line
from tarikh.tables import read_table
from tarikh.timex import Timex, tag_timexes

WRONG_WEEKDAY = 0.006  # weight of a year in which a day named with a weekday falls on another one
WINDOW = (date(2000, 1, 1), date(2026, 11, 21))  # the last day is this release's, so that results stay the same
DATED = ("day", "week", "month", "quarter", "year")  # what an article is dated to, from fine to coarse
SURE = 0.8  # what a day, or a week, month, quarter, year, must hold to be named
GUESSED = 0.1  # what the likeliest day must hold to be named where nothing coarser is sure
HELD = 0.9  # what the candidates hold together
AHEAD_REACH = 5  # words before a date in which a word that announces it is looked for

_URL_DAY = re.compile(r"(?<!\d)(20[0-3]\d)[/-]?(0?[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01]|[1-9](?=[/-]))(?!\d)")
_URL_DAY_REVERSED = re.compile(r"(?<!\d)(0[1-9]|[12]\d|3[01])-?(0[1-9]|1[0-2])-?(20[0-3]\d)(?!\d)")
_URL_MONTH = re.compile(r"/(20[0-3]\d)/(0?[1-9]|1[0-2])/")
_URL_EPOCH = re.compile(r"(?<!\d)(1[0-9]{9})(?!\d)")
_NAMED = ("year", "month_year", "body_date", "month_year_ahead", "body_date_ahead")
_AHEAD = {
    "weekday": "weekday_next",
    "day_month": "day_month_ahead",
    "month_named": "month_ahead",
    "month_year": "month_year_ahead",
    "body_date": "body_date_ahead",
}
_OF_TABLES = ("event", "contact", "annual", "elapsed", "anniversary", "age", "office")  # how such kinds begin
_YEAR_ENDS = {  # "early next year" is said before its January
    ("START", "Y next"): ("month_of_next_year", "XXXX-01"),
    ("END", "Y current"): ("month_next", "XXXX-12"),
    ("START", "Y current"): ("month_past", "XXXX-01"),
    ("END", "Y past"): ("month_past", "XXXX-12"),
    ("START", "Y past"): ("month_of_last_year", "XXXX-01"),
}
_SPEAKING_ROLES = ("headline", "subheadline", "body")


@dataclass(frozen=True)
class Evidence:
    """One piece of evidence on the publication day.

    ``kind`` is a row of the table ``evidence_kinds``; ``says`` is what it says in that kind's form (``2020-08-24``,
    ``XXXX-09-14``, ``weekday 1``, ``..2024-04-24``, days of events joined by ``|``); ``line`` counts from 1 (0: not in
    the text), ``start`` and ``end`` are offsets in that line; ``label_ar`` and ``label_en`` name an event or office.
    """

    kind: str
    says: str
    line: int
    start: int
    end: int
    quote: str
    rule_id: str
    label_ar: str = ""
    label_en: str = ""


@dataclass(frozen=True)
class Dating:
    """The dated article. ``posterior`` is a Series of probabilities over days (datetime64[s] index, sums to 1).

    ``published`` is the posterior's mode, or None when ``precision`` is ``unknown``; ``precision`` is the finest of
    day, week, month, quarter, year whose best cell holds 0.8 (``DATED``), else ``several`` where the mode holds 0.1 at
    least: a best guess among days of several years. ``probability`` is the mode's. ``candidates`` are the fewest days
    that hold 0.9 together (a Series); ``low`` and ``high`` are the first and last of them.
    """

    published: date | None
    low: date | None
    high: date | None
    precision: str
    probability: float
    posterior: pd.Series
    evidence: tuple[Evidence, ...]
    conflicts: tuple[Evidence, ...]

    @property
    def candidates(self) -> pd.Series:
        """The fewest days that hold 0.9 of the posterior, in order of time, with their probabilities."""
        return _smallest_set(self.posterior)

    def explain(self, lang: str = "en") -> str:
        """The date, its uncertainty and every piece of evidence in words; ``lang`` is ``en`` or ``ar``."""
        return "\n".join(_explanation(self, lang))


# --- evidence ---------------------------------------------------------------------------------------------------


def collect_evidence(article: Article) -> list[Evidence]:
    """All evidence on the publication day of ``article``, in page order; each kind and statement once.

    What a date means comes from the role of its line: a stamp is the publication day, the page's own clock only an
    upper bound, a date in a sidebar nothing.
    """
    found = list(_outside_text(article))
    for line in article.lines:
        found += _from_line(line)
    for block in blocks(article):
        found += _from_block(block)
    found += _from_mentions(article)
    return _tightest(found)


def _tightest(found: Sequence[Evidence]) -> list[Evidence]:
    """Each statement once, and of the dates that the text names only those that say something of their own.

    A date that a stamp states is not counted again; a year, month or day long before the latest named is background.
    """
    unique = {(e.kind, e.says): e for e in reversed(found)}
    kept = sorted(unique.values(), key=lambda e: (e.line, e.start, e.kind))
    stated = {e.says for e in kept if e.kind in ("stamp", "stamp_checked", "given")}
    latest = max((int(e.says[:4]) for e in kept if e.kind in _NAMED), default=0)
    return [e for e in kept if e.kind not in _NAMED or (e.says not in stated and _recent(e, latest))]


def _recent(evidence: Evidence, latest: int) -> bool:
    return int(evidence.says[:4]) >= latest - (evidence.kind != "year")


def _outside_text(article: Article) -> Iterator[Evidence]:
    """What came with the page: a date given by the user, web metadata, the day of fetching, the address."""
    known = {"given": article.published_given, "meta_date": article.meta_date, "fetched": article.fetched}
    for kind, day in known.items():
        if day is not None:
            yield _bare(kind, f"{pd.Timestamp(day):%Y-%m-%d}", kind)
    if article.url:
        yield from _from_url(article.url)


def _bare(kind: str, says: str, rule_id: str, quote: str = "") -> Evidence:
    return Evidence(kind, says, 0, 0, 0, quote or says, rule_id)


def _from_url(url: str) -> Iterator[Evidence]:
    path = urllib.parse.unquote(url).split("?")[0].partition("//")[2]
    path = path[path.find("/") :] if "/" in path else ""
    for pattern, order in ((_URL_DAY, (1, 2, 3)), (_URL_DAY_REVERSED, (3, 2, 1))):
        for match in pattern.finditer(path):
            day = _valid(*(int(match[i]) for i in order))
            if day:
                yield _bare("url_date", day.isoformat(), "digits", match[0])
                return
    if match := _URL_EPOCH.search(path):
        day = date(1970, 1, 1) + timedelta(seconds=int(match[0]))
        if WINDOW[0] <= day <= WINDOW[1]:
            yield _bare("url_date", day.isoformat(), "epoch", match[0])
            return
    if match := _URL_MONTH.search(path):
        yield _bare("url_month", f"{match[1]}-{int(match[2]):02d}", "month", match[0])


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if WINDOW[0] <= found <= WINDOW[1] else None


def _segments(line: Line) -> Iterator[tuple[str, int, int]]:
    """The spans of a line with the role of each: its parts, and what is left between them."""
    position = 0
    for part in sorted(line.parts, key=lambda p: p.start):
        if part.start > position:
            yield line.role, position, part.start
        yield part.role, part.start, part.end
        position = part.end
    if position < len(line.text):
        yield line.role, position, len(line.text)


def _from_line(line: Line) -> Iterator[Evidence]:
    """Dates in what is not the article's own words: stamps, clocks, captions, sidebars."""
    for role, start, end in _segments(line):
        if role not in _SPEAKING_ROLES:
            for timex in tag_timexes(line.text[start:end]):
                for kind, says in _statements(timex, role):
                    place = line.n, start + timex.start, start + timex.end
                    yield Evidence(kind, says, *place, timex.text, timex.rule_id)


def _from_block(block: Block) -> Iterator[Evidence]:
    """Dates and deixis in the article's own words."""
    times = tag_timexes(block.text)
    tokens = tokenise(block.text) if times else []
    for timex in times:
        for kind, says in _spoken(timex, _quoted(block.text, timex.start)):
            if _announced(timex, tokens):
                kind = _AHEAD.get(kind, kind)
            yield Evidence(kind, says, *block.locate(timex.start, timex.end), timex.text, timex.rule_id)


def _announced(timex: Timex, tokens: Sequence[Token]) -> bool:
    """Whether the few words before the date announce it ("begins on", "as of", "scheduled for")."""
    before = [t for t in tokens if t.end <= timex.start][-AHEAD_REACH:]
    return bool(_ahead_words().find(before))


@cache
def _ahead_words() -> Patterns:
    rows = read_table("deictics").itertuples()
    return Patterns((p, row.id) for row in rows if row.slot == "ahead" for p in alternatives(row.pattern))


def _statements(timex: Timex, role: str) -> Iterator[tuple[str, str]]:
    """What a temporal expression in a line of that role says of the publication day: kind and statement."""
    full = re.fullmatch(r"\d{4}-\d\d-\d\d", timex.value)
    if role == "furniture":
        if full or re.fullmatch(r"\d{4}(-\d\d)?", timex.value):
            yield "sidebar", timex.value
    elif role == "clock":
        if full:
            yield "clock", f"..{timex.value}"
    elif role in ("stamp", "dateline"):
        if full:
            yield _printed_kind(timex, role), timex.value
        elif timex.value.startswith("XXXX-") and "W" not in timex.value and "/" not in timex.value:
            yield "deictic_date", timex.value + (f" weekday {timex.weekday}" if timex.weekday else "")
    elif role == "caption" and full:
        yield "caption_date", timex.value


def _printed_kind(timex: Timex, role: str) -> str:
    """A printed date whose weekday agrees with it is surer than one without a weekday."""
    if role == "dateline":
        return "dateline_date"
    return "stamp_checked" if timex.weekday == date.fromisoformat(timex.value).isoweekday() else "stamp"


def _quoted(text: str, position: int) -> bool:
    """Whether ``position`` stands inside a quotation that opened earlier in the text."""
    before = text[:position]
    straight = before.count('"') % 2
    return bool(straight or before.count("«") > before.count("»") or before.count("“") > before.count("”"))


def _spoken(timex: Timex, quoted: bool) -> Iterator[tuple[str, str]]:
    """What the article's own words say, by the relation that the expression carries."""
    value, relation = timex.value, timex.relation
    if (timex.mod, relation) in _YEAR_ENDS:
        yield _YEAR_ENDS[timex.mod, relation]
    weekday = f" weekday {timex.weekday}" if timex.weekday else ""
    if relation.startswith("day"):
        yield from _deictic(timex, int(relation[3:]), quoted)
    elif value.startswith("XXXX-WXX-"):
        kind = {"past": "weekday_past", "next": "weekday_next"}.get(relation)
        evening = timex.mod in ("EV", "NI")
        yield kind or ("weekday_evening" if evening else "weekday"), f"weekday {timex.weekday}"
    elif value.startswith("XXXX-XX-") and timex.weekday:
        yield "weekday", f"weekday {timex.weekday}"
    elif "/" in value:
        kind = "day_month_current" if relation == "current" else "day_month"
        yield ("body_date" if value[0] != "X" else kind), value.split("/")[0]
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        yield "body_date", value
    elif re.fullmatch(r"XXXX-\d\d-\d\d", value):
        kind = {"past": "day_month_past", "current": "day_month_current", "next": "day_month_next"}
        yield kind.get(relation, "day_month"), value + weekday
    elif re.fullmatch(r"XXXX-\d\d", value):
        kind = {
            "past": "month_past",
            "current": "month_current",
            "next": "month_next",
            "year past": "month_of_last_year",
            "year next": "month_of_next_year",
        }
        yield kind.get(relation, "month_named"), value
    elif re.fullmatch(r"\d{4}-\d\d", value):
        yield "month_year", value
    elif re.fullmatch(r"\d{4}", value):
        yield "year", value


def _deictic(timex: Timex, shift: int, quoted: bool) -> Iterator[tuple[str, str]]:
    """Deixis run backwards: "yesterday, Friday" makes the day of publication a Saturday."""
    weekday = f"weekday {(timex.weekday - shift - 1) % 7 + 1}" if timex.weekday else ""
    if timex.value:
        if not quoted and "/" not in timex.value:
            picks_the_year = timex.weekday and timex.value[0] == "X"
            yield "deictic_date", _shifted(timex.value, -shift) + (f" {weekday}" if picks_the_year else "")
    elif timex.weekday:
        yield "deictic_weekday_quoted" if quoted else "deictic_weekday", weekday


def _shifted(value: str, days: int) -> str:
    """``value`` moved by ``days``; a value without a year keeps its X."""
    year = value[:4] if value[0] != "X" else "2020"
    moved = (date.fromisoformat(year + value[4:]) + timedelta(days)).isoformat()
    return moved if value[0] != "X" else "XXXX" + moved[4:]


def _from_mentions(article: Article) -> Iterator[Evidence]:
    """Events, offices, anniversaries and counted contacts that the paragraphs mention."""
    for mention in find_mentions(article):
        yield Evidence(
            mention.kind, mention.says, mention.line, mention.start, mention.end, mention.quote, mention.id,
            mention.label_ar, mention.label_en,
        )  # fmt: skip


@cache
def anchor_kinds() -> frozenset[str]:
    """The kinds of evidence that rest on the tables of events, contacts and people."""
    return frozenset(kind for kind in read_table("evidence_kinds")["kind"] if kind.startswith(_OF_TABLES))


# --- likelihoods --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Kind:
    shape: str
    density: np.ndarray  # by lag, from ``first`` on
    first: int
    reliability: float


@cache
def _kinds() -> dict[str, _Kind]:
    return {
        row.kind: _Kind(row.shape, *_density(lag_spans(row.parameters, row.kind)), float(row.reliability))
        for row in read_table("evidence_kinds").itertuples()
    }


def lag_spans(parameters: str, kind: str) -> list[tuple[int, int, float]]:
    """Spans of lags with their mass: ``-3..-1:0.07 0:0.5`` is [(-3, -1, 0.07), (0, 0, 0.5)]. Raises ValueError."""
    spans = []
    for part in parameters.split():
        match = re.fullmatch(r"(-?\d+)(?:\.\.(-?\d+))?:(\d*\.?\d+)", part)
        if not match or int(match[2] or match[1]) < int(match[1]):
            raise ValueError(f"evidence_kinds.csv, kind {kind}: {part!r} is not lag:mass or low..high:mass")
        spans.append((int(match[1]), int(match[2] or match[1]), float(match[3])))
    return spans


def _density(spans: Sequence[tuple[int, int, float]]) -> tuple[np.ndarray, int]:
    """Spans of lags as an array of mass a lag, and the first lag."""
    if not spans:
        return np.zeros(0), 0
    first, last = min(low for low, *_ in spans), max(high for _, high, _ in spans)
    density = np.zeros(last - first + 1)
    for low, high, mass in spans:
        density[low - first : high - first + 1] += mass / (high - low + 1)
    return density, first


def day_range(window: tuple[date, date] = WINDOW) -> np.ndarray:
    """The days of ``window``, both ends included, as datetime64[D]."""
    return np.arange(np.datetime64(window[0], "D"), np.datetime64(window[1], "D") + 1)


def likelihood(evidence: Evidence, days: np.ndarray) -> np.ndarray:
    """What one piece of evidence says of each day: float64, shape ``(len(days),)``; 1 says nothing.

    ``days`` is a run of consecutive days (datetime64[D]). Every likelihood has a floor, 1 minus the reliability of
    its kind, so that one wrong rule cannot veto the truth.
    """
    kind = _kinds()[evidence.kind]
    shape, total = _SHAPES[kind.shape](evidence.says, kind, days)
    if shape.max() <= 0:
        return np.ones(len(days))
    return kind.reliability * shape * (len(days) / total) + (1 - kind.reliability)


def response(evidence: Evidence, day: date) -> np.ndarray:
    """What each span of the kind's judged lags makes of ``day``, if all mass lay in it, where 1 says nothing.

    float64, a value a span (one in all for a shape without lags): of these the fit makes masses and a reliability.
    """
    row = _judged()[evidence.kind]
    days = day_range()
    at = int((np.datetime64(day) - days[0]).astype(int))
    found = []
    for low, high, _ in lag_spans(row.judged, row.kind) or [(0, 0, 1.0)]:
        shape, total = _SHAPES[row.shape](evidence.says, _Kind(row.shape, *_density([(low, high, 1.0)]), 1.0), days)
        found.append(shape[at] * len(days) / total if shape.max() > 0 else 1.0)
    return np.array(found)


@cache
def _judged() -> dict[str, object]:
    return {row.kind: row for row in read_table("evidence_kinds").itertuples()}


# Each shape gives mass by day and the mass in all, part of which may lie outside the days.


def _lag_shape(says: str, kind: _Kind, days: np.ndarray) -> tuple[np.ndarray, float]:
    if says.startswith("weekday"):
        return _whole(_weekday_shape(int(says[-1]), kind, days))
    shape, anchors = np.zeros(len(days)), list(_anchors(says, days))
    for start, end, weight in anchors:
        _add_lags(shape, kind, start, end, weight)
    if says.startswith("XXXX"):
        return _whole(shape)
    total = sum(weight for *_, weight in anchors)
    return (shape, total) if "@" not in says else (shape + max(1 - total, 0) / len(days), 1.0)


def _whole(shape: np.ndarray) -> tuple[np.ndarray, float]:
    return shape, float(shape.sum())


def _weekday_shape(weekday: int, kind: _Kind, days: np.ndarray) -> np.ndarray:
    by_lag = np.zeros(7)
    np.add.at(by_lag, (np.arange(len(kind.density)) + kind.first) % 7, kind.density)
    iso = (days.astype("int64") + 3) % 7 + 1  # 1970-01-01 was a Thursday
    return by_lag[(iso - weekday) % 7]


def _anchors(says: str, days: np.ndarray) -> Iterator[tuple[int, int, float]]:
    """Index of first and last day of each anchor day or span in ``says``, with a weight (``2020-08-24@0.4``, or 1).

    A day without a year stands in every year of the window; a weekday named with it picks the years.
    """
    origin = days[0].astype("int64")
    if says.startswith("XXXX"):
        weekday = int(says[-1]) if "weekday" in says else 0
        first, last = (
            days[0].astype("datetime64[Y]").astype(int) + 1969,
            days[-1].astype("datetime64[Y]").astype(int) + 1971,
        )
        for year in range(first, last + 1):
            try:
                day = date(year, int(says[5:7]), int(says[8:10]))
            except ValueError:
                continue
            index = np.datetime64(day, "D").astype("int64") - origin
            yield index, index, 1.0 if not weekday or day.isoweekday() == weekday else WRONG_WEEKDAY
        return
    for span in says.split("|"):
        span, _, weight = span.partition("@")
        low, _, high = span.partition("..")
        start = np.datetime64(low, "D").astype("int64") - origin
        end = np.datetime64(high or low, "D").astype("int64") - origin
        yield start, end, float(weight or 1)


def _add_lags(shape: np.ndarray, kind: _Kind, start: int, end: int, weight: float) -> None:
    """Add the kind's lag density around a span of days: before its start, spread over it, after its end."""
    lags = np.arange(len(kind.density)) + kind.first
    before, after = lags < 0, lags > 0
    during = np.arange(start, end + 1)
    at_day = kind.density[lags == 0].sum()
    index = np.concatenate([start + lags[before], during, end + lags[after]])
    mass = np.concatenate([kind.density[before], np.full(len(during), at_day / len(during)), kind.density[after]])
    inside = (index >= 0) & (index < len(shape))
    np.add.at(shape, index[inside].astype(int), weight * mass[inside])


def _months_of(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[M]").astype("int64")  # months since 1970-01


def _cell_shape(lag: np.ndarray, kind: _Kind, size: np.ndarray | float) -> np.ndarray:
    """Mass a day where ``lag`` counts months or years; ``size`` is the length of a cell in days."""
    index = lag - kind.first
    inside = (index >= 0) & (index < len(kind.density))
    return np.where(inside, kind.density[np.clip(index, 0, len(kind.density) - 1)], 0.0) / size


def _month_shape(says: str, kind: _Kind, days: np.ndarray) -> tuple[np.ndarray, float]:
    months, named = _months_of(days), int(says[5:7]) - 1
    if not says.startswith("XXXX"):
        return _cell_shape(months - ((int(says[:4]) - 1970) * 12 + named), kind, 30.4), 1.0
    lag = months - named  # any year: lags are taken in turn modulo twelve
    return _whole(sum(_cell_shape(lag % 12 + 12 * turn, kind, 30.4) for turn in (-1, 0)))


def _year_shape(says: str, kind: _Kind, days: np.ndarray) -> tuple[np.ndarray, float]:
    return _cell_shape(days.astype("datetime64[Y]").astype("int64") + 1970 - int(says), kind, 365.25), 1.0


def _same_month_shape(says: str, kind: _Kind, days: np.ndarray) -> tuple[np.ndarray, float]:
    """The month of the day named; without a year the month of every year in which its weekday, if any, fits."""
    months, origin = _months_of(days), days[0].astype("int64")
    shape = np.zeros(len(days))
    for start, _, weight in _anchors(says, days):
        named = np.datetime64(int(start + origin), "D").astype("datetime64[M]").astype("int64")
        shape[months == named] = weight
    return _whole(shape)


def _interval_shape(says: str, kind: _Kind, days: np.ndarray) -> tuple[np.ndarray, float]:
    inside = np.zeros(len(days))
    for span in says.split("|"):
        low, _, high = span.partition("..")
        within = np.ones(len(days), dtype=bool)
        if low:
            within &= days >= np.datetime64(low, "D")
        if high:
            within &= days <= np.datetime64(high, "D")
        inside[within] = 1.0
    return _whole(inside)


_SHAPES = {
    "lag": _lag_shape,
    "month_lag": _month_shape,
    "year_lag": _year_shape,
    "same_month": _same_month_shape,
    "interval": _interval_shape,
    "none": lambda says, kind, days: _whole(np.zeros(len(days))),
}


# --- posterior ----------------------------------------------------------------------------------------------------


def date_article(article: Article, *, window: tuple[date, date] | None = None) -> Dating:
    """Date one article; ``window`` (first day, last day) is a study period that the user vouches for.

    Without evidence the answer is ``unknown`` and the posterior is flat over the window.

    >>> from tarikh import read_article
    >>> date_article(read_article("وصل الوفد إلى مينسك اليوم الاثنين 24 أغسطس 2020.")).published
    datetime.date(2020, 8, 24)
    """
    return dated_by(collect_evidence(article), window=window)


def dated_by(pieces: Iterable[Evidence], *, window: tuple[date, date] | None = None) -> Dating:
    """What pieces of evidence together say of the day: the likelihoods' product over the window, which is a posterior.

    So an article can be dated without some of its evidence: ``[e for e in pieces if e.kind not in anchor_kinds()]``.
    """
    days = day_range(window or WINDOW)
    named = [_bare("window", f"{window[0]}..{window[1]}", "window")] if window else []
    evidence = {piece: likelihood(piece, days) for piece in (*named, *pieces)}
    total = np.zeros(len(days))
    for values in evidence.values():
        total += np.log(values)
    probability = np.exp(total - total.max())
    posterior = pd.Series(probability / probability.sum(), index=pd.DatetimeIndex(days.astype("datetime64[s]")))
    speaks = any(np.ptp(values) > 0 for values in evidence.values())
    return _summary(posterior, evidence, speaks)


def _summary(posterior: pd.Series, evidence: dict[Evidence, np.ndarray], speaks: bool) -> Dating:
    mode = posterior.idxmax()
    precision = _precision(posterior) if speaks else "unknown"
    held = _smallest_set(posterior)
    known = precision != "unknown"
    conflicts = _conflicts(evidence, int(np.argmax(posterior.to_numpy()))) if known else ()
    return Dating(
        published=mode.date() if known else None,
        low=held.index[0].date() if speaks else None,
        high=held.index[-1].date() if speaks else None,
        precision=precision,
        probability=float(posterior.max()) if speaks else 0.0,
        posterior=posterior,
        evidence=tuple(evidence),
        conflicts=conflicts,
    )


def _precision(posterior: pd.Series) -> str:
    if posterior.max() >= SURE:
        return "day"
    for name, starts in _cells(posterior.index[0], len(posterior)).items():
        if np.add.reduceat(posterior.to_numpy(), starts).max() >= SURE:
            return name
    return "several" if posterior.max() >= GUESSED else "unknown"


@cache
def _cells(first: pd.Timestamp, n: int) -> dict[str, np.ndarray]:
    """Where in a run of ``n`` days each week, month, quarter and year begins."""
    days = pd.date_range(first, periods=n)
    periods = {"week": "W", "month": "M", "quarter": "Q", "year": "Y"}
    return {name: np.flatnonzero(~days.to_period(code).duplicated()) for name, code in periods.items()}


def _smallest_set(posterior: pd.Series) -> pd.Series:
    falling = np.argsort(-posterior.to_numpy(), kind="stable")
    count = int(np.searchsorted(posterior.to_numpy()[falling].cumsum(), HELD)) + 1
    return posterior.iloc[np.sort(falling[:count])]


def _conflicts(evidence: dict[Evidence, np.ndarray], mode: int) -> tuple[Evidence, ...]:
    """Pieces of evidence that speak against the answer: the day chosen is where they are at their floor."""
    return tuple(piece for piece, values in evidence.items() if values[mode] < 0.2 and values.max() > 1)


# --- words --------------------------------------------------------------------------------------------------------

_PRECISION_AR = {
    "day": "اليوم",
    "week": "الأسبوع",
    "month": "الشهر",
    "quarter": "ربع السنة",
    "year": "السنة",
    "several": "أيام من سنوات عدة",
    "unknown": "غير معروف",
}
_PRECISION_EN = {"several": "days of several years"}
_MONTHS_AR = [
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
]
_MONTHS_EN = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_WEEKDAYS_AR = ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"]
_WEEKDAYS_EN = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def date_in_words(value: str, lang: str) -> str:
    """``2020-08-24``, ``XXXX-09-14``, ``2022-12`` or ``..2024-04-24`` as a reader writes it in ``ar`` or ``en``."""
    if ".." in value:
        low, _, high = value.partition("..")
        between = {"ar": ("من", "إلى"), "en": ("from", "to")}[lang]
        ends = [(between[0], low), (between[1], high)]
        return " ".join(f"{word} {date_in_words(end, lang)}" for word, end in ends if end)
    months = {"ar": _MONTHS_AR, "en": _MONTHS_EN}[lang]
    parts = value.split(" ")[0].split("-")
    words = [part for part in reversed(parts) if part != "XXXX"]
    if len(parts) > 1:
        words[-2 if parts[0] != "XXXX" else -1] = months[int(parts[1]) - 1]
    return " ".join(str(int(w)) if w.isdigit() and len(w) < 4 else w for w in words)


def statement(evidence: Evidence, lang: str) -> str:
    """What one piece of evidence says, in a sentence of ``lang``, from the table ``evidence_kinds``."""
    row = _sentences()[evidence.kind]
    weekdays = {"ar": _WEEKDAYS_AR, "en": _WEEKDAYS_EN}[lang]
    weekday = weekdays[int(evidence.says[-1]) - 1] if evidence.says.startswith("weekday") else ""
    label = evidence.label_ar if lang == "ar" else evidence.label_en
    shown = "" if weekday or label else date_in_words(evidence.says, lang)
    return row[lang].format(date=shown, weekday=weekday, label=label, quote=evidence.quote)


@cache
def _sentences() -> dict[str, dict[str, str]]:
    return {r.kind: {"ar": r.says_ar, "en": r.says_en} for r in read_table("evidence_kinds").itertuples()}


def _explanation(dating: Dating, lang: str) -> Iterator[str]:
    yield _verdict(dating, lang)
    places = {"ar": "السطر {}", "en": "line {}"}[lang]
    outside = {"ar": "خارج النص", "en": "outside the text"}[lang]
    for piece in dating.evidence:
        place = places.format(piece.line) if piece.line else outside
        against = ""
        if piece in dating.conflicts:
            against = {"ar": " [يخالف الجواب]", "en": " [disagrees with the answer]"}[lang]
        yield f"- {place}: «{_short(piece.quote)}»: {statement(piece, lang)}{against}"


def _short(quote: str, limit: int = 60) -> str:
    quote = " ".join(quote.split())
    return quote if len(quote) <= limit else quote[: limit - 1].rsplit(" ", 1)[0] + "…"


def _rounded(probability: float, lang: str) -> str:
    """Two places, but never 1.00: nothing here is certain."""
    return {"ar": "فوق 0.99", "en": "over 0.99"}[lang] if probability >= 0.995 else f"{probability:.2f}"


def _verdict(dating: Dating, lang: str) -> str:
    if dating.published is None:
        return {
            "ar": "تاريخ النشر غير معروف: ما في النص يحتمل أياما كثيرة.",
            "en": "Publication date unknown: what the text says leaves too many days open.",
        }[lang]
    held = dating.candidates
    day, low, high = (date_in_words(d.isoformat(), lang) for d in (dating.published, dating.low, dating.high))
    p = _rounded(dating.probability, lang)
    precision = (
        _PRECISION_AR[dating.precision] if lang == "ar" else _PRECISION_EN.get(dating.precision, dating.precision)
    )
    if lang == "ar":
        return (
            f"تاريخ النشر الأرجح {day} (الدقة: {precision}، الاحتمال {p})؛ "
            f"عدد الأيام التي تحمل 90٪ من الاحتمال: {len(held)}، بين {low} و{high}."
        )
    return (
        f"Most likely published on {day} (precision: {precision}, probability {p}); "
        f"{len(held)} day(s) hold 90% of the probability, between {low} and {high}."
    )
