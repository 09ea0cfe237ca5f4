"""Arabic text as data: folding of spelling variants, tokens with offsets, word patterns, lemmas.

``fold`` makes spelling variants equal and remembers where each character came from, so that every finding can
be quoted from the text as given. ``Patterns`` finds the words of a rule table in tokens.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import simplemma

_FOLDED = {
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("ىیۍې", "ي"),
    "ة": "ه",
    "ک": "ك",
    **{chr(0x660 + d): str(d) for d in range(10)},
    **{chr(0x6F0 + d): str(d) for d in range(10)},
    "٪": "%",
    "٫": ".",
    "٬": ",",
    **dict.fromkeys("\u00a0\u202f\u2007\u2009\u200a\u3000\t", " "),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **{chr(c): chr(c + 32) for c in range(ord("A"), ord("Z") + 1)},
}
_TRANSLATION = str.maketrans(_FOLDED)
# tashkeel, superscript alef, Quranic marks, tatweel; zero-width characters, bidi marks, the byte order mark
_DROPPED = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]"
)
_LONE_TATWEEL = re.compile(r"(\s[\u200b-\u200f\u202a-\u202e\u2066-\u2069]*)\u0640+(?=\s)")
_BLANKS = re.compile("[\u00a0\u202f\u2007\u2009\u200a\u3000]")
_PRESENTATION = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")
_DECOMPOSED = re.compile("[\u0627\u0648\u064a][\u0653-\u0655]")
_ARABIC_LETTER = re.compile("[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\ufb50-\ufdff\ufe70-\ufefc]")
_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*")
_SENTENCE_END = re.compile(r"[.!?؟…]+[\"»”’)\]]*\s+|\n+")


def has_arabic(text: str) -> bool:
    """Whether ``text`` has an Arabic letter (digits and punctuation alone do not count)."""
    return _ARABIC_LETTER.search(text) is not None


def plain(text: str) -> str:
    """``text`` as the eye reads it, its letters kept: without diacritics, tatweel, bidirectional and zero-width marks,
    with ordinary blanks and letters for presentation forms. A tatweel that stands alone is a dash.

    >>> plain("موسكو ـ الجديـدة")
    'موسكو - الجديدة'
    """
    text = _BLANKS.sub(" ", _LONE_TATWEEL.sub(r"\1-", text))
    return _PRESENTATION.sub(lambda form: unicodedata.normalize("NFKC", form[0]), _DROPPED.sub("", text))


@dataclass(frozen=True)
class Folded:
    """Folded text, and where each of its characters stood in the text as given."""

    text: str
    origin: Sequence[int]
    length: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the text as given of the folded span ``start`` to ``end``."""
        if start >= end:
            return (self.origin[start] if start < len(self.origin) else self.length,) * 2
        return self.origin[start], self.origin[end - 1] + 1


def fold(text: str) -> Folded:
    """``text`` with spelling variants made equal: hamza on alef, final ya, ta marbuta, digits, blanks,
    dashes, Latin capitals.

    Diacritics, tatweel and bidirectional marks are dropped; presentation forms become letters. ؤ and ئ stay,
    since folding them makes different words equal.

    >>> fold("في ١٤ سبتمبـر").text
    'في 14 سبتمبر'
    """
    origin: Sequence[int] = range(len(text))
    length = len(text)
    if _PRESENTATION.search(text) or _DECOMPOSED.search(text):
        text, origin = _compose(text)
    text = text.translate(_TRANSLATION)
    if _DROPPED.search(text):
        origin = [o for o, c in zip(origin, text, strict=True) if not _DROPPED.match(c)]
        text = _DROPPED.sub("", text)
    return Folded(text, origin, length)


def _compose(text: str) -> tuple[str, list[int]]:
    """Presentation forms to letters, and letter plus combining hamza to one letter, with origins."""
    pieces, origin = [], []
    for i, char in enumerate(text):
        piece = unicodedata.normalize("NFKC", char) if _PRESENTATION.match(char) else char
        pieces.append(piece)
        origin += [i] * len(piece)
    text = "".join(pieces)
    for match in reversed(list(_DECOMPOSED.finditer(text))):
        text = text[: match.start()] + unicodedata.normalize("NFC", match[0]) + text[match.end() :]
        del origin[match.start() + 1]
    return text, origin


@lru_cache(maxsize=200_000)
def key(word: str) -> str:
    """The folded form of one word: what makes its spelling variants equal."""
    return fold(word).text


@dataclass(frozen=True, slots=True)
class Token:
    """A word or number: its folded form and its place in the text as given."""

    key: str
    start: int
    end: int


def tokenise(text: str) -> list[Token]:
    """Words and numbers of ``text`` in order, with offsets into ``text``; punctuation is left out.

    >>> [t.key for t in tokenise("بـ19 ديسمبر")]
    ['ب', '19', 'ديسمبر']
    """
    folded = fold(text)
    return [Token(m[0], *folded.span(*m.span())) for m in _TOKEN.finditer(folded.text)]


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence of ``text``; a full stop inside a number or after an initial does not end one."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if match.end() - start > 3:
            yield start, match.end()
            start = match.end()
    if start < len(text):
        yield start, len(text)


@lru_cache(maxsize=200_000)
def stems(word: str) -> tuple[str, ...]:
    """The folded ``word`` and what is left of it when the proclitics و ف ب ك ل س ال لل are taken off, longest first.

    At least two letters are left, so that short words keep theirs.

    >>> stems("وبالعقوبات")
    ('وبالعقوبات', 'بالعقوبات', 'العقوبات', 'عقوبات')
    """
    found = [word]
    for prefixes in (("و", "ف"), ("ب", "ك", "ل", "س")):
        for stem in list(found):
            if stem.startswith(prefixes) and len(stem) > 2:
                found.append(stem[1:])
    for stem in list(found):
        if stem.startswith("ال") and len(stem) > 4:
            found.append(stem[2:])
        elif stem.startswith("لل") and len(stem) > 4:
            found += [stem[2:], "ا" + stem[1:]] if stem[2:3] != "ا" else [stem[2:]]
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern found: the rule's id, and its first and last token (both included)."""

    id: Hashable
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    id: Hashable
    words: tuple[str, ...]
    not_before: tuple[str, ...]
    not_after: tuple[str, ...]


class Patterns:
    """Word patterns of a table, found in tokens by their first word, so that cost does not grow with the table.

    A pattern is words in a row; ``word*`` takes any ending; each ``!word`` at the start (at the end) is a word
    that must not stand right before (right after). Proclitics, hamza, ya and ta marbuta are handled by the code.

    >>> [h.id for h in Patterns([("دولة الاتحاد !أوروب*", "union")]).find(tokenise("قمة لدولة الاتحاد"))]
    ['union']
    """

    def __init__(self, rules: Iterable[tuple[str, Hashable]]):
        self._exact: dict[str, list[_Pattern]] = {}
        self._open: dict[str, list[_Pattern]] = {}
        self._starting = lru_cache(maxsize=200_000)(self._starting_with)
        for pattern, rule_id in rules:
            self._add(_compile(pattern, rule_id))

    def _add(self, pattern: _Pattern) -> None:
        first = pattern.words[0]
        if first.endswith("*"):
            self._open.setdefault(first[:2], []).append(pattern)
        else:
            self._exact.setdefault(first, []).append(pattern)

    def find(self, tokens: Sequence[Token]) -> list[Hit]:
        """Every hit in order of its first token; a rule is reported once at a place."""
        hits: dict[tuple, Hit] = {}
        for i, token in enumerate(tokens):
            for pattern in self._starting(token.key):
                if _matches(pattern, tokens, i):
                    hits.setdefault((pattern.id, i), Hit(pattern.id, i, i + len(pattern.words) - 1))
        return list(hits.values())

    def find_apart(self, tokens: Sequence[Token]) -> list[Hit]:
        """The hits without those that overlap the one before them of the same rule: what is counted."""
        apart, free = [], {}
        for hit in self.find(tokens):
            if hit.first >= free.get(hit.id, 0):
                apart.append(hit)
            free[hit.id] = max(free.get(hit.id, 0), hit.last + 1)
        return apart

    def _starting_with(self, word: str) -> tuple[_Pattern, ...]:
        """The patterns whose first word is this one; remembered, since most words start none."""
        own = stems(word)
        found = (p for stem in own for p in (*self._exact.get(stem, ()), *self._open.get(stem[:2], ())))
        return tuple(p for p in dict.fromkeys(found) if _fits(p.words[0], own))


def _compile(pattern: str, rule_id: Hashable) -> _Pattern:
    words = fold(pattern).text.split()
    before, after = [], []
    while words and words[0].startswith("!"):
        before.append(words.pop(0)[1:])
    while words and words[-1].startswith("!"):
        after.append(words.pop()[1:])
    if not words:
        raise ValueError(f"the pattern {pattern!r} of {rule_id!r} has no word to look for")
    return _Pattern(rule_id, tuple(words), tuple(before), tuple(after))


def _word_matches(word: str, token: Token) -> bool:
    return _fits(word, stems(token.key))


def _fits(word: str, found: tuple[str, ...]) -> bool:
    if word.endswith("*"):
        return any(stem.startswith(word[:-1]) for stem in found)
    return word in found


def _matches(pattern: _Pattern, tokens: Sequence[Token], i: int) -> bool:
    last = i + len(pattern.words)
    if last > len(tokens) or not all(map(_word_matches, pattern.words[1:], tokens[i + 1 : last])):
        return False
    if i and any(_word_matches(word, tokens[i - 1]) for word in pattern.not_before):
        return False
    return not (last < len(tokens) and any(_word_matches(word, tokens[last]) for word in pattern.not_after))


def alternatives(cell: str) -> list[str]:
    """The patterns of a table cell that lists alternatives: ``a | b``."""
    return [part.strip() for part in cell.split("|") if part.strip()]


# ---- Lemmas ----

_NOTHING: Mapping[str, int] = MappingProxyType({})
_ENCLITIC = re.compile("(?<=..)(?:هما|هم|هن|ها|نا|كم|ه)$")
_BEFORE_ENCLITIC = {"ت": "ة", "ئ": "ء", "ؤ": "ء"}
_FAR_COMMONER = 4


def vocabulary(texts: Iterable[str]) -> Counter[str]:
    """How often each folded word form stands in ``texts``: the corpus evidence that ``lemma`` asks for."""
    return Counter(token.key for text in texts for token in tokenise(text))


def lemma(word: str, attested: Mapping[str, int] = _NOTHING) -> str:
    """The dictionary form of one word as simplemma gives it, behind a guard that keeps names whole.

    ``attested`` are the forms of the corpus (``vocabulary``). A clitic is taken off only when what is left is
    a dictionary word or attested; an inflected form becomes its lemma only where the corpus has that lemma.

    >>> lemma("وبالعقوبات"), lemma("ولوكاشينكو", {"لوكاشينكو": 3})
    ('عقوبة', 'لوكاشينكو')
    """
    word = _DROPPED.sub("", word)
    rests = _without_proclitics(word, attested)
    if _is_known(word) and not _hides_a_clitic(word, rests, attested):
        return _dictionary_form(word, attested)
    nouns = [noun for form in (word, *rests) for noun in _without_enclitic(form)]
    for known in filter(_is_known, (*rests, *nouns)):
        return _dictionary_form(known, attested)
    return next((rest for rest in rests if key(rest) in attested), word)


def lemma_key(word: str) -> str:
    """A key under which a country, its people and its adjective are one word; to count with, never to show.

    >>> {lemma_key(w) for w in ("بيلاروس", "بيلاروسيا", "بيلاروسية", "بيلاروسي")}
    {'بيلاروس'}
    """
    word = key(word)
    for ending in ("يه", "يا", "ي", "ا"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=200_000)
def _is_known(word: str) -> bool:
    return simplemma.is_known(word, "ar")


def _dictionary_form(word: str, attested: Mapping[str, int]) -> str:
    """The lemma of a dictionary word, unless that is a country's adjective or a word strange to the corpus."""
    found = simplemma.lemmatize(word, "ar")
    cut = found + "ا" == word
    inflected = len(word) - len(found) > 1 and not word.startswith("ال")
    return word if cut or (inflected and attested and not _seen(word, found, attested)) else found


def _seen(word: str, found: str, attested: Mapping[str, int]) -> bool:
    """Whether the corpus has the lemma ``found``, bare or with the article, or ``word`` with the article."""
    return any(key(form) in attested for form in (found, "ال" + found, "ال" + word))


def _without_proclitics(word: str, attested: Mapping[str, int]) -> list[str]:
    """What may be left of ``word`` without its proclitics, longest first; س only before a verb's prefix."""
    rests = [word] + [word[1:]] * word.startswith(("و", "ف"))
    for stem in list(rests):
        if stem.startswith("لل"):
            rests.append("ال" + stem[2:])
        if stem.startswith(("ب", "ك", "ل", "سي", "ست", "سن", "سأ")):
            rests.append(stem[1:])
    rests += [stem[2:] for stem in rests if stem.startswith("ال") and _takes_article(stem[2:], attested)]
    return [rest for rest in dict.fromkeys(rests[1:]) if len(rest) >= 3]


def _takes_article(word: str, attested: Mapping[str, int]) -> bool:
    """False for a name such as السيسي: a word in ي that is met neither bare nor with a feminine."""
    forms = (word, word + "ة")
    return not word.endswith("ي") or any(key(form) in attested for form in forms) or _is_known(forms[1])


def _without_enclitic(word: str) -> list[str]:
    """The noun in front of a pronoun: زيارته gives زيارة, لقائه gives لقاء."""
    bare = _ENCLITIC.sub("", word)
    if bare == word:
        return []
    return [bare[:-1] + _BEFORE_ENCLITIC.get(bare[-1], bare[-1]), bare]


def _hides_a_clitic(word: str, rests: list[str], attested: Mapping[str, int]) -> bool:
    """Whether a dictionary word is rather a clitic and a far commoner one: لبوتين, not two lionesses."""
    count = _FAR_COMMONER * attested.get(key(word), 0)
    return any(len(rest) > 3 and attested.get(key(rest), 0) > count for rest in rests)
