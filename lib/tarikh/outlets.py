"""The names of outlets: which outlet an address or a name means, by the tables ``outlets`` and ``outlet_words``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from tarikh.arabic import alternatives, key, tokenise
from tarikh.tables import read_table

AGGREGATOR = "aggregator"
Words = tuple[str, ...]


def words_of(text: str) -> Words:
    """The folded words and numbers of a short text."""
    return tuple(token.key for token in tokenise(text))


def bare_name(words: Words) -> Words:
    """A name without "portal", "newspaper" in front, and without "electronic" behind such a one.

    >>> bare_name(words_of("بوابة الفجر الإلكترونية"))
    ('الفجر',)
    """
    bare = words[1:] if len(words) > 1 and words[:1] in _form("portal") | _form("app") else words
    while bare != words and len(bare) > 1 and bare[-1:] in _form("online"):
        bare = bare[:-1]
    return bare


def has_outlet_form(words: Words) -> bool:
    """Whether words read as an outlet's name whatever the table knows: "portal of …", "… News"."""
    ends = {words[-1:], words[-2:]} & (_form("news") | _form("online"))
    return 2 <= len(words) <= 4 and (words[:1] in _form("portal") or bool(ends))


def names_app(words: Words) -> bool:
    """Whether words speak of an outlet's application for telephones."""
    return words[:1] in _form("app")


@cache
def _form(row: str) -> frozenset[Words]:
    """The words of a row of ``outlet_words``, folded."""
    table = read_table("outlet_words").set_index("id")["pattern"]
    return frozenset(tuple(key(pattern).split()) for pattern in alternatives(table[row]))


@cache
def outlets_by_domain() -> dict[str, dict]:
    """Rows of the table by domain; ``outlet_ar`` is the one name to show, ``names`` all that the table has.

    A mirror has the name, country and group of its original.
    """
    table = read_table("outlets").to_dict("records")
    rows = [row | {"outlet_ar": row["outlet_ar"].partition("|")[0].strip(), "names": row["outlet_ar"]} for row in table]
    by_domain = {row["domain"]: row for row in rows}
    for row in rows:
        original = by_domain.get(row["mirror_of"], row)
        row |= {what: original[what] for what in ("outlet_ar", "country", "group")}
    return by_domain


@cache
def outlets_by_name() -> dict[Words, dict]:
    """The row that each name means; one that outlets of several countries bear has no country."""
    bearers: dict[Words, list[dict]] = defaultdict(list)
    for row in outlets_by_domain().values():
        if row["mirror_of"] != AGGREGATOR:
            for name in _names(row):
                bearers[name].append(row)
    return {name: _one_of(rows) for name, rows in bearers.items()}


def _names(row: dict) -> set[Words]:
    """Every name of a row, whole and bare; "Ukraine Portal" is not "Ukraine", while "The Dawn Portal" is "The Dawn"."""
    given = (*re.split(r"[()|]", row["names"]), row["outlet_en"].partition("(")[0])
    whole = {words_of(name) for name in given} - {()}
    bare = {bare_name(words) for words in whole}
    return whole | {words for words in bare if len(words) > 1 or words[0].startswith("ال")}


def _one_of(rows: Sequence[dict]) -> dict:
    first = min(rows, key=lambda row: row["mirror_of"] != "")  # the original before its mirrors
    if len({row["country"] for row in rows if row["country"]}) < 2:
        return first
    return first | {"outlet_ar": first["outlet_ar"].partition("(")[0].strip(), "country": "", "group": ""}


def find_by_name(words: Words) -> dict | None:
    """The row of the outlet called so: as it stands, bare, or without a number ("Syria Home News 6")."""
    names, bare = outlets_by_name(), bare_name(words)
    numberless = tuple(word for word in bare if not word.isdigit())
    return names.get(words) or names.get(bare) or (names.get(numberless) if len(numberless) > 1 else None)


def find_by_address(host: str, path: str = "") -> dict | None:
    """The row of a host, of a section of it (``masress.com/shorouk``), or of the domain that it belongs to."""
    labels, domains = host.removeprefix("www.").split("."), outlets_by_domain()
    hosts = [".".join(labels[i:]) for i in range(len(labels) - 1)]
    section = path.strip("/").partition("/")[0]
    return next((domains[d] for h in hosts for d in (f"{h}/{section}", h) if d in domains), None)


def same_outlet(one: str, other: str, host: str = "") -> bool:
    """Whether two names mean one outlet: alike but for "newspaper" or a place in brackets, or names of one row.

    ``host`` is where both were found, if anywhere: that domain, and every name of its row, is a name too.
    """
    pair = [words_of(name.partition("(")[0].partition(" via ")[0]) for name in (one, other)]
    row = find_by_address(host)
    own = {bare_name(words) for words in (*_names(row), words_of(row["domain"]))} if row else set()
    bare = {bare_name(words) for words in pair}
    rows = [find_by_name(words) for words in pair]
    return len(bare) == 1 or bare <= own or (rows[0] is not None and rows[0] is rows[1])
