"""Pages to tables: the columns, the flow, one bad page among good ones, any order, any engine, story groups."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from tarikh import corpus as module
from tarikh.collection import sample_pages
from tarikh.corpus import (
    ARTICLE_COLUMNS,
    PART_COLUMNS,
    Corpus,
    build_corpus,
    month_cells,
    process_pages,
    story_groups,
)
from tarikh.study import Study
from tarikh.tables import TableError, read_table

FEW = ["h014", "h194", "r000", "r002", "r004"]


@pytest.fixture(scope="module")
def pages() -> pd.DataFrame:
    frame = sample_pages()
    return frame[frame["page_id"].isin(FEW)].reset_index(drop=True)


@pytest.fixture(scope="module")
def corpus(pages) -> Corpus:
    return build_corpus(pages, workers=1, progress=False)


def _tables(corpus: Corpus) -> dict[str, pd.DataFrame]:
    return {"articles": corpus.articles} | {name: getattr(corpus, name) for name in PART_COLUMNS}


def test_columns_and_dtypes(corpus):
    for name, table in _tables(corpus).items():
        wanted = ARTICLE_COLUMNS if name == "articles" else PART_COLUMNS[name]
        assert {c: str(t) for c, t in table.dtypes.items()} == wanted, name
        assert table["article_id"].is_monotonic_increasing


def test_no_page_gives_the_same_tables_without_rows(pages):
    empty = build_corpus(pages.iloc[:0], progress=False)
    for name, table in _tables(empty).items():
        assert len(table) == 0
        assert list(table) == list(ARTICLE_COLUMNS if name == "articles" else PART_COLUMNS[name])
    assert empty.flow()["n"].tolist() == [0] * 6


def test_the_order_of_pages_does_not_matter(pages, corpus):
    other = build_corpus(pages.iloc[::-1], workers=1, progress=False)
    for name, table in _tables(corpus).items():
        pd.testing.assert_frame_equal(table, getattr(other, name))


def test_any_engine_maps(pages, corpus, monkeypatch):
    monkeypatch.setattr(module, "CHUNK", 2)
    with ThreadPoolExecutor(2) as pool:
        other = build_corpus(pages, executor=pool, progress=False)
    pd.testing.assert_frame_equal(other.articles, corpus.articles)


def test_a_page_that_fails_is_reported_and_the_others_go_on(pages, monkeypatch):
    def broken(text, **known):
        if known["page_id"] == "r002":
            raise RuntimeError("no luck")
        return read_article(text, **known)

    read_article = module.read_article
    monkeypatch.setattr(module, "read_article", broken)
    articles = build_corpus(pages, workers=1, progress=False).articles.set_index("article_id")
    assert articles.loc["r002", "problem"] == "r002.txt: RuntimeError: no luck"
    assert (articles.drop("r002")["problem"] == "").all()


def test_a_page_without_arabic_is_said_to_have_none(pages):
    page = pages.iloc[[0]].assign(text="Only Latin letters here.")
    assert process_pages(page)["problem"].iloc[0].endswith("the page has no Arabic text")


def test_the_flow_only_narrows(corpus):
    assert corpus.flow()["n"].is_monotonic_decreasing
    assert corpus.flow()["n"].iloc[-1] == len(corpus.used().articles)


def test_lines_are_the_page(pages, corpus):
    for page in pages.itertuples():
        lines = corpus.lines[corpus.lines["article_id"] == page.page_id]
        assert "\n".join(lines["text"]) == page.text.rstrip("\n")


def test_months_sum_to_one_and_are_cut_where_a_period_begins(corpus):
    assert corpus.months.groupby("article_id")["probability"].sum().between(0.9999, 1.0001).all()
    dated = corpus.articles.loc[corpus.articles["precision"] != "unknown", "article_id"]
    assert set(corpus.months["article_id"]) == set(dated)
    days = pd.date_range("2020-08-01", "2020-08-31")
    cells = month_cells(pd.Series(1 / len(days), index=days))
    assert [cell[0] for cell in cells] == ["2020-08-01", read_table("periods")["from"].tolist()[2]]


def test_saved_tables_come_back(corpus, tmp_path):
    corpus.save(tmp_path / "tables")
    for name, table in _tables(Corpus.load(tmp_path / "tables")).items():
        pd.testing.assert_frame_equal(table, getattr(corpus, name))
    with pytest.raises(FileNotFoundError):
        Corpus.load(tmp_path / "elsewhere")


def test_one_story_in_two_outlets_is_one_story():
    story = "قال الرئيس إن بلاده ستواصل التعاون مع جارتها في مجالات الطاقة والنقل والزراعة خلال العام المقبل"
    paragraphs = pd.DataFrame(
        {
            "article_id": ["a", "b", "c"],
            "role": "body",
            "text": [
                story,
                "أكد بيان أن " + story + " وما بعده",
                "خبر آخر لا صلة له بما سبق عن كرة القدم في مدينة بعيدة",
            ],
        }
    )
    assert story_groups(paragraphs, pd.Series(["a", "b", "c"])) == ["a", "a", "c"]


def test_page_id_and_text_are_enough():
    pages = pd.DataFrame({"page_id": ["a"], "text": ["وصل الوفد إلى مينسك اليوم الاثنين 24 أغسطس 2020."]})
    articles = build_corpus(pages, workers=1, progress=False).articles
    assert articles["published"].tolist() == [pd.Timestamp("2020-08-24")]


def test_a_furniture_table_of_ones_own_acts_and_a_mistake_in_it_is_told(tmp_path):
    text = "احصل على بطاقة القارئ الذهبية من مكتب الصحيفة في مينسك قبل نهاية الشهر.\n"
    (tmp_path / "page.txt").write_text(text, encoding="utf-8")
    own = read_table("furniture").iloc[[0]].assign(id="mine", pattern="بطاقة القارئ الذهبية", where="inside")
    own.to_csv(tmp_path / "furniture.csv", index=False, encoding="utf-8")
    study = Study.of(str(tmp_path), None)
    assert study.corpus.lines["role"].tolist() == ["furniture"] and len(study.pages) == 1
    own.drop(columns="pattern").to_csv(tmp_path / "furniture.csv", index=False, encoding="utf-8")
    with pytest.raises(TableError, match=r"furniture\.csv.*pattern"):
        Study.of(str(tmp_path), None)


def test_a_chain_of_stories_is_one_story_whatever_the_order():
    words = [f"كلمة{n}" for n in range(400)]
    texts = {"c": words[:200], "a": words[60:260], "b": words[120:320], "d": words[330:]}
    paragraphs = pd.DataFrame(
        [(i, "body", " ".join(t)) for i, t in texts.items()], columns=["article_id", "role", "text"]
    )
    assert story_groups(paragraphs, pd.Series(list(texts))) == ["a", "a", "a", "d"]
