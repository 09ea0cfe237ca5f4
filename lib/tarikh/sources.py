"""Where an article comes from and what it is about: outlet, wire service, sources quoted, relevance.

An outlet is not an origin: an Egyptian site carries a German agency that cites a Russian one. Each is found
on its own, with the words it was found in; ``unknown`` is an answer.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

from tarikh.arabic import Hit, Patterns, Token, alternatives, key, tokenise
from tarikh.roles import Article
from tarikh.tables import read_table

UNKNOWN = "unknown"
_DOMAIN = re.compile(r"\b(?:[\w-]+\.)+[a-z]{2,}\b")
AGGREGATOR = "aggregator"
_PORTAL = ("بوابه", "موقع", "تطبيق", "جريده", "صحيفه", "وكاله", "قناه", "شبكه")
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
    domains, names = _outlets()
    parts = urlsplit(article.url or "")
    found = _by_domain(parts.hostname or "", parts.path, domains)
    if found and found["mirror_of"] != AGGREGATOR:
        return found, f"address: {parts.hostname}"
    if article.outlet:
        return names.get(_name_key(article.outlet)), "given by the user"
    for place, text in _naming_texts(article):
        for name in _candidate_names(text):
            if name in names:
                return names[name], f"{place}: {text.strip()}"
        for domain in _DOMAIN.findall(text.lower()):
            named = _by_domain(domain, "", domains)
            if named and named["mirror_of"] != AGGREGATOR:
                return named, f"{place}: {domain}"
    return None, f"address: {found['outlet_ar']}, which carries other outlets' articles" if found else ""


@cache
def _outlets() -> tuple[dict[str, dict], dict[str, dict]]:
    """Rows of the table outlets by domain and by name; a name that outlets of several countries bear has no country."""
    rows = [row | {"outlet_ar": row["outlet_ar"].partition("|")[0].strip(), "names": row["outlet_ar"]}
            for row in read_table("outlets").to_dict("records")]  # fmt: skip
    bearers: dict[str, list[dict]] = defaultdict(list)
    for row in rows:
        for name in re.split(r"[()|]", f"{row['names']}|{row['outlet_en']}"):
            if _name_key(name) and row["mirror_of"] != AGGREGATOR:
                bearers[_name_key(name)].append(row)
    return {row["domain"]: row for row in rows}, {name: _one_of(found) for name, found in bearers.items()}


def _one_of(rows: Sequence[dict]) -> dict:
    """The row that a name means: the original before its mirrors; without country where countries differ."""
    first = min(rows, key=lambda row: row["mirror_of"] != "")
    if len({row["country"] for row in rows if row["country"]}) < 2:
        return first
    return first | {"outlet_ar": first["outlet_ar"].partition("(")[0].strip(), "country": "", "group": "", "domain": ""}


def _by_domain(host: str, path: str, domains: dict[str, dict]) -> dict | None:
    """The row of a host, of a section of it (``masress.com/shorouk``), or of the domain that it belongs to."""
    labels = host.removeprefix("www.").split(".")
    hosts = [".".join(labels[i:]) for i in range(len(labels) - 1)] if "" not in labels else []
    section = path.strip("/").partition("/")[0]
    return next((domains[d] for h in hosts for d in (f"{h}/{section}", h) if d in domains), None)


def _naming_texts(article: Article) -> Iterator[tuple[str, str]]:
    """The texts of a page in which an outlet names itself: dateline, credit, lines outside the article."""
    if article.dateline:
        yield "dateline", article.dateline
    for line in article.lines:
        if line.role in {"furniture", "byline"} and 0 < len(line.text.strip()) <= 60:
            yield "page", line.text
    if article.credit and not _wire_hits(tokenise(article.credit)):
        yield "credit", article.credit


def _candidate_names(text: str) -> list[str]:
    """Folded pieces of a short text that may name an outlet: whole, between dashes, without "portal of"."""
    pieces = [_name_key(p) for p in (text, *re.split(r"[-–—_/|:()،©«»\"]|(?<=\s)ـ(?=\s)", text))]
    bare = [p.partition(" ")[2] for p in pieces if p.split(" ")[0] in _PORTAL]
    return [p for p in (*pieces, *bare) if p]


def _name_key(name: str) -> str:
    return " ".join(t.key for t in tokenise(name))


# ---------------------------------------------------------------- wire and sources quoted


@cache
def _wires() -> tuple[Patterns, dict[str, str]]:
    table = read_table("wires")
    patterns = [(p, (row["id"], key(p))) for _, row in table.iterrows() for p in alternatives(row["pattern"])]
    return Patterns(patterns), dict(zip(table["id"], table["name_ar"], strict=True))


def _wire_hits(tokens: Sequence[Token]) -> list[Hit]:
    """Names of wires, the longest at each place."""
    return _longest(_wires()[0].find(tokens))


def _wire(article: Article) -> tuple[str, str]:
    """The wire a story was taken from: named in the dateline, the byline or the credit."""
    _, names = _wires()
    for place in ("dateline", "credit", "byline"):
        text = getattr(article, place) or ""
        for hit in _wire_hits(tokenise(text)):
            return names[hit.id[0]], f"{place}: {text}"
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
    hits, attribute = _longest(_sides().find(tokenise(text))), -_NEAR
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
