"""Figures of a collection with their words: caption, alternative text and source line computed from the data.

Each function takes tables and returns the keyword arguments of ``save_figure``; nothing in a text is written for
one collection, so the embedded one and a reader's own pages get theirs in the same way.
"""

from __future__ import annotations

import html
import io
from collections.abc import Mapping

import numpy as np
import pandas as pd
from IPython.display import HTML, Image

from tarikh.charts import (
    period_name,
    plot_calibration,
    plot_collection,
    plot_flow,
    plot_keyness,
    plot_matrix,
    plot_posterior,
    plot_trend,
    topic_names,
)
from tarikh.corpus import Corpus
from tarikh.dating import DATED, Dating, date_in_words, likelihood, statement
from tarikh.tables import read_table
from tarikh.topics import article_topics, keyness

STRIPS = 8  # pieces of evidence a figure has room for
WORDS_SHOWN = 10  # words a side
_LANGS = ("ar", "en")


def _both(ar: str, en: str) -> dict[str, str]:
    return {"ar": ar, "en": en}


SAMPLE = _both("المجموعة المرفقة (ملخصات)", "the collection shipped here (abstracts)")
SAMPLE_WORDS = _both(
    "المجموعة المرفقة (كلمات ملخصاتنا لا كلمات الصحافة، للتوضيح)",
    "the collection shipped here (the words of our abstracts, not of the press: an illustration)",
)


def _source(collection: Mapping[str, str]) -> dict[str, str]:
    return _both(f"{collection['ar']}؛ حساب tarikh", f"{collection['en']}; computed with tarikh")


def show(figure: Mapping, lang: str) -> Image:
    """A figure as a notebook shows it: a picture in ``lang`` (``ar`` or ``en``) with its alternative text."""
    picture = io.BytesIO()
    figure["draw"](lang).savefig(picture, format="png", dpi=100, metadata={"Software": None})
    return Image(picture.getvalue(), alt=figure["alt"][lang])


def right_to_left(text: str) -> HTML:
    """Arabic text as a notebook shows it: from the right, line by line, whatever stands in it escaped."""
    lines = "<br>".join(html.escape(line) for line in text.split("\n"))
    return HTML(f'<div dir="rtl" style="text-align:right">{lines}</div>')


def flow_figure(corpus: Corpus, collection: Mapping[str, str]) -> dict:
    """From pages to used articles; ``collection`` names the pages in ``ar`` and ``en``."""
    flow = corpus.flow()
    first, last = int(flow["n"].iloc[0]), int(flow["n"].iloc[-1])
    steps = {lang: "؛ " if lang == "ar" else "; " for lang in _LANGS}
    alt = {
        lang: steps[lang].join(f"{r[f'label_{lang}']}: {r['n']}" for r in flow.to_dict("records")) for lang in _LANGS
    }
    caption = _both(f"من {first} صفحة تُستعمل {last} في التحليل", f"Of {first} pages, {last} are used in the analysis")
    return {
        "draw": lambda lang: plot_flow(flow, lang=lang), "name": "flow", "data": flow, "caption": caption,
        "source": _source(collection), "alt": alt, "n": first,
    }  # fmt: skip


def calibration_figure(
    coverage: pd.DataFrame, stated: pd.DataFrame, days: float, collection: Mapping[str, str]
) -> dict:
    """Is the doubt in the dates honest? Tables as ``scores.calibration`` and ``scores.reliability`` give them.

    ``days`` is the median size of the sets that hold 0.9.
    """
    table = pd.concat([coverage.assign(panel="coverage"), stated.assign(panel="stated")], ignore_index=True)
    shares = {f"{level:.0%}": f"{held:.0%}" for level, held in zip(coverage["level"], coverage["held"], strict=True)}
    n = int(stated["n"].sum())
    held = {lang: comma.join(f"{a}: {b}" for a, b in shares.items()) for lang, comma in (("ar", "؛ "), ("en", "; "))}
    return {
        "draw": lambda lang: plot_calibration(coverage, stated, lang=lang), "name": "calibration",
        "data": table.round(6),
        "caption": _both(
            f"صدق الشك في التواريخ: {n} صفحة ذات يوم معروف",
            f"How honest the doubt in the dates is: {n} pages with a known day",
        ),
        "alt": _both(
            f"حصة الصفحات التي تضم مجموعتُها اليوم الصحيح بحسب ما ينبغي: {held['ar']}. "
            f"وسيط حجم مجموعة 90% بالأيام: {days:g}",
            f"Share of pages whose set holds the true day, by what it should be: {held['en']}. "
            f"Median size of the 90% set: {days:g} days",
        ),
        "source": _source(collection), "n": n,
    }  # fmt: skip


def collection_table(articles: pd.DataFrame) -> pd.DataFrame:
    """Articles (outlet, published) by outlet and year: outlet (str), year (Int64, missing: undated), n (int64)."""
    year = articles["published"].dt.year.astype("Int64")
    table = articles.assign(year=year).groupby(["outlet", "year"], dropna=False).size()
    return table.rename("n").reset_index()


def collection_figure(articles: pd.DataFrame, collection: Mapping[str, str]) -> dict:
    """Articles (columns outlet and published, NaT where unknown) by year and outlet."""
    table = collection_table(articles)
    n, outlets = int(table["n"].sum()), int(table.loc[table["outlet"] != "unknown", "outlet"].nunique())
    by_year = table.dropna(subset=["year"]).groupby("year")["n"].sum()
    undated = n - int(by_year.sum())
    counts = ", ".join(f"{y}: {c}" for y, c in by_year.items())
    return {
        "draw": lambda lang: plot_collection(table, lang=lang), "name": "collection", "data": table,
        "caption": _both(
            f"مقالات المجموعة حسب سنة النشر والمنبر: {n} مقالا من {outlets} منبرا",
            f"The collection by year of publication and outlet: {n} articles from {outlets} outlets",
        ),
        "alt": _both(
            f"عدد المقالات في كل سنة: {counts.replace(', ', '، ')}؛ بلا تاريخ: {undated}",
            f"Articles in each year: {counts}; undated: {undated}",
        ),
        "source": _source(collection), "n": n,
    }  # fmt: skip


def posterior_table(dating: Dating) -> pd.DataFrame:
    """The posterior (row 0) and what each of its strongest pieces of evidence says, long, as ``plot_posterior`` reads.

    Columns: row (int64), label_ar, label_en (str), day (datetime64[s]), value (float64, 0 to 1).
    """
    days = dating.posterior.index
    every = days.to_numpy().astype("datetime64[D]")
    speaking = [(e, likelihood(e, every)) for e in dating.evidence]
    mode = int(np.argmax(dating.posterior.to_numpy()))
    ranked = sorted((p for p in speaking if np.ptp(p[1]) > 0), key=lambda p: (-p[1][mode], p[0].line, p[0].start))
    shown = sorted(ranked[:STRIPS], key=lambda p: (p[0].line, p[0].start))
    rows = [(0, "احتمال يوم النشر", "probability of the publication day", dating.posterior.to_numpy())]
    rows += [(i, statement(e, "ar"), statement(e, "en"), v / v.max()) for i, (e, v) in enumerate(shown, 1)]
    frames = [
        pd.DataFrame({"row": i, "label_ar": ar, "label_en": en, "day": days, "value": values})
        for i, ar, en, values in rows
    ]
    return pd.concat(frames, ignore_index=True)


def posterior_figure(dating: Dating, collection: Mapping[str, str], name: str = "posterior") -> dict:
    """The posterior of one article with its evidence."""
    table = posterior_table(dating)
    held = dating.candidates
    inside = table["day"].between(held.index[0] - pd.Timedelta(days=45), held.index[-1] + pd.Timedelta(days=45))
    low, high = (
        date_in_words(f"{held.index[0]:%Y-%m-%d}", "ar"),
        date_in_words(f"{held.index[-1]:%Y-%m-%d}", "ar"),
    )
    low_en, high_en = (date_in_words(f"{day:%Y-%m-%d}", "en") for day in (held.index[0], held.index[-1]))
    evidence = {
        lang: ("؛ " if lang == "ar" else "; ").join(statement(e, lang) for e in dating.evidence) for lang in _LANGS
    }
    return {
        "draw": lambda lang: plot_posterior(table, lang=lang), "name": name, "data": table[inside],
        "caption": {lang: dating.explain(lang).split("\n")[0] for lang in _LANGS},
        "alt": _both(
            f"أعمدة احتمال بين {low} و{high}، وتحتها ما تقوله كل قرينة: {evidence['ar']}",
            f"Bars of probability between {low_en} and {high_en}, below them what each piece of evidence says: "
            f"{evidence['en']}",
        ),
        "source": _source(collection), "n": 1,
    }  # fmt: skip


def trend_figure(trend: pd.DataFrame, n: int, collection: Mapping[str, str], *, illustration: bool = False) -> dict:
    """Topic shares by period with 95 % intervals; ``n`` is the number of articles behind them."""
    spoken = trend[trend["gate"] != "none"]  # what the figure draws
    top = spoken.sort_values("share", ascending=False, kind="stable").head(3)
    names = {lang: topic_names(lang) for lang in _LANGS}
    said = {
        lang: ("؛ " if lang == "ar" else "; ").join(
            f"{names[lang][r.topic]}، {period_name(r.period, lang)}: {r.share:.0%} ({r.low:.0%}–{r.high:.0%})"
            for r in top.itertuples()
        )
        for lang in _LANGS
    }
    said["en"] = said["en"].replace("،", ",")
    mark = _both("للتوضيح: ", "Illustration: ") if illustration else _both("", "")
    return {
        "draw": lambda lang: plot_trend(trend, lang=lang, illustration=illustration), "name": "topic_shares",
        "data": trend,
        "caption": _both(
            f"{mark['ar']}حصة المقالات التي تتناول كل موضوع في كل فترة، مع فترات ثقة 95٪ (عدد المقالات {n})",
            f"{mark['en']}share of articles on each topic by period, with 95% intervals ({n} articles)",
        ),
        "alt": _both(
            f"أعلى الحصص: {said['ar'] or 'المقالات أقل من أن يُحكم بها'}",
            f"The highest shares: {said['en'] or 'too few articles to say'}",
        ),
        "source": _source(collection), "n": n,
    }  # fmt: skip


def keyness_figure(
    target: pd.DataFrame,
    reference: pd.DataFrame,
    sides: Mapping[str, Mapping[str, str]],
    collection: Mapping[str, str],
) -> dict:
    """Words that tell two sets of paragraphs apart (article_id, text); ``sides`` names ``target`` and ``reference``."""
    words = keyness(target, reference)
    table = pd.concat([_side(words[words["log_odds"] > 0], "target"), _side(words[words["log_odds"] < 0], "reference")])
    n = target["article_id"].nunique() + reference["article_id"].nunique()
    lists = {side: "، ".join(table.loc[table["side"] == side, "word"].head(5)) for side in ("target", "reference")}
    return {
        "draw": lambda lang: plot_keyness(table, lang=lang, labels=sides), "name": "keyness", "data": table,
        "caption": _both(
            f"كلمات تميز «{sides['target']['ar']}» من «{sides['reference']['ar']}»، مع فترات ثقة 95٪",
            f"Words that tell “{sides['target']['en']}” from “{sides['reference']['en']}”, with 95% intervals",
        ),
        "alt": _both(
            f"{sides['target']['ar']}: {lists['target']}؛ {sides['reference']['ar']}: {lists['reference']}",
            f"{sides['target']['en']}: {lists['target']}; {sides['reference']['en']}: {lists['reference']}",
        ),
        "source": _source(collection), "n": n,
    }  # fmt: skip


def _side(words: pd.DataFrame, side: str) -> pd.DataFrame:
    shown = words.head(WORDS_SHOWN)[["word", "log_odds", "low", "high"]].rename(columns={"log_odds": "score"})
    return shown.assign(side=side)


def matrix_table(corpus: Corpus, codes: pd.DataFrame) -> pd.DataFrame:
    """Article by topic with the article's date, as ``plot_matrix`` reads it; an article without a topic keeps a row.

    The label is the headline, or the first words of the body where there is none.
    """
    articles = corpus.articles[(corpus.articles["problem"] == "") & (corpus.articles["n_paragraphs"] > 0)]
    topics = article_topics(codes)
    days = articles[["published", "low", "high"]].where(articles["precision"].isin(DATED))
    table = articles[["article_id"]].join(days).merge(topics, on="article_id", how="left")
    first = corpus.paragraphs.drop_duplicates("article_id").set_index("article_id")["text"]
    return table.assign(label=table["article_id"].map(first), hits=table["hits"].fillna(0))


def matrix_figure(corpus: Corpus, codes: pd.DataFrame, collection: Mapping[str, str], *, events: int = 5) -> dict:
    """Articles by date beside their topics, with the dated events that most articles mention."""
    table = matrix_table(corpus, codes)
    marks = mentioned_events(corpus).head(events).sort_values("day")
    n, undated = table["article_id"].nunique(), table.loc[table["published"].isna(), "article_id"].nunique()
    none = table.loc[table["topic"].isna(), "article_id"].nunique()
    return {
        "draw": lambda lang: plot_matrix(table, marks, lang=lang), "name": "matrix", "data": table,
        "caption": _both(
            f"المقالات بحسب تاريخها وموضوعاتها (عدد المقالات {n})", f"Articles by date and topic ({n} articles)"
        ),
        "alt": _both(
            f"عدد المقالات {n}، منها بلا تاريخ {undated}، وبلا موضوع معروف {none}",
            f"{n} articles, {undated} of them undated, {none} without a known topic",
        ),
        "source": _source(collection), "n": n,
    }  # fmt: skip


def mentioned_events(corpus: Corpus) -> pd.DataFrame:
    """Events of the table ``events`` that articles mention by a row of their own: day, label_ar, label_en, n."""
    events = read_table("events")
    kind = corpus.evidence["kind"]
    mentions = corpus.evidence[kind.str.startswith("event_") & (kind != "event_apart")]
    counts = mentions.groupby("rule_id")["article_id"].nunique().rename("n")
    table = events[events["day_end"] != ""].merge(counts, left_on="id", right_index=True)
    table = table.assign(day=pd.to_datetime(table["day"]))[["day", "label_ar", "label_en", "n"]]
    return table.sort_values(["n", "day"], ascending=[False, True]).reset_index(drop=True)
