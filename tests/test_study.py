"""The main job on a reader's own folder: no page, one, unreadable ones, undated ones, pages outside the period."""

from __future__ import annotations

import pandas as pd
import pytest
from IPython.display import Markdown

from tarikh.study import Study
from tarikh.tables import read_table

DATED = (
    "رئيس بيلاروس يزور موسكو\n\nالاثنين 24 أغسطس {} - 10:00\n\n"
    "وصل الرئيس البيلاروسي لوكاشينكو إلى موسكو اليوم الاثنين للقاء نظيره الروسي بوتين في الكرملين.\n"
)
UNDATED = "قال الرئيس البيلاروسي لوكاشينكو إن التعاون مع روسيا مستمر في كل المجالات وإن بلاده تثق بحليفتها.\n"


def _study(tmp_path, monkeypatch=None, **files) -> Study:
    """A folder of files under study; results are written only where the test cares (``monkeypatch`` is given)."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode("utf-8")
        (folder / f"{name}.txt").write_bytes(data)
    if monkeypatch is None:
        return Study.of(str(folder), None)
    monkeypatch.setenv("TARIKH_FIGURES", str(tmp_path / "out" / "figures"))
    return Study.of(str(folder), str(tmp_path / "out"))


def _run(study: Study) -> str:
    """Everything that notebook 06 shows, in its order; the sentences joined."""
    sentences = [study.opening(), study.problems(), study.dates(), study.topics(), study.shifts()]
    figures = [study.flow, study.collection_by_year, study.clearest_date, study.matrix, study.trend]
    for figure in figures:
        shown = study.show(figure())
        assert shown is not None
        if isinstance(shown, Markdown):
            sentences.append(shown.data)
    sentences.append(study.write())
    return "\n".join(sentences)


def test_no_page(tmp_path):
    said = _run(_study(tmp_path))
    assert "There is no page in the folder" in said
    assert "لا صفحة في المجلد" in said


def test_one_dated_page(tmp_path, monkeypatch):
    study = _study(tmp_path, monkeypatch, one=DATED.format(2020))
    said = _run(study)
    assert "Dated to the day: 1" in said
    assert "Too few articles to say: 1" in said
    written = pd.read_csv(tmp_path / "out" / "articles.csv", encoding="utf-8-sig")
    assert written["published"].tolist() == ["2020-08-24"]
    assert (tmp_path / "out" / "figures" / "ar" / "posterior.svg").exists()


def test_pages_none_of_which_can_be_dated(tmp_path):
    said = _run(_study(tmp_path, one=UNDATED, two=UNDATED.replace("مستمر", "يتقدم")))
    assert "Nothing in these pages settles the year" in said


def test_pages_all_outside_the_period(tmp_path):
    # 24 August was a Monday in 2009
    study = _study(tmp_path, one=DATED.format(2009))
    said = _run(study)
    assert "outside 2014–2023: 1" in said
    assert study.corpus.flow()["n"].iloc[-1] == 0


def test_bad_files_are_named_and_the_rest_is_processed(tmp_path):
    study = _study(
        tmp_path,
        good=DATED.format(2020),
        arabic_windows=DATED.format(2020).encode("cp1256", errors="ignore"),
        utf16=DATED.format(2020).encode("utf-16"),
        empty="",
        binary=bytes(range(256)) * 40,
    )
    said = _run(study)
    articles = study.corpus.articles.set_index("article_id")
    assert (articles.loc[["good", "arabic_windows", "utf16"], "published"] == pd.Timestamp("2020-08-24")).all()
    assert "empty.txt" in said and "binary.txt" in said
    assert "2 of them could not be read" in said


def test_an_absent_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        Study.of(str(tmp_path / "nowhere"), None)


def test_a_correction_survives_and_counts(tmp_path, monkeypatch):
    study = _study(tmp_path, monkeypatch, one=UNDATED)
    study.write()
    sidecar = tmp_path / "out" / "pages.csv"
    frame = pd.read_csv(sidecar, encoding="utf-8-sig", dtype="str", keep_default_na=False)
    frame.loc[0, "published"] = "2019-04-03"
    frame.to_csv(tmp_path / "pages" / "pages.csv", index=False, sep=";", encoding="utf-8-sig")
    again = Study.of(str(tmp_path / "pages"), str(tmp_path / "out"))
    assert again.corpus.articles["published"].tolist() == [pd.Timestamp("2019-04-03")]
    assert "given" in again.corpus.articles["evidence_kinds"].iloc[0].split()
    again.write()
    kept = pd.read_csv(sidecar, encoding="utf-8-sig", dtype="str", keep_default_na=False)
    assert kept.loc[0, "published"] == "2019-04-03"


def test_without_a_folder_the_abstracts_are_used():
    study = Study.of(None, None)
    assert len(study.pages) == 5
    assert "Nothing was written" in study.write()


OUTLETS = list(read_table("outlets")["domain"][:40])


@pytest.mark.parametrize(("later", "possible"), [(OUTLETS[:20], True), (OUTLETS[20:], False)])
def test_a_shift_is_held_against_a_change_of_outlets(tmp_path, later, possible):
    sides = [
        (2019, OUTLETS[:20], "بحث الجانبان أسعار الغاز والنفط الروسي في بيلاروس."),
        (2021, later, "بحث الجانبان وجود مقاتلي فاغنر في بيلاروس."),
    ]
    rows = []
    for year, outlets, text in sides:
        for i in range(60):
            # the words differ, so that no page counts as a reprint of another
            body = " ".join(
                f"{word}{year}{i}" for word in ("كلمة", "عبارة", "جملة", "فقرة", "خبر", "نبأ", "حديث", "قول")
            )
            url = f"https://{outlets[i % len(outlets)]}/{year}/{i}"
            text_of = f"عنوان الخبر {body}\n\n{text} {body} {body}"
            rows.append({"page_id": f"p{year}-{i}", "url": url, "text": text_of, "date": f"{year}-03-{i % 28 + 1:02}"})
    folder = tmp_path / "pages"
    folder.mkdir()
    pd.DataFrame(rows).to_csv(folder / "table.csv", index=False)
    shifts = Study.of(str(folder), None).shifts()
    assert "Wagner (+" in shifts
    assert ("Possible shifts" in shifts) is possible
    assert ("cannot be told from a change of outlets" in shifts) is not possible
