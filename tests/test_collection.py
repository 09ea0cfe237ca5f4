"""The embedded collection against its datasheet and itself: columns, dates, words, search log, split, no copy."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import urllib.parse
from itertools import pairwise

import pandas as pd
import pytest
from documents import DATASHEET, SAMPLE, documented

import tarikh
from tarikh.arabic import tokenise
from tarikh.collection import (
    count_naming,
    frame_pages,
    gold_dated,
    longest_shared_run,
    sample_codes,
    sample_features,
    sample_layouts,
    sample_queries,
    sample_roles,
)
from tarikh.pages import read_pages
from tarikh.roles import ROLES
from tarikh.scores import role_agreement
from tarikh.tables import read_csv, read_table

RUN = 7  # words in a row that an abstract may have from its source
FILES = [
    "index.csv", "roles.csv", "topics.csv", "forms.csv", "features.csv", "queries.csv", "found.csv",
    "reference_findings.csv", "layouts.csv", "role_bench.csv",
]  # fmt: skip
FORMS = {"call", "bilateral_meeting", "multilateral", "ministerial", "statement", "none"}
REASONS = [
    "other_language", "off_topic", "period", "mention", "listing", "short", "genre", "farm", "forum", "reserved",
    "no_address", "lost",
]  # fmt: skip


@pytest.fixture(scope="module")
def index() -> pd.DataFrame:
    return tarikh.sample_index()


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((SAMPLE / "pages").iterdir())}


@pytest.fixture(scope="module")
def abstracts(index) -> pd.DataFrame:
    """Pages made from a source at hand: all but the condensed ones."""
    return index[index["condensed"] == "no"]


def days_of(index: pd.DataFrame) -> pd.DataFrame:
    return index[["published", "not_before", "not_after"]].apply(pd.to_datetime, format="%Y-%m-%d")


# --- the files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_columns_of_the_datasheet(name):
    assert [row[0] for row in documented(DATASHEET)[name]] == list(read_csv(SAMPLE / name).columns)


def test_counts_of_the_datasheet(index):
    """Numbers in backquoted value (n) pairs, and those in bold, are what the files hold."""
    sheet = DATASHEET.read_text(encoding="utf-8")
    columns = ("date_confidence", "gold_from_url", "split", "condensed", "query_kind", "relevance", "date_kind")
    counts = {column: index[column].value_counts() for column in columns}
    rows = {row[0]: row[-1] for row in documented(DATASHEET)["index.csv"]}
    for column, counted in counts.items():
        said = dict(re.findall(r"`([\w]+)` \((\d+)", rows[column]))
        assert said == {value: str(n) for value, n in counted.items() if value}, column
    roles, codes, log = sample_roles(), sample_codes(), sample_queries()
    facts = {
        "texts": len(index),
        "outlets": index["outlet"].nunique(),
        "pages with roles": roles["page_id"].nunique(),
        "layouts": sample_layouts()["page_id"].nunique(),
        "pages with topics": codes["page_id"].nunique(),
        "lines with topics": len(codes[["page_id", "line"]].drop_duplicates()),
        "queries": len(log),
        "results": int(log["results"].sum()),
    }
    for what, n in facts.items():
        assert f"**{n:,} {what}**" in sheet, f"{n:,} {what}"


def test_the_index_names_every_page_once(index, texts):
    assert index["page_id"].is_unique
    assert sorted(index["page_id"]) == sorted(texts)


def test_texts_are_clean(texts):
    for page, text in texts.items():
        assert "�" not in text, page
        assert unicodedata.is_normalized("NFC", text), page
        assert text.endswith("\n") and text.strip(), page


def test_no_page_stands_twice(index):
    url = index.loc[index["url"] != "", "url"].map(bare)
    assert url.is_unique, url[url.duplicated()].tolist()
    copies = index.set_index("page_id")["near_duplicate_of"]
    copies = copies[copies != ""]
    assert set(copies) <= set(index["page_id"]) - set(copies.index)


# --- dates ------------------------------------------------------------------------------------------------------------


def test_days_lie_in_their_intervals(index):
    days = days_of(index)
    known = days["published"].notna()
    assert (known == (index["date_confidence"] != "unknown")).all()
    assert (days["not_before"] <= days["not_after"]).all()
    assert days["published"].between(days["not_before"], days["not_after"])[known].all()


def test_a_certain_date_says_what_proves_it(index):
    proven = index["date_kind"].isin(["stamp", "url", "text", "event"])
    assert (proven == (index["date_confidence"] == "certain")).all()
    assert (index.loc[index["date_kind"] == "url", "gold_from_url"] == "yes").all()


def test_articles_are_of_the_period(abstracts):
    days = days_of(abstracts)
    assert ((days["not_after"] >= "2014-01-01") & (days["not_before"] <= "2023-12-31")).all()


SPOKEN = {"اليوم": 0, "امس": -1, "غدا": 1}
WEEKDAYS = {"الاثنين": 0, "الثلاثاء": 1, "الاربعاء": 2, "الخميس": 3, "الجمعه": 4, "السبت": 5, "الاحد": 6}
EXCUSED = {"p0357"}  # the page is stamped 8 December and says "today, Saturday", which is the 7th


def weekdays_that_do_not_fit(text: str, published: pd.Timestamp) -> list[str]:
    words = [token.key for token in tokenise(text.replace("أول أمس", "أمس الأول"))]
    pairs = [(a, b) for a, b in pairwise(words) if a in SPOKEN and b in WEEKDAYS]
    return [f"{a} {b}" for a, b in pairs if (published + pd.Timedelta(days=SPOKEN[a])).weekday() != WEEKDAYS[b]]


def test_today_with_a_weekday_fits_the_gold_day(abstracts, texts):
    certain = abstracts[abstracts["date_confidence"] == "certain"]
    wrong = {
        row.page_id: bad
        for row in certain.itertuples()
        if (bad := weekdays_that_do_not_fit(texts[row.page_id], pd.Timestamp(row.published)))
    }
    assert set(wrong) == EXCUSED, wrong


def test_a_wrong_weekday_is_seen():
    assert weekdays_that_do_not_fit("قال أمس الأحد", pd.Timestamp("2020-08-24")) == []
    assert weekdays_that_do_not_fit("قال اليوم الأحد", pd.Timestamp("2020-08-24")) == ["اليوم الاحد"]


def test_the_true_days_take_the_place_of_those_found():
    known = gold_dated(tarikh.sample_corpus().select(["r000", "h003"]))
    assert known.months.groupby("article_id")["probability"].sum().round(9).eq(1).all()
    assert known.articles.set_index("article_id").loc["r000", "published"] == pd.Timestamp("2020-08-24")
    assert (known.months["article_id"] == "r000").sum() == 1


# --- words ------------------------------------------------------------------------------------------------------------


def test_an_abstract_is_no_longer_than_its_source_and_copies_no_run(abstracts, texts):
    for row in abstracts.itertuples():
        assert len(tokenise(texts[row.page_id])) <= int(row.source_words), row.page_id
        assert int(row.longest_shared_run) <= RUN, row.page_id


def test_abstracts_of_the_reference_pages_copy_no_run(shared, texts):
    pages = read_pages(shared / "reference/pages").set_index("page_id")["text"]
    index = tarikh.sample_index().set_index("page_id")
    for page, source in pages.items():
        ours = f"r{page[:3]}"
        assert longest_shared_run(source, texts[ours]) == int(index.loc[ours, "longest_shared_run"]) <= RUN
        assert len(tokenise(source)) == int(index.loc[ours, "source_words"])
        counted = sample_features().query("page_id == @ours and kind == 'naming'")
        assert dict(zip(counted["name"], counted["n"], strict=True)) == dict(
            count_naming(source)[["name", "n"]].itertuples(index=False)
        )


def test_a_copied_run_is_seen():
    assert longest_shared_run("قال الرئيس أمس\nإن المحادثات بدأت", "أمس قال الرئيس أمس إن المحادثات") == 3
    assert longest_shared_run("إن أزمة", "ان ازمه") == 2  # spellings count as equal


def test_names_are_counted():
    counted = count_naming("غزو أوكرانيا حرب، والحرب الباردة أخرى؛ روسيا البيضاء وبيلاروسيا وبيلاروس")
    assert counted["name"].tolist() == ["belarus", "belarusia", "white_russia", "invasion", "war"]
    assert (counted["n"] == 1).all()


def test_features_are_of_known_kinds(index):
    features = sample_features()
    assert set(features["page_id"]) <= set(index.loc[index["condensed"] == "no", "page_id"])
    assert not features.duplicated(["page_id", "kind", "name"]).any()
    assert (features["n"] > 0).all()
    names = features.groupby("kind")["name"].agg(set)
    assert set(names.index) == {"naming", "quoted", "topic"}
    assert names["naming"] <= set(read_table("naming")["name"])
    assert names["topic"] <= set(read_table("codebook")["topic"])


# --- where the pages come from ----------------------------------------------------------------------------------------


def test_the_log_adds_up(index):
    log, found = sample_queries(), read_csv(SAMPLE / "found.csv")
    assert log["query_id"].is_unique
    assert (log[["taken", *REASONS]].sum(axis=1) == log["results"]).all()
    listed = pd.crosstab(found["query_id"], found["decision"]).reindex(log["query_id"], fill_value=0)
    for decision in listed.columns:
        assert (listed[decision].to_numpy() == log[decision].to_numpy()).all(), decision
    assert set(found.loc[found["decision"] == "taken", "page_id"]) <= set(index["page_id"])


def test_a_page_is_neutral_when_a_neutral_query_found_it(index):
    found = read_csv(SAMPLE / "found.csv").query("decision == 'taken'")
    kinds = sample_queries().set_index("query_id")["query_kind"]
    neutral = set(found.loc[found["query_id"].map(kinds) == "neutral", "page_id"])
    searched = index[index["query_kind"].isin(["neutral", "thematic"])].set_index("page_id")
    assert ((searched["query_kind"] == "neutral") == searched.index.isin(neutral)).all()
    assert searched["query"].isin(kinds.index).all()


def test_shares_are_computed_on_neutral_pages_alone(index):
    frame = index.set_index("page_id").loc[frame_pages(index)]
    assert (frame["query_kind"] == "neutral").all()
    assert (frame["condensed"] == "no").all()


def split_of(outlet: str) -> str:
    return "test" if int(hashlib.sha1(outlet.encode()).hexdigest()[:2], 16) % 3 == 0 else "dev"


def test_the_split_is_by_the_hash_of_the_outlet(index):
    assert (index["split"] == index["outlet"].map(split_of)).all()


def test_no_year_was_left_to_one_writer(index):
    """Pages were dealt without regard to their year."""
    searched = index[index["query_kind"].isin(["neutral", "thematic"])]
    year = searched["published"].replace("", pd.NA).dropna().str[:4]
    assert year.groupby(searched["writer"]).nunique().ge(4).all()
    many = year.value_counts()[lambda n: n >= 10].index
    assert searched["writer"].groupby(year).nunique().loc[many].ge(5).all()


# --- gold -------------------------------------------------------------------------------------------------------------


def test_gold_roles_are_of_lines_that_are_there(texts):
    roles = sample_roles()
    assert roles["page_id"].nunique() >= 120
    assert set(roles["role"]) <= set(ROLES)
    for row in roles.itertuples():
        assert texts[row.page_id].split("\n")[row.line - 1].strip(), f"{row.page_id}, line {row.line}"


def test_settled_roles_follow_a_coder_where_both_agree():
    roles = sample_roles()
    coded = roles[roles["second"] != ""]
    assert set(coded[["role", "first", "second"]].stack()) <= set(ROLES)
    agreed = coded[coded["first"] == coded["second"]]
    assert (agreed["role"] == agreed["first"]).all()
    assert f"the {(coded['first'] != coded['second']).sum()} lines" in DATASHEET.read_text(encoding="utf-8")
    alpha = role_agreement().set_index("role")["alpha"]
    assert f"keep against drop is {alpha['keep']:.2f}" in DATASHEET.read_text(encoding="utf-8")


def test_settled_relevance_follows_a_coder_where_both_agree(index):
    coded = index[index["relevance_second"] != ""]
    agreed = coded["relevance_first"] == coded["relevance_second"]
    assert (coded.loc[agreed, "relevance"] == coded.loc[agreed, "relevance_first"]).all()


def test_layouts_are_whole_pages_split_by_outlet():
    layouts = sample_layouts()
    for page, lines in layouts.groupby("page_id"):
        assert lines["line"].tolist() == list(range(1, len(lines) + 1)), page
        assert lines["domain"].nunique() == lines["split"].nunique() == 1, page
        assert lines["split"].iloc[0] == split_of(lines["domain"].iloc[0]), page
    assert ((layouts["role"] != "") == (layouts["text"].str.strip() != "")).all()
    assert set(layouts["role"]) - {""} <= set(ROLES)
    assert not layouts["text"].str.contains("\n|\r").any()


def test_topics_are_coded_twice(texts):
    codes = sample_codes()
    assert codes["page_id"].nunique() >= 150
    assert not codes.duplicated(["page_id", "line", "coder"]).any()
    assert codes.groupby(["page_id", "line"])["coder"].nunique().eq(2).all()
    given = {topic for cell in codes["topics"] if cell for topic in cell.split("; ")}
    assert given <= set(read_table("codebook")["topic"])
    # topics were coded before the second reading of roles: the lines that the writer of the page called the article
    kept = sample_roles().query("first in ('headline', 'subheadline', 'body')")
    wanted = kept[kept["page_id"].isin(codes["page_id"])][["page_id", "line"]]
    assert set(map(tuple, wanted.to_numpy())) == set(map(tuple, codes[["page_id", "line"]].to_numpy()))


def test_contact_forms_are_known(abstracts):
    forms = read_csv(SAMPLE / "forms.csv")
    assert set(forms["contact_form"]) <= FORMS
    assert set(abstracts["contact_form"]) <= FORMS
    assert set(abstracts["relevance"]) <= {"bilateral", "belarus", "mention"}


def test_rows_that_a_page_suggested_name_it(index):
    names = {name for cell in tarikh.read_table("events")["found_on"] for name in cell.split()}
    assert {name for name in names if "/" not in name} <= set(index["page_id"])


# --- what must not be here --------------------------------------------------------------------------------------------


def bare(url: str) -> str:
    """An address decoded, without scheme, www. and closing slash."""
    return re.sub(r"^(https?://)?(www\.)?", "", urllib.parse.unquote(url)).rstrip("/")


def test_no_reserved_page_is_in_the_collection(shared, index):
    reserved = set((shared / "dev/reserved_urls.txt").read_text(encoding="utf-8").split())
    assert reserved
    listed = pd.concat([index["url"], read_csv(SAMPLE / "found.csv")["url"]])
    hashes = listed.map(lambda url: hashlib.sha1(bare(url).encode()).hexdigest()[:16])
    assert not listed[hashes.isin(reserved) & (listed != "")].tolist()
