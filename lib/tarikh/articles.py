"""An article put together from the lines of its page: headline, dateline, stamp, paragraphs, captions, credit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tarikh.arabic import fold, plain
from tarikh.line_cues import TIME, wrapped_lines
from tarikh.roles import LISTING, ROLES, Line, Part, label_lines


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
    joined = wrapped_lines([plain(line.text) for line in lines])
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
    timed = sum(bool(TIME.match(fold(line.text.strip()[:8]).text)) for line in lines)
    body = sum(line.role == "body" for line in lines)
    return (teasers >= 4 and teasers >= body and body <= 3) or timed >= 5 > 0.5 * body
