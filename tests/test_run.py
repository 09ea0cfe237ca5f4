"""run.py, the installation files, and the running of notebooks."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tarikh.notebooks import normalise, run_notebooks, save_notebook, stale_notebooks, store_outputs

ROOT = Path(__file__).resolve().parents[1]
RUN = ROOT / "run.py"


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, str(RUN), *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8")


def test_help_names_every_command(tmp_path):
    text = run("--help", cwd=tmp_path).stdout
    for word in ("figures", "test", "lab", "update", "clean", "--articles", "--out", "--full"):
        assert word in text


def test_absent_folder_is_named_and_nothing_is_done(tmp_path):
    ended = run("--articles", "no such folder", "--out", "results", cwd=tmp_path)
    assert ended.returncode == 2
    assert ended.stderr == "There is no folder no such folder: nothing was done.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [["--articles", "."], ["--out", "."], ["test", "--articles", ".", "--out", "o"], ["--full"], ["tset"]],
)
def test_senseless_command_lines_are_refused(arguments, tmp_path):
    assert run(*arguments, cwd=tmp_path).returncode == 2


def test_run_py_needs_the_standard_library_only_and_an_old_python_can_read_it():
    tree = ast.parse(RUN.read_text(encoding="utf-8"), feature_version=(3, 7))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


def test_every_requirement_is_pinned_and_no_address_is_named():
    for name in ("requirements.txt", "lib/constraints.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for line in filter(None, text.splitlines()):
            assert re.match(r"#|-c lib/constraints.txt$|-e ./lib$|[\w.-]+==[\w.]+( ;.*)?$", line), line
        assert "://" not in text


def test_git_does_not_ignore_the_library():
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert not {"lib", "lib/", "/lib", "/lib/", "lib*"} & set(lines)


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff(command):
    ruff = [sys.executable, "-m", "ruff", *command, "--no-cache", "--config", "lib/pyproject.toml", "."]
    ended = subprocess.run(ruff, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert ended.returncode == 0, ended.stdout


def executed_by_hand() -> nbformat.NotebookNode:
    """A notebook as JupyterLab might save it: counts out of order, stderr, split streams, timings."""
    parts = [("stdout", "a\n"), ("stderr", "warning\n"), ("stdout", "b\n")]
    streams = [new_output("stream", name=name, text=text) for name, text in parts]
    result = new_output("execute_result", data={"text/plain": "2"}, execution_count=9)
    metadata = {"tags": ["t"], "execution": {"iopub.execute_input": "2026-11-21T10:00:00Z"}}
    kernelspec = {"name": "mine", "display_name": "Mine"}
    cells = [
        new_markdown_cell("text", metadata={"editable": True}),
        new_code_cell("print", outputs=streams, execution_count=7, metadata=metadata),
        new_code_cell("1 + 1", outputs=[result], execution_count=9),
        new_code_cell("never run"),
    ]
    return new_notebook(cells=cells, metadata={"kernelspec": kernelspec, "kept": 1})


def test_normal_form():
    nb = normalise(executed_by_hand())
    assert [cell.id for cell in nb.cells] == ["cell-00", "cell-01", "cell-02", "cell-03"]
    assert [cell.execution_count for cell in nb.cells[1:]] == [1, 2, None]
    assert [output.text for output in nb.cells[1].outputs] == ["a\nb\n"]
    assert nb.cells[2].outputs[0].execution_count == 2
    assert nb.cells[1].metadata == {"tags": ["t"]}
    assert nb.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }


def test_normal_form_is_its_own_normal_form():
    nb = normalise(executed_by_hand())
    assert normalise(nb) == nb
    nbformat.validate(nb)


DRAW = """import os, sys, warnings
from pathlib import Path
folder = Path(os.environ["TARIKH_FIGURES"], "en")
folder.mkdir(parents=True)
_ = (folder / "one.csv").write_text("x,y")
warnings.warn("careful")
sys.executable"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A scratch project with one notebook that draws and one that fails, run once."""
    root = tmp_path_factory.mktemp("project")
    sources = {"good": [DRAW], "bad": ["x = 1", "print('so far')\nx / 0", "x"]}
    for name, cells in sources.items():
        nb = new_notebook(cells=[new_markdown_cell("a title"), *map(new_code_cell, cells)])
        save_notebook(nb, root / "notebooks" / f"{name}.ipynb")
    before = (root / "notebooks/good.ipynb").read_bytes()
    failed = run_notebooks(stale_notebooks(root), root)
    return root, failed, before


def test_failure_names_notebook_cell_and_error(ran, capsys):
    root, failed, _ = ran
    assert failed == ["bad"]
    assert [path.stem for path in stale_notebooks(root)] == ["bad"]
    assert run_notebooks(stale_notebooks(root), root) == ["bad"]
    shown = capsys.readouterr().out
    assert "good: unchanged" in shown
    assert "bad: FAILED at code cell 2\n    print('so far')\n    x / 0\n" in shown
    assert "ZeroDivisionError: division by zero" in shown
    assert "\x1b" not in shown


def test_copy_is_executed_by_this_python_and_the_original_untouched(ran):
    root, _, before = ran
    assert (root / "notebooks/good.ipynb").read_bytes() == before
    copy = nbformat.read(root / ".cache/executed/good.ipynb", as_version=4)
    assert os.path.samefile(eval(copy.cells[1].outputs[0].data["text/plain"]), sys.executable)


def test_figures_arrive_and_a_lost_one_makes_its_notebook_stale(ran):
    root, _, _ = ran
    figure = root / "figures/en/one.csv"
    assert figure.read_text(encoding="utf-8") == "x,y"
    figure.unlink()
    assert "good" in [path.stem for path in stale_notebooks(root)]
    figure.write_text("x,y", encoding="utf-8")


def test_outputs_are_stored_once(ran, capsys):
    root, failed, _ = ran
    store_outputs(failed, root)
    assert "good: outputs stored" in capsys.readouterr().out
    stored = (root / "notebooks/good.ipynb").read_bytes()
    assert b"careful" not in stored.partition(b"outputs")[0] and b'"execution_count": 1' in stored
    store_outputs(failed, root)
    assert capsys.readouterr().out == ""
    assert "good" not in [path.stem for path in stale_notebooks(root)]
