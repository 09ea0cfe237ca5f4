"""Outlet, wire, sources quoted and relevance, with the traps of names inside names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tarikh.arabic import Patterns, alternatives, tokenise
from tarikh.articles import read_article
from tarikh.outlets import find_by_name, same_outlet, words_of
from tarikh.sources import UNKNOWN, identify_source, relevance
from tarikh.tables import read_csv, read_table

CASES = Path(__file__).parent / "cases"
BODY = "قال رئيس بيلاروسيا إن بلاده وروسيا اتفقتا على أسعار الغاز للعام المقبل."
RELEVANCE = read_csv(CASES / "sources_relevance.csv")


@pytest.mark.parametrize("row", list(RELEVANCE.itertuples()), ids=RELEVANCE["text"])
def test_relevance(row):
    assert relevance(read_article(row.text.replace(" / ", "\n"))) == row.relevance


def test_sidebars_do_not_count():
    page = "فوز المنتخب في كأس القارة\n\nفاز المنتخب أمس على ضيفه بهدفين في مباراة حضرها الآلاف.\n\nأخبار ذات صلة\n"
    assert (
        relevance(read_article(page + "بوتين ولوكاشينكو يلتقيان في مينسك\nروسيا وبيلاروسيا توقعان اتفاقا"))
        == "off_topic"
    )


@pytest.mark.parametrize(
    ("page", "wire"),
    [
        (f"موسكو (رويترز) - {BODY}", "رويترز"),
        (f"مينسك - (د ب أ)\n\n{BODY}", "د ب أ"),
        (f"(وكالة الخبر / سبوتنيك - 02 ديسمبر 2020ء) {BODY}", "سبوتنيك"),
        (f"{BODY}\n(يو بي آي)", "يو بي آي"),
        (f"{BODY}\nالمصدر: إنترفاكس", "إنترفاكس"),
        (f"{BODY}\nالمصدر: RT", "روسيا اليوم"),
        (f"موسكو-سانا\n\n{BODY}", "سانا"),
        (BODY, UNKNOWN),
        ("وقال واس إن قنا والدوحة على وفاق. وأضاف أن الوفد وصل.", UNKNOWN),
    ],
)
def test_wire(page, wire):
    assert identify_source(read_article(page)).wire == wire


def test_quoted_sources_are_not_the_wire():
    page = f"{BODY}\nونقلت وكالة بيلتا عن الرئيس قوله إن المحادثات ناجحة، بحسب «إنترفاكس».\nوأوردت وكالة واس الخبر."
    source = identify_source(read_article(page))
    assert source.quoted == ("بيلتا", "إنترفاكس", "واس") and source.wire == UNKNOWN


def test_outlet_from_address():
    row = read_table("outlets").query("mirror_of == ''").iloc[0]
    source = identify_source(read_article(BODY, url=f"https://www.{row['domain']}/news/1"))
    assert (source.outlet, source.country) == (row["outlet_ar"], row["country"])
    assert source.basis["outlet"] == f"address: www.{row['domain']}"


def test_a_mirror_names_its_original():
    row = read_table("outlets").query("mirror_of != ''").iloc[0]
    assert identify_source(read_article(BODY, url=f"http://{row['domain']}/x")).mirror_of == row["mirror_of"]


def test_an_address_like_another_is_not_it():
    domain = read_table("outlets").iloc[0]["domain"]
    assert identify_source(read_article(BODY, url=f"https://not{domain}/x")).outlet == UNKNOWN


def test_the_user_knows_best_where_the_address_is_silent():
    assert identify_source(read_article(BODY, outlet="جريدة الحي")).outlet == "جريدة الحي"


def test_outlet_from_masthead_and_its_basis():
    source = identify_source(read_article(f"تطبيق مصراوي\n\nقمة في مينسك بين الرئيسين الروسي والبيلاروسي\n\n{BODY}"))
    assert source.outlet == "مصراوي" and "مصراوي" in source.basis["outlet"]


@pytest.mark.parametrize("page", [BODY, f"{BODY}\nالمصدر: وكالات", f"اليوم الخميس\n{BODY}"])
def test_unknown_is_an_answer(page):
    source = identify_source(read_article(page))
    assert (source.outlet, source.country, source.wire) == (UNKNOWN, UNKNOWN, UNKNOWN)


@pytest.mark.parametrize("table", ["wires", "relevance"])
def test_every_row_finds_its_example_and_not_its_counterexample(table):
    for row in read_table(table).itertuples():
        patterns = Patterns((p, row.id) for p in alternatives(row.pattern))
        assert patterns.find(tokenise(row.example.translate({c: c + 32 for c in range(65, 91)}))), row.id
        assert not patterns.find(tokenise(row.counterexample)), row.id


# --- names of outlets -------------------------------------------------------------------------------------------------


def test_a_section_of_an_aggregator_names_the_outlet_and_what_it_copies():
    source = identify_source(read_article(BODY, url="https://www.masress.com/shorouk/2038426"))
    assert (source.outlet, source.mirror_of) == ("الشروق", "shorouknews.com")


def test_an_aggregator_without_a_known_section_names_no_outlet():
    source = identify_source(read_article(BODY, url="https://www.masress.com/nosuchpaper/1"))
    assert source.outlet == UNKNOWN and "مصرس" in source.basis["outlet"]


@pytest.mark.parametrize(
    ("page", "outlet"),
    [
        (f"بوابة النسيم الجديد\n\n{BODY}", "بوابة النسيم الجديد"),
        (f"{BODY}\n\nجميع الحقوق محفوظة © إرم نيوز 2024", "إرم نيوز"),
        (f"العالم - أوروبا\n{BODY}", "قناة العالم"),
        (f"موسكو: «الشرق الأوسط»\n{BODY}", "الشرق الأوسط"),
        (f"القاهرة - (رويترز)\n{BODY}", UNKNOWN),
        (f"{BODY}\nالمصدر: رويترز", UNKNOWN),
    ],
)
def test_an_outlet_from_the_text_alone(page, outlet):
    assert identify_source(read_article(page)).outlet == outlet


def test_a_name_that_outlets_of_many_countries_bear_has_no_country():
    source = identify_source(read_article(f"{BODY}\nالمصدر: الوطن"))
    assert (source.outlet, source.country) == ("الوطن", UNKNOWN)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("صحيفة البعث", "البعث", True),
        ("الوطن (سوريا)", "الوطن", True),
        ("RT", "آر تي عربي", True),
        ("بوابة أوكرانيا", "أوكرانيا", True),
        ("الوطن", "الوطن العربي", False),
    ],
)
def test_the_same_outlet_under_two_names(one, other, same):
    assert same_outlet(one, other) == same


def test_a_country_is_no_outlet():
    assert find_by_name(words_of("أوكرانيا")) is None and find_by_name(words_of("بوابة أوكرانيا")) is not None


@pytest.mark.parametrize("words", ["بحسب وكالة تاس الروسية", "حليف بوتين", "المقرب من موسكو"])
def test_russia_as_an_attribute_is_no_side(words):
    text = (
        f"اعتقالات في مينسك\n\nاعتقلت الشرطة في بيلاروسيا عشرة متظاهرين، {words}.\nوقال محاميهم إن {words} يتابع الأمر."
    )
    assert relevance(read_article(text)) == "belarus"
