"""Tables in the project's Markdown documents, for tests that compare them with code and files."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "lib/tarikh/sample"
DATASHEET = SAMPLE / "DATASHEET.md"


@cache
def documented(path: Path) -> dict[str, list[list[str]]]:
    """The tables of a document: the first `name` in the heading above -> rows of cells, without backquotes."""
    tables: dict[str, list[list[str]]] = {}
    name = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            name = next(iter(re.findall(r"`([^`]+)`", line)), line.lstrip("# "))
        elif line.startswith("|"):
            cells = [cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            tables.setdefault(name, []).append(cells)
            if set(line) <= set("|- :"):
                del tables[name][-2:]  # the header and the rule below it
    return tables
