"""The comparison with peers: quality only, never speed; and what happens when a peer fails."""

from __future__ import annotations

import sys
from datetime import date, datetime

import pandas as pd
import pytest

from tarikh import bench, bench_times
from tarikh.collection import sample_lines
from tarikh.scores import KEEP, gold_roles
from tarikh.stress import STRESSES
from tarikh.tables import read_csv

QUALITY = {
    "role": ["precision", "recall", "f1"],
    "date": ["answered", "exact", "within_1", "low", "high", "year_wrong"],
}
BY_HAND = "date-extractor, first date"  # states no licence, so it is not installed with the rest


STRESSED = [*QUALITY["role"], *STRESSES]


SLOW = ("goose3",)  # six times slower than the next: measured with --full


@pytest.fixture(scope="module")
def roles() -> dict[str, pd.DataFrame]:
    methods = {name: method for name, method in bench.ROLE_METHODS.items() if name not in SLOW}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench, "ROLE_METHODS", methods)
        return bench.role_tables()


@pytest.fixture(scope="module")
def dates() -> pd.DataFrame:
    return bench.date_bench()


def _scores(table: pd.DataFrame, column: str) -> pd.Series:
    return table.set_index("method")[column]


def test_every_method_has_a_row(roles, dates):
    for table in roles.values():
        assert {*table["method"], *SLOW} == set(bench.ROLE_METHODS)
        assert (table["note"] == "").all()
    groups = dates.groupby("pages")["method"].agg(list).to_dict()
    names = ("every", "text", "stamped", "unstamped", "condensed", "text, test")
    assert groups == {g: [*bench.DATE_METHODS] for g in names}
    assert (dates.loc[dates["method"] != BY_HAND, "note"] == "").all()


def test_shares_are_shares(roles, dates):
    for table in (*(t[QUALITY["role"]] for t in roles.values()), roles["layouts"][STRESSED], dates[QUALITY["date"]]):
        assert table.stack().dropna().between(0, 1).all()
    measured = dates.dropna(subset=["exact"])
    assert (measured["exact"] <= measured["within_1"]).all()
    assert (measured["within_1"] <= measured["answered"]).all()


def test_the_trivial_methods_set_the_scale(roles, dates):
    gold = gold_roles().query("split == 'test'")
    kept = roles["abstracts"].set_index("method").loc["keep everything"]
    assert (kept["n"], kept["recall"]) == (len(gold), 1)
    assert kept["precision"] == pytest.approx(gold["role"].isin(KEEP).mean())
    assert _scores(dates[dates["pages"] == "every"], "answered")["always abstain"] == 0


def test_the_project_leads_on_outlets_not_looked_at(roles, dates):
    for table in roles.values():
        assert _scores(table, "f1").idxmax() == "tarikh.label_lines"
    stressed = roles["layouts"].set_index("method")[list(STRESSES)]
    assert (stressed.idxmax() == "tarikh.label_lines").all()
    assert _scores(dates[dates["pages"] == "text, test"], "exact").idxmax() == "tarikh.date_article"


def test_the_stored_dates_are_those_of_this_code(dates, tmp_path, monkeypatch):
    stored = bench.stored_date_bench()
    monkeypatch.setattr(bench, "_STORED_DATES", tmp_path / "again.csv")
    monkeypatch.setattr(bench, "stored_date_bench", lambda: stored)
    bench.store_date_bench(dates)
    again = read_csv(tmp_path / "again.csv").reset_index(drop=True)
    pd.testing.assert_frame_equal(stored, again)
    assert float(stored.set_index(["method", "pages"]).loc[(BY_HAND, "text"), "answered"]) > 0


def test_the_stored_table_is_that_of_this_code(roles, tmp_path, monkeypatch):
    _stored_again(roles, tmp_path, monkeypatch, bench.stored_bench().query("method not in @SLOW"))


@pytest.mark.full
def test_the_stored_table_is_that_of_this_code_with_every_peer(tmp_path, monkeypatch):
    _stored_again(bench.role_tables(), tmp_path, monkeypatch, bench.stored_bench())


def _stored_again(roles, tmp_path, monkeypatch, stored):
    stored = stored.reset_index(drop=True)
    monkeypatch.setattr(bench, "_STORED", tmp_path / "again.csv")
    monkeypatch.setattr(bench, "stored_bench", lambda: stored)  # the real pages are not at hand
    bench.store_bench(roles)
    again = read_csv(tmp_path / "again.csv").reset_index(drop=True)
    pd.testing.assert_frame_equal(stored.drop(columns="speed"), again.drop(columns="speed"))


def test_a_peer_that_raises_is_reported_and_the_run_goes_on(monkeypatch, roles):
    def broken(lines):
        if len(lines) > 10:
            raise ValueError("too long | to tell")
        return [True] * len(lines)

    methods = {"trafilatura": broken, "keep everything": bench.ROLE_METHODS["keep everything"]}
    monkeypatch.setattr(bench, "ROLE_METHODS", methods)
    lines = sample_lines().query("split == 'test'")
    table = bench.role_bench(lines).set_index("method")
    assert table.loc["trafilatura", "note"].startswith("ValueError on ")
    assert 0 < table.loc["trafilatura", "recall"] < 1
    assert table.loc["keep everything", "f1"] == _scores(roles["abstracts"], "f1")["keep everything"]


def test_a_peer_that_is_not_there_is_said_to_be_missing(monkeypatch):
    for module in ("htmldate", "goose3"):
        monkeypatch.setitem(sys.modules, module, None)
    names = ("htmldate", "dateparser, first full date", "always abstain")
    monkeypatch.setattr(bench, "DATE_METHODS", {name: bench.DATE_METHODS[name] for name in names})
    rows = bench.date_bench().query("pages == 'every'").set_index("method")
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


def test_main_prints_markdown_and_stores(monkeypatch, capsys, tmp_path, roles, dates):
    monkeypatch.delenv("TARIKH_SHARED", raising=False)
    stored = bench.stored_bench()
    monkeypatch.setattr(bench, "stored_bench", lambda: stored)
    monkeypatch.setattr(bench, "_STORED", tmp_path / "stored.csv")
    monkeypatch.setattr(bench, "role_tables", lambda reference: roles)
    monkeypatch.setattr(bench, "date_bench", lambda: dates)
    monkeypatch.setattr(bench, "SIZES", (0.01,))
    bench.main()
    out = capsys.readouterr().out
    assert out.count("\n| --- |") == 4 and "| – |" in out and "five real pages" not in out
    assert (tmp_path / "stored.csv").exists()


def test_the_five_real_pages(shared):
    roles = bench.role_bench(bench.reference_lines(shared / "reference"))
    dates = bench.reference_dates(shared / "reference")
    assert set(roles["n"]) == {154} and set(dates["n"]) == {5}
    assert _scores(roles, "f1").idxmax() == "tarikh.label_lines"
    assert dates[dates["pages"] == "every"].set_index("method")["exact"].idxmax() == "tarikh.date_article"
    stored = bench.stored_bench().set_index("method")["real"]
    assert stored.to_dict() == _scores(roles, "f1").round(3).astype(str).to_dict()
    assert stored.astype(float).idxmax() == "tarikh.label_lines"


def test_expressions_of_time_beside_dateparser(shared):
    """Recognition (the very span) and resolution are better in dates and durations, recognition in periods too."""
    scores = bench_times.timex_bench(shared).set_index(["kind", "method"])
    for kind in ("date", "duration", "period"):
        ours, theirs = (scores.loc[(kind, method)] for method in ("tarikh.tag_timexes", "dateparser"))
        assert ours["exact"] > theirs["exact"], kind
        if ours["resolvable"]:
            assert ours["resolved"] > theirs["resolved"], kind


def test_a_day_of_fetching_is_measured_by_corpus(shared, monkeypatch):
    monkeypatch.setattr(bench_times, "PER_CORPUS", 8)
    table = bench_times.fetched_bench(shared)
    assert table.groupby("corpus")["method"].nunique().eq(3).all() and (table["n"] == 8).all()
    assert (table["exact"] <= table["within_1"]).all()
