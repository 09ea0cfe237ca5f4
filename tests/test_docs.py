"""The documents: the data dictionary against the code, the collection against its datasheet, nothing copied."""

from __future__ import annotations

import ast
import hashlib
import re
import shutil
import subprocess
import urllib.parse
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import tarikh
from tarikh.corpus import ARTICLE_COLUMNS, PART_COLUMNS
from tarikh.docs import READMES, refresh
from tarikh.roles import ROLES
from tarikh.tables import FACTS, RULES, check_table, read_csv

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "lib/tarikh"
SAMPLE = LIBRARY / "sample"
DICTIONARY = ROOT / "lib/README.md"
DATASHEET = SAMPLE / "DATASHEET.md"
WORDS_IN_A_ROW = 8

each_readme = pytest.mark.parametrize("name", READMES)


@cache
def documented(path: Path) -> dict[str, list[list[str]]]:
    """The tables of a document: the first `name` in the heading above -> rows of cells, without backquotes."""
    tables: dict[str, list[list[str]]] = {}
    name = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            name = next(iter(re.findall(r"`([^`]+)`", line)), line.lstrip("# "))
        elif line.startswith("|"):
            cells = [cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            tables.setdefault(name, []).append(cells)
            if set(line) <= set("|- :"):
                del tables[name][-2:]  # the header and the rule below it
    return tables


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
    copy.write_text(text.replace("| all outlets |", "| all outlets: 99% |"), encoding="utf-8")
    refresh(copy)
    assert "99%" not in copy.read_text(encoding="utf-8")
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


# --- the collection ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["index.csv", "roles.csv", "reference_findings.csv"])
def test_columns_of_the_datasheet(name):
    assert [row[0] for row in documented(DATASHEET)[name]] == list(read_csv(SAMPLE / name).columns)


def test_counts_of_the_datasheet():
    index, sheet = tarikh.sample_index(), DATASHEET.read_text(encoding="utf-8")
    counts = {column: index[column].value_counts() for column in ("date_confidence", "gold_from_url", "split")}
    said = re.findall(r"`(certain|likely|unknown|yes|dev|test)` \((\d+)", sheet)
    assert len(said) == 6
    for value, n in said:
        assert any(count.get(value) == int(n) for count in counts.values()), value
    assert index["condensed"].value_counts().to_dict() == {"yes": 91, "no": 5}
    assert read_csv(SAMPLE / "roles.csv")["page_id"].nunique() == 22


def test_the_index_names_every_page_once():
    ids = tarikh.sample_index()["page_id"]
    assert ids.is_unique
    assert sorted(ids) == sorted(path.stem for path in (SAMPLE / "pages").iterdir())


def test_days_lie_in_their_intervals():
    index = tarikh.sample_index()
    days = index[["published", "not_before", "not_after"]].apply(pd.to_datetime, format="%Y-%m-%d")
    known = days["published"].notna()
    assert (known == (index["date_confidence"] != "unknown")).all()
    assert (days["not_before"] <= days["not_after"]).all()
    assert days["published"].between(days["not_before"], days["not_after"])[known].all()


def test_the_split_is_by_the_hash_of_the_outlet():
    index = tarikh.sample_index()
    drawn = index["outlet"].map(lambda outlet: int(hashlib.sha1(outlet.encode()).hexdigest()[:2], 16) % 3 == 0)
    assert (index["split"] == drawn.map({True: "test", False: "dev"})).all()


def test_gold_roles_are_of_lines_that_are_there():
    for row in read_csv(SAMPLE / "roles.csv").itertuples():
        lines = (SAMPLE / "pages" / f"{row.page_id}.txt").read_text(encoding="utf-8").split("\n")
        assert lines[int(row.line) - 1].strip(), f"{row.page_id}, line {row.line}"
        assert row.role in ROLES


def test_rows_that_a_page_suggested_name_it():
    names = {name for cell in tarikh.read_table("events")["found_on"] for name in cell.split()}
    assert {name for name in names if "/" not in name} <= set(tarikh.sample_index()["page_id"])


# --- what must not be here --------------------------------------------------------------------------------------------


def bare(url: str) -> str:
    """An address decoded, without scheme, www. and closing slash."""
    return re.sub(r"^(https?://)?(www\.)?", "", urllib.parse.unquote(url)).rstrip("/")


def test_no_reserved_page_is_in_the_collection(shared):
    reserved = set((shared / "dev/reserved_urls.txt").read_text(encoding="utf-8").split())
    assert reserved
    index = tarikh.sample_index()
    hashes = index["url"].map(lambda url: hashlib.sha1(bare(url).encode()).hexdigest()[:16])
    assert not index.loc[hashes.isin(reserved) & (index["url"] != ""), "page_id"].tolist()


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
