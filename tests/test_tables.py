"""Every row of every rule table: its example matches, its counterexample does not; and tables that cannot load."""

from __future__ import annotations

import re
from functools import cache

import pandas as pd
import pytest

from tarikh.arabic import Patterns, alternatives, tokenise
from tarikh.passages import SlotIndex, slots_of
from tarikh.tables import FACTS, RULES, TableError, columns_of, read_table
from tarikh.timex import tag_timexes


def _patterns_match(row, text: str) -> bool:
    return bool(Patterns((pattern, "") for pattern in alternatives(row.pattern)).find(tokenise(text)))


def _slots_match(cell: str, text: str) -> bool:
    return any(SlotIndex([(None, slots_of(cell), frozenset())]).find(tokenise(text)))


def _grammar_matches(row, text: str) -> bool:
    return any(t.rule_id == row.id for t in tag_timexes(text))


def _month_matches(row, text: str) -> bool:
    if row.calendar == "hijri":
        return any(t.rule_id == "hijri_date" for t in tag_timexes(text))
    return any(t.value[5:7] == f"{int(row.month):02d}" for t in tag_timexes(text))


MATCHERS = {
    "months": _month_matches,
    "date_patterns": _grammar_matches,
    "events": lambda row, text: _slots_match(row.slots, text),
    "annual_days": lambda row, text: _slots_match(row.slots, text),
    "event_series": lambda row, text: _slots_match(row.slots, text),
    "office_holders": lambda row, text: _slots_match(row.pattern, text),
}


@cache
def rows_of(name: str) -> list[tuple[str, int, object]]:
    table = read_table(name)
    return [(name, line, row) for line, row in zip(table.index, table.itertuples(), strict=True)]


@pytest.mark.parametrize("name", sorted(set(RULES) - {"furniture"}))  # whose rows act by place: test_roles.py
def test_every_rule_row(name):
    matches = MATCHERS.get(name, _patterns_match)
    wrong = []
    for table, line, row in rows_of(name):
        if not matches(row, row.example):
            wrong.append(f"{table}.csv, line {line}: the example is not matched: {row.example}")
        if matches(row, row.counterexample):
            wrong.append(f"{table}.csv, line {line}: the counterexample is matched: {row.counterexample}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", sorted(RULES | FACTS))
def test_every_row_names_its_source(name):
    table = read_table(name)
    assert len(table)
    assert (table["source"] != "").all()
    assert table["added"].str.fullmatch(r"\d{4}-\d\d-\d\d").all()


@pytest.mark.parametrize("name", ["events", "annual_days", "contacts", "office_holders"])
def test_facts_rest_on_a_page_that_was_read(name):
    source = read_table(name)["source"]
    assert source.str.match(r"https?://").all(), source[~source.str.match(r"https?://")].tolist()


def test_ids_are_unique():
    for name in RULES | FACTS:
        table = read_table(name)
        if "id" in table:
            twice = table.loc[table["id"].duplicated(), "id"].tolist()
            assert not twice, f"{name}: {twice}"


def test_days_are_in_order():
    events = read_table("events")
    day, end = pd.to_datetime(events["day"]), pd.to_datetime(events["day_end"])
    assert (end.isna() | (day <= end)).all()
    offices = read_table("office_holders")
    start, stop = pd.to_datetime(offices["not_before"]), pd.to_datetime(offices["not_after"])
    assert (start.isna() | stop.isna() | (start <= stop)).all()


def test_a_row_of_ones_own_comes_first(tmp_path):
    own = tmp_path / "own.csv"
    own.write_text(
        "id;pattern;isoweekday;example;counterexample;source;added\n"
        "mine;الاتنين;1;وصل الوفد الاتنين;وصل وفدان;colloquial;2026-11-21\n",
        encoding="cp1256",
    )
    assert read_table("weekdays", extra=own).iloc[0]["pattern"] == "الاتنين"


def test_a_rule_without_an_example_does_not_load(tmp_path):
    own = tmp_path / "own.csv"
    own.write_text(
        "id,pattern,isoweekday,example,counterexample,source,added\nmine,الاتنين,1,,وصل وفدان,x,2026-11-21\n",
        encoding="utf-8",
    )
    with pytest.raises(TableError, match=re.escape("own.csv, line 2: the rule has no example")):
        read_table("weekdays", extra=own)


def test_a_row_with_a_stray_delimiter_is_named(tmp_path):
    own = tmp_path / "own.csv"
    own.write_text(",".join(columns_of("weekdays")) + "\na,b,c\n", encoding="utf-8")
    with pytest.raises(TableError, match="line 2: 3 cells where the header has 7"):
        read_table("weekdays", extra=own)


def test_a_missing_column_is_named(tmp_path):
    own = tmp_path / "own.csv"
    own.write_text("id,pattern\nmine,الاتنين\n", encoding="utf-8")
    with pytest.raises(TableError, match="lacks the column"):
        read_table("weekdays", extra=own)
