"""The stored notebooks: run, in order, with outputs, in the house style; and a wrong output is noticed."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import nbformat
import pytest

import tarikh
from tarikh.notebooks import normalise

ROOT = Path(__file__).resolve().parents[1]
NAMES = ["00_tour", "01_pages", "02_dating", "03_topics", "04_shifts", "05_figures", "06_your_articles"]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
RTL_THEN_ENGLISH = re.compile(r"<(\w+)[^>]*\bdir=\"rtl\"[^>]*>(?P<arabic>.*?)</\1>(?P<english>.*)", re.DOTALL)
UNCHECKED = re.compile(r"nbval|pytest_validate|raises-exception", re.IGNORECASE)

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def has_text(output: nbformat.NotebookNode) -> bool:
    """Whether nbval compares something in this output: text or a table, not the name of a figure object."""
    if output.output_type == "stream":
        return bool(output.text.strip())
    text = output.get("data", {}).get("text/plain", "")
    return bool(text) and not text.startswith("<Figure")


def stored_texts(nb: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [output for cell in nb.cells for output in cell.get("outputs", []) if has_text(output)]


def test_all_seven_notebooks_exist():
    assert [path.stem for path in NOTEBOOKS] == NAMES


def test_the_library_under_test_is_this_one():
    assert Path(tarikh.__file__).resolve() == ROOT / "lib/tarikh/__init__.py"


@each_notebook
def test_every_cell_was_run_in_order(path):
    counts = [cell.execution_count for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1)), "not run in order: run.py update"


@each_notebook
def test_stored_outputs_hold_no_error(path):
    for cell in code_cells(path):
        for output in cell.outputs:
            assert output.output_type != "error" and output.get("name") != "stderr", cell.source


@each_notebook
def test_outputs_are_stored_and_none_is_left_unchecked(path):
    assert len(stored_texts(read(path))) > 0, "no text or table is stored: run.py update"
    for cell in code_cells(path):
        assert not UNCHECKED.search(cell.source + " ".join(cell.metadata.get("tags", []))), cell.source


@each_notebook
def test_stored_form_is_normal(path):
    assert nbformat.writes(normalise(read(path))) + "\n" == path.read_bytes().decode("utf-8")


@each_notebook
def test_markdown_is_arabic_then_english(path):
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            match = RTL_THEN_ENGLISH.search(cell.source)
            assert match, f'no dir="rtl" block, or it is not closed:\n{cell.source}'
            assert re.search(r"[\u0621-\u064A]{2}", match["arabic"]), cell.source
            assert re.search(r"[A-Za-z]{2}", re.sub(r"<[^>]*>", "", match["english"])), cell.source


def statements(source: str) -> list[ast.stmt]:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)]


def is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def faults(source: str) -> list[str]:
    """What is wrong with the form of a code cell."""
    lines = [line.strip() for line in source.splitlines()]
    if shell := [line for line in lines if line.startswith(("!", "%"))]:
        return [f"a shell command or magic, whose failure nbval may not see: {shell[0]}"]
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    own = [node for node in statements(source) if not is_import(node)]
    lengths = [node.end_lineno - node.lineno + 1 for node in ast.parse(source).body if not is_import(node)]
    found = {
        "no code": not statements(source),
        "a semicolon, which nbval does not honour": any(t[:2] == (tokenize.OP, ";") for t in tokens),
        "Out[ ], which nbval does not know": bool(re.search(r"\bOut\[", source)),
        "more than three statements": len(own) > 3,
        "a statement of more than six lines": max(lengths, default=0) > 6,
        "more than eight lines": sum(lengths) > 8,
    }
    return [fault for fault, is_there in found.items() if is_there]


@each_notebook
def test_cells_are_short(path):
    cells = code_cells(path)
    for cell in cells:
        assert not faults(cell.source), f"{'; '.join(faults(cell.source))}:\n{cell.source}"
    assert sum(any(map(is_import, statements(cell.source))) for cell in cells) == 1, "one cell imports"


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("ax.plot(x);", "semicolon"),
        ("Out[1]", "Out["),
        ("!ls", "shell"),
        ("%time f()", "shell"),
        ("# nothing\n", "no code"),
        ("a = 1\nb = 2\nc = 3\nd = 4", "three statements"),
        ("f(\n1,\n2,\n3,\n4,\n5,\n)", "six lines"),
        ("f(\n1,\n2,\n3,\n4\n)\nf(\n1,\n)", "eight lines"),
    ],
)
def test_faults_are_seen(source, fault):
    assert any(fault in found for found in faults(source))


@pytest.mark.parametrize("source", ["import a\nimport b\nimport c\nimport d", 'print(";")', "(\nx\n.y\n.z\n)\nw"])
def test_good_cells_have_no_fault(source):
    assert faults(source) == []


def corrupt(nb: nbformat.NotebookNode) -> None:
    """Change the first stored text by one sign."""
    output = stored_texts(nb)[0]
    if output.output_type == "stream":
        output.text += "."
    else:
        output.data["text/plain"] += "."


def test_a_wrong_stored_output_is_one_failure(tmp_path):
    stored = [path for path in NOTEBOOKS if stored_texts(read(path))]
    assert stored, "no notebook stores an output"
    nb = read(min(stored, key=lambda path: len(code_cells(path))))
    corrupt(nb)
    nbformat.write(nb, tmp_path / "wrong.ipynb")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-q"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    passed = sum(cell.cell_type == "code" for cell in nb.cells) - 1
    assert run.returncode == 1
    assert re.search(rf"1 failed, {passed} passed" if passed else "1 failed in", run.stdout), run.stdout
