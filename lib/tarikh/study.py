"""A reader's own pages, from the folder to sentences, figures and tables: what notebook 06 shows.

Every sentence is computed from the data, in Arabic and English, and every step has an answer for no page, for one,
for pages that cannot be dated and for pages outside the period of study.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
from IPython.display import Image, Markdown

from tarikh.charts import period_name, save_figure, topic_names
from tarikh.collection import sample_pages
from tarikh.corpus import Corpus, build_corpus, page_article
from tarikh.dating import DATED, Dating, date_article, date_in_words
from tarikh.figures import SAMPLE, collection_figure, flow_figure, matrix_figure, posterior_figure, show, trend_figure
from tarikh.pages import read_pages, write_sidecar
from tarikh.topics import article_topics, code_topics
from tarikh.trends import gated_changes, topic_trend

ENOUGH = 20  # used articles from which a curve is drawn at all
MATRIX_ROWS = 40  # articles a matrix has room for
_YOURS = {"ar": "صفحاتك", "en": "your pages"}
_PRECISION = {
    "day": ("باليوم", "to the day"),
    "week": ("بالأسبوع", "to the week"),
    "month": ("بالشهر", "to the month"),
    "quarter": ("بربع السنة", "to the quarter"),
    "year": ("بالسنة", "to the year"),
    "several": ("بتخمين بين سنوات", "as a guess among years"),
    "unknown": ("بلا تاريخ", "not at all"),
}

_SHIFTS = (  # by whether the period shares two outlets or more with the one before it
    ("تحولات محتملة: {}.", "Possible shifts: {}."),
    (
        "تغيرت الحصة، ولا يُعرف أهو تحول في الموضوع أم تغير في المنابر، "
        "إذ لا تشترك الفترة مع سابقتها في منبرين معروفين: {}.",
        "The share changed, but a shift cannot be told from a change of outlets, as the period has not two known "
        "outlets in common with the one before it: {}.",
    ),
)


def both(ar: str, en: str) -> str:
    """Markdown with an Arabic paragraph, right to left, and the English one below it."""
    return f'<p dir="rtl" style="text-align:right">{ar}</p>\n\n{en}'


@dataclass(frozen=True)
class Study:
    """A folder of pages under study: its tables, and where results go (nowhere if ``out`` is None)."""

    pages: pd.DataFrame
    corpus: Corpus
    collection: Mapping[str, str]
    out: Path | None
    furniture: Path | None = None

    @classmethod
    def of(cls, folder: str | None, out: str | None) -> Study:
        """Read and process the pages in ``folder``; without one, the abstracts of the five reference pages.

        A ``pages.csv`` in ``folder`` corrects address, outlet, day of fetching and date of publication, and a
        ``furniture.csv`` adds phrases to the table of that name. Raises FileNotFoundError, naming it, when the folder
        does not exist, and TableError when one of these tables cannot be used.
        """
        own = Path(folder or "") / "furniture.csv"
        furniture = own if folder and own.is_file() else None
        if folder:
            pages = read_pages(folder)
        else:
            pages = sample_pages()
            pages = pages[pages["page_id"].str.fullmatch(r"r\d+")].reset_index(drop=True)
        corpus = build_corpus(pages, progress=False, furniture=furniture)
        return cls(pages, corpus, _YOURS if folder else SAMPLE, Path(out) if out else None, furniture)

    @cached_property
    def used(self) -> Corpus:
        return self.corpus.used()

    @cached_property
    def codes(self) -> pd.DataFrame:
        return code_topics(self.corpus)

    @cached_property
    def curve(self) -> pd.DataFrame | None:
        """The trend over the table ``periods``, or None where there are too few articles for one."""
        if len(self.used.articles) < ENOUGH:
            return None
        return topic_trend(self.used, self._codes_of(self.used), periods="periods")

    # --- sentences ------------------------------------------------------------------------------------------------

    def opening(self) -> str:
        n, bad = len(self.pages), int((self.corpus.articles["problem"] != "").sum())
        if n == 0:
            return both(
                "لا صفحة في المجلد: ضع فيه ملفات نصية (txt) أو html أو jsonl أو csv ثم أعد التشغيل.",
                "There is no page in the folder: put text files (txt), html, jsonl or csv into it and run again.",
            )
        return both(f"عدد الصفحات: {n}، وتعذرت قراءة {bad} منها.", f"Pages: {n}; {bad} of them could not be read.")

    def problems(self) -> str:
        """What could not be read and why, one line a page."""
        bad = self.corpus.articles.loc[self.corpus.articles["problem"] != "", "problem"]
        if bad.empty:
            return both("قُرئت الصفحات كلها.", "Every page could be read.")
        return both(f"عدد ما لم يُقرأ: {len(bad)}.", f"Not read: {len(bad)}.\n\n" + "\n".join(f"- {p}" for p in bad))

    def dates(self) -> str:
        """How many articles were dated how finely, and how wide the doubt is."""
        articles = self._articles()
        if articles.empty:
            return both("لا مقال يُؤرَّخ.", "There is no article to date.")
        counts = articles["precision"].value_counts()
        named = [(p, counts[p]) for p in _PRECISION if p in counts]
        ar = "، ".join(f"{_PRECISION[p][0]}: {c}" for p, c in named)
        en = ", ".join(f"{_PRECISION[p][1]}: {c}" for p, c in named)
        known = articles[articles["precision"].isin(DATED)]
        text = both(f"عدد المقالات {len(articles)}. دقة التأريخ: {ar}.", f"{len(articles)} articles. Dated {en}.")
        if known.empty:
            return (
                text
                + "\n\n"
                + both(
                    "لا شيء في هذه الصفحات يحدد سنة نشرها، فلا منحنى.",
                    "Nothing in these pages settles the year of publication, so there is no curve.",
                )
            )
        return text + "\n\n" + self._span(known)

    def _span(self, known: pd.DataFrame) -> str:
        first, last = (f"{d:%Y-%m-%d}" for d in (known["published"].min(), known["published"].max()))
        outside = len(known) - int(known["published"].between("2014-01-01", "2023-12-31").sum())
        width = (known["high"] - known["low"]).dt.days.median() + 1
        ar = f"من {date_in_words(first, 'ar')} إلى {date_in_words(last, 'ar')}؛ وسيط عرض فترة 90٪ بالأيام: {width:g}؛ "
        en = f"From {date_in_words(first, 'en')} to {date_in_words(last, 'en')}; median width of the 90% interval: "
        return both(f"{ar}خارج 2014–2023: {outside}.", f"{en}{width:g} day(s); outside 2014–2023: {outside}.")

    def topics(self) -> str:
        """Each topic with the number of articles on it."""
        articles = self._articles()
        present = article_topics(self.codes)
        if present.empty:
            return both(
                f"لم تُعرف في المقالات ({len(articles)}) عبارة من دليل الترميز.",
                f"No wording of the codebook was found in the {len(articles)} articles.",
            )
        counts = present["topic"].value_counts()
        ar = "، ".join(f"{topic_names('ar')[t]}: {c}" for t, c in counts.items())
        en = ", ".join(f"{topic_names('en')[t]}: {c}" for t, c in counts.items())
        return both(f"عدد المقالات {len(articles)}، ومنها في كل موضوع: {ar}.", f"Of {len(articles)} articles: {en}.")

    def shifts(self) -> str:
        """Whether anything may be said of a shift: gates first, then the topics that passed them."""
        n = len(self.used.articles)
        if self.curve is None:
            return both(
                f"المقالات أقل من أن يقال شيء: المستعمل منها {n}، ولا يُرسم منحنى دون {ENOUGH}.",
                f"Too few articles to say: {n} can be used, and no curve is drawn below {ENOUGH}.",
            )
        changes = gated_changes(self.curve, self.used)
        shifted = changes[changes["verdict"] == "shift"]
        if shifted.empty:
            return both("لا تحول يبلغ حد القول به.", "No shift reaches the level at which it may be claimed.")
        same_outlets = shifted["gate"] == "comparable"
        said = [
            both(ar.format(_steps(part, "ar")), en.format(_steps(part, "en")))
            for part, (ar, en) in zip((shifted[same_outlets], shifted[~same_outlets]), _SHIFTS, strict=True)
            if len(part)
        ]
        return "\n\n".join(said)

    # --- figures --------------------------------------------------------------------------------------------------

    def flow(self) -> dict | None:
        return flow_figure(self.corpus, self.collection) if len(self.pages) else None

    def collection_by_year(self) -> dict | None:
        articles = self._articles()
        days = articles["published"].where(articles["precision"].isin(DATED))
        return collection_figure(articles.assign(published=days), self.collection) if len(articles) else None

    def clearest_date(self) -> dict | None:
        """The posterior of the article with the most pieces of evidence among those dated."""
        articles = self._articles()
        dated = articles[articles["precision"].isin(DATED)]
        if dated.empty:
            return None
        pieces = self.corpus.evidence["article_id"].value_counts()
        article_id = max(dated["article_id"], key=lambda a: (pieces.get(a, 0), a))
        return posterior_figure(self._dating(article_id), self.collection)

    def matrix(self) -> dict | None:
        articles = self._articles()
        if articles.empty:
            return None
        shown = self.corpus.select(articles["article_id"].head(MATRIX_ROWS))
        return matrix_figure(shown, self._codes_of(shown), self.collection)

    def trend(self) -> dict | None:
        if self.curve is None:
            return None
        small = self.collection is SAMPLE
        return trend_figure(self.curve, len(self.used.articles), self.collection, illustration=small)

    def show(self, figure: dict | None) -> Image | Markdown:
        """Draw a figure in Arabic, writing it in both languages when results go somewhere; or say there is none."""
        if figure is None:
            return Markdown(both("لا شكل: لا بيانات له.", "No figure: there are no data for it."))
        if self.out:
            save_figure(**figure)
        return show(figure, "ar")

    def write(self) -> str:
        """Write articles.csv, topics.csv and the sidecar pages.csv, and say what was written."""
        if self.out is None:
            return both("لم يُكتب شيء: شغّل الدفتر بمجلدك.", "Nothing was written: run the notebook on your own folder.")
        self.out.mkdir(parents=True, exist_ok=True)
        self.corpus.articles.to_csv(self.out / "articles.csv", index=False, encoding="utf-8-sig")
        self.codes.to_csv(self.out / "topics.csv", index=False, encoding="utf-8-sig")
        write_sidecar(self.pages, self.corpus.articles, self.out / "pages.csv")
        names = "articles.csv, topics.csv, pages.csv"
        return both(f"كُتبت: {names}، والأشكال في figures.", f"Written: {names}; the figures are in figures.")

    def _articles(self) -> pd.DataFrame:
        articles = self.corpus.articles
        return articles[(articles["problem"] == "") & (articles["n_paragraphs"] > 0)]

    def _dating(self, article_id: str) -> Dating:
        return date_article(page_article(self.pages[self.pages["page_id"] == article_id].iloc[0], self.furniture))

    def _codes_of(self, corpus: Corpus) -> pd.DataFrame:
        """The rows of ``codes`` on the articles of ``corpus``, a part of the whole: no text is coded twice."""
        return self.codes[self.codes["article_id"].isin(corpus.articles["article_id"])]


def _steps(changes: pd.DataFrame, lang: str) -> str:
    """The topics that changed, each with its step in points of share and the period from which it holds."""
    points, comma = {"ar": ("نقطة مئوية في فترة", "، "), "en": ("percentage points in", ", ")}[lang]
    return comma.join(
        f"{topic_names(lang)[c.topic]} ({100 * c.step:+.0f} {points} {period_name(c.period, lang)})"
        for c in changes.itertuples()
    )
