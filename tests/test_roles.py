"""Line roles: the gold pages, pages of forms not tuned on, stresses, every row of the tables, nothing lost."""

from __future__ import annotations

import json
import random
import re
import textwrap
from itertools import groupby
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tarikh.arabic import Patterns, tokenise
from tarikh.articles import read_article
from tarikh.collection import sample_layouts
from tarikh.line_cues import Unit, _date_kinds, _goes_on, _is_person, _row_hits, find_dateline, is_insert, read_rules
from tarikh.roles import ROLES, label_lines
from tarikh.stress import everything, hard_wrap, interleaved, no_headline, no_stops, repeated_headline
from tarikh.tables import read_csv, read_table

CASES = Path(__file__).parent / "cases"
KEEP = {"headline", "subheadline", "body"}


def case_pages() -> dict[str, list[tuple[str, str]]]:
    rows = pd.read_csv(CASES / "roles_pages.csv", encoding="utf-8", keep_default_na=False)
    pages = groupby(rows.itertuples(index=False), key=lambda row: row.page)
    return {page: [(row.role, row.text) for row in group] for page, group in pages}


@pytest.fixture(scope="session")
def reference(shared) -> list[list[tuple[str, str]]]:
    gold = read_csv(shared / "reference" / "roles.csv").astype({"line": int}).set_index(["page", "line"])["role"]
    pages = []
    for file in sorted((shared / "reference" / "pages").glob("*.txt")):
        lines = file.read_text(encoding="utf-8").split("\n")
        pages.append([(gold.get((file.stem, n), ""), line) for n, line in enumerate(lines, start=1)])
    return pages


def found(page: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Gold and found role of each line that has a gold role."""
    lines = label_lines("\n".join(text for _, text in page) + "\n")
    return [(gold, line.role) for (gold, _), line in zip(page, lines, strict=True) if gold]


def keep_f1(pairs: list[tuple[str, str]]) -> float:
    both = sum(gold in KEEP and role in KEEP for gold, role in pairs)
    return 2 * both / sum((gold in KEEP) + (role in KEEP) for gold, role in pairs)


@pytest.mark.parametrize(
    "stress",
    [
        None,
        no_stops,
        hard_wrap,
        no_headline,
        repeated_headline,
        interleaved,
        everything,
    ],
)
def test_reference_pages(reference, stress):
    pages = [stress(page, random.Random(1)) if stress else page for page in reference]
    results = [found(page) for page in pages]
    assert keep_f1([pair for result in results for pair in result]) >= (0.97 if stress is None else 0.95)
    assert all(("body", "body") in result for result in results)


def test_the_pages_read_by_another_hand(shared):
    lines = (shared / "dev" / "roles.jsonl").read_text(encoding="utf-8").splitlines()
    pairs = [pair for line in lines for pair in found([tuple(pair) for pair in json.loads(line)["lines"]])]
    assert sum(gold == role for gold, role in pairs) / len(pairs) >= 0.96
    assert keep_f1(pairs) >= 0.98


def test_no_headline_is_promoted(reference):
    assert [any(role == "headline" for _, role in found(page)) for page in reference] == [True, True, False, True, True]


@pytest.mark.parametrize("name", sorted(case_pages()))
def test_case_pages(name):
    wrong = [(gold, role) for gold, role in found(case_pages()[name]) if gold != role]
    assert wrong == []


@pytest.mark.parametrize(
    ("stress", "floor"),
    [
        (no_stops, 0.92),
        (hard_wrap, 0.88),
        (repeated_headline, 0.97),
        (interleaved, 0.96),
        (no_headline, 0.97),
        (everything, 0.75),
    ],
)
def test_case_pages_under_stress(stress, floor):
    pages = [stress(page, random.Random(1)) for page in case_pages().values()]
    assert keep_f1([pair for page in pages for pair in found(page)]) >= floor


# --- nothing is lost ---------------------------------------------------------------------------------------------

TEXTS = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\r\n\x85\u2028\u2029\x0b\x0c .:؟…«»/-0123ءاينوم"),
    )
)


@given(TEXTS)
@example("a\r\nb\rc\n\x85d\u2028e")
@example("١٢ مايو ٢٠٢٠قال\r\n")
@example("موسكو (رويترز) - ")
def test_lines_join_to_the_input(text):
    lines = label_lines(text)
    assert "".join(line.text for line in lines) == text
    assert len(lines) == len(re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text))
    for line in lines:
        assert line.role in ROLES and line.first in {*ROLES, ""}
        ends = [
            0,
            *(at for part in line.parts for at in (part.start, part.end)),
            len(line.text),
        ]
        assert ends == sorted(ends) and all(part.role in ROLES for part in line.parts)


def test_no_gold_page_loses_a_line(reference):
    for page in reference:
        text = "\r\n".join(text for _, text in page)
        assert "".join(line.text for line in read_article(text).lines) == text


# --- parts, datelines, paragraphs --------------------------------------------------------------------------------

PARTS = read_csv(CASES / "roles_parts.csv")


@pytest.mark.parametrize("row", list(PARTS.itertuples()), ids=PARTS["text"])
def test_parts(row):
    line = label_lines(row.text)[0]
    assert line.role == row.role
    assert [f"{part.role}={line.text[part.start : part.end].strip()}" for part in line.parts] == row.parts.split(
        " + "
    ) * (row.parts != "")


def test_paragraphs_join_wrapped_lines_and_leave_parts_out():
    body = "قال رئيس الوزراء إن الحكومتين اتفقتا على خفض أسعار الغاز خلال السنوات الثلاث المقبلة. " * 4
    page = "\n".join(textwrap.wrap("موسكو (رويترز) - " + body.strip(), 70))
    article = read_article(page)
    assert article.dateline == "موسكو (رويترز)"
    assert [p.text for p in article.paragraphs] == [body.strip()]
    assert article.paragraphs[0].lines == tuple(range(1, page.count("\n") + 2))


def test_a_repeated_paragraph_counts_once():
    lead = "التقى الرئيسان في مينسك اليوم وبحثا ملف الطاقة."
    assert [p.lines for p in read_article(f"{lead}\n{lead}\nوأضاف البيان أن اللقاء دام ساعتين.").paragraphs] == [
        (1,),
        (3,),
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "الرئيسية\nأخبار\nاتصل بنا", "Home\nNews", "•••"])
def test_a_page_without_article(text):
    article = read_article(text)
    assert article.headline is None and article.paragraphs == () and article.stamp is None


def test_one_line_with_everything():
    text = "يلتقي الرئيسان في سوتشي. وقال بيسكوف إن اللقاء السابع هذا العام يبحث الطاقة. المصدر: RT تابعونا"
    article = read_article(text)
    assert len(article.paragraphs) == 1 and "المصدر" not in article.paragraphs[0].text
    assert article.credit == "المصدر: RT تابعونا"


def test_dated_headlines_beside_an_article_make_no_listing():
    body = [f"وقال البيان رقم {n} إن الحكومتين اتفقتا على أسعار الغاز للعام المقبل." for n in range(6)]
    beside = [line for n in range(4) for line in (f"عنوان خبر آخر من أخبار المدينة رقم {n}", f"1{n} مايو 2021")]
    article = read_article("\n".join(["اتفاق على أسعار الغاز بين موسكو ومينسك", "12 مايو 2021", *body, *beside]))
    assert not article.is_listing and len(article.paragraphs) == 6


def test_a_box_of_news_on_top_does_not_hide_the_article():
    box = ["أعلنت البلدية إغلاق الشارع الرئيسي يوم الجمعة لأعمال الصيانة.", "آخر الأخبار", "طقس معتدل في عطلة الأسبوع"]
    body = [f"وأوضح الوزير في البند {n} أن شحنات النفط إلى مينسك مستمرة وفق العقد." for n in range(6)]
    article = read_article("\n".join([*box, "روسيا تؤكد استمرار شحنات النفط إلى مينسك", *body]))
    assert len(article.paragraphs) == 6 and "البلدية" not in article.paragraphs[0].text


@pytest.mark.parametrize("heading", ["اقرأ أيضا", "أخبار ذات صلة", "قد يهمك أيضا"])
def test_an_article_goes_on_after_links_in_its_middle(heading):
    links = [heading, "لوكاشينكو يزور سوتشي", "بوتين يستقبل نظيره"]
    page = [LEAD, *links, "وكان الوزير قد زار مينسك قبل عام واحد", "وتستمر الزيارة يومين."]
    roles = [line.role for line in label_lines("\n".join(page))]
    assert roles == ["body", "furniture", "furniture", "furniture", "body", "body"]


def test_nothing_resumes_after_the_comments():
    page = [LEAD, "التعليقات", "أبو محمد", "والوقود يا سعادة الوزير متى يصل إلى محطات القرى البعيدة؟"]
    assert [line.role for line in label_lines("\n".join(page))] == ["body", "furniture", "furniture", "furniture"]


def test_listing_and_live_blog_are_said_to_be_such():
    teaser = "أعلنت الحكومة أن المفاوضات بين البلدين ستستأنف قريبا بعد توقف دام أسابيع عدة بسبب خلاف على …"
    assert read_article("\n".join(f"عنوان الخبر رقم {n}\n{teaser}\nأكمل القراءة »" for n in range(5))).is_listing
    live = "\n".join(f"1{n}:30 قالت وزارة الدفاع إن القوات أنهت المرحلة {n} من التدريب." for n in range(6))
    assert read_article(live).is_listing
    assert not read_article("\n".join(text for _, text in case_pages()["section_headings"])).is_listing


# --- the same page in other spellings ---------------------------------------------------------------------------------

SPELLINGS = {
    "Persian letters": lambda line: line.translate(str.maketrans("يك", "یک")),
    "no-break spaces": lambda line: line.replace(" ", "\u00a0"),
    "bidirectional marks": lambda line: "\u200f" + line.replace(" ", " \u202b", 1) + "\u202c" if line else line,
    "tatweel": lambda line: " ".join(w[:2] + "ـ" + w[2:] if len(w) > 4 and w.isalpha() else w for w in line.split(" ")),
    "presentation forms": lambda line: line.replace("لا", "ﻻ").replace("الله", "ﷲ"),
    "diacritics": lambda line: line.replace("ق", "قَ"),
    "Arabic-Indic digits": lambda line: line.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    "bare alef": lambda line: line.translate(str.maketrans("أإى", "ااي")),
    "carriage returns": lambda line: line + "\r",
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_spelling_changes_no_role(spelling):
    for page, lines in sample_layouts().query("split == 'dev'").groupby("page_id")["text"]:
        usual, other = ("\n".join(text) for text in (lines, map(spelling, lines)))
        assert [x.role for x in label_lines(other)] == [x.role for x in label_lines(usual)], page


# --- the tables --------------------------------------------------------------------------------------------------


def row_applies(text: str, row) -> bool:
    unit = Unit([0], text, tokenise(text))
    rules = read_rules(None)
    hits = [h for h in rules.edges.find(unit.tokens) if h.id[0].id == row.id and h.first == 0]
    match row.where:
        case "own_waw":
            return not _goes_on(unit, [], rules)
        case "name":
            return bool(hits) and _is_person(unit, rules)
        case "date_word":
            return len(_date_kinds(unit.tokens, rules)) == len(unit.tokens)
        case "scene":
            return any(t.key in rules.scenes for t in unit.tokens)
        case "office":
            return any(t.key.startswith(rules.offices) for t in unit.tokens)
        case "insert":
            return is_insert(unit, rules)
    if row.role == "body":
        return bool(hits)
    if row.where == "place":  # a city heads a dateline only when a joint follows it
        return bool(hits) and bool(find_dateline(unit, read_rules(None))[1])
    return any(hit.id[0].id == row.id for hit in _row_hits(unit, read_rules(None)))


FURNITURE = read_table("furniture")


@pytest.mark.parametrize("row", list(FURNITURE.itertuples()), ids=FURNITURE["id"])
def test_furniture_row(row):
    assert row_applies(row.example, row)
    assert not row_applies(row.counterexample, row)


def test_a_user_adds_a_phrase(tmp_path):
    own = FURNITURE.iloc[[0]].assign(id="mine", pattern="بطاقة القارئ الذهبية", where="inside", role="furniture")
    own.to_csv(tmp_path / "own.csv", index=False, encoding="utf-8")
    text = "احصل على بطاقة القارئ الذهبية من مكتب الصحيفة في مينسك قبل نهاية الشهر."
    assert label_lines(text)[0].role == "body"
    assert label_lines(text, extra=tmp_path / "own.csv")[0].role == "furniture"


def test_time_is_linear_in_lines_and_in_length(monkeypatch):
    """The work, counted in tokens handed to the pattern matcher, doubles when the page doubles."""
    page = "\n".join(text for _, text in case_pages()["captions_with_agency"]) + "\n"
    assert 1.8 <= _work(page * 20, monkeypatch) / _work(page * 10, monkeypatch) <= 2.2
    assert (
        1.0
        <= _work(page.replace("\n", " ") * 20, monkeypatch) / _work(page.replace("\n", " ") * 10, monkeypatch)
        <= 2.2
    )


def _work(text: str, monkeypatch) -> int:
    handed, find = [], Patterns.find
    with monkeypatch.context() as patch:
        patch.setattr(
            Patterns,
            "find",
            lambda self, tokens: handed.append(len(tokens)) or find(self, tokens),
        )
        label_lines(text)
    return sum(handed) + len(tokenise(text))


LEAD = "استقبل الرئيس الروسي نظيره البيلاروسي اليوم الخميس في موسكو وبحث معه التعاون."


@pytest.mark.parametrize(
    "last", ["وقد وصل الوفد إلى مينسك…", "وكان الرئيسان قد", "أما المعارضة فلم تعلق…", "وفي المساء، وصل"]
)
def test_a_paragraph_that_breaks_off_belongs_to_the_body(last):
    assert [line.role for line in label_lines(f"{LEAD}\n{last}\n")] == ["body", "body"]


def test_a_teaser_that_breaks_off_does_not():
    assert [line.role for line in label_lines(f"{LEAD}\nوزير الخارجية يصل إلى القاهرة…\n")] == ["body", "furniture"]
