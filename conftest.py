"""Settings that every test run shares, the notebooks' (nbval) too.

Closed here: figures/ is never written by a test run, a user's own settings stay out of the kernels,
--nbval-lax (which compares nothing) is refused, and a whole run that finds no notebook is an error.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import hypothesis
import matplotlib
import pytest

from tarikh.notebooks import environment

hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("repeatable")


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="run the tests marked full too")


def pytest_configure(config):
    if config.getoption("nbval_lax", False):
        raise pytest.UsageError("--nbval-lax compares no output: leave it out")
    scratch = Path(tempfile.mkdtemp(prefix="tarikh-tests-"))
    config.add_cleanup(lambda: shutil.rmtree(scratch, ignore_errors=True))
    shared = environment(scratch / "ipython", TARIKH_FIGURES=scratch / "figures")
    os.environ.clear()
    os.environ.update(shared)
    matplotlib.use("Agg")  # in this process only; the kernels draw inline


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    whole = config.args_source is not pytest.Config.ArgsSource.ARGS
    if whole and not any(type(item).__name__ == "IPyNbCell" for item in items):
        raise pytest.UsageError("no notebook cell was collected: are the notebooks there, and --nbval set?")
    if not config.getoption("full"):
        for item in items:
            if "full" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="slow: runs only with --full"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of pages that are not part of the repository."""
    if not os.environ.get("TARIKH_SHARED"):
        pytest.skip("TARIKH_SHARED is not set: the pages outside the repository are not tested")
    folder = Path(os.environ["TARIKH_SHARED"])
    assert folder.is_dir(), f"TARIKH_SHARED names {folder}, which is no folder"
    return folder
