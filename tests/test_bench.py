"""The comparison with peers: quality only, never speed; and what happens when a peer fails."""

from __future__ import annotations

import sys
from datetime import date, datetime

import pandas as pd
import pytest

from tarikh import bench
from tarikh.scores import KEEP, gold_roles

QUALITY = {"role": ["precision", "recall", "f1"], "date": ["answered", "exact", "within_1", "year_wrong"]}


@pytest.fixture(scope="module")
def roles() -> pd.DataFrame:
    return bench.role_bench()


@pytest.fixture(scope="module")
def dates() -> pd.DataFrame:
    return bench.date_bench()


def _scores(table: pd.DataFrame, pages: str, column: str) -> pd.Series:
    return table[table["pages"] == pages].set_index("method")[column]


def test_every_method_has_a_row_for_each_group_of_pages(roles, dates):
    assert roles.groupby("pages")["method"].agg(list).to_dict() == {g: [*bench.ROLE_METHODS] for g in ("all", "test")}
    groups = dates.groupby("pages")["method"].agg(list).to_dict()
    assert groups == {g: [*bench.DATE_METHODS] for g in ("all", "no url", "test")}
    assert (roles["note"] == "").all() and (dates["note"] == "").all()


def test_shares_are_shares(roles, dates):
    for table, task in ((roles, "role"), (dates, "date")):
        values = table[QUALITY[task]].stack().dropna()
        assert values.between(0, 1).all()
    assert (dates["exact"] <= dates["within_1"]).all() and (dates["within_1"] <= dates["answered"]).all()


def test_the_trivial_methods_set_the_scale(roles, dates):
    gold = gold_roles()
    kept = roles.set_index(["method", "pages"]).loc[("keep everything", "all")]
    assert (kept["n"], kept["recall"]) == (len(gold), 1)
    assert kept["precision"] == pytest.approx(gold["role"].isin(KEEP).mean())
    assert (_scores(dates, "all", "answered")["always abstain"], kept["note"]) == (0, "")


def test_the_project_leads_on_outlets_not_looked_at(roles, dates):
    assert _scores(roles, "test", "f1").idxmax() == "tarikh.label_lines"
    assert _scores(dates, "test", "exact").idxmax() == "tarikh.date_article"


def test_quality_is_the_same_again(roles):
    again = bench.role_bench()
    pd.testing.assert_frame_equal(roles.drop(columns="speed"), again.drop(columns="speed"))


def test_a_peer_that_raises_is_reported_and_the_run_goes_on(monkeypatch, roles):
    def broken(lines):
        if len(lines) > 10:
            raise ValueError("too long | to tell")
        return [True] * len(lines)

    methods = {"trafilatura": broken, "keep everything": bench.ROLE_METHODS["keep everything"]}
    monkeypatch.setattr(bench, "ROLE_METHODS", methods)
    table = bench.role_bench().set_index(["method", "pages"])
    assert table.loc[("trafilatura", "all"), "note"].startswith("ValueError on ")
    assert 0 < table.loc[("trafilatura", "all"), "recall"] < 1
    assert table.loc[("keep everything", "all"), "f1"] == _scores(roles, "all", "f1")["keep everything"]


def test_a_peer_that_is_not_there_is_said_to_be_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "htmldate", None)
    names = ("htmldate", "dateparser, first full date", "always abstain")
    monkeypatch.setattr(bench, "DATE_METHODS", {name: bench.DATE_METHODS[name] for name in names})
    rows = bench.date_bench().query("pages == 'all'").set_index("method")
    assert rows.loc["htmldate", "note"] == "not installed"
    assert rows.loc["htmldate", QUALITY["date"]].isna().all()
    assert rows.loc["dateparser, first full date", "exact"] > 0


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("مينسك، ١٤ أيلول 2020", "2020-09-14"),
        ("الاثنين 19 ديسمبر/ كانون الأول 2022 - 10:25", "2022-12-19"),
        ("نشر في 05/06/2024", "2024-06-05"),
        ("2023-02-25 مينسك", "2023-02-25"),
        ("في 31 فبراير 2020 ثم في 3 مارس 2020", "2020-03-03"),
        ("قال يوم 14 سبتمبر إن 2020 عام صعب", ""),
    ],
)
def test_the_regex_takes_the_first_full_date(text, day):
    assert str(bench.DATE_METHODS["regex, first full date"]("", text) or "") == day


def test_a_peer_reckons_from_a_fixed_day_and_a_full_date_names_its_year(monkeypatch):
    assert datetime(2026, 11, 21) == bench.READ_ON
    monkeypatch.setattr(bench, "READ_ON", datetime(2021, 3, 10))  # a day that is not the clock's
    text = "قبل يومين"
    assert bench.DATE_METHODS["dateparser, first of anything"]("", text) == date(2021, 3, 8)
    assert bench.DATE_METHODS["htmldate"]("", "نشر في 14/09/2022") is None  # after the day of reading
    assert bench.DATE_METHODS["dateparser, first full date"]("", text) is None
    assert bench.DATE_METHODS["dateparser, first full date"]("", "في 14 سبتمبر 2020") == date(2020, 9, 14)


def test_a_line_that_a_peer_escapes_or_trims_still_counts_as_kept():
    lines = ["", "  قال الوزير   «نعم» & <p>لا.  "]
    assert bench.ROLE_METHODS["trafilatura"](lines) == [False, True]


def test_main_prints_markdown(monkeypatch, capsys, roles, dates):
    monkeypatch.delenv("TARIKH_SHARED", raising=False)
    monkeypatch.setattr(bench, "role_bench", lambda: roles)
    monkeypatch.setattr(bench, "date_bench", lambda: dates)
    bench.main()
    out = capsys.readouterr().out
    widths = {line.count(" | ") for line in out.splitlines() if line.startswith("| ")}
    assert widths == {roles.shape[1] - 1, dates.shape[1] - 1}
    assert "| – |" in out and "five real pages" not in out


def test_the_five_real_pages(shared):
    roles, dates = bench.reference_bench(shared / "reference")
    assert set(roles["n"]) == {154} and set(dates["n"]) == {5}
    assert _scores(roles, "all", "f1").idxmax() == "tarikh.label_lines"
    assert _scores(dates, "all", "exact").idxmax() == "tarikh.date_article"
