"""Execute the notebooks as copies, and store their outputs in a form that a rerun does not change.

``run_notebooks(stale_notebooks())`` runs what has changed since the last time, ``store_outputs`` writes the
outputs into ``notebooks/`` (nothing else does), ``run_articles`` runs the notebook for a user's own pages.
Notebooks find their folders in the environment: ``TARIKH_FIGURES``, ``TARIKH_ARTICLES``, ``TARIKH_OUT``.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import cache
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets import default

ROOT = Path(__file__).resolve().parents[2]
CELL_TIMEOUT = 300  # seconds
AT_A_TIME = 2

# Left out of a kernel's environment: they change outputs, or belong to another run.
DROPPED = {"MPLBACKEND", "PYTHONSTARTUP", "FORCE_COLOR", "TARIKH_FIGURES", "TARIKH_ARTICLES", "TARIKH_OUT"}
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
KEPT_CELL_METADATA = {"tags", "jupyter"}


class NotebookError(RuntimeError):
    """A notebook that stopped; the message says which cell, shows its source and the end of the error."""


class _ThisPython(AsyncKernelManager):
    """Starts the interpreter that runs this code, whatever kernels the machine has registered."""

    @default("kernel_spec_manager")
    def _without_registered_kernels(self) -> KernelSpecManager:
        return KernelSpecManager(kernel_dirs=[])


def environment(ipython: Path, **variables: object) -> dict[str, str]:
    """The environment of a notebook's kernel: this process's, without what would change outputs unseen.

    ``ipython`` is a folder for IPython's own files, so that a user's start-up files stay out; ``variables``
    are added as strings.
    """
    kept = {name: value for name, value in os.environ.items() if name not in DROPPED}
    fixed = {"PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "NO_COLOR": "1", "IPYTHONDIR": str(ipython)}
    return kept | fixed | {name: str(value) for name, value in variables.items()}


def execute(path: Path, env: dict[str, str]) -> NotebookNode:
    """An executed copy of the notebook at ``path``, run in its folder; the file is not touched.

    Raises NotebookError when a cell fails, takes longer than CELL_TIMEOUT, or kills the kernel.
    """
    nb = nbformat.read(path, as_version=4)
    started: list[int] = []
    client = NotebookClient(
        nb,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        kernel_manager_class=_ThisPython,
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],  # without its warning that a local socket is not encrypted
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_start=lambda cell, cell_index: started.append(cell_index),
    )
    try:
        client.execute(env=env)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise NotebookError(_explain(nb, started[-1], error)) from error
    return nb


def _explain(nb: NotebookNode, index: int, error: Exception) -> str:
    """The failing cell's number among the code cells, its source, and the error's last lines."""
    number = sum(cell.cell_type == "code" for cell in nb.cells[: index + 1])
    source = "\n".join(f"    {line}" for line in nb.cells[index].source.splitlines())
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).rstrip()
    return f"code cell {number}\n{source}\n" + "\n".join(text.splitlines()[-6:])


def normalise(nb: NotebookNode) -> NotebookNode:
    """A copy of an executed notebook in its stored form: the same run gives the same bytes.

    Metadata, cell ids and execution counts are fixed, consecutive stream outputs are merged, stderr is left
    out. A cell that was not run gets no count, so that the tests see it.
    """
    cells, count = [], 0
    for number, cell in enumerate(nb.cells):
        metadata = {k: v for k, v in cell.metadata.items() if k in KEPT_CELL_METADATA}
        stored = {"id": f"cell-{number:02d}", "cell_type": cell.cell_type, "metadata": metadata}
        stored["source"] = cell.source
        if cell.cell_type == "code":
            ran = cell.execution_count is not None
            count += ran
            stored["execution_count"] = count if ran else None
            stored["outputs"] = _stored_outputs(cell.outputs, count)
        cells.append(stored)
    return nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": METADATA, "cells": cells})


def _stored_outputs(outputs: list[NotebookNode], count: int) -> list[dict]:
    stored: list[dict] = []
    for output in outputs:
        if output.get("name") == "stderr":
            continue
        last = stored[-1] if stored else {}
        if output.output_type == last.get("output_type") == "stream":
            last["text"] += output.text
        elif output.output_type == "execute_result":
            stored.append(dict(output, execution_count=count))
        else:
            stored.append(dict(output))
    return stored


def save_notebook(nb: NotebookNode, path: Path) -> bool:
    """Write the normalised notebook; False when the file holds it already."""
    text = nbformat.writes(normalise(nb)) + "\n"
    if path.exists() and path.read_bytes() == text.encode("utf-8"):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return True


@cache
def _library_hash() -> str:
    """Changes with the library, its tables and pages, the pinned packages and the Python version."""
    library = Path(__file__).parent
    files = [p for p in library.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    files += [ROOT / "requirements.txt", ROOT / "lib/constraints.txt"]
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(files):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _fingerprint(path: Path) -> str:
    """Changes with whatever the outputs of the notebook at ``path`` depend on."""
    nb = nbformat.read(path, as_version=4)
    cells = [(cell.cell_type, cell.source, cell.metadata.get("tags")) for cell in nb.cells]
    variables = sorted(v for v in os.environ.items() if v[0].startswith("TARIKH_") and v[0] not in DROPPED)
    return hashlib.sha256(json.dumps([_library_hash(), cells, variables]).encode()).hexdigest()


def _executed(path: Path) -> Path:
    """Where the executed copy of the notebook at ``path`` is kept."""
    return path.parents[1] / ".cache/executed" / path.name


def _read_manifest(root: Path) -> dict[str, dict]:
    path = root / ".cache/notebooks.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _write_manifest(root: Path, manifest: dict[str, dict]) -> None:
    text = json.dumps(manifest, indent=1, sort_keys=True)
    (root / ".cache/notebooks.json").write_text(text, encoding="utf-8")


def stale_notebooks(root: Path = ROOT) -> dict[Path, str]:
    """The notebooks to run, with their fingerprints: changed since they ran, or figures gone."""
    manifest, stale = _read_manifest(root), {}
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        entry, fingerprint = manifest.get(path.stem), _fingerprint(path)
        if entry and entry["fingerprint"] == fingerprint:
            made = [_executed(path), *(root / "figures" / name for name in entry["figures"])]
            if all(file.exists() for file in made):
                _say(f"{path.stem}: unchanged")
                continue
        stale[path] = fingerprint
    return stale


def run_notebooks(stale: dict[Path, str], root: Path = ROOT) -> list[str]:
    """Run ``stale_notebooks()``, two at a time, with a line for each; returns the names of those that failed.

    Their figures go to ``figures/``, the executed copies to ``.cache/executed/``. A figure that its notebook
    no longer makes is removed.
    """
    before, failed = _read_manifest(root), []
    manifest = {name: before[name] for name in before if (root / "notebooks" / f"{name}.ipynb").exists()}
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        runs = {pool.submit(_run_one, path): path for path in stale}
        for run in as_completed(runs):
            path = runs[run]
            try:
                manifest[path.stem] = {"fingerprint": stale[path], "figures": run.result()}
                _write_manifest(root, manifest)
            except NotebookError as error:
                _say(f"{path.stem}: FAILED at {error}")
                failed.append(path.stem)
    for name in _figures(before) - _figures(manifest):
        (root / "figures" / name).unlink(missing_ok=True)
    return sorted(failed)


def _figures(manifest: dict[str, dict]) -> set[str]:
    return {name for entry in manifest.values() for name in entry["figures"]}


def _run_one(path: Path) -> list[str]:
    """Execute a copy and keep it and its figures; returns the figures' paths under figures/."""
    root, began = path.parents[1], time.monotonic()
    made = root / ".cache/made" / path.stem
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    _say(f"{path.stem}: running")
    nb = execute(path, environment(root / ".cache/ipython", TARIKH_FIGURES=made))
    save_notebook(nb, _executed(path))
    shutil.copytree(made, root / "figures", dirs_exist_ok=True)
    figures = sorted(file.relative_to(made).as_posix() for file in made.rglob("*") if file.is_file())
    _say(f"{path.stem}: done in {time.monotonic() - began:.0f} s, {len(figures)} files for figures/")
    _report_stderr(path.stem, nb)
    return figures


def _report_stderr(name: str, nb: NotebookNode) -> None:
    """Say which cells wrote to stderr: a stored notebook shows none, so the test would fail there."""
    for number, cell in enumerate((c for c in nb.cells if c.cell_type == "code"), start=1):
        text = "".join(output.text for output in cell.outputs if output.get("name") == "stderr").strip()
        if text:
            _say(f"{name}: code cell {number} wrote to stderr, to be silenced: {text.splitlines()[0]}")


def store_outputs(failed: list[str], root: Path = ROOT) -> None:
    """Write the executed copies over ``notebooks/``, but for those that failed."""
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        if path.stem not in failed and save_notebook(nbformat.read(_executed(path), as_version=4), path):
            _say(f"{path.stem}: outputs stored")


def run_articles(folder: Path, out: Path) -> bool:
    """Do the main job on the pages in ``folder``; False, with a message, when the notebook stops.

    Writes ``out``/06_your_articles.ipynb; the notebook itself writes its tables to ``out`` and its figures to
    ``out``/figures.
    """
    path = ROOT / "notebooks/06_your_articles.ipynb"
    out.mkdir(parents=True, exist_ok=True)
    places = {"TARIKH_ARTICLES": folder, "TARIKH_OUT": out, "TARIKH_FIGURES": out / "figures"}
    _say(f"Reading the pages in {folder}")
    try:
        nb = execute(path, environment(ROOT / ".cache/ipython", **places))
    except NotebookError as error:
        _say(f"{path.stem}: FAILED at {error}")
        return False
    save_notebook(nb, out / path.name)
    _report_stderr(path.stem, nb)
    _say(f"Written to {out}")
    return True


def _say(text: str) -> None:
    """One line of progress."""
    print(text, flush=True)
