"""Where an article comes from and what it is about: outlet, wire service, sources quoted, relevance.

An outlet is not an origin: an Egyptian site carries a German agency that cites a Russian one. Each is found
on its own, with the words it was found in; ``unknown`` is an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

from tarikh.arabic import Hit, Patterns, Token, alternatives, key, tokenise
from tarikh.articles import Article
from tarikh.outlets import AGGREGATOR, Words, bare_name, find_by_address, find_by_name, has_outlet_form, words_of
from tarikh.tables import read_table

UNKNOWN = "unknown"
_DOMAIN = re.compile(r"\b(?:[\w-]+\.)+[a-z]{2,}\b")
# what a copyright sentence says beside the name: "all rights reserved to the site …, 2020"
_RIGHTS = re.compile(
    r"(?:جميع|كافة|كل)?\s*(?:حقوق\s)?(?:الحقوق|النشر|الطبع)\s*محفوظة|©|\d{4}|copyright|all rights reserved",
    re.IGNORECASE,
)
_PIECES = re.compile(r"[-–—_/|:()،.«»\"+]|(?<=\s)(?:ـ|من)(?=\s)")
_NOT_LISTED = {"country": "", "group": "", "mirror_of": ""}  # an outlet known by the form of its name alone
_NEAR = 3  # words after "agency" or "ally" in which Russia only says whose it is
_OFTEN = 2  # mentions of Russia from which an article that opens with it is about both
_REPORTING = 4  # words between "agency" or "according to" and the name of the source quoted


@dataclass(frozen=True)
class Source:
    """Outlet, its country, group and original, the wire it took the story from, and the sources it quotes.

    What is not known is ``unknown``; ``basis`` says for each answer in which words it was found.
    """

    outlet: str
    country: str
    group: str
    mirror_of: str
    wire: str
    quoted: tuple[str, ...]
    relevance: str
    basis: dict[str, str] = field(default_factory=dict)


def identify_source(article: Article) -> Source:
    """The source of an article: from its address, dateline, credit, masthead and the tables of names.

    >>> identify_source(read_article("موسكو (رويترز) - قال بوتين إن القمة ناجحة.")).wire  # doctest: +SKIP
    'رويترز'
    """
    row, outlet_basis = _outlet(article)
    wire, wire_basis = _wire(article)
    name = article.outlet or (row and row["outlet_ar"]) or UNKNOWN
    basis = {"outlet": outlet_basis, "wire": wire_basis}
    return Source(
        outlet=name,
        country=(row and row["country"]) or UNKNOWN,
        group=(row and row["group"]) or UNKNOWN,
        mirror_of=(row and row["mirror_of"]) or "",
        wire=wire or UNKNOWN,
        quoted=_quoted(article),
        relevance=relevance(article),
        basis={what: words for what, words in basis.items() if words},
    )


# ---------------------------------------------------------------- outlet


def _outlet(article: Article) -> tuple[dict | None, str]:
    """Row of the table outlets and the words that named it; the first place that names one wins.

    An aggregator's address names no outlet: the section in the address does, or the page's own words.
    """
    parts = urlsplit(article.url or "")
    found = find_by_address(parts.hostname or "", parts.path)
    if found and found["mirror_of"] != AGGREGATOR:
        return found, f"address: {parts.hostname}"
    if article.outlet:
        return find_by_name(words_of(article.outlet)), "given by the user"
    for place, text in _naming_texts(article):
        if named := _named(place, text):
            return named, f"{place}: {text.strip()}"
    for place, text in _naming_texts(article):
        for piece in _PIECES.split(text):
            if has_outlet_form(words_of(piece)) and not wire_names(piece):
                return _NOT_LISTED | {"outlet_ar": piece.strip()}, f"{place}: {text.strip()}"
    return None, f"address: {found['outlet_ar']}, which carries other outlets' articles" if found else ""


def _named(place: str, text: str) -> dict | None:
    """The outlet that a short text names: as a whole, in a piece between dashes and slashes, or by a domain.

    Wires are no outlets here; one word names an outlet only where nothing else stands in a line of the page.
    """
    for piece in (text, *_PIECES.split(text)):
        words = words_of(piece)
        whole = len(words) > 1 or place != "page" or words == words_of(text)
        named = whole and not {words, bare_name(words)} & _no_names() and not wire_names(piece)
        if named and (row := find_by_name(words)):
            return row
    rows = (find_by_address(domain) for domain in _DOMAIN.findall(text.lower()))
    return next((row for row in rows if row and row["mirror_of"] != AGGREGATOR), None)


def _naming_texts(article: Article) -> Iterator[tuple[str, str]]:
    """The texts of a page in which an outlet names itself: dateline, credit, lines outside the article.

    A line that the furniture table knows, such as the section label "World", names none.
    """
    parts = [(p.role, x.text[p.start : p.end]) for x in article.lines for p in x.parts if p.role == "dateline"]
    yield from parts
    for line in article.lines:
        if line.role in {"dateline", "source_credit", "byline"}:
            yield line.role, line.text
    for line in article.lines:
        if "furniture: copyright" in line.cues:
            yield "copyright", _RIGHTS.sub(" ", line.text)
        known = any(cue.startswith("furniture: ") for cue in line.cues)
        if line.role in {"furniture", "stamp"} and not known and 0 < len(line.text.strip()) <= 60:
            yield "page", line.text


@cache
def _no_names() -> frozenset[Words]:
    """Labels and cities, though outlets are called so too: "The Source", "Cairo"."""
    table = read_table("furniture")
    cells = table.loc[table["where"].isin(["label", "place"]), "pattern"]
    return frozenset(tuple(key(p).split()) for cell in cells for p in alternatives(cell))


# ---------------------------------------------------------------- wire and sources quoted


@cache
def _wires() -> tuple[Patterns, dict[str, str]]:
    table = read_table("wires")
    patterns = [(p, (row["id"], key(p))) for _, row in table.iterrows() for p in alternatives(row["pattern"])]
    return Patterns(patterns), dict(zip(table["id"], table["name_ar"], strict=True))


def _wire_hits(tokens: Sequence[Token]) -> list[Hit]:
    """Names of wires, the longest at each place."""
    return _longest(_wires()[0].find(tokens))


def wire_names(text: str) -> list[str]:
    """The wires named in a text, by their name in the table ``wires``.

    >>> wire_names("المصدر: رويترز")
    ['رويترز']
    """
    _, names = _wires()
    return [names[hit.id[0]] for hit in _wire_hits(tokenise(text))]


def _wire(article: Article) -> tuple[str, str]:
    """The wire a story was taken from: named in the dateline, the byline or the credit."""
    for place in ("dateline", "credit", "byline"):
        text = getattr(article, place) or ""
        for name in wire_names(text):
            return name, f"{place}: {text}"
    return "", ""


def _quoted(article: Article) -> tuple[str, ...]:
    """Wires that the body cites, in order: names of one's own, and ambiguous ones after "agency"."""
    _, names = _wires()
    found = []
    for paragraph in article.paragraphs:
        tokens = tokenise(paragraph.text)
        for hit in _wire_hits(tokens):
            before = {t.key.removeprefix("و").removeprefix("ل") for t in tokens[max(0, hit.first - 3) : hit.first]}
            if len(hit.id[1]) > _REPORTING or before & {"وكاله", "كاله", "الوكاله"}:
                found.append(names[hit.id[0]])
    return tuple(dict.fromkeys(found))


# ---------------------------------------------------------------- relevance


@cache
def _sides() -> Patterns:
    table = read_table("relevance")
    return Patterns((p, row["side"]) for _, row in table.iterrows() for p in alternatives(row["pattern"]))


def _sides_in(text: str) -> list[str]:
    """The sides that a text names, a name each; the longest name wins, so that White Russia is not Russia."""
    hits, attribute = _longest(_sides().find(tokenise(text))), -_NEAR - 1
    named = []
    for hit in hits:
        if hit.id == "attribute":
            attribute = hit.last
        elif not (hit.id == "russia" and hit.first - attribute <= _NEAR):  # "the Russian agency", "Putin's ally"
            named += ["belarus", "russia"] if hit.id == "both" else [hit.id]
    return named


def _longest(hits: Sequence[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.first - h.last, h.first)):
        if all(hit.last < k.first or hit.first > k.last for k in kept):
            kept.append(hit)
    return sorted(kept, key=lambda h: h.first)


def relevance(article: Article) -> str:
    """How far an article is about Russia and Belarus, judged on headline and body alone.

    ``bilateral``: both stand in headline, lead or second paragraph, and Russia twice in all; ``belarus``: Belarus
    stands there, Russia hardly; ``mention``: Belarus is named in passing; ``off_topic``: it is not named.
    """
    paragraphs = [_sides_in(p.text) for p in article.paragraphs]
    opening = _sides_in(article.headline or "") + [side for p in paragraphs[:2] for side in p]
    everywhere = _sides_in(article.headline or "") + [side for p in paragraphs for side in p]
    if "belarus" not in everywhere:
        return "off_topic"
    if "belarus" not in opening and everywhere.count("belarus") < 3:
        return "mention"
    both = "russia" in opening and everywhere.count("russia") >= _OFTEN
    return "bilateral" if both else "belarus"
