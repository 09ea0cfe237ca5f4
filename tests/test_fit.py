"""Fitted lags and reliabilities: planted values come back, the judged ones hold where little was seen."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from tarikh.dating import Evidence, lag_spans, response
from tarikh.fit import MOST, PRIOR, Page, fit_kind, fitted_kinds, page_evidence
from tarikh.tables import read_table

JUDGED = "0:0.5 1:0.3 2..3:0.2"
KIND = pd.Series({"kind": "planted", "judged": JUDGED, "judged_reliability": "0.8"})


def _seen(n: int, masses: tuple[float, ...], reliability: float, corpus: str = "a") -> list[tuple[str, np.ndarray]]:
    """Responses as a window of a thousand days gives them: mass on one span, or (unreliable) on none."""
    rng, per_day = np.random.default_rng(0), np.array([1000.0, 1000.0, 500.0])
    drawn = rng.choice(4, size=n, p=[*(reliability * m for m in masses), 1 - reliability])
    return [(corpus, np.where(np.arange(3) == span, per_day, 0.0)) for span in drawn]


def test_planted_masses_and_reliability_come_back():
    """Each response here lies on one span or on none: the fit is the counts, and twenty judged observations."""
    seen = _seen(100, (0.1, 0.1, 0.8), 0.6)
    counts = sum(np.sign(responses) for _, responses in seen)
    fitted = fit_kind(KIND, seen)
    masses = [mass for *_, mass in lag_spans(fitted["parameters"], "planted")]
    wanted = (counts + PRIOR * np.array([0.5, 0.3, 0.2])) / (counts.sum() + PRIOR)
    assert masses == pytest.approx(wanted, abs=0.002)
    assert float(fitted["reliability"]) == pytest.approx((counts.sum() + PRIOR * 0.8) / 120, abs=0.002)
    assert fitted["n_gold"] == "100" and fitted["fitted_on"] == "a: 100"


def test_with_little_seen_the_judgement_holds():
    fitted = fit_kind(KIND, _seen(1, (0, 0, 1), 1.0))
    masses = [mass for *_, mass in lag_spans(fitted["parameters"], "planted")]
    assert masses == pytest.approx([0.5, 0.3, 0.2], abs=0.05)
    assert float(fitted["reliability"]) == pytest.approx(0.8, abs=0.02)


def test_no_corpus_outvotes_the_rest():
    many, few = _seen(5000, (1, 0, 0), 1.0, "large"), _seen(100, (0, 0, 1), 1.0, "small")
    masses = [mass for *_, mass in lag_spans(fit_kind(KIND, many + few)["parameters"], "planted")]
    assert MOST == 100 and masses[0] == pytest.approx(masses[2], abs=0.1)


def test_masses_are_written_in_thousandths_that_sum_to_one():
    for row in read_table("evidence_kinds").itertuples():
        masses = [mass for *_, mass in lag_spans(row.parameters, row.kind)]
        assert not masses or sum(masses) == pytest.approx(1)
        assert 0 < float(row.reliability) <= 1


def test_a_response_is_the_density_that_a_span_gives_the_day():
    friday = Evidence("deictic_weekday", "weekday 5", 1, 0, 1, "اليوم الجمعة", "deictic_day")
    assert response(friday, date(2020, 10, 2)) == pytest.approx([7, 0, 0], abs=0.01)
    assert response(friday, date(2020, 10, 3)) == pytest.approx([0, 7, 0], abs=0.01)


def test_kinds_of_our_own_tables_learn_from_independent_days_alone():
    text = "توفي وزير الخارجية فلاديمير ماكي في بيلاروسيا اليوم السبت."
    kinds = {
        independent: {
            kind for kind, *_ in page_evidence(Page("collection", "x", text, date(2022, 11, 26), independent))
        }
        for independent in (True, False)
    }
    assert kinds[False] == {"deictic_weekday"} < kinds[True]
    assert {kind for kind, *_ in page_evidence(Page("ant", "x", text, date(2022, 11, 26), True))} == {"deictic_weekday"}


@pytest.mark.full
def test_the_stored_table_is_what_the_fit_gives(shared):
    pd.testing.assert_frame_equal(fitted_kinds(shared), read_table("evidence_kinds"))
