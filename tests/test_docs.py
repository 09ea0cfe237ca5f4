"""The documents: the data dictionary against the code, README tables, links, nothing copied."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from documents import ROOT, documented

import tarikh
from tarikh.corpus import ARTICLE_COLUMNS, PART_COLUMNS
from tarikh.docs import READMES, refresh
from tarikh.tables import FACTS, RULES, check_table, read_csv

LIBRARY = ROOT / "lib/tarikh"
DICTIONARY = ROOT / "lib/README.md"
WORDS_IN_A_ROW = 8

each_readme = pytest.mark.parametrize("name", READMES)


def schema(name: str) -> dict[str, str]:
    """Columns and dtypes of a table of three columns; a rule table of the same name has two."""
    return {row[0]: row[1] for row in documented(DICTIONARY)[name] if len(row) == 3}


def dtypes(frame: pd.DataFrame) -> dict[str, str]:
    return {column: str(dtype) for column, dtype in frame.dtypes.items()}


# --- the data dictionary ----------------------------------------------------------------------------------------------


def test_tables_of_a_corpus():
    assert schema("articles") == ARTICLE_COLUMNS
    for name, columns in PART_COLUMNS.items():
        assert schema(name) == columns
        assert dtypes(getattr(tarikh.sample_corpus(), name)) == columns
    assert dtypes(tarikh.sample_corpus().articles) == ARTICLE_COLUMNS


def returned() -> Iterator[tuple[str, pd.DataFrame]]:
    """What the functions of the dictionary return on the embedded collection."""
    corpus = tarikh.sample_corpus().used()
    codes = tarikh.code_topics(corpus)
    trend = tarikh.topic_trend(corpus, codes, periods="periods", draws=20)
    early = corpus.paragraphs["article_id"].isin(corpus.articles["article_id"].head(20))
    yield "pages", tarikh.sample_pages()
    yield "flow", corpus.flow()
    yield "code_topics", codes
    yield "article_topics", tarikh.article_topics(codes)
    yield "keyness", tarikh.keyness(corpus.paragraphs[early], corpus.paragraphs[~early])
    yield "concordance", tarikh.concordance(corpus, "بوتين")
    yield "topic_trend", trend
    yield "change_points", tarikh.change_points(trend)
    yield "gated_changes", tarikh.gated_changes(trend, corpus)
    yield "source_mix", tarikh.source_mix(corpus, "periods")
    yield "period_flow", tarikh.period_flow(corpus, "periods")


def test_tables_that_functions_return():
    for name, frame in returned():
        assert len(frame), name
        assert list(dtypes(frame).items()) == list(schema(name).items()), name


def test_pages_from_a_folder(tmp_path):
    (tmp_path / "one.txt").write_text("وصل الوفد إلى مينسك.\n", encoding="utf-8")
    assert dtypes(tarikh.read_pages(tmp_path)) == schema("pages")


@pytest.mark.parametrize("name", [*RULES, *FACTS])
def test_rule_tables(name):
    columns = tuple(row[0] for row in documented(DICTIONARY)[name] if len(row) == 2)
    assert columns == (RULES | FACTS)[name]


def test_shapes_of_likelihoods():
    shapes = {row[0] for row in documented(DICTIONARY)["How dating works"]}
    assert shapes >= set(tarikh.read_table("evidence_kinds")["shape"])


def imported(tree: ast.Module) -> Iterator[str]:
    """The modules of the library that a module needs when it runs, so not those under ``if TYPE_CHECKING``."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "tarikh":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tarikh."):
            yield node.module.removeprefix("tarikh.")


def test_imports_run_one_way():
    order = [row[0] for row in documented(DICTIONARY)["Modules"]]
    assert set(order) == {path.stem for path in LIBRARY.glob("*.py")} - {"__init__"}
    for n, module in enumerate(order):
        tree = ast.parse((LIBRARY / f"{module}.py").read_text(encoding="utf-8"))
        assert set(imported(tree)) <= set(order[n + 1 :]), module


# --- the READMEs ------------------------------------------------------------------------------------------------------


@each_readme
def test_the_accuracy_table_is_what_the_code_computes(name, tmp_path):
    refresh(Path(shutil.copy(ROOT / name, tmp_path)))
    stored, computed = ((folder / name).read_text(encoding="utf-8") for folder in (ROOT, tmp_path))
    assert stored == computed, "not up to date: run.py update"


def test_a_stale_table_is_renewed_and_marks_are_needed(tmp_path):
    copy = tmp_path / "README.md"
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    copy.write_text(text.replace("| all outlets |", "| all outlets: 101% |"), encoding="utf-8")
    refresh(copy)
    assert "101%" not in copy.read_text(encoding="utf-8")
    copy.write_text(text.replace("<!-- accuracy -->", ""), encoding="utf-8")
    with pytest.raises(ValueError, match="put them back"):
        refresh(copy)


@each_readme
def test_the_worked_example_works(name, tmp_path):
    own = tmp_path / "own.csv"
    own.write_text(re.search(r"```csv\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)[1], encoding="utf-8")
    row = check_table(read_csv(own), "furniture", own).iloc[0]
    page = f"استقبل الرئيس الروسي نظيره البيلاروسي اليوم الخميس في موسكو وبحث معه التعاون.\n{row['example']}\n"
    assert tarikh.label_lines(page)[1].role == "body"
    assert tarikh.label_lines(page, extra=own)[1].role == "furniture"


@pytest.mark.parametrize("path", [*READMES, "lib/README.md", "CHANGELOG.md", "lib/tarikh/sample/DATASHEET.md"])
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", (ROOT / path).read_text(encoding="utf-8")):
        if "://" not in target:
            assert ((ROOT / path).parent / target).exists(), target


# --- what must not be here --------------------------------------------------------------------------------------------


def runs(text: str) -> set[tuple[str, ...]]:
    """Every eight words in a row, line by line."""
    lines = (re.findall(r"\w+", line) for line in text.splitlines())
    return {tuple(w[i : i + WORDS_IN_A_ROW]) for w in lines for i in range(len(w) - WORDS_IN_A_ROW + 1)}


def tracked_texts() -> Iterator[tuple[str, str]]:
    listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True)
    for name in listed.stdout.decode("utf-8").split("\0"):
        path = ROOT / name
        if name and path.is_file() and path.suffix not in {".png", ".pdf", ".svg", ".parquet"}:
            yield name, path.read_bytes().decode("utf-8", "replace")


def test_no_sentence_of_a_reference_page_is_in_the_project(shared):
    pages = [path.read_text(encoding="utf-8") for path in sorted((shared / "reference/pages").glob("*.txt"))]
    theirs = set().union(*map(runs, pages))
    assert len(theirs) > 100
    files = dict(tracked_texts())
    assert "README.md" in files
    copied = {name: sorted(found)[0] for name, text in files.items() if (found := runs(text) & theirs)}
    assert not copied
