"""Figures: every Arabic label reads right, no text overlaps, one call gives both languages, same bytes."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import arabic_reshaper
import label_proof
import numpy as np
import pandas as pd
import pytest
from bidi import get_display
from matplotlib import style
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from tarikh import charts

HOUSE = Path(charts.__file__).with_name("tarikh.mplstyle")
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
    """Made-up shares; the third period has few articles, one cell has none to speak of."""
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
    monday, month = (days.day_of_week == 0).astype(float), (days.month == 9).astype(float)
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
                "حدث معروف: لقاء الرئيسين في سوتشي بعد خمسة أسابيع من انتخابات بيلاروس، السطران 3 و12",
                "known event: the presidents meet in Sochi five weeks after the election, lines 3 and 12",
                event,
            ),
        ],
    )


def tied_days() -> pd.DataFrame:
    days = pd.date_range("2021-02-01", "2021-02-28")
    monday = (days.day_of_week == 0).astype(float)
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
    words = ["غاز", "مناورات", "احتجاج", "أسعار", "لاجئون", "لقاح", "مُهاجر", "الأمم_المتحدة"]
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
        label = ["لقاء الرئيسين في سوتشي بعد أسابيع من الاحتجاجات", "TASS: اتفاق على الغاز", "قمة مينسك"][i % 3]
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
        trend({"2014-H1": "2014-01-01", "2014-H2": "2014-07-01", "2015-H1": "2015-01-01"}, ["energy", "union"]),
        lang=lang,
    ),
    "trend_years": lambda lang: charts.plot_trend(trend(YEARS, list(TOPICS)), lang=lang),
    "trend_quarters": lambda lang: charts.plot_trend(trend(QUARTERS, list(TOPICS)[:3]), lang=lang),
    "trend_none": lambda lang: charts.plot_trend(trend(FOUR, ["energy"]).assign(gate="none"), lang=lang),
    "trend_few": lambda lang: charts.plot_trend(trend(FOUR, ["energy"]).assign(gate="few"), lang=lang),
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


# ---------------------------------------------------------------- labels

with open(Path(__file__).parent / "cases" / "labels.csv", encoding="utf-8", newline="") as file:
    LABELS = list(csv.DictReader(file))


def draw_everywhere(label: str, path: Path) -> list[label_proof.Line]:
    """The label as text, rotated, in a legend, as title and as annotation; the lines of the SVG."""
    fig = Figure(figsize=(8, 6))
    fig.text(0.5, 0.8, label)
    fig.text(0.1, 0.5, label, rotation=90)
    ax = fig.add_subplot()
    ax.set_axis_off()
    ax.plot([0], [0], label=label)
    ax.annotate(label, (0.5, 0.5), xycoords="axes fraction", rotation=45)
    ax.legend()
    ax.set_title(label)
    fig.savefig(path)
    return label_proof.svg_lines(path)


@pytest.mark.parametrize("case", LABELS, ids=[case["id"] for case in LABELS])
def test_label_reads_right(case, tmp_path):
    text = case["text"].replace("\\n", "\n")
    written = (case["written"].replace("\\n", "\n") or text).split("\n")
    label = charts.arabic(text, width=int(case["width"]) if case["width"] else None)
    lines = draw_everywhere(label, tmp_path / "label.svg")
    assert len(lines) == 5 * len(written)
    for i, line in enumerate(lines):
        assert label_proof.line_faults(written[i % len(written)], line.glyphs) == []


RESHAPED = [case for case in LABELS if case["id"] in ("words", "latin_first", "diacritics", "lines", "range")]


@pytest.mark.skipif(not charts.SHAPES, reason="before Matplotlib 3.11 the recipe is nearly right")
@pytest.mark.parametrize("case", RESHAPED, ids=[case["id"] for case in RESHAPED])
def test_the_usual_recipe_is_seen_reversed(case, tmp_path):
    written = case["text"].split("\\n")
    label = "\n".join(get_display(arabic_reshaper.reshape(line)) for line in written)
    lines = draw_everywhere(label, tmp_path / "label.svg")
    assert all(label_proof.line_faults(text, line.glyphs) for text, line in zip(written, lines, strict=False))
    assert all(label_proof.prove_figure(tmp_path / "label.svg").values())


@pytest.mark.parametrize("text", ["TASS: اتفاق على الغاز", "BBC تنقل عن RIA أن القمة انتهت"])
def test_a_wrong_sentence_direction_is_seen(text, tmp_path):
    draw_everywhere(text, tmp_path / "raw.svg")
    assert any(label_proof.prove_figure(tmp_path / "raw.svg").values())


@pytest.mark.parametrize("text", ["", "2014–2023", "-15", "٢٠٢٣", "TASS (ru)", "$R^2$"])
def test_text_without_arabic_letters_is_unchanged(text):
    assert charts.arabic(text) == text


def test_wrapping_applies_to_any_text():
    assert charts.arabic("one two three", width=8) == "one two\nthree"


@pytest.mark.parametrize(
    ("text", "message"),
    [("\ufeb3\ufefc\ufee1", "reshaped already"), ("السعر 5$ إلى 10$", "between two \\$ signs")],
)
def test_what_would_be_drawn_wrong_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        charts.arabic(text)


def test_an_english_sentence_keeps_its_direction(tmp_path):
    label = charts.arabic("weekday: «اليوم الاثنين» (line 7)", base="L")
    lines = draw_everywhere(label, tmp_path / "label.svg")
    words = label_proof.visual_words("weekday: «اليوم الاثنين» (line 7)", "L")
    assert words[0] == "weekday" and words[-2:] == ["7", ")"]
    assert label_proof.faults(words, lines[0].glyphs, marks=False) == []


# ---------------------------------------------------------------- drawings

both = pytest.mark.parametrize("lang", charts.LANGUAGES)
every = pytest.mark.parametrize("name", DRAWINGS)
SOURCE = {
    "ar": "المجموعة المرفقة (ملخصات بكلماتنا)",
    "en": "the embedded collection (abstracts in our own words)",
}
TEXTS = {
    "caption": {"ar": "عنوان «الشكل»", "en": "A caption <b> & more"},
    "source": SOURCE,
    "alt": {"ar": "نص بديل: 3 أعمدة", "en": 'Alt text: 3 "bars"'},
    "n": 91,
}
DATA = pd.DataFrame({"day": pd.to_datetime(["2020-09-14"]), "share": [1 / 3], "label_ar": ["الطاقة"]})


def draw_with_boxes(fig: Figure, path: Path, monkeypatch) -> list[tuple[str, Bbox]]:
    """Save the figure; every text that was drawn, with its box."""
    drawn = {}  # a figure is drawn twice, first for its layout
    draw = Text.draw

    def record(text, renderer):
        if text.get_visible() and text.get_text().strip():
            drawn[text] = text.get_window_extent(renderer)
        draw(text, renderer)

    monkeypatch.setattr(Text, "draw", record)
    fig.savefig(path)
    return [(text.get_text(), box) for text, box in drawn.items()]


@both
@every
def test_every_label_reads_right_and_has_its_place(name, lang, tmp_path, monkeypatch):
    with style.context(HOUSE):
        fig = DRAWINGS[name](lang)
        fig.set_dpi(72)  # what svg counts in
        charts._add_note(fig, charts._say("source", lang, source=SOURCE[lang], n=91), lang)
        drawn = draw_with_boxes(fig, tmp_path / "figure.svg", monkeypatch)
    frame = fig.bbox.padded(0.5)
    assert [text for text, box in drawn if not (frame.contains(*box.min) and frame.contains(*box.max))] == []
    inner = [(text, box.padded(-0.7)) for text, box in drawn]
    assert [(a, b) for (a, one), (b, two) in combinations(inner, 2) if one.overlaps(two)] == []
    proofs = label_proof.prove_figure(tmp_path / "figure.svg")
    assert drawn and (proofs or lang == "en")
    assert {text: faults for text, faults in proofs.items() if faults} == {}


@both
def test_a_drawing_of_nothing_says_so(lang, tmp_path):
    DRAWINGS["trend_empty"](lang).savefig(tmp_path / "figure.svg")
    words = [line.text for line in label_proof.svg_lines(tmp_path / "figure.svg")]
    assert words == [charts.arabic({"ar": "لا توجد بيانات", "en": "No data"}[lang])]


@pytest.mark.parametrize(
    ("gates", "title"),
    [("ok", "Largest share: Energy"), ("few", "Few articles in every period"), ("none", "Too few articles to say")],
)
def test_the_title_claims_no_more_than_the_gates_allow(gates, title):
    fig = charts.plot_trend(trend(FOUR, ["energy"]).assign(gate=gates), lang="en")
    assert fig.get_suptitle().startswith(title)


def test_one_topic_fits_an_ax_of_ones_own():
    ax = Figure().subplots()
    assert charts.plot_trend(trend(FOUR, ["energy"]), lang="ar", ax=ax) is ax.figure
    with pytest.raises(ValueError, match="one ax holds one topic, the trend has 2"):
        charts.plot_trend(trend(FOUR, ["energy", "union"]), lang="ar", ax=ax)


# ---------------------------------------------------------------- files


def small_drawing(lang: str) -> Figure:
    fig = Figure(figsize=(4, 1), layout="constrained")
    fig.subplots().plot([1, 2], "o")
    fig.suptitle(charts.arabic(TEXTS["caption"][lang]))
    return fig


def save(folder: Path, monkeypatch, **changed) -> list[Path]:
    monkeypatch.setenv("TARIKH_FIGURES", str(folder))
    return charts.save_figure(**{"draw": small_drawing, "name": "flow", "data": DATA, **TEXTS, **changed})


def test_a_figure_is_written_in_both_languages_and_all_formats(tmp_path, monkeypatch):
    paths = save(tmp_path, monkeypatch)
    wanted = [f"{lang}/flow.{kind}" for lang in ("ar", "en") for kind in ("svg", "png", "pdf", "csv")]
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == wanted
    assert all(path.stat().st_size for path in paths)
    written = (tmp_path / "ar" / "flow.csv").read_text(encoding="utf-8")
    assert written == "\ufeffday,share,label_ar\n2020-09-14,0.333333,الطاقة\n"


def test_the_same_figure_is_the_same_bytes(tmp_path, monkeypatch):
    first, second = (save(tmp_path / folder, monkeypatch) for folder in ("one", "two"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_the_files_carry_title_alt_text_and_source(tmp_path, monkeypatch):
    save(tmp_path, monkeypatch)
    with Image.open(tmp_path / "ar" / "flow.png") as picture:
        assert picture.text["Title"] == TEXTS["caption"]["ar"]
        assert picture.text["Description"] == TEXTS["alt"]["ar"]
        assert picture.text["n"] == "91"
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    svg = (tmp_path / "ar" / "flow.svg").read_text(encoding="utf-8")
    assert TEXTS["alt"]["ar"] in svg and "2026" not in svg
    pdf = (tmp_path / "ar" / "flow.pdf").read_bytes()
    assert (b"CreationDate" not in pdf and b"/CIDFontType2" in pdf) or b"/Type42" in pdf or b"TrueType" in pdf


def test_the_source_line_with_n_stands_under_the_figure(tmp_path, monkeypatch):
    save(tmp_path, monkeypatch)
    lines = [line.text for line in label_proof.svg_lines(tmp_path / "en" / "flow.svg")]
    assert f"Source: {SOURCE['en']}. n = 91." in lines


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"alt": {"en": "bars"}}, "figure flow: its alt has no text for ar"),
        ({"caption": {"ar": "", "en": "Flow"}}, "figure flow: its caption has no text for ar"),
        ({"data": DATA.head(0)}, "figure flow: the data is empty"),
        ({"draw": lambda lang: None}, r"figure flow: draw\('ar'\) returned NoneType"),
    ],
)
def test_an_incomplete_figure_is_refused_by_name(changed, message, tmp_path, monkeypatch):
    with pytest.raises(ValueError, match=message):
        save(tmp_path, monkeypatch, **changed)


def test_the_index_shows_every_figure_with_its_texts(tmp_path, monkeypatch):
    save(tmp_path, monkeypatch)
    save(tmp_path, monkeypatch, name="another")
    page = charts.write_figure_index(tmp_path).read_text(encoding="utf-8")
    assert page.index('id="another"') < page.index('id="flow"')
    for text in ('dir="rtl"', "A caption &lt;b&gt; &amp; more", "نص بديل: 3 أعمدة", "n = 91", "ar/flow.csv"):
        assert text in page
    for link in re.findall(r'(?:href|src)="([^"]+)"', page):
        assert (tmp_path / link).is_file()


def test_the_index_misses_a_twin(tmp_path, monkeypatch):
    save(tmp_path, monkeypatch)
    (tmp_path / "ar" / "flow.png").unlink()
    with pytest.raises(FileNotFoundError, match=r"flow\.png"):
        charts.write_figure_index(tmp_path)


FIGURES = sorted((Path(__file__).parents[1] / "figures").glob("*/*.svg"))


@pytest.mark.parametrize("path", FIGURES, ids=[f"{path.parent.name}-{path.stem}" for path in FIGURES])
def test_every_label_of_the_published_figures_reads_right(path):
    assert {text: faults for text, faults in label_proof.prove_figure(path).items() if faults} == {}
