"""What the two READMEs say in figures, written by code so that none is typed by hand.

``accuracy_table("en")`` and ``findings("en")`` are Markdown; ``refresh(path)`` puts them between the marks of a README,
which ``python3 run.py update`` does for both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from tarikh.bench import stored_bench, stored_date_bench
from tarikh.charts import period_name, topic_names
from tarikh.collection import hand_topics, known_articles, sample_index
from tarikh.dating import date_in_words
from tarikh.scores import (
    CONDITIONS,
    dated_pages,
    dating_scores,
    found_sources,
    gold_roles,
    layout_roles,
    page_groups,
    reference_findings,
    role_scores,
    source_scores,
)
from tarikh.trends import gated_changes, period_table, topic_trend

READMES = {"README.md": "en", "README.ar.md": "ar"}
_FINDINGS = {
    "en": (
        "Of {pages} texts, {n} articles were found by neutral queries, coded by hand and are known to the year or "
        "better: these are counted. A shift is said where it is probable, its interval excludes zero and the outlets "
        "of the periods are comparable:",
        "- **{topic}**: from {day} on, the share is {size:.0f} points {way} (95% interval {least:.0f}–{most:.0f}).",
        "- Nothing passes these gates.",
        "Of no other topic is a shift claimed. In {few} there are too few articles to say anything.",
    ),
    "ar": (
        "من {pages} نصا عُدّت {n} من المقالات: وجدها بحث محايد، ورُمِّزت يدويا، وعُرف تاريخها بالسنة أو أدق. ويُقال "
        "التحول حين يكون محتملا ولا تشمل فترته الصفر وتكون منابر الفترتين قابلة للمقارنة:",
        "- **{topic}**: منذ {day} صارت الحصة {way} بـ{size:.0f} نقطة (فترة 95٪: من {least:.0f} إلى {most:.0f}).",
        "- لا شيء يجتاز هذه البوابات.",
        "ولا يُدّعى تحول في موضوع آخر. والمقالات أقل من أن يقال شيء في: {few}.",
    ),
}
_DATE_GROUPS = {  # rows of the table of dates, with the splits shown
    "every": ("all", "test"),
    "text": ("all", "dev", "test"),
    "stamped": ("all", "test"),
    "unstamped": ("all", "test"),
    "condensed": ("all", "test"),
}
_WAYS = {"en": ("lower", "higher"), "ar": ("أدنى", "أعلى")}
_BLOCK = r"(?<=<!-- {0} -->\n).*?(?=<!-- /{0} -->)"
_WORDS = {
    "en": {
        "dates": "**Dates**, from the text alone (the page's address is hidden from the program):",
        "date_columns": (
            *("pages", "n", "answered", "exact", "within 1 day (95% interval)", "within 31 days"),
            *("day named: right", "90% set holds the true day", "median size of that set, days"),
        ),
        "abstracts": "abstracts of articles",
        "every": "all pages",
        "text": "those whose day the text gives",
        "stamped": "of these, with a stamp",
        "unstamped": "of these, without a stamp",
        "condensed": "condensed pages",
        "shown": "all pages, address shown",
        "study": "the text gives the day; 2014–2023 named as study period",
        "bare": "the text gives the day; without the tables of events, contacts and people",
        "real": "the five real pages, as stored",
        "all": "all outlets",
        "dev": "dev outlets",
        "test": "test outlets",
        "roles": "**Line roles**, keep (headline, subheadline, body) against drop:",
        "role_columns": ("pages", "n pages", "n lines", "precision", "recall", "F1", "mean F1 of the roles"),
        "layouts": "pages laid out as real ones",
        "sources": "**Outlets and relevance**:",
        "source_columns": (
            *("pages", "with an address", "outlet right or unknown", "outlet right", "text names the outlet"),
            *("of these right", "relevance known", "of these right"),
        ),
        "peer_columns": (
            *("F1 of keep against drop", "abstracts, test outlets", "pages laid out as real ones, test outlets"),
            *("the five real pages", "no full stops", "lines broken at 70", "no headline", "headline twice"),
            *("site's lines in between", "all at once", "pages a second"),
        ),
        "date_peer_columns": (
            *("method", "answered", "exact", "within 1 day (95% interval)", "of these pages, without a stamp"),
            *("of these pages, test outlets", "of the answered, more than a year off"),
        ),
        "methods": {},
        "of": "{} of {}",
        "comma": ",",
    },
    "ar": {
        "dates": "**التواريخ** من النص وحده (عنوان الصفحة على الشبكة محجوب عن البرنامج):",
        "date_columns": (
            *("الصفحات", "العدد", "لها جواب", "باليوم نفسه", "في حدود يوم (فترة 95٪)", "في حدود 31 يوما"),
            *("سُمّي يوم فصحّ", "مجموعة 90٪ تضم اليوم الصحيح", "وسيط عدد أيامها"),
        ),
        "abstracts": "ملخصات المقالات",
        "every": "الصفحات كلها",
        "text": "ما يدل نصه على يومه",
        "stamped": "منها ما عليه ختم",
        "unstamped": "منها ما لا ختم عليه",
        "condensed": "الصفحات المختصرة",
        "shown": "الصفحات كلها والعنوان على الشبكة مكشوف",
        "study": "ما يدل نصه على يومه؛ وفترة الدراسة 2014–2023 معلومة",
        "bare": "ما يدل نصه على يومه؛ بلا جداول الأحداث واللقاءات والأشخاص",
        "real": "الصفحات الحقيقية الخمس كما خُزنت نتائجها",
        "all": "كل المنابر",
        "dev": "منابر التطوير",
        "test": "منابر الاختبار",
        "roles": "**أدوار الأسطر**: الإبقاء (العنوان والعنوان الفرعي والمتن) في مقابل الإسقاط:",
        "role_columns": ("الصفحات", "عدد الصفحات", "عدد الأسطر", "الدقة", "الاستدعاء", "F1", "متوسط F1 للأدوار"),
        "layouts": "صفحات على تخطيط الصفحات الحقيقية",
        "sources": "**المنابر والصلة بالموضوع**:",
        "source_columns": (
            *("الصفحات", "لها عنوان على الشبكة", "المنبر صحيح أو مجهول", "المنبر صحيح", "نصها يسمي المنبر"),
            *("الصحيح منها", "صلتها معروفة", "الصحيح منها"),
        ),
        "peer_columns": (
            *("F1 للإبقاء في مقابل الإسقاط", "الملخصات، منابر الاختبار", "صفحات على تخطيط الحقيقية، منابر الاختبار"),
            *("الصفحات الحقيقية الخمس", "بلا نقاط ختام", "أسطر مكسورة عند 70", "بلا عنوان", "العنوان مرتين"),
            *("أسطر الموقع بين الفقرات", "كل ذلك معا", "صفحات في الثانية"),
        ),
        "date_peer_columns": (
            *(
                "الطريقة",
                "لها جواب",
                "باليوم نفسه",
                "في حدود يوم (فترة 95٪)",
                "ما لا ختم عليه منها",
                "منابر الاختبار منها",
            ),
            "من الأجوبة ما يبعد أكثر من سنة",
        ),
        "methods": {
            "dateparser, first full date": "dateparser، أول تاريخ كامل",
            "dateparser, first of anything": "dateparser، أول ما يجده",
            "date-extractor, first date": "date-extractor، أول تاريخ",
            "regex, first full date": "تعبير نمطي، أول تاريخ كامل",
            "jusText, lengths halved": "jusText بنصف الأطوال",
            "line ends in . ! ؟": "السطر ينتهي بـ . أو ! أو ؟",
            "keep everything": "إبقاء كل شيء",
        },
        "of": "{} من {}",
        "comma": "،",
    },
}


def accuracy_table(lang: str) -> str:
    """How well dates, roles and sources are found, as Markdown tables in ``en`` or ``ar``; every row has its n."""
    words = _WORDS[lang]
    tables = {
        "dates": _table(words["date_columns"], _date_rows(words)),
        "roles": _table(words["role_columns"], _role_rows(words)),
        "sources": _table(words["source_columns"], _source_rows(words)),
    }
    return "\n\n".join(part for name, table in tables.items() for part in (words[name], _percent(table, lang)))


def peer_table(lang: str) -> str:
    """Roles beside the peers, as ``run.py bench`` stored them, as Markdown in ``en`` or ``ar``."""
    words, rows = _WORDS[lang], []
    for row in stored_bench().to_dict("records"):
        speed = float(row.pop("speed"))
        method = words["methods"].get(row["method"], row["method"])
        rows.append([method, *list(row.values())[1:], f"{speed:.1f}" if speed < 10 else f"{speed:.0f}"])
    return _table(words["peer_columns"], rows)


def date_peer_table(lang: str) -> str:
    """Dates beside the peers, as ``run.py bench`` stored them, as Markdown in ``en`` or ``ar``."""
    words, rows = _WORDS[lang], []
    stored = stored_date_bench().set_index(["pages", "method"])
    for method in stored.loc["text"].index:
        cells = {pages: stored.loc[(pages, method)] for pages in ("text", "unstamped", "text, test")}
        text = cells["text"]
        if text["year_wrong"] not in ("", "nan"):  # else it answers nothing
            near = [f"{float(cells[pages]['within_1']):.0%}" for pages in ("text", "unstamped", "text, test")]
            interval = f"({float(text['low']):.0%}–{float(text['high']):.0%})"
            near[0] = f"{near[0]} {interval}"
            share = [f"{float(text[column]):.0%}" for column in ("answered", "exact")]
            rows.append([words["methods"].get(method, method), *share, *near, f"{float(text['year_wrong']):.0%}"])
    return _percent(_table(words["date_peer_columns"], rows), lang)


def findings(lang: str) -> str:
    """What the embedded collection bears, as Markdown in ``en`` or ``ar``: the shifts that pass the gates, with sizes.

    Neutral pages alone, with the days known from the index and the topics that both coders gave.
    """
    opening, line, nothing, closing = _FINDINGS[lang]
    used = known_articles()
    trend = topic_trend(used, hand_topics(), periods="periods")
    changes = gated_changes(trend, used)
    starts = period_table("periods").set_index("period")["start"]
    said = [
        line.format(
            topic=topic_names(lang)[row.topic], day=date_in_words(f"{starts[row.period]:%Y-%m-%d}", lang),
            way=_WAYS[lang][row.step > 0], size=100 * abs(row.step),
            least=100 * min(abs(row.low), abs(row.high)), most=100 * max(abs(row.low), abs(row.high)),
        )
        for row in changes[changes["said"]].itertuples()
    ]  # fmt: skip
    few = trend.loc[trend["gate"] == "none", "period"].unique()
    few = ("، " if lang == "ar" else ", ").join(period_name(period, lang) for period in few)
    opening = opening.format(pages=len(sample_index()), n=len(used.articles))
    return "\n\n".join([opening, "\n".join(said or [nothing]), closing.format(few=few or "–")])


_BLOCKS = (
    ("accuracy", accuracy_table),
    ("peers", peer_table),
    ("date-peers", date_peer_table),
    ("findings", findings),
)


def refresh(path: Path) -> None:
    """Write the table and the findings into the README at ``path``, each between its marks.

    The marks are ``<!-- accuracy -->`` and ``<!-- /accuracy -->``, and so for ``peers``, ``date-peers``, ``findings``.
    Raises ValueError when they are not there.
    """
    text, lang = path.read_text(encoding="utf-8"), READMES[path.name]
    for mark, made in _BLOCKS:
        block = re.compile(_BLOCK.format(mark), re.DOTALL)
        if not block.search(text):
            raise ValueError(f"{path.name} has no lines <!-- {mark} --> and <!-- /{mark} -->; put them back.")
        written = f"\n{made(lang)}\n\n"
        text = block.sub(lambda _, written=written: written, text)
    path.write_text(text, encoding="utf-8", newline="\n")


def _date_rows(words: dict) -> Iterator[list[str]]:
    groups = page_groups(dated_pages())
    for name, splits in _DATE_GROUPS.items():
        scores = dating_scores(groups[name]).set_index("split", drop=False)
        for split in splits:
            yield [f"{words[name]}{words['comma']} {words[split]}", *_date_cells(scores.loc[split].to_dict(), words)]
    for name, group in (("shown", "every"), ("study", "text"), ("bare", "text")):
        scores = dating_scores(page_groups(dated_pages(**CONDITIONS[name]))[group]).set_index("split", drop=False)
        yield from (
            [f"{words[name]}{words['comma']} {words[split]}", *_date_cells(scores.loc[split].to_dict(), words)]
            for split in ("all", "test")
        )
    yield [words["real"], *_date_cells(dating_scores(_real_pages()).iloc[0].to_dict(), words)]


def _date_cells(score: dict, words: dict) -> list[str]:
    interval = f"({score['within_1_low']:.0%}–{score['within_1_high']:.0%})"
    right = round(score["day_right"] * score["day_named"]) if score["day_named"] else 0
    return [
        str(score["n"]), f"{score['answered']:.0%}", f"{score['within_0']:.0%}", f"{score['within_1']:.0%} {interval}",
        f"{score['within_31']:.0%}", words["of"].format(right, score["day_named"]),
        "–" if np.isnan(score["held_90"]) else f"{score['held_90']:.0%}",
        "–" if np.isnan(score["days"]) else f"{score['days']:g}",
    ]  # fmt: skip


def _real_pages() -> pd.DataFrame:
    """The five real pages as ``dating_scores`` reads them; what their 90 % sets hold is not stored."""
    found = reference_findings()
    error = (pd.to_datetime(found["published"]) - pd.to_datetime(found["true_day"])).dt.days.abs()
    unknown = {"held_90": np.nan, "days": np.nan}
    return pd.DataFrame({"split": "all", "error": error, "precision": found["precision"]} | unknown)


def _role_rows(words: dict) -> Iterator[list[str]]:
    for name, lines in (("abstracts", gold_roles()), ("layouts", layout_roles())):
        for score in role_scores(lines).to_dict("records"):
            shares = [f"{score[column]:.3f}" for column in ("precision", "recall", "f1", "macro_f1")]
            pages = f"{words[name]}{words['comma']} {words[score['split']]}"
            yield [pages, str(score["pages"]), str(score["lines"]), *shares]


def _source_rows(words: dict) -> Iterator[list[str]]:
    for score in source_scores(found_sources()).to_dict("records"):
        shares = {name: f"{score[name]:.0%}" for name in ("right_or_unknown", "right", "named_right", "graded_right")}
        yield [words[score["split"]], *(str((score | shares)[name]) for name in list(score)[1:])]


def _percent(text: str, lang: str) -> str:
    return text.replace("%", "٪") if lang == "ar" else text


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = ["---"] + ["--:"] * (len(columns) - 1)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (columns, rule, *rows))
