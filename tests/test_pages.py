"""Reading pages: encodings, garbled text, tables, HTML, the sidecar, and a sentence for what cannot be read."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from tarikh.pages import (
    COLUMNS,
    DATES,
    PageError,
    decode,
    read_pages,
    repair_mojibake,
    write_sidecar,
)
from tarikh.tables import TableError

TEXT = "اجتمع رئيس بيلاروسيا أمس مع الوفد الروسي في مينسك، وقال إن المحادثات كانت مفيدة للبلدين.\nوأضاف أنه راض عنها.\n"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256", "iso8859_6"],
)
def test_encodings(tmp_path, encoding):
    (tmp_path / "a.txt").write_bytes(TEXT.encode(encoding))
    pages = read_pages(tmp_path)
    assert pages.loc[0, "text"] == TEXT and pages.loc[0, "problem"] == ""
    assert pages.loc[0, "encoding"] == encoding


def test_line_ends_survive(tmp_path):
    (tmp_path / "a.txt").write_bytes(TEXT.replace("\n", "\r\n").encode())
    assert read_pages(tmp_path).loc[0, "text"] == TEXT.replace("\n", "\r\n")


def cp1252_as_browsers_read_it(data: bytes) -> str:
    return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in data)


@pytest.mark.parametrize(
    "garbled",
    [
        cp1252_as_browsers_read_it(TEXT.encode()),
        TEXT.encode().decode("latin-1"),
        TEXT.encode().decode("cp1256"),
        TEXT.encode("cp1256").decode("latin-1"),
        cp1252_as_browsers_read_it(TEXT.encode("cp1256")),
    ],
    ids=[
        "utf8_as_cp1252",
        "utf8_as_latin1",
        "utf8_as_cp1256",
        "cp1256_as_latin1",
        "cp1256_as_cp1252",
    ],
)
def test_mojibake_is_repaired(garbled):
    assert garbled != TEXT
    repaired, note = repair_mojibake(garbled)
    assert repaired == TEXT and "repaired" in note


@pytest.mark.parametrize(
    "text",
    [TEXT, "Ordinary English text.", "Élève à Genève, Zürich, señor", "ط ظ § عطر", ""],
)
def test_sound_text_is_left_alone(text):
    assert repair_mojibake(text) == (text, "")


def test_garbled_beyond_repair_is_reported(tmp_path):
    (tmp_path / "a.txt").write_text("Ø? Ù? Ø? Ù? Ø?" * 20, encoding="utf-8")
    assert "garbled" in read_pages(tmp_path).loc[0, "problem"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.txt", b"", "no text"),
        ("blank.txt", b" \n\n", "no text"),
        ("noise.txt", bytes(range(256)) * 20, "binary"),
        ("picture.png", b"\x89PNG\r\n\x1a\n", ".png"),
        ("broken.jsonl", b'{"text":\n', "line 1 is not JSON"),
        ("list.jsonl", b"[1]\n", "line 1 is no JSON object"),
        ("other.csv", "عنوان,تاريخ\nأ,ب\n".encode(), "no column of texts"),
        ("broken.parquet", b"PAR1", "Parquet"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path, name, data, words):
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.txt").write_text(TEXT, encoding="utf-8")
    pages = read_pages(tmp_path).set_index("source_file")
    assert words in pages.loc[name, "problem"] and pages.loc[name, "problem"].startswith(name)
    assert pages.loc[name, "text"] == "" and pages.loc["good.txt", "text"] == TEXT


def test_absent_and_empty_folders(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        read_pages(tmp_path / "nowhere")
    pages = read_pages(tmp_path)
    assert len(pages) == 0 and tuple(pages.columns) == COLUMNS
    assert {str(pages[c].dtype) for c in DATES} == {"datetime64[s]"}
    assert {str(pages[c].dtype) for c in set(COLUMNS) - set(DATES)} == {"str"}


def test_what_is_no_page_is_skipped_and_ids_differ(tmp_path):
    for name in (
        "README.md",
        ".hidden.txt",
        "pages.csv",
        "LICENSE",
        "a.txt",
        "a.text",
        "deep/b.txt",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("file\n" if name == "pages.csv" else TEXT, encoding="utf-8")
    assert read_pages(tmp_path)["page_id"].tolist() == ["a.text", "a.txt", "deep/b"]


def test_one_file(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.txt").write_text(TEXT, encoding="utf-8")
    assert read_pages(tmp_path / "a.txt")["page_id"].tolist() == ["a"]


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_tables_of_pages(tmp_path, kind):
    rows = [
        {
            "text": TEXT,
            "title": "قمة في مينسك",
            "url": "https://example.org/1",
            "date": "2020-08-24",
            "crawled": "2024-04-24",
        },
        {"text": "", "title": "", "url": "", "date": "", "crawled": ""},
    ]
    frame = pd.DataFrame(rows)
    if kind == "jsonl":
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        (tmp_path / "x.jsonl").write_text("\n".join(lines), encoding="utf-8")
    elif kind == "csv":
        frame.to_csv(tmp_path / "x.csv", index=False, sep=";", encoding="cp1256")
    else:
        frame.to_parquet(tmp_path / "x.parquet")
    pages = read_pages(tmp_path)
    assert pages["page_id"].tolist() == ["x-000001", "x-000002"]
    assert pages.loc[0, "text"] == f"قمة في مينسك\n\n{TEXT}" and pages.loc[0, "url"] == "https://example.org/1"
    assert pages.loc[0, "meta_date"] == pd.Timestamp("2020-08-24") and pages.loc[0, "fetched"] == pd.Timestamp(
        "2024-04-24"
    )
    assert pages.loc[1, "problem"] == f"x.{kind}: row 2 has no text."


def test_a_broken_row_does_not_stop_the_others(tmp_path):
    (tmp_path / "x.jsonl").write_text('{"text": "قال"}\n{"text":\n{"text": "كان"}\n', encoding="utf-8")
    pages = read_pages(tmp_path)
    assert pages["text"].tolist() == ["قال", "", "كان"] and "line 2" in pages.loc[1, "problem"]


def test_html(tmp_path):
    html = (
        '<html><head><meta charset="windows-1256"><title>قمة مينسك</title>'
        '<meta property="article:published_time" content="2020-08-24T10:00:00Z">'
        '<link rel="canonical" href="https://example.org/a/1"></head>'
        "<body><nav>الرئيسية</nav><article><h1>قمة مينسك</h1>"
        f"<p>{TEXT * 3}</p></article></body></html>"
    )
    (tmp_path / "a.html").write_bytes(html.encode("cp1256"))
    page = read_pages(tmp_path).loc[0]
    assert page["text"].startswith("قمة مينسك") and "الرئيسية" not in page["text"]
    assert page["url"] == "https://example.org/a/1" and page["meta_date"] == pd.Timestamp("2020-08-24")
    assert pd.isna(page["published_given"])


# --- the sidecar -------------------------------------------------------------------------------------------------


def sidecar(folder, rows: str, encoding: str = "utf-8"):
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    (folder / "pages.csv").write_bytes(("file;url;outlet;fetched;published;note\n" + rows).encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1256"])
def test_sidecar_fills_what_the_file_does_not_say(tmp_path, encoding):
    sidecar(
        tmp_path,
        "a.txt;https://example.org/1;الدستور;24/8/2020;2020-08-23;ملاحظة\n",
        encoding,
    )
    page = read_pages(tmp_path).loc[0]
    assert (page["url"], page["outlet"], page["note"]) == (
        "https://example.org/1",
        "الدستور",
        "ملاحظة",
    )
    assert (page["fetched"], page["published_given"]) == (
        pd.Timestamp("2020-08-24"),
        pd.Timestamp("2020-08-23"),
    )


def test_sidecar_with_a_wrong_date_names_the_line(tmp_path):
    sidecar(tmp_path, "a.txt;;;;في الصيف;\n")
    with pytest.raises(TableError, match=r"pages\.csv, line 2"):
        read_pages(tmp_path)


def test_sidecar_survives_being_written_again(tmp_path):
    sidecar(tmp_path, "a.txt;https://example.org/1;الدستور;;2020-08-23;ملاحظة\n")
    pages = read_pages(tmp_path)
    articles = pd.DataFrame(
        {
            "article_id": ["a"],
            "outlet": ["unknown"],
            "published": [pd.Timestamp("2020-08-25")],
            "precision": ["day"],
        }
    )
    write_sidecar(pages, articles, tmp_path / "pages.csv")
    pd.testing.assert_frame_equal(read_pages(tmp_path), pages)
    written = pd.read_csv(tmp_path / "pages.csv", encoding="utf-8-sig", dtype="str", keep_default_na=False).loc[0]
    assert written["published"] == "2020-08-23" and written["detected_published"] == "2020-08-25"


def test_reference_pages_are_read(shared):
    pages = read_pages(shared / "reference" / "pages")
    assert len(pages) == 5 and set(pages["encoding"]) == {"utf-8"} and set(pages["problem"]) == {""}


def test_binary_is_refused():
    with pytest.raises(PageError, match="binary"):
        decode(b"\x00\x01\x02\x03" * 500)
