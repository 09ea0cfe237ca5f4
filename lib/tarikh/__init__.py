"""tarikh: read, date, code and chart Arabic press pages; the public names, and nothing else."""

from tarikh.articles import Article, read_article
from tarikh.charts import (
    arabic,
    plot_collection,
    plot_flow,
    plot_keyness,
    plot_matrix,
    plot_posterior,
    plot_trend,
    save_figure,
)
from tarikh.collection import sample_corpus, sample_index, sample_pages
from tarikh.corpus import Corpus, build_corpus, process_pages
from tarikh.dating import Dating, Evidence, collect_evidence, date_article, likelihood
from tarikh.pages import read_pages, write_sidecar
from tarikh.roles import Line, label_lines
from tarikh.sources import identify_source
from tarikh.tables import read_table
from tarikh.timex import Timex, tag_timexes
from tarikh.topics import article_topics, code_topics, concordance, keyness
from tarikh.trends import change_points, gated_changes, period_flow, source_mix, topic_trend

__all__ = [
    "Article",
    "Corpus",
    "Dating",
    "Evidence",
    "Line",
    "Timex",
    "arabic",
    "article_topics",
    "build_corpus",
    "change_points",
    "code_topics",
    "collect_evidence",
    "concordance",
    "date_article",
    "gated_changes",
    "identify_source",
    "keyness",
    "label_lines",
    "likelihood",
    "period_flow",
    "plot_collection",
    "plot_flow",
    "plot_keyness",
    "plot_matrix",
    "plot_posterior",
    "plot_trend",
    "process_pages",
    "read_article",
    "read_pages",
    "read_table",
    "sample_corpus",
    "sample_index",
    "sample_pages",
    "save_figure",
    "source_mix",
    "tag_timexes",
    "topic_trend",
    "write_sidecar",
]
