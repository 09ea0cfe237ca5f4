"""Read and check the rule tables: CSV files that a person can edit without reading code.

Every rule row ends in ``example, counterexample, source, added``. A row without an example does not load,
and the message names the file and the line.
"""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib import resources
from pathlib import Path

import pandas as pd

PROOF = ("example", "counterexample", "source", "added")
PROVENANCE = ("source", "added")

# table -> its own columns, without the closing ones; the order is the file's order
RULES = {
    "months": ("id", "pattern", "month", "calendar"),
    "weekdays": ("id", "pattern", "isoweekday"),
    "numerals": ("id", "pattern", "value", "kind"),
    "deictics": ("id", "pattern", "slot", "type", "value"),
    "date_patterns": ("id", "pattern", "type"),
    "furniture": ("id", "pattern", "role", "where"),
    "wires": ("id", "pattern", "name_ar", "name_en"),
    "relevance": ("id", "pattern", "side"),
    "outlet_words": ("id", "pattern", "where"),
    "anchor_words": ("id", "pattern", "slot"),
    "events": (
        "id",
        "slots",
        "details",
        "day",
        "day_end",
        "scheduled",
        "series",
        "label_ar",
        "label_en",
        "found_on",
        "confirmed",
    ),
    "event_series": ("id", "series", "slots", "label_ar", "label_en"),
    "annual_days": ("id", "slots", "day", "label_ar", "label_en"),
    "office_holders": ("id", "pattern", "person", "office", "polity", "not_before", "not_after", "confirmed"),
    "birthdays": ("id", "pattern", "person", "name_ar", "born", "confirmed"),
    "spellings": ("id", "pattern"),
    "codebook_terms": ("topic", "pattern"),
    "background_cues": ("id", "pattern", "where"),
    "naming": ("name", "pattern", "pair"),
}
FACTS = {
    "roles": ("role", "is_content", "date_means"),
    "evidence_kinds": (
        "kind",
        "says_ar",
        "says_en",
        "shape",
        "judged",
        "judged_reliability",
        "parameters",
        "reliability",
        "n_gold",
        "fitted_on",
    ),
    "event_wordings": ("event", "kind", "text"),
    "contacts": ("date", "form", "place", "country", "note_en", "confirmed"),
    "outlets": ("domain", "outlet_ar", "outlet_en", "country", "group", "ownership", "mirror_of"),
    "periods": ("id", "from", "to", "label_ar", "label_en"),
    "codebook": ("topic", "label_ar", "label_en", "definition", "includes", "excludes"),
    "stopwords": ("word", "kind"),
}


class TableError(ValueError):
    """A table that cannot be used; the message says which file and line, and what to do."""


def columns_of(name: str) -> tuple[str, ...]:
    """All columns of the table ``name``, in file order. Raises KeyError for an unknown table."""
    return RULES[name] + PROOF if name in RULES else FACTS[name] + PROVENANCE


def read_csv(path: Path) -> pd.DataFrame:
    """A person's CSV as strings, whatever wrote it: ``,`` or ``;`` or tab, UTF-8 (BOM or not) or windows-1256.

    The index holds the line number of each row in the file. Raises TableError when it cannot be read.
    """
    data = Path(path).read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1256", errors="replace")
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = next(reader, [])
    rows, lines = [], []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            raise TableError(
                f"{path}, line {reader.line_num}: {len(cells)} cells where the header has {len(columns)}; "
                "a cell that holds the delimiter needs quotation marks around it"
            )
        rows.append([cell.strip() for cell in cells])
        lines.append(reader.line_num)
    return pd.DataFrame(rows, columns=[c.strip() for c in columns], index=lines, dtype="str")


def check_table(frame: pd.DataFrame, name: str, path: object) -> pd.DataFrame:
    """``frame`` itself when it has the columns of ``name`` and every rule row its examples; else TableError."""
    wanted = columns_of(name)
    missing = [c for c in wanted if c not in frame.columns]
    if missing:
        raise TableError(f"{path}: the table {name} lacks the column(s) {', '.join(missing)}")
    if name in RULES:
        for column in ("example", "counterexample"):
            empty = frame.index[frame[column] == ""]
            if len(empty):
                raise TableError(f"{path}, line {empty[0]}: the rule has no {column}; write one sentence there")
    return frame[list(wanted)]


@cache
def _shipped(name: str) -> pd.DataFrame:
    path = resources.files("tarikh") / "tables" / f"{name}.csv"
    return check_table(read_csv(path), name, path.name)


def read_table(name: str, extra: Path | None = None) -> pd.DataFrame:
    """The rule table ``name`` as strings, one row a rule; the index is the line in its file.

    ``extra`` is a CSV of the user's own with the same columns, whose rows come first and so win.
    Raises TableError naming file and line for a row that cannot be used.

    >>> read_table("weekdays").columns[:3].tolist()
    ['id', 'pattern', 'isoweekday']
    """
    shipped = _shipped(name)
    if extra is None:
        return shipped.copy()
    return pd.concat([check_table(read_csv(extra), name, extra), shipped])
