"""Proof that Arabic labels in an SVG read right: what is drawn, against HarfBuzz and python-bidi.

Matplotlib writes a label as glyphs under a comment that holds its text. The words of the text are put in
visual order by python-bidi and shaped one by one by HarfBuzz: the glyphs drawn must be just these.
"""

from __future__ import annotations

import html
import re
import unicodedata
import xml.etree.ElementTree as ET
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import matplotlib
import uharfbuzz as hb
from bidi import get_display
from matplotlib import ft2font

SHAPES = hasattr(ft2font, "__libraqm_version__")
CONTROLS = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
PRESENTATION = re.compile(r"[\ufb50-\ufd3d\ufd50-\ufdfb\ufe70-\ufefc]+")
ARABIC = r"\u0610-\u061a\u0620-\u065f\u0670-\u06d3\u06d5-\u06ef\u06fa-\u06ff\ufb50-\ufdff\ufe70-\ufefc"
MATH = re.compile(r"(?<!\\)\$.+?(?<!\\)\$")
TOKEN = re.compile(rf"[{ARABIC}]+|[0-9]+|[٠-٩]+|[^\W\d_{ARABIC}]+|\S")
OPENING, CLOSING = "([{«", ")]}»"
MATH_MARK = "\ue000"


class Glyph(NamedTuple):
    font: str
    number: int


class Line(NamedTuple):
    text: str
    glyphs: list[Glyph]


@cache
def font(name: str) -> hb.Font:
    """A font of Matplotlib's own by its PostScript name."""
    path = Path(matplotlib.get_data_path(), "fonts", "ttf", f"{name}.ttf")
    return hb.Font(hb.Face(hb.Blob.from_file_path(str(path))))


@cache
def shaped(word: str, name: str) -> tuple[int, ...]:
    """The glyphs of one word from left to right, as HarfBuzz shapes it."""
    arabic = re.search(rf"[{ARABIC}]", word) is not None
    buffer = hb.Buffer()
    buffer.add_str(word)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if arabic else "ltr"
    # Before 3.11 Matplotlib joins no Latin letters (fi).
    hb.shape(font(name), buffer, {"liga": SHAPES or arabic})
    return tuple(glyph.codepoint for glyph in buffer.glyph_infos)


def svg_lines(path: Path) -> list[Line]:
    """Every line of text in the SVG with its glyphs from left to right, a vowel sign before its letter."""
    parser = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True))
    lines = []
    for parent in ET.parse(path, parser).iter():
        for comment, group in pairwise(parent):
            if comment.tag is ET.Comment and isinstance(group.tag, str) and group.tag.endswith("}g"):
                lines.append(Line(html.unescape(comment.text[1:-1]), _glyphs(group)))
    return lines


def _glyphs(group: ET.Element) -> list[Glyph]:
    placed = []
    for use in group.iter("{http://www.w3.org/2000/svg}use"):
        name, _, number = use.get("{http://www.w3.org/1999/xlink}href")[1:].rpartition("-")
        x = re.match(r"translate\((\S+)", use.get("transform", ""))
        # Before 3.11 the number is the character's, not the glyph's.
        glyph = int(number, 16) if SHAPES else font(name).get_nominal_glyph(int(number, 16)) or 0
        placed.append((float(x[1]) if x else 0.0, Glyph(name, glyph)))
    # A vowel sign is set back by less than half an em (100 units); anything more is not left to right.
    assert all(right - left > -50 for (left, _), (right, _) in pairwise(placed)), "glyphs out of order"
    return [glyph for _, glyph in placed]


def visual_words(text: str, base: str) -> list[str]:
    """The words and signs of a line as written, in the order of their places from left to right."""
    visual = CONTROLS.sub("", get_display(text, base_dir=base))
    return [_logical(token) for token in TOKEN.findall(visual)]


def _logical(token: str) -> str:
    """A word from a line in visual order, as it is written; joined forms become plain letters."""
    reversed_word = len(token) > 1 and re.match(rf"[{ARABIC}]", token)
    return unicodedata.normalize("NFKC", token[::-1]) if reversed_word or PRESENTATION.match(token) else token


def faults(words: list[str], glyphs: list[Glyph], *, marks: bool = True) -> list[str]:
    """What keeps ``glyphs`` from being ``words`` from left to right; nothing when the line reads right.

    A bracket and its fellow must face each other. ``marks=False`` leaves vowel signs out of account.
    """
    rest = [glyph for glyph in glyphs if glyph.number not in _blank(glyph.font)]
    if not marks:
        words = [_bare(word) for word in words]
        rest = [glyph for glyph in rest if glyph.number not in _mark_glyphs(glyph.font)]
    found, drawn = [], ""
    for i, word in enumerate(words):
        if word == MATH_MARK:
            rest = _after_math(rest, words[i + 1 :])
            continue
        match = next((w for w in _as_drawn(word) if rest and _begins(rest, w)), None)
        if match is None:
            return [*found, f"{word!r} is not drawn in its place"]
        drawn += match
        rest = rest[len(shaped(match, rest[0].font)) :]
    if rest and words[-1:] != [MATH_MARK]:
        found.append(f"{len(rest)} glyphs too many at the right")
    return found + _bracket_faults(drawn)


def _as_drawn(word: str) -> list[str]:
    pair = OPENING + CLOSING
    return [word, (CLOSING + OPENING)[pair.index(word)]] if len(word) == 1 and word in pair else [word]


def _begins(glyphs: list[Glyph], word: str) -> bool:
    numbers = shaped(word, glyphs[0].font)
    return glyphs[: len(numbers)] == [Glyph(glyphs[0].font, number) for number in numbers]


def _after_math(glyphs: list[Glyph], following: list[str]) -> list[Glyph]:
    """The glyphs after a formula, which may draw anything up to the word that follows it."""
    starts = (i for i in range(1, len(glyphs)) if following and _begins(glyphs[i:], following[0]))
    return glyphs[next(starts, len(glyphs)) :]


def _bracket_faults(drawn: str) -> list[str]:
    if any(drawn.count(left) != drawn.count(right) for left, right in zip(OPENING, CLOSING, strict=True)):
        return []  # the line is one of several and the pair is parted
    waiting = []
    for sign in drawn:
        if sign in OPENING:
            waiting.append(OPENING.index(sign))
        elif sign in CLOSING and (not waiting or waiting.pop() != CLOSING.index(sign)):
            return [f"the bracket {sign!r} turns its back"]
    return []


def _bare(word: str) -> str:
    return "".join(c for c in word if unicodedata.category(c) != "Mn")


@cache
def _blank(name: str) -> set[int]:
    return {font(name).get_nominal_glyph(ord(c)) for c in " \xa0"} | {0}


@cache
def _mark_glyphs(name: str) -> set[int]:
    return {font(name).get_nominal_glyph(c) for c in range(0x64B, 0x653)}


def line_faults(text: str, glyphs: list[Glyph], base: str = "R") -> list[str]:
    """``faults`` of a line whose text as it is written is known."""
    plain = MATH.sub(MATH_MARK, text).replace(r"\$", "$")
    return faults(visual_words(plain, base), glyphs, marks=SHAPES and plain == text)


def prove_figure(svg_path: Path) -> dict[str, list[str]]:
    """Every Arabic line drawn in the SVG with its faults; all lists are empty when the figure reads right."""
    arabic = [line for line in svg_lines(svg_path) if re.search(rf"[{ARABIC}]", line.text)]
    proofs: dict[str, list[str]] = {}
    for line in arabic:
        proofs.setdefault(line.text, []).extend(_drawn_faults(*line))
    return proofs


def _drawn_faults(text: str, glyphs: list[Glyph]) -> list[str]:
    if SHAPES and not PRESENTATION.search(text):
        return line_faults(text, glyphs, "L" if text.startswith("\u2066") else "R")
    if SHAPES and not MATH.search(text):
        return ["reshaped before it was drawn: this Matplotlib shapes and orders text itself"]
    words = [_logical(token) for token in TOKEN.findall(MATH.sub(MATH_MARK, text).replace(r"\$", "$"))]
    return faults(words, glyphs, marks=False)
