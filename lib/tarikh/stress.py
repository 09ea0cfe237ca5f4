"""Pages made harder on purpose: how far roles are found when full stops, line breaks or headlines are not as hoped.

A page is a list of (role, line); each stress takes one and a seeded random stream and gives another. What is put in
between stands in no rule table.
"""

from __future__ import annotations

import random
import re
import textwrap
from collections.abc import Callable, Sequence

Page = Sequence[tuple[str, str]]
WIDTH = 70  # characters at which hard-wrapped paragraphs break
_SHARE = 0.4  # of paragraphs after which something is put in between
_INSERTS = (
    "هل تريد أن تصلك أهم القصص كل صباح؟",
    "تصفح عدد اليوم من الجريدة",
    "ساهم في دعم الصحافة المستقلة",
    "شاهد الحلقة كاملة",
    "لا تنس تفعيل الجرس",
    "بالفيديو.. لحظة وصول الوفد",
    "صور من الحدث",
    "عودة إلى الملف الرئيسي",
)


def no_stops(page: Page, stream: random.Random) -> Page:
    """Paragraphs without their final full stop."""
    return [(role, re.sub(r"\.\s*$", "", text) if role == "body" else text) for role, text in page]


def hard_wrap(page: Page, stream: random.Random) -> Page:
    """Paragraphs broken into lines of at most 70 characters."""
    wrapped = [(role, textwrap.wrap(text, WIDTH) if role == "body" else [text]) for role, text in page]
    return [(role, line) for role, lines in wrapped for line in lines]


def no_headline(page: Page, stream: random.Random) -> Page:
    """Without any copy of the headline."""
    return [line for line in page if line[0] != "headline"]


def repeated_headline(page: Page, stream: random.Random) -> Page:
    """Every copy of the headline twice."""
    return [again for line in page for again in ([line, ("", ""), line] if line[0] == "headline" else [line])]


def interleaved(page: Page, stream: random.Random) -> Page:
    """Lines of a site's own after about four paragraphs in ten."""
    out: list[tuple[str, str]] = []
    for role, text in page:
        out.append((role, text))
        if role == "body" and stream.random() < _SHARE:
            out += [("", ""), ("furniture", stream.choice(_INSERTS)), ("", "")]
    return out


def everything(page: Page, stream: random.Random) -> Page:
    """All of these at once, with the headline repeated."""
    for stress in (repeated_headline, interleaved, no_stops, hard_wrap):
        page = stress(page, stream)
    return page


STRESSES: dict[str, Callable[[Page, random.Random], Page]] = {
    stress.__name__: stress for stress in (no_stops, hard_wrap, no_headline, repeated_headline, interleaved, everything)
}
