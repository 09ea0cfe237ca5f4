"""Figures in Arabic and in English, in the house style of ``tarikh.mplstyle``.

Every label passes through ``arabic``; every ``plot_*`` function takes a table and ``lang`` ("ar" or "en") and
returns a Figure; ``save_figure`` calls such a drawing once a language and writes svg, png, pdf and the data.
"""

from __future__ import annotations

import html
import math
import os
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import arabic_reshaper
import numpy as np
import pandas as pd
from bidi import get_display
from matplotlib import cbook, ft2font, pyplot, style
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from PIL import Image

from tarikh.tables import read_table

LANGUAGES = ("ar", "en")
WIDTH = 6.3  # inches: 16 cm, two columns of a report
TITLE_WIDTH, NOTE_WIDTH = {"ar": 70, "en": 64}, 118  # characters a line

BLUE, ORANGE, GREY, PALE = "#0072B2", "#D55E00", "#767676", "#eeeeee"
_house = style.context(Path(__file__).with_name("tarikh.mplstyle"))

# ---------------------------------------------------------------- Arabic labels

SHAPES = hasattr(ft2font, "__libraqm_version__")  # Matplotlib 3.11 and later shape and order text themselves
_LETTER = re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9]")
_PRESENTATION = re.compile(r"[\ufb50-\ufd3d\ufd50-\ufdfb\ufe70-\ufefc]")
_MATH = re.compile(r"(?<!\\)\$.+?(?<!\\)\$")
_SIGN = re.compile(r"(?<![\w)\]%])(?=[-−+±][0-9])")
_CONTROLS = re.compile(r"[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_ISOLATE, _POP = {"R": "\u2067", "L": "\u2066"}, "\u2069"
_BRACKET, _TAG = r"[()\[\]{}<>«»‹›]", "\ufe00"
_MIRROR = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_reshaper = arabic_reshaper.ArabicReshaper(
    {"delete_harakat": False, "ARABIC LIGATURE ALLAH": False, "use_unshaped_instead_of_isolated": True}
)


def arabic(text: str, *, width: int | None = None, base: str = "R") -> str:
    """``text`` as Matplotlib must be given it, so that its Arabic is drawn joined and in reading order.

    ``width`` wraps the text first, at that many characters a line. ``base`` is the direction of the sentence:
    "R", or "L" for an English sentence that quotes Arabic. Text without an Arabic letter is only wrapped.
    A sign before a European number stays on its left, as CLDR sets ``ar-u-nu-latn``.

    Raises ValueError for presentation forms (the text went through a reshaper already) and for Arabic
    between two dollar signs (Matplotlib would draw it as mathematics).

    >>> arabic("2014–2023")
    '2014–2023'
    """
    if _PRESENTATION.search(text):
        raise ValueError(f"the label {text!r} is reshaped already; give arabic() the text as it is written")
    if width:
        text = _wrap(text, width)
    if not _LETTER.search(text):
        return text
    return "\n".join(_line(line, base) for line in text.split("\n"))


def _line(line: str, base: str) -> str:
    math_text = cbook.is_math_text(line)
    if math_text and any(_LETTER.search(span) for span in _MATH.findall(line)):
        raise ValueError(f"the label {line!r} has Arabic between two $ signs; write \\$ for a dollar sign")
    line = _SIGN.sub("\u200e", line)
    # Mathtext is not shaped by any Matplotlib yet.
    if math_text or not SHAPES:
        return _reorder(line, base)
    return _ISOLATE[base] + line + _POP


def _wrap(text: str, width: int) -> str:
    kept = _MATH.sub(lambda span: span[0].replace(" ", "\xa0"), text)
    lines = (textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False) for line in kept.split("\n"))
    return _MATH.sub(lambda span: span[0].replace("\xa0", " "), "\n".join(lines))


def _reorder(line: str, base: str) -> str:
    """The line's characters joined and in visual order, for a renderer that draws them left to right."""
    spans = _MATH.findall(line) if cbook.is_math_text(line) else []
    for i, span in enumerate(spans):
        line = line.replace(span, chr(0xE000 + i), 1)
    shaped = _reshaper.reshape(line.replace(r"\$", "$"))
    # get_display does not mirror brackets. A mark set after each comes out before it where it was turned.
    visual = get_display(re.sub(_BRACKET, rf"\g<0>{_TAG}", shaped), base_dir=base)
    visual = re.sub(f"({_BRACKET}){_TAG}|{_TAG}({_BRACKET})", lambda m: m[1] or m[2].translate(_MIRROR), visual)
    visual = _CONTROLS.sub("", visual).replace("$", r"\$")
    for i, span in enumerate(spans):
        visual = visual.replace(chr(0xE000 + i), span)
    return visual


def _label(text: str, lang: str, width: int | None = None) -> str:
    return arabic(text, width=width, base="R" if lang == "ar" else "L")


# ---------------------------------------------------------------- words and numbers on the figures

_WORDS = {
    "calibration": {
        "ar": "المجموعة التي ينبغي أن تضم اليوم الصحيح في 90% من الصفحات تضمه في {held} ({n} صفحة)",
        "en": "The sets that should hold the true day for 90% of pages hold it for {held} ({n} pages)",
    },
    "calibration_note": {
        "ar": "على الخط المتقطع ما هو صادق تماما. الأعمدة فترات 95%. يسارا: الصفحات في {groups} مجموعات "
        "متساوية من الأقل احتمالا إلى الأكثر.",
        "en": "On the dashed line the doubt is exactly right. Bars are 95% intervals. Right: pages in {groups} groups "
        "of equal size, from the least probable day to the most.",
    },
    "held": {"ar": "حصة الصفحات التي تضم مجموعتها اليوم", "en": "Share of pages whose set holds the day"},
    "level": {"ar": "الاحتمال الذي تحمله المجموعة", "en": "Probability that the set holds"},
    "hits": {"ar": "حصة الصفحات التي يصح فيها اليوم الأرجح", "en": "Share whose likeliest day is right"},
    "stated": {"ar": "الاحتمال المعلن لذلك اليوم", "en": "Probability stated for that day"},
    "no_data": {"ar": "لا توجد بيانات", "en": "No data"},
    "time": {"ar": "يجري الزمن من اليسار إلى اليمين.", "en": ""},
    "source": {"ar": "المصدر: {source} العدد (ن) = {n}.", "en": "Source: {source} n = {n}."},
    "n": {"ar": "ن = {n}", "en": "n = {n}"},
    "articles": {"ar": "عدد المقالات (ن)", "en": "Articles (n)"},
    "illustration": {"ar": "(للتوضيح) ", "en": "(Illustration) "},
    "share": {"ar": "الحصة مع فاصل 95%", "en": "share, 95% interval"},
    "few": {"ar": "مقالات قليلة", "en": "few articles"},
    "none": {"ar": "أقل من أن يُحكم بها", "en": "too few to say"},
    "sharpened": {"ar": "بعد إزالة أثر التأريخ التقريبي", "en": "smearing by vague dates undone"},
    "top_share": {
        "ar": "أكبر حصة: {topic}، {period}: {share} (فاصل 95%: {low}–{high})",
        "en": "Largest share: {topic}, {period}: {share} (95% interval {low}–{high})",
    },
    "no_share": {
        "ar": "المقالات أقل من أن يُحكم بها على أي موضوع",
        "en": "Too few articles to say anything of any topic",
    },
    "few_only": {
        "ar": "المقالات قليلة في كل فترة، فلا يصح القول بتحوّل أي موضوع",
        "en": "Few articles in every period: no shift of a topic can be claimed",
    },
    "one_day": {
        "ar": "اليوم الأرجح: {first} (الاحتمال {p})",
        "en": "Most probable day: {first} (probability {p})",
    },
    "many_days": {
        "ar": "أيام متساوية الاحتمال عددها {k}، بين {first} و{last} (احتمال كل منها {p})",
        "en": "{k} days are equally probable, between {first} and {last} (probability of each {p})",
    },
    "posterior": {"ar": "احتمال النشر في كل يوم", "en": "Probability of publication, by day"},
    "posterior_month": {"ar": "احتمال النشر في كل شهر", "en": "Probability of publication, by month"},
    "collection": {
        "ar": "الصفحات بحسب الموقع وسنة النشر: {n}، أكثرها في {year} ({k})، وبلا تاريخ: {undated}",
        "en": "Pages by outlet and year: {n}; most of them in {year} ({k}); undated: {undated}",
    },
    "undated_only": {
        "ar": "الصفحات بحسب الموقع: {n}، كلها بلا تاريخ",
        "en": "Pages by outlet: {n}, all of them undated",
    },
    "undated": {"ar": "بلا تاريخ", "en": "undated"},
    "other": {"ar": "مواقع أخرى", "en": "other outlets"},
    "keyness": {
        "ar": "كلمات تميّز «{target}»: {k}، وكلمات تميّز «{reference}»: {m}",
        "en": "Words that mark “{target}”: {k}; that mark “{reference}”: {m}",
    },
    "score": {"ar": "درجة التمييز مع فاصل 95%", "en": "Keyness with 95% interval"},
    "more_in": {"ar": "أكثر في: {side}", "en": "more in: {side}"},
    "matrix": {
        "ar": "عدد المقالات: {n}، والموضوع الأكثر ورودًا: {topic} ({k})",
        "en": "Articles: {n}; the topic met most often: {topic} ({k})",
    },
    "matrix_bare": {"ar": "عدد المقالات: {n}", "en": "Articles: {n}"},
    "matrix_note": {
        "ar": "الخط الأفقي: المدة التي يقع فيها تاريخ المقال. "
        "مساحة الدائرة: عدد الكلمات الدالة على الموضوع، وأكبره {hits}.",
        "en": "Horizontal line: the interval that holds the article's date. "
        "Area of a circle: terms of the topic, {hits} at most.",
    },
    "events": {"ar": "الأحداث: {events}.", "en": "Events: {events}."},
    "flow": {"ar": "{n} من أصل {total} ({share}): {label}", "en": "{n} of {total} ({share}): {label}"},
    "H1": {"ar": "النصف الأول من {year}", "en": "H1 {year}"},
    "H2": {"ar": "النصف الثاني من {year}", "en": "H2 {year}"},
    "Q1": {"ar": "الربع الأول من {year}", "en": "Q1 {year}"},
    "Q2": {"ar": "الربع الثاني من {year}", "en": "Q2 {year}"},
    "Q3": {"ar": "الربع الثالث من {year}", "en": "Q3 {year}"},
    "Q4": {"ar": "الربع الرابع من {year}", "en": "Q4 {year}"},
}
_MONTHS = {
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "en": "January February March April May June July August September October November December",
}
_WEEKDAYS = {
    "ar": "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}


def _say(key: str, lang: str, **values: object) -> str:
    return _WORDS[key][lang].format(**values)


def _percent(value: float) -> str:
    return f"{value:.0%}" if value >= 0.02 or value == 0 else f"{value:.1%}"


def _day(day: pd.Timestamp, lang: str, *, weekday: bool = False) -> str:
    """The day in words that a line break does not part."""
    name = f"{_WEEKDAYS[lang].split()[day.weekday()]} " if weekday else ""
    return f"{name}{day.day} {_month(day, lang)}".replace(" ", "\xa0")


def _month(day: pd.Timestamp, lang: str) -> str:
    return f"{_MONTHS[lang].split()[day.month - 1]} {day.year}"


def topic_names(lang: str) -> dict[str, str]:
    """The label in ``lang`` of every topic of the codebook."""
    codebook = read_table("codebook")
    return dict(zip(codebook["topic"], codebook[f"label_{lang}"], strict=True))


def period_name(period: str, lang: str) -> str:
    """A period of ``topic_trend`` as ``lang`` says it: a row of the table ``periods``, a year or a part of one."""
    named = read_table("periods").set_index("id")[f"label_{lang}"]
    if period in named.index:
        return named[period]
    year, _, part = period.partition("-")
    return _say(part, lang, year=year) if part else year


def _date_ticks(axis: Axes, first: pd.Timestamp, last: pd.Timestamp, lang: str, room: int) -> None:
    """At most ``room`` ticks on whole days, months or years, whichever suits the span, named in ``lang``."""
    days = (last - first).days
    if days < 60:
        step, name = "D", lambda day: _day(day, lang)
    elif days < 800:
        step, name = "MS", lambda day: _month(day, lang)
    else:
        step, name = "YS", lambda day: str(day.year)
    ticks = pd.date_range(first.ceil("D"), last, freq=step)
    ticks = ticks[:: math.ceil(len(ticks) / room)]
    axis.set_xlim(first, last)
    axis.set_xticks(ticks, [_label(name(day), lang) for day in ticks])


# ---------------------------------------------------------------- the frame of a figure


def _start(lang: str) -> str:
    """The side where a line of text begins."""
    return "right" if lang == "ar" else "left"


def _figure(height: float, lang: str, title: str, note: str = "") -> Figure:
    fig = Figure(figsize=(WIDTH, height), layout="constrained")
    fig.get_layout_engine().set(w_pad=0.06, h_pad=0.05)
    fig.suptitle(_label(title, lang, TITLE_WIDTH[lang]), x=_edge(lang), ha=_start(lang))
    _add_note(fig, note, lang)
    return fig


def _edge(lang: str) -> float:
    return 0.99 if lang == "ar" else 0.01


def _add_note(fig: Figure, note: str, lang: str) -> None:
    """A line of small print under the figure, below what stands there already."""
    lines = [fig.get_supxlabel(), _label(note, lang, NOTE_WIDTH)]
    text = "\n".join(line for line in lines if line)
    fig.supxlabel(text, x=_edge(lang), ha=_start(lang), color="#444444")


def _no_data(lang: str) -> Figure:
    fig = _figure(1.2, lang, "")
    fig.text(0.5, 0.5, _label(_say("no_data", lang), lang), ha="center", va="center", color=GREY)
    return fig


def _names_at_start(ax: Axes, lang: str) -> None:
    """Row names stand where the reader's line begins."""
    if lang == "ar":
        ax.yaxis.tick_right()
    ax.spines[["left", "right"]].set_visible(False)
    ax.tick_params(axis="y", length=0)


# ---------------------------------------------------------------- topic shares by period

_MANY = 8  # periods from which a line says more than points
_ROOM = {1: 84, 2: 40, 3: 24}  # panels side by side: characters of one's axis


@_house
def plot_trend(trend: pd.DataFrame, *, lang: str, ax: Axes | None = None, illustration: bool = False) -> Figure:
    """Topic shares by period, one small panel a topic on a common axis, with 95 % intervals.

    ``trend`` has a row a period and topic: period, start, end, topic, n, share, low, high, sharpened, gate
    ("ok"; "few" is drawn hollow and grey; "none" is hatched). Below eight periods each has a point and its n
    under the axis, from eight on a line with a band and a panel of n. ``ax`` takes the panel of one topic.
    ``illustration`` says so in the title. Raises ValueError for an ``ax`` and several topics.
    """
    if trend.empty:
        return _no_data(lang)
    topics = list(dict.fromkeys(trend["topic"]))
    periods = trend.drop_duplicates("period").sort_values("start").reset_index(drop=True)
    trend = trend.assign(x=trend["period"].map({period: i for i, period in enumerate(periods["period"])}))
    if ax is None:
        title = (_say("illustration", lang) if illustration else "") + _trend_title(trend, lang)
        return _trend_panels(trend, topics, periods, title, lang)
    if len(topics) > 1:
        raise ValueError(f"one ax holds one topic, the trend has {len(topics)}; leave ax out or filter the trend")
    _draw_topic(ax, trend, periods, lang)
    _period_ticks(ax, periods, lang)
    return ax.figure


def _trend_title(trend: pd.DataFrame, lang: str) -> str:
    sure = trend[trend["gate"] == "ok"].sort_values(["share", "topic"], ascending=[False, True])
    if sure.empty:
        return _say("few_only" if (trend["gate"] == "few").any() else "no_share", lang)
    top = sure.iloc[0]
    return _say(
        "top_share",
        lang,
        topic=topic_names(lang).get(top["topic"], top["topic"]),
        period=period_name(top["period"], lang),
        **{column: _percent(top[column]) for column in ("share", "low", "high")},
    )


def _trend_panels(trend: pd.DataFrame, topics: list[str], periods: pd.DataFrame, title: str, lang: str) -> Figure:
    many = len(periods) >= _MANY
    panels = len(topics) + many
    columns = min(panels, _columns(periods, lang))
    rows = math.ceil(panels / columns)
    fig = _figure(1.4 + 1.25 * rows, lang, title, _say("time", lang))
    grid = fig.add_gridspec(rows + 1, columns, height_ratios=[0.2] + [1] * rows)
    _trend_legend(fig.add_subplot(grid[0, :]), trend, lang)
    # Arabic panels are read from the right.
    order = range(columns - 1, -1, -1) if lang == "ar" else range(columns)
    cells = [(row, column) for row in range(1, rows + 1) for column in order][:panels]
    axes = [fig.add_subplot(grid[cell]) for cell in cells]
    for ax, topic in zip(axes, topics, strict=False):
        _draw_topic(ax, trend[trend["topic"] == topic], periods, lang)
        top = trend["high"].max() * 1.08 or 1
        ax.set_ylim(-0.05 * top, top)  # a point at zero is drawn whole
    if many:
        _draw_counts(axes[-1], periods, lang)
    for i, ax in enumerate(axes):
        _period_ticks(ax, periods, lang, columns, named=i + columns >= panels)
    return fig


def _columns(periods: pd.DataFrame, lang: str) -> int:
    """As many panels side by side as leave each period's name its room."""
    if len(periods) >= _MANY:
        return 2
    words = " ".join(period_name(period, lang) for period in periods["period"]).split()
    needed = len(periods) * max(map(len, [*words, "n = 00"]))
    return max((columns for columns, room in _ROOM.items() if needed <= room), default=1)


def _draw_topic(ax: Axes, rows: pd.DataFrame, periods: pd.DataFrame, lang: str) -> None:
    topic = rows["topic"].iloc[0]
    ax.set_title(_label(topic_names(lang).get(topic, topic), lang, 30), loc=_start(lang))
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.locator_params(axis="y", nbins=4)
    rows = rows.sort_values("x")
    for x in rows.loc[rows["gate"] == "none", "x"]:
        ax.axvspan(x - 0.5, x + 0.5, facecolor="none", edgecolor="#bbbbbb", hatch="////", linewidth=0)
    drawn = rows.where(rows["gate"] != "none")
    (_draw_line if len(periods) >= _MANY else _draw_points)(ax, drawn)


def _draw_points(ax: Axes, rows: pd.DataFrame) -> None:
    for gate, color, fill in (("ok", BLUE, BLUE), ("few", GREY, "white")):
        part = rows[rows["gate"] == gate]
        ax.vlines(part["x"], part["low"], part["high"], color=color, linewidth=1.4, linestyle="-")
        ax.plot(part["x"], part["share"], "o", color=color, markerfacecolor=fill)
    ax.plot(rows["x"] + 0.2, rows["sharpened"], "x", color=ORANGE, markersize=3.5)


def _draw_line(ax: Axes, rows: pd.DataFrame) -> None:
    ax.fill_between(rows["x"].interpolate(), rows["low"], rows["high"], color=BLUE, alpha=0.2, linewidth=0)
    ax.plot(rows["x"], rows["share"], "-", color=BLUE)
    ax.plot(rows["x"], rows["sharpened"], "--", color=ORANGE, linewidth=1)
    few = rows[rows["gate"] == "few"]
    ax.plot(few["x"], few["share"], "o", color=GREY, markerfacecolor="white", markersize=3)


def _draw_counts(ax: Axes, periods: pd.DataFrame, lang: str) -> None:
    ax.bar(periods.index, periods["n"], width=0.8, color=GREY)
    ax.set_title(_label(_say("articles", lang), lang), loc=_start(lang))
    ax.locator_params(axis="y", nbins=4)


def _period_ticks(ax: Axes, periods: pd.DataFrame, lang: str, columns: int = 1, *, named: bool = True) -> None:
    """Few periods: each by name with its n. Many: the years, thinned to what there is room for."""
    ax.set_xlim(-0.6, len(periods) - 0.4)
    if len(periods) < _MANY:
        ticks, width = periods.index, _ROOM[columns] // len(periods)
        labels = [
            _label(period_name(row.period, lang), lang, width) + "\n" + _label(_say("n", lang, n=f"{row.n:.0f}"), lang)
            for row in periods.itertuples()
        ]
    else:
        first = periods[~periods["start"].dt.year.duplicated()]
        first = first.iloc[:: math.ceil(len(first) / 6)]
        ticks, labels = first.index, [str(year) for year in first["start"].dt.year]
    ax.set_xticks(ticks, labels if named else [""] * len(labels))


def _trend_legend(ax: Axes, trend: pd.DataFrame, lang: str) -> None:
    gates = set(trend["gate"])
    line = trend["period"].nunique() >= _MANY
    marks = {
        "share": Line2D([], [], color=BLUE, marker="" if line else "o", linestyle="-"),
        "sharpened": Line2D([], [], color=ORANGE, marker="" if line else "x", linestyle="--" if line else ""),
        "few": Line2D([], [], color=GREY, marker="o", markerfacecolor="white", linestyle=""),
        "none": Patch(facecolor="none", edgecolor="#bbbbbb", hatch="//////", linewidth=0.5),
    }
    shown = [key for key in marks if key in gates | {"share", "sharpened"}]
    if lang == "ar":
        shown.reverse()
    ax.axis("off")
    legend = ax.legend(
        [marks[key] for key in shown],
        [_label(_say(key, lang), lang) for key in shown],
        loc=f"center {_start(lang)}",
        ncols=len(shown),
        borderaxespad=0,
        columnspacing=1.2,
        markerfirst=lang == "en",
        alignment=_start(lang),
    )
    legend.set_in_layout(False)


# ---------------------------------------------------------------- one article's date


@_house
def plot_posterior(table: pd.DataFrame, *, lang: str) -> Figure:
    """The posterior over days, a bar a day, above what each piece of evidence says of the same days.

    ``table`` is long: row (0 the posterior, 1 and on the evidence), label_ar, label_en, day, value (0 to 1).
    The axis shows the days that hold 99 % of the posterior; beyond 400 days they are summed to months.
    A strip of evidence is scaled to its own highest day: only its shape matters.
    """
    posterior = table[table["row"] == 0].sort_values("day")
    if posterior.empty:
        return _no_data(lang)
    first, last = _window(posterior)
    monthly = (last - first).days > 400
    if monthly:
        first, last = first.to_period("M").start_time, last.to_period("M").end_time
    shown = table[table["day"].between(first, last)]
    if monthly:
        middle = shown["day"].dt.to_period("M").dt.to_timestamp() + pd.Timedelta(days=15)
        by = ["row", "label_ar", "label_en", "day"]
        shown = shown.assign(day=middle).groupby(by, as_index=False)["value"].sum()
    strips = [rows for _, rows in shown.groupby("row", sort=True)]
    height = 2.3 + 0.42 * (len(strips) - 1)
    fig = _figure(height, lang, _posterior_title(posterior, lang), _say("time", lang))
    axes = fig.subplots(len(strips), 1, sharex=True, squeeze=False, height_ratios=[3] + [0.5] * (len(strips) - 1))[:, 0]
    width = pd.Timedelta(days=25 if monthly else 0.8)
    best = posterior.head(0) if monthly else _best_days(posterior)
    _draw_posterior(axes[0], strips[0], best, width, lang)
    axes[0].set_title(_label(_say("posterior_month" if monthly else "posterior", lang), lang), loc=_start(lang))
    for ax, rows in zip(axes[1:], strips[1:], strict=True):
        _draw_strip(ax, rows, width, lang)
    _date_ticks(axes[-1], first, last, lang, room=5)
    return fig


def _window(posterior: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp]:
    mass = posterior["value"].cumsum() / posterior["value"].sum()
    inside = posterior.loc[(mass >= 0.005) & (mass.shift(fill_value=0) <= 0.995), "day"]
    spread = (inside.max() - inside.min()).days
    margin = pd.Timedelta(days=max(4, (36 - spread) // 2, spread // 16), hours=12)  # five weeks at the least
    return inside.min() - margin, inside.max() + margin


def _best_days(posterior: pd.DataFrame) -> pd.DataFrame:
    return posterior[posterior["value"] >= 0.99 * posterior["value"].max()]


def _posterior_title(posterior: pd.DataFrame, lang: str) -> str:
    best = _best_days(posterior)
    first, last = (_day(day, lang, weekday=True) for day in (best["day"].iloc[0], best["day"].iloc[-1]))
    highest = best["value"].iloc[0]
    p = {"ar": "فوق 99%", "en": "over 99%"}[lang] if highest >= 0.995 else _percent(highest)  # nothing is certain
    return _say("one_day" if len(best) == 1 else "many_days", lang, k=len(best), first=first, last=last, p=p)


def _draw_posterior(ax: Axes, rows: pd.DataFrame, best: pd.DataFrame, width: pd.Timedelta, lang: str) -> None:
    rest = rows[~rows["day"].isin(best["day"])]
    ax.bar(rest["day"], rest["value"], width, color=BLUE)
    ax.bar(best["day"], best["value"], width, color=ORANGE)
    ax.set_ylim(0, rows["value"].max() * 1.3)
    ax.yaxis.set_major_formatter(lambda value, _: _percent(value))
    ax.locator_params(axis="y", nbins=4)
    labelled = []
    gap = (rows["day"].max() - rows["day"].min()) * 0.22
    for day, value in best[["day", "value"]].itertuples(index=False):
        if all(abs(day - other) > gap for other in labelled):
            ax.annotate(_label(_day(day, lang), lang), (day, value), (0, 4), textcoords="offset points", ha="center")
            labelled.append(day)


def _draw_strip(ax: Axes, rows: pd.DataFrame, width: pd.Timedelta, lang: str) -> None:
    ax.bar(rows["day"], rows["value"] / rows["value"].max(), width, color=GREY)
    ax.set_title(_label(rows[f"label_{lang}"].iloc[0], lang, 105), loc=_start(lang), fontsize=7, fontweight="normal")
    ax.set_ylim(0, 1.1)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)


# ---------------------------------------------------------------- the collection

_OUTLETS = 15


@_house
def plot_collection(table: pd.DataFrame, *, lang: str) -> Figure:
    """Pages by outlet and year as a heat table; ``table``: outlet, year (missing: undated), n.

    The fifteen largest outlets have a row each, the rest one together.
    """
    if table.empty:
        return _no_data(lang)
    counts = _outlets_by_year(table, lang)
    fig = _figure(1.3 + 0.2 * len(counts), lang, _collection_title(counts, lang), _say("time", lang))
    ax = fig.subplots()
    ax.grid(False)
    ax.imshow(
        counts.where(counts > 0) ** 0.5,
        cmap="Blues",
        vmin=0,
        vmax=counts.max(axis=None) ** 0.5 * 1.15,
        aspect="auto",
    )
    for (row, column), n in np.ndenumerate(counts.to_numpy()):
        if n:
            dark = n > counts.max(axis=None) * 0.45
            ax.text(column, row, n, ha="center", va="center", fontsize=7, color="white" if dark else "black")
    if len(counts.columns) > 1 and counts["undated"].any():
        ax.axvline(len(counts.columns) - 1.5, color="white", linewidth=3)
    names = [_say("undated", lang) if year == "undated" else str(year) for year in counts.columns]
    narrow = len(names) > 13
    ax.set_xticks(range(len(names)), [_label(name, lang) for name in names], rotation=90 if narrow else 0)
    ax.set_yticks(range(len(counts)), [_label(name, lang, 34) for name in counts.index])
    ax.spines[:].set_visible(False)
    _names_at_start(ax, lang)
    return fig


def _outlets_by_year(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """A row an outlet, a column a year and the last one ``undated``, whole numbers."""
    totals = table.groupby("outlet")["n"].sum().reset_index().sort_values(["n", "outlet"], ascending=[False, True])
    kept = list(totals["outlet"][:_OUTLETS])
    other = _say("other", lang)
    years = sorted(table["year"].dropna().astype(int).unique())
    columns = [*range(years[0], years[-1] + 1), "undated"] if years else ["undated"]
    named = table.assign(
        outlet=table["outlet"].where(table["outlet"].isin(kept), other),
        year=[int(year) if pd.notna(year) else "undated" for year in table["year"]],
    )
    counts = named.pivot_table(index="outlet", columns="year", values="n", aggfunc="sum", fill_value=0)
    rows = kept + [other] * (len(totals) > _OUTLETS)
    return counts.reindex(index=rows, columns=columns, fill_value=0).astype(int)


def _collection_title(counts: pd.DataFrame, lang: str) -> str:
    n, years = counts.to_numpy().sum(), counts.drop(columns="undated").sum()
    if years.empty:
        return _say("undated_only", lang, n=n)
    undated = counts["undated"].sum()
    return _say("collection", lang, n=n, year=years.idxmax(), k=years.max(), undated=undated)


# ---------------------------------------------------------------- words that tell two sets apart


@_house
def plot_keyness(table: pd.DataFrame, *, lang: str, labels: Mapping[str, Mapping[str, str]]) -> Figure:
    """Key words of two sets as dots with intervals: word, score (above 0: target), low, high, side.

    ``labels`` names the sides: ``{"target": {"ar": …, "en": …}, "reference": {"ar": …, "en": …}}``.
    """
    if table.empty:
        return _no_data(lang)
    table = table.sort_values(["score", "word"]).reset_index(drop=True)
    names = {side: labels[side][lang] for side in ("target", "reference")}
    k, m = ((table["side"] == side).sum() for side in ("target", "reference"))
    fig = _figure(1.7 + 0.18 * len(table), lang, _say("keyness", lang, k=k, m=m, **names))
    ax = fig.subplots()
    for side, color, marker in (("target", BLUE, "o"), ("reference", ORANGE, "s")):
        part = table[table["side"] == side]
        ax.hlines(part.index, part["low"], part["high"], color=color, linestyle="-")
        ax.plot(part["score"], part.index, marker, color=color)
    ax.axvline(0, color=GREY, linewidth=0.8, linestyle="-")
    ax.grid(axis="x")
    ax.set_yticks(table.index, [arabic(word) for word in table["word"]])
    ax.set_ylim(-0.7, len(table) - 0.3)
    ax.set_xlabel(_label(_say("score", lang), lang))
    ax.set_title(_label(_say("more_in", lang, side=names["reference"]), lang, 36), loc="left", color=ORANGE)
    ax.set_title(_label(_say("more_in", lang, side=names["target"]), lang, 36), loc="right", color=BLUE)
    return fig


# ---------------------------------------------------------------- articles, topics and events


@_house
def plot_matrix(articles: pd.DataFrame, events: pd.DataFrame, *, lang: str) -> Figure:
    """Articles by date beside their topics, a row an article, with the events of the time as numbered lines.

    ``articles`` has a row an article and topic: article_id, published (missing: undated), low, high, label,
    topic (missing: none found), hits; ``events``: day, label_ar, label_en. The undated have a band below.
    """
    if articles.empty:
        return _no_data(lang)
    rows = articles.drop_duplicates("article_id").sort_values(["published", "article_id"], ignore_index=True)
    coded = articles.dropna(subset=["topic"])
    coded = coded.assign(y=coded["article_id"].map(dict(zip(rows["article_id"], rows.index, strict=True))))
    dated = rows.dropna(subset=["published"])
    first, last = _span(dated)
    events = events[events["day"].between(first, last)].sort_values("day", ignore_index=True)
    note = _matrix_note(coded, events, lang)
    names = [topic_names(lang).get(topic, topic) for topic in coded["topic"].unique()]
    height = 1.3 + 0.17 * len(rows) + 0.06 * max(map(len, names), default=8) + 0.1 * len(note) / NOTE_WIDTH
    fig = _figure(height, lang, _matrix_title(rows, coded, lang), note)
    panels = fig.subplots(1, 2, sharey=True, width_ratios=[3, 2] if lang == "en" else [2, 3])
    time, topics = panels if lang == "en" else panels[::-1]
    _draw_dates(time, rows, lang)
    _draw_events(time, events, (last - first).days)
    _date_ticks(time, first, last, lang, room=4)
    _draw_hits(topics, coded, lang)
    _name_rows(time, rows, lang)
    if len(dated) < len(rows):
        _mark_undated(panels, time, len(dated), len(rows), lang)
    return fig


def _span(dated: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The time that the dated articles cover, with a margin; the study period when none is dated."""
    if dated.empty:
        return pd.Timestamp(2014, 1, 1), pd.Timestamp(2023, 12, 31)
    first, last = dated[["published", "low"]].min().min(), dated[["published", "high"]].max().max()
    margin = max(pd.Timedelta(days=15), (last - first) * 0.04)
    return first - margin, last + margin


def _matrix_title(rows: pd.DataFrame, coded: pd.DataFrame, lang: str) -> str:
    if coded.empty:
        return _say("matrix_bare", lang, n=len(rows))
    counts = coded.groupby("topic")["article_id"].nunique()
    topic = counts.idxmax()
    return _say("matrix", lang, n=len(rows), topic=topic_names(lang).get(topic, topic), k=counts.max())


def _matrix_note(coded: pd.DataFrame, events: pd.DataFrame, lang: str) -> str:
    notes = [_say("time", lang)]
    if not coded.empty:
        notes.append(_say("matrix_note", lang, hits=coded["hits"].max()))
    if not events.empty:
        comma, stop = ("، ", "؛ ") if lang == "ar" else (", ", "; ")
        labels = events[f"label_{lang}"] + comma + [_day(day, lang) for day in events["day"]]
        named = (f"({i})\xa0{label}" for i, label in enumerate(labels, start=1))
        notes.append(_say("events", lang, events=stop.join(named)))
    return "\n".join(note for note in notes if note)


def _draw_dates(ax: Axes, rows: pd.DataFrame, lang: str) -> None:
    spans = rows.dropna(subset=["low", "high"])
    ax.hlines(spans.index, spans["low"], spans["high"], color=BLUE, linewidth=2.5, alpha=0.35, linestyle="-")
    dated = rows.dropna(subset=["published"])
    ax.plot(dated["published"], dated.index, "o", color=BLUE, markersize=3.5)
    ax.set_ylim(len(rows) - 0.4, -0.6)


def _draw_events(ax: Axes, events: pd.DataFrame, days: int) -> None:
    """A numbered line an event; numbers that would touch climb to a free level."""
    ends: list[float] = []
    for i, day in enumerate(events["day"], start=1):
        ax.axvline(day, color=ORANGE, linewidth=0.7, linestyle=":")
        at = (day - events["day"].iloc[0]).days / days
        level = next((k for k, end in enumerate(ends) if at - end > 0.07), len(ends))
        ends[level : level + 1] = [at]
        position = {
            "xy": (date2num(day), 1),
            "xycoords": ax.get_xaxis_transform(),
            "textcoords": "offset points",
        }
        ax.annotate(str(i), xytext=(0, 2 + 8 * level), ha="center", fontsize=6.5, color=ORANGE, **position)


def _draw_hits(ax: Axes, coded: pd.DataFrame, lang: str) -> None:
    names = topic_names(lang)
    found = set(coded["topic"])
    topics = [t for t in names if t in found] + sorted(found - set(names))
    if lang == "ar":
        topics.reverse()
    column = coded["topic"].map({topic: x for x, topic in enumerate(topics)})
    ax.scatter(column, coded["y"], s=80 * coded["hits"] / coded["hits"].max(), color=BLUE, linewidth=0)
    ax.set_xlim(-0.7, max(len(topics), 1) - 0.3)
    ax.set_xticks(range(len(topics)), [_label(names.get(t, t), lang) for t in topics], rotation=90)
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelleft=False)
    ax.grid(axis="both")
    ax.spines[:].set_visible(False)


def _name_rows(time: Axes, rows: pd.DataFrame, lang: str) -> None:
    """The articles' names, cut to one line, on the outer side of the timeline."""
    time.set_yticks(rows.index, [arabic(textwrap.shorten(label, 36, placeholder="…")) for label in rows["label"]])
    _names_at_start(time, lang)
    if lang == "ar":
        time.tick_params(labelright=True)


def _mark_undated(panels: Sequence[Axes], time: Axes, dated: int, n: int, lang: str) -> None:
    for ax in panels:
        ax.axhspan(dated - 0.5, n - 0.4, color=PALE, linewidth=0, zorder=0)
    time.text(
        0.5,
        (dated + n - 1) / 2,
        _label(_say("undated", lang), lang),
        transform=time.get_yaxis_transform(),
        ha="center",
        va="center",
        color=GREY,
        backgroundcolor=PALE,
    )


# ---------------------------------------------------------------- from pages to used articles


@_house
def plot_calibration(coverage: pd.DataFrame, stated: pd.DataFrame, *, lang: str) -> Figure:
    """Is the doubt in the dates honest? Coverage of the sets of days, and stated probabilities against hits.

    ``coverage`` has level, held, low, high; ``stated`` has stated, right, low, high, n: a point a group of pages.
    """
    if coverage.empty or stated.empty:
        return _no_data(lang)
    at = coverage.set_index("level")["held"]
    pages, groups = int(stated["n"].sum()), len(stated)
    title = _say("calibration", lang, held=f"{at[0.9]:.0%}", n=pages)
    fig = _figure(3.2, lang, title, _say("calibration_note", lang, groups=groups))
    panels = fig.subplots(1, 2)
    left, right = panels if lang == "en" else panels[::-1]
    _draw_agreement(left, coverage["level"], coverage["held"], coverage, _say("held", lang), _say("level", lang), lang)
    _draw_agreement(right, stated["stated"], stated["right"], stated, _say("hits", lang), _say("stated", lang), lang)
    return fig


def _draw_agreement(
    ax: Axes, x: pd.Series, y: pd.Series, bounds: pd.DataFrame, title: str, below: str, lang: str
) -> None:
    """Points with their intervals beside the line on which they should lie."""
    ax.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="--")
    ax.errorbar(x, y, yerr=[y - bounds["low"], bounds["high"] - y], fmt="o", color=BLUE, markersize=4, elinewidth=1.2)
    ticks = np.arange(0, 1.01, 0.2)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_ticks(ticks, [_percent(tick) for tick in ticks])
    ax.set_xlim(-0.03, 1.03)
    ax.set_ylim(-0.03, 1.03)
    ax.set_title(_label(title, lang, 40), loc="right" if lang == "ar" else "left")
    ax.set_xlabel(_label(below, lang, 40))


@_house
def plot_flow(table: pd.DataFrame, *, lang: str) -> Figure:
    """From pages to used articles, a bar a step with its share of the first: label_ar, label_en, n."""
    if table.empty:
        return _no_data(lang)
    total = int(table["n"].iloc[0])
    steps = [
        (name, int(n), f"{n / total:.0%}" if total else "–")
        for name, n in zip(table[f"label_{lang}"], table["n"], strict=True)
    ]
    label, n, share = steps[-1]
    fig = _figure(0.9 + 0.3 * len(steps), lang, _say("flow", lang, label=label, n=n, total=total, share=share))
    ax = fig.subplots()
    ax.barh(range(len(steps)), table["n"], height=0.65, color=BLUE)
    ax.set_yticks(range(len(steps)), [_label(name, lang, 38) for name, _, _ in steps])
    # The bars grow in reading direction.
    ax.set_xlim((max(total, 1) * 1.25, 0) if lang == "ar" else (0, max(total, 1) * 1.25))
    ax.invert_yaxis()
    for y, (_, n, share) in enumerate(steps):
        ax.annotate(
            f"{n} ({share})",
            (n, y),
            (-4 if lang == "ar" else 4, 0),
            textcoords="offset points",
            va="center",
            ha=_start(lang),
        )
    ax.set_xticks([])
    ax.grid(False)
    ax.spines["bottom"].set_visible(False)
    _names_at_start(ax, lang)
    return fig


# ---------------------------------------------------------------- files


@_house
def save_figure(
    draw: Callable[[str], Figure],
    name: str,
    *,
    data: pd.DataFrame,
    caption: Mapping[str, str],
    source: Mapping[str, str],
    alt: Mapping[str, str],
    n: int,
) -> list[Path]:
    """Draw a figure in Arabic and in English; write each as svg, png and pdf beside the csv of what it draws.

    ``draw("ar")`` and ``draw("en")`` return the Figure. ``caption``, ``source`` and ``alt`` (what a reader
    who cannot see it is told) are keyed by the same languages. ``n`` is the number of articles behind it.
    The files go to ``ar/`` and ``en/`` of the folder that the environment variable TARIKH_FIGURES names, else
    of ``figures/`` in the repository; their paths are returned. The texts stand in the files' metadata too.
    Raises ValueError naming the figure for a missing text, empty data, or a ``draw`` that returns no Figure.
    """
    _check(name, data, caption=caption, source=source, alt=alt)
    paths = []
    for lang in LANGUAGES:
        fig = draw(lang)
        if not isinstance(fig, Figure):
            raise ValueError(f"figure {name}: draw({lang!r}) returned {type(fig).__name__}, not a Figure")
        _add_note(fig, _say("source", lang, source=source[lang].rstrip(".") + ".", n=n), lang)
        paths += _write(fig, name, lang, caption[lang], source[lang], alt[lang], n)
        paths.append(_folder() / lang / f"{name}.csv")
        data.to_csv(paths[-1], index=False, encoding="utf-8-sig", lineterminator="\n", float_format="%.6g")
    return paths


def _check(name: str, data: pd.DataFrame, **texts: Mapping[str, str]) -> None:
    for kind, by_language in texts.items():
        missing = [lang for lang in LANGUAGES if not by_language.get(lang)]
        if missing:
            raise ValueError(f"figure {name}: its {kind} has no text for {' and '.join(missing)}")
    if data.empty:
        raise ValueError(f"figure {name}: the data is empty, so there is nothing to draw")


def _folder() -> Path:
    return Path(os.environ.get("TARIKH_FIGURES") or Path(__file__).parents[2] / "figures")


def _write(fig: Figure, name: str, lang: str, title: str, source: str, alt: str, n: int) -> list[Path]:
    """The three pictures, without a date in them, so that the same figure is the same bytes."""
    folder = _folder() / lang
    folder.mkdir(parents=True, exist_ok=True)
    described = {"Title": title, "Description": alt, "Source": source}
    metadata = {
        "svg": {**described, "Language": lang, "Date": None},
        "png": {**described, "n": str(n), "Software": None},
        "pdf": {"Title": title, "Subject": alt, "CreationDate": None},
    }
    _freeze(fig)
    paths = [folder / f"{name}.{kind}" for kind in metadata]
    for path, texts in zip(paths, metadata.values(), strict=True):
        fig.savefig(path, metadata=texts)
    pyplot.close(fig)
    return paths


def _freeze(fig: Figure) -> None:
    """Lay the figure out once; the solver's last bits differ from run to run and would change the svg's ids."""
    fig.draw_without_rendering()
    fig.set_layout_engine("none")
    for axis in fig.axes:
        axis.set_position([round(side, 6) for side in axis.get_position().bounds])


def write_figure_index(folder: Path) -> Path:
    """Write ``folder/README.md``, the index of the figures in its ``ar/`` and ``en/``; return its path.

    Captions, alt texts, sources and n are read from the png files, where ``save_figure`` put them.
    Raises FileNotFoundError for a figure that lacks its twin in the other language.
    """
    folder = Path(folder)
    names = sorted({path.stem for path in folder.glob("*/*.png")})
    entries = "\n".join(_entry(folder, name) for name in names)
    path = folder / "README.md"
    path.write_text(
        "<!-- Written by tarikh.charts.write_figure_index; edit the figures, not this page. -->\n"
        "# Figures\n\n"
        f"<table>\n<tr><th>English</th><th>العربية</th></tr>\n{entries}\n</table>\n",
        encoding="utf-8",
        newline="\n",
    )
    return path


def _entry(folder: Path, name: str) -> str:
    cells = []
    for lang, align in (("en", ""), ("ar", ' dir="rtl" lang="ar"')):
        with Image.open(folder / lang / f"{name}.png") as picture:
            texts = {key: html.escape(text) for key, text in picture.text.items()}
        links = " · ".join(f'<a href="{lang}/{name}.{kind}">{kind}</a>' for kind in ("svg", "png", "pdf", "csv"))
        small = _say("source", lang, source=texts["Source"].rstrip(".") + ".", n=texts["n"])
        cells.append(
            f"<td><div{align}>\n"
            f'<a href="{lang}/{name}.png">'
            f'<img src="{lang}/{name}.png" width="360" alt="{texts["Description"]}"></a>\n'
            f"<p><strong>{texts['Title']}</strong></p>\n<p>{texts['Description']}</p>\n"
            f"<p><small>{small}</small></p>\n<p>{links}</p>\n</div></td>"
        )
    return f'<tr id="{name}" valign="top">\n' + "\n".join(cells) + "\n</tr>"
