"""Read saved pages from a folder: plain text, HTML, JSON Lines, CSV, Parquet, in whatever encoding they are.

``read_pages`` gives one row a page; a page that cannot be read keeps its row, with an empty text and a
sentence in ``problem`` that says why. ``write_sidecar`` writes ``pages.csv``, in which a person can say what
the file itself does not: address, outlet, dates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path

import charset_normalizer
import pandas as pd
import trafilatura

from tarikh.arabic import fold, has_arabic
from tarikh.tables import TableError, read_csv

DATES = ("fetched", "published_given", "meta_date")
COLUMNS = (
    *("page_id", "text", "url", "outlet", "fetched", "published_given", "meta_date", "note"),
    *("source_file", "encoding", "problem"),
)
SIDECAR = ("file", "url", "outlet", "fetched", "published", "note")
OWN_TABLES = ("pages.csv", "furniture.csv")  # what a user puts beside the pages
_TEXT = {".txt", ".text", ""}
_HTML = {".html", ".htm"}
_TABLES = {".jsonl", ".ndjson", ".csv", ".parquet"}
_NOT_PAGES = {"README", "LICENSE", "LICENCE", "NOTICE", "COPYING", "CHANGELOG", "AUTHORS", "CITATION"}
# names of a table's columns, in order of preference
_FIELDS = {
    "text": ("text", "body", "content", "article", "article_text", "maintext", "النص", "نص"),
    "title": ("title", "headline", "العنوان"),
    "url": ("url", "link", "source_url", "الرابط"),
    "outlet": ("outlet", "source", "publisher", "site", "المصدر"),
    "fetched": ("fetched", "crawl_date", "crawled", "fetch_time", "download_date", "date_download"),
    "meta_date": ("date", "published", "date_publish", "publish_date", "pubdate", "التاريخ"),
}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_META_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.IGNORECASE)
_CP1252_BYTES = {bytes([b]).decode("cp1252", "replace"): b for b in range(128, 256) if b not in b"\x81\x8d\x8f\x90\x9d"}
_MOJIBAKE = re.compile("[ØÙÚÛ][\u0080-\u00bf\u0152-\u2122]|[طظ][\u00a0-\u00bf\u0152-\u2122ء-ؤ]")


class PageError(ValueError):
    """A page that cannot be read; the message says why and what to do."""


def read_pages(path: Path | str) -> pd.DataFrame:
    """One row a page of a file, or of a folder and the folders in it, sorted by ``page_id``.

    Columns, all str unless said: page_id, text, url, outlet, fetched, published_given and meta_date
    (datetime64[s], NaT where unknown), note, source_file, encoding, problem. ``meta_date`` is what the page's
    metadata or the table's date column say; ``published_given`` is what a person wrote into ``pages.csv``.
    Raises FileNotFoundError if there is no such path, and TableError if ``pages.csv`` cannot be used.

    >>> read_pages("articles").problem.ne("").sum()  # doctest: +SKIP
    0
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"There is no file or folder {path}; check the name, or create the folder.")
    root = path if path.is_dir() else path.parent
    files = sorted(f for f in path.rglob("*") if f.is_file()) if path.is_dir() else [path]
    rows = [row for file in files if _is_wanted(file, root) for row in _read_file(file, root)]
    pages = _frame(rows)
    sidecar = root / "pages.csv"
    return _with_sidecar(pages, sidecar) if sidecar.is_file() and path != sidecar else pages


def _is_wanted(file: Path, root: Path) -> bool:
    hidden = any(part.startswith(".") for part in file.relative_to(root).parts)
    return not hidden and file.name not in OWN_TABLES and file.stem.upper() not in _NOT_PAGES


def _frame(rows: list[dict]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for column in COLUMNS:
        if column in DATES:
            frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
        else:
            frame[column] = frame[column].astype("object").fillna("").astype("str")
    twice = frame.page_id.duplicated(keep=False)  # a.txt beside a.html
    frame.loc[twice, "page_id"] = frame.source_file[twice]
    return frame.sort_values("page_id", ignore_index=True)


def _read_file(file: Path, root: Path) -> Iterator[dict]:
    name = file.relative_to(root).as_posix()
    page = {"page_id": name.removesuffix(file.suffix), "source_file": name}
    try:
        if file.suffix.lower() in _TABLES:
            yield from _read_table(file, page)
        else:
            yield page | _read_page(file)
    except (PageError, OSError) as error:
        yield page | {"text": "", "problem": f"{name}: {error}"}


def _read_page(file: Path) -> dict:
    suffix = file.suffix.lower()
    if suffix not in _TEXT | _HTML:
        raise PageError(f"files of the kind {suffix} are not read; save the page as .txt or .html.")
    text, encoding = decode(file.read_bytes())
    found = _read_html(text) if suffix in _HTML else {"text": text}
    found["text"], note = repair_mojibake(found["text"])
    if not found["text"].strip():
        raise PageError("the file holds no text; save the page again.")
    return found | {"encoding": encoding + note}


def _read_html(html: str) -> dict:
    """Text and metadata of an HTML page through trafilatura; the title stands above the text."""
    page = trafilatura.bare_extraction(html, with_metadata=True, include_comments=False)
    text = (page and page.text) or trafilatura.html2txt(html)
    title = (page and page.title) or ""
    return {
        "text": text if not title or title in text else f"{title}\n\n{text}",
        "url": (page and page.url) or "",
        "meta_date": _date((page and page.date) or ""),
    }


# ---------------------------------------------------------------- tables of pages


def _read_table(file: Path, page: dict) -> Iterator[dict]:
    """A page a row of a JSON Lines, CSV or Parquet file that has a column of texts."""
    records, encoding = _records(file)
    names = {str(c).strip().lower(): c for record in records for c in record}
    columns = {f: next((names[n] for n in known if n in names), None) for f, known in _FIELDS.items()}
    if not records:
        raise PageError("the file holds no rows; save it again.")
    if columns["text"] is None:
        problem = records[0].get("problem", f"no column of texts among {', '.join(sorted(names))}; name it text.")
        raise PageError(problem)
    for n, record in enumerate(records, start=1):
        yield _row(record, n, columns, page, encoding)


def _row(record: dict, n: int, columns: dict[str, str | None], page: dict, encoding: str) -> dict:
    """The page of the ``n``-th record; ``columns`` says which of its cells are text, title, dates."""
    cells = {f: _cell(record.get(c)) for f, c in columns.items() if c is not None}
    row = page | cells | {"page_id": f"{page['page_id']}-{n:06d}", "encoding": encoding}
    row |= {c: _date(cells.get(c, "")) for c in ("fetched", "meta_date")}
    title = row.pop("title", "")
    try:
        text, note = repair_mojibake(cells["text"])
        if not text.strip():
            raise PageError(record.get("problem", f"row {n} has no text."))
    except PageError as error:
        return row | {"text": "", "problem": f"{page['source_file']}: {error}"}
    row["text"] = f"{title}\n\n{text}" if title and title not in text else text
    return row | {"encoding": encoding + note}


def _records(file: Path) -> tuple[list[dict], str]:
    data = file.read_bytes()
    if file.suffix.lower() == ".parquet":
        try:
            return pd.read_parquet(BytesIO(data)).to_dict("records"), "parquet"
        except (OSError, ValueError) as error:
            raise PageError(f"this is no Parquet file that can be read ({error}).") from error
    text, encoding = decode(data)
    if file.suffix.lower() == ".csv":
        header = text.partition("\n")[0]
        delimiter = max(",;\t", key=header.count)
        frame = pd.read_csv(StringIO(text), sep=delimiter, dtype="str", keep_default_na=False)
        return frame.to_dict("records"), encoding
    return [_json_row(line, n) for n, line in enumerate(text.split("\n"), start=1) if line.strip()], encoding


def _json_row(line: str, n: int) -> dict:
    """The object on a line, or what is wrong with the line under the key ``problem``."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        return {"problem": f"line {n} is not JSON ({error.msg}); each line must be one object."}
    return row if isinstance(row, dict) else {"problem": f'line {n} is no JSON object such as {{"text": ""}}.'}


def _cell(value: object) -> str:
    return "" if value is None or value is pd.NaT or value != value else str(value)


def _date(cell: str) -> pd.Timestamp:
    """A day from ``2020-08-24``, an ISO time or ``24/8/2020``; NaT where the cell is none of these."""
    cell = fold(cell).text.strip()
    day_first = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(.*)", cell)
    if day_first:
        cell = "{2}-{1:0>2}-{0:0>2}{3}".format(*day_first.groups())
    elif not re.match(r"\d{4}-\d{1,2}-\d{1,2}", cell):
        return pd.NaT
    when = pd.to_datetime(cell, errors="coerce", utc=True)
    return when if when is pd.NaT else when.tz_localize(None)


# ---------------------------------------------------------------- encodings


def decode(data: bytes) -> tuple[str, str]:
    """Text of ``data``, and the encoding it was in. Raises PageError for what is no text.

    A byte order mark decides, then UTF-16 by its bytes 0 and 6, UTF-8, an HTML page's own statement; what is
    left is judged by charset-normalizer among the single-byte Arabic encodings.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _checked(data.decode(encoding, "replace")), encoding
    for encoding in (*_utf16(data), "utf-8", *_declared(data)):
        try:
            return _checked(data.decode(encoding)), encoding
        except (UnicodeDecodeError, LookupError):
            continue
    if data.count(0) or len(re.findall(rb"[\x01-\x08\x0e-\x1f]", data)) > 0.01 * len(data):
        raise PageError("this is a binary file, not a page; save the page as plain text.")
    best = charset_normalizer.from_bytes(data, cp_isolation=["cp1256", "iso8859_6"]).best()
    encoding = best.encoding if best else "cp1256"
    return _checked(data.decode(encoding, "replace")), encoding


def _utf16(data: bytes) -> list[str]:
    """UTF-16 without a mark: Arabic letters have the byte 6 and blanks the byte 0 on the same side."""
    high = {"utf-16-le": data[1::2][:2000], "utf-16-be": data[0::2][:2000]}
    return [e for e, b in high.items() if b and sum(c in b"\x00\x06" for c in b) > 0.9 * len(b)]


def _declared(data: bytes) -> list[str]:
    found = _META_CHARSET.search(data[:4096])
    return [found[1].decode("ascii")] if found else []


def _checked(text: str) -> str:
    if len(_CONTROL.findall(text)) > 0.01 * len(text):
        raise PageError("this is a binary file, not a page; save the page as plain text.")
    return text


def repair_mojibake(text: str) -> tuple[str, str]:
    """``text`` with wrongly decoded Arabic put right, and a note on what was done, "" if nothing.

    A re-decoding is kept only if it turns to Arabic. Raises PageError where a garbled text yields to none.

    >>> repair_mojibake("Ù…ÙŠÙ†Ø³Ùƒ")
    ('مينسك', ', repaired from cp1252')
    """
    for encoding in ("cp1252", "cp1256"):
        repaired = "\n".join(_again(line, encoding) for line in text.split("\n"))
        if repaired != text:
            return repaired, f", repaired from {encoding}"
    if not has_arabic(text) and len(re.findall("[À-ÿ]", text)) > 0.4 * len(re.findall(r"\w", text)) > 4:
        repaired = bytes(_CP1252_BYTES.get(c, ord(c) & 255) for c in text).decode("cp1256")
        if "ال" in repaired:
            return repaired, ", repaired from cp1256 read as cp1252"
    if len(re.findall("[ØÙ]|\ufffd", text)) > 0.1 * len(text):
        raise PageError("its letters are garbled beyond repair; save the page again as UTF-8.")
    return text, ""


def _again(line: str, encoding: str) -> str:
    """The line as UTF-8 where it was UTF-8 read as ``encoding``, else itself."""
    if len(_MOJIBAKE.findall(line)) < 2:
        return line
    try:
        data = line.encode("cp1256") if encoding == "cp1256" else bytes(map(_cp1252_byte, line))
        repaired = data.decode("utf-8")
    except (UnicodeError, ValueError):
        return line
    return repaired if has_arabic(repaired) else line


def _cp1252_byte(char: str) -> int:
    return _CP1252_BYTES.get(char, ord(char))


# ---------------------------------------------------------------- the sidecar pages.csv


def _with_sidecar(pages: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The pages with what a person wrote in ``pages.csv``, which wins over what the files say."""
    table = read_csv(path)
    if "file" not in table:
        raise TableError(f"{path}: the table lacks the column file, which names the page")
    for column in ("fetched", "published"):
        _check_dates(table, column, path)
    given = table.reindex(columns=list(SIDECAR), fill_value="").drop_duplicates("file").set_index("file")
    given = given.rename(columns={"published": "published_given"})
    name = pages.source_file.where(pages.source_file.isin(given.index), pages.page_id)
    for column in given.columns:
        cells = name.map(given[column]).astype("object").fillna("").astype("str")
        values = cells.map(_date).astype("datetime64[s]") if column in DATES else cells
        pages[column] = values.where(cells != "", pages[column])
    return pages


def _check_dates(table: pd.DataFrame, column: str, path: Path) -> None:
    for line, cell in table.get(column, pd.Series(dtype="str")).items():
        if cell and _date(cell) is pd.NaT:
            raise TableError(f"{path}, line {line}: {cell!r} is not a date; write it as 2020-08-24")


def write_sidecar(pages: pd.DataFrame, articles: pd.DataFrame, path: Path | str) -> None:
    """Write ``pages.csv``: a row a page with the user's own cells as read, and what the program found.

    ``pages`` as from ``read_pages``; ``articles`` with article_id, outlet, published and precision.
    """
    many = pages.source_file.duplicated(keep=False)
    sidecar = pd.DataFrame(
        {
            "file": pages.page_id.where(many, pages.source_file),
            "url": pages.url,
            "outlet": pages.outlet,
            "fetched": pages.fetched.dt.strftime("%Y-%m-%d"),
            "published": pages.published_given.dt.strftime("%Y-%m-%d"),
            "note": pages.note,
        }
    )
    found = articles.set_index("article_id").reindex(pages.page_id)
    sidecar["detected_outlet"] = found.outlet.to_numpy()
    sidecar["detected_published"] = found.published.dt.strftime("%Y-%m-%d").to_numpy()
    sidecar["detected_precision"] = found.precision.to_numpy()
    sidecar.fillna("").to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
