"""Figures: every Arabic label reads right, no text overlaps, both languages come from one call, same bytes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from tarikh import charts

TOPICS = {
    "protest": ("الاحتجاج والحقوق", "Protest and rights"),
    "energy": ("الطاقة", "Energy"),
    "military": ("التعاون العسكري والمناورات المشتركة", "Military cooperation and exercises"),
    "union": ("دولة الاتحاد والتكامل", "Union State and integration"),
    "ukraine": ("الحرب في أوكرانيا", "War in Ukraine"),
    "sanctions": ("العقوبات", "Sanctions"),
}
PERIODS = {
    "p1": ("2014–2015", "2014–15"),
    "p2": ("2016–2019", "2016–19"),
    "p3": ("2020–2021", "2020–21"),
    "p4": ("2022–2023", "2022–23"),
}
TABLES = {
    "codebook": pd.DataFrame([(k, *v) for k, v in TOPICS.items()], columns=["topic", "label_ar", "label_en"]),
    "periods": pd.DataFrame([(k, *v) for k, v in PERIODS.items()], columns=["id", "label_ar", "label_en"]),
}


@pytest.fixture(autouse=True)
def own_tables(monkeypatch):
    monkeypatch.setattr(charts, "read_table", TABLES.__getitem__)


def trend(periods: dict[str, str], topics: list[str]) -> pd.DataFrame:
    """Made-up shares; the third period has few articles, the second of the last topic has none to speak of."""
    rows = []
    for t, topic in enumerate(topics):
        for p, (period, start) in enumerate(periods.items()):
            share = 0.08 + 0.3 * abs(np.sin(1.3 * t + 0.7 * p))
            gate = "few" if p == 2 else "none" if p == 1 and t == len(topics) - 1 else "ok"
            spread = 0.5 if gate == "few" else 0.25
            numbers = (4 + 9 * p % 31, share, share * (1 - spread), share * (1 + spread), share * 1.1)
            rows.append((period, pd.Timestamp(start), topic, *numbers, gate))
    columns = ["period", "start", "topic", "n", "share", "low", "high", "sharpened", "gate"]
    return pd.DataFrame(rows, columns=columns)


FOUR = {"p1": "2014-01-01", "p2": "2016-01-01", "p3": "2020-01-01", "p4": "2022-01-01"}
YEARS = {str(year): f"{year}-01-01" for year in range(2014, 2024)}
QUARTERS = {f"{year}-Q{q}": f"{year}-{3 * q - 2:02}-01" for year in range(2014, 2024) for q in range(1, 5)}


def posterior(days: pd.DatetimeIndex, curves: list[tuple[str, str, np.ndarray]]) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"row": i, "label_ar": ar, "label_en": en, "day": days, "value": value})
        for i, (ar, en, value) in enumerate(curves)
    ]
    return pd.concat(parts, ignore_index=True)


def sure_day() -> pd.DataFrame:
    days = pd.date_range("2020-08-01", "2020-10-31")
    monday, month = (days.dayofweek == 0).astype(float), (days.month == 9).astype(float)
    event = np.exp(-abs((days - pd.Timestamp("2020-09-14")).days.to_numpy()) / 2.0)
    product = (monday + 0.02) * (month + 0.01) * event
    return posterior(
        days,
        [
            ("", "", product / product.sum()),
            (
                "يوم من أيام الأسبوع: «اليوم الاثنين»، السطر 7",
                "weekday: «اليوم الاثنين», line 7",
                monday + 0.02,
            ),
            (
                "شهر: «في سبتمبر/أيلول الجاري»، السطر 9",
                "month: «في سبتمبر/أيلول الجاري», line 9",
                month + 0.01,
            ),
            (
                "حدث معروف: لقاء الرئيسين في سوتشي بعد خمسة أسابيع من الانتخابات الرئاسية في بيلاروس، السطران 3 و12",
                "known event: the two presidents meet in Sochi five weeks after the Belarusian election, lines 3, 12",
                event,
            ),
        ],
    )


def tied_days() -> pd.DataFrame:
    days = pd.date_range("2021-02-01", "2021-02-28")
    monday = (days.dayofweek == 0).astype(float)
    return posterior(days, [("", "", monday / monday.sum()), ("يوم الاثنين", "a Monday", monday)])


def vague_years() -> pd.DataFrame:
    days = pd.date_range("2010-01-01", "2024-12-31")
    term = ((days.year >= 2015) & (days.year <= 2019)).astype(float)
    return posterior(days, [("", "", term / term.sum()), ("مدة المنصب", "term of office", term)])


def collection(outlets: int, years: range) -> pd.DataFrame:
    rows = [
        (f"outlet-{i:02}.example.com", year, (7 * i + 3 * year) % 23 if (i + year) % 3 else 0)
        for i in range(outlets)
        for year in years
    ]
    rows += [("مركز الدراسات الاستراتيجية والدولية", None, 12), ("outlet-00.example.com", None, 140)]
    return pd.DataFrame(rows, columns=["outlet", "year", "n"])


def keyness(n: int) -> pd.DataFrame:
    words = (
        "غاز نفط مناورات احتجاج فاغنر معارضة أسعار اتحاد نووي عقوبات لاجئون لقاح مُهاجر الأمم_المتحدة".split()
    )
    score = np.linspace(4, -3.5, n)
    return pd.DataFrame(
        {
            "word": [words[i % len(words)] for i in range(n)],
            "score": score,
            "low": score - 0.8,
            "high": score + 0.8,
            "side": np.where(score > 0, "target", "reference"),
        }
    )


SIDES = {
    "target": {"ar": "2020–2021", "en": "2020–21"},
    "reference": {
        "ar": "ما قبل انتخابات أغسطس 2020 بأعوامه الستة",
        "en": "the six years before the election of 2020",
    },
}


def matrix(n: int, undated: int) -> pd.DataFrame:
    rows = []
    for i in range(n):
        day = pd.Timestamp("2014-03-01") + pd.Timedelta(days=int(3400 * i / max(n - 1, 1)))
        spread = pd.Timedelta(days=[0, 15, 180][i % 3])
        dates = (pd.NaT, pd.NaT, pd.NaT) if i < undated else (day, day - spread, day + spread)
        label = ["لقاء الرئيسين في سوتشي بعد أسابيع من الاحتجاجات", "TASS: اتفاق على الغاز", "قمة مينسك"][
            i % 3
        ]
        for j, topic in enumerate(list(TOPICS) if i % 5 else [None]):
            if topic is None or (i + j) % 3 == 0:
                rows.append((f"a{i:03}", *dates, label, topic, 1 + (i * j) % 9))
    return pd.DataFrame(rows, columns=["article_id", "published", "low", "high", "label", "topic", "hits"])


EVENTS = pd.DataFrame(
    [
        (
            "2015-01-01",
            "دخول معاهدة الاتحاد الاقتصادي الأوراسي حيز التنفيذ",
            "The Eurasian Economic Union begins",
        ),
        ("2020-08-09", "انتخابات الرئاسة في بيلاروس", "Presidential election in Belarus"),
        ("2020-09-14", "لقاء الرئيسين في سوتشي", "The presidents meet in Sochi"),
        (
            "2021-05-23",
            "إجبار طائرة «راين إير» على الهبوط في مينسك",
            "Ryanair flight forced to land in Minsk",
        ),
        ("2022-02-24", "بدء الحرب الشاملة في أوكرانيا", "Full-scale war in Ukraine begins"),
        ("2023-06-24", "تمرد فاغنر", "Wagner mutiny"),
    ],
    columns=["day", "label_ar", "label_en"],
).assign(day=lambda table: pd.to_datetime(table["day"]))

FLOW = pd.DataFrame(
    [
        ("صفحات محفوظة", "saved pages", 96),
        ("مقالات عربية (لا قوائم ولا صفحات فارغة)", "Arabic articles (no listings, no empty pages)", 91),
        ("ذات صلة بالعلاقات بين روسيا وبيلاروس", "about relations between Russia and Belarus", 74),
        ("مؤرخة بالسنة أو أدق", "dated to the year or better", 60),
        ("مستخدمة", "used", 0),
    ],
    columns=["label_ar", "label_en", "n"],
)
NO_EVENTS = EVENTS.head(0)

Draw = Callable[[str], Figure]
DRAWINGS: dict[str, Draw] = {
    "trend_four": lambda lang: charts.plot_trend(trend(FOUR, list(TOPICS)), lang=lang, illustration=True),
    "trend_one": lambda lang: charts.plot_trend(trend({"p1": "2014-01-01"}, ["energy"]), lang=lang),
    "trend_halves": lambda lang: charts.plot_trend(
        trend(
            {"2014-H1": "2014-01-01", "2014-H2": "2014-07-01", "2015-H1": "2015-01-01"}, ["energy", "union"]
        ),
        lang=lang,
    ),
    "trend_years": lambda lang: charts.plot_trend(trend(YEARS, list(TOPICS)), lang=lang),
    "trend_quarters": lambda lang: charts.plot_trend(trend(QUARTERS, list(TOPICS)[:3]), lang=lang),
    "trend_none": lambda lang: charts.plot_trend(trend(FOUR, ["energy"]).assign(gate="none"), lang=lang),
    "trend_empty": lambda lang: charts.plot_trend(trend({}, []), lang=lang),
    "posterior_day": lambda lang: charts.plot_posterior(sure_day(), lang=lang),
    "posterior_tied": lambda lang: charts.plot_posterior(tied_days(), lang=lang),
    "posterior_years": lambda lang: charts.plot_posterior(vague_years(), lang=lang),
    "posterior_empty": lambda lang: charts.plot_posterior(sure_day().head(0), lang=lang),
    "collection_many": lambda lang: charts.plot_collection(collection(20, range(2014, 2024)), lang=lang),
    "collection_long": lambda lang: charts.plot_collection(collection(3, range(2003, 2027)), lang=lang),
    "collection_undated": lambda lang: charts.plot_collection(collection(0, range(0)), lang=lang),
    "keyness_many": lambda lang: charts.plot_keyness(keyness(30), lang=lang, labels=SIDES),
    "keyness_one": lambda lang: charts.plot_keyness(keyness(1), lang=lang, labels=SIDES),
    "matrix_many": lambda lang: charts.plot_matrix(matrix(40, 4), EVENTS, lang=lang),
    "matrix_five": lambda lang: charts.plot_matrix(matrix(5, 1), EVENTS, lang=lang),
    "matrix_one": lambda lang: charts.plot_matrix(matrix(1, 1), NO_EVENTS, lang=lang),
    "flow": lambda lang: charts.plot_flow(FLOW, lang=lang),
    "flow_zero": lambda lang: charts.plot_flow(FLOW.tail(1), lang=lang),
}
