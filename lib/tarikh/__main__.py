"""The library's command line, for run.py: ``python -m tarikh figures | update | bench | fit | articles FOLDER OUT``."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tarikh import bench, bench_times, docs, fit, notebooks
from tarikh.charts import write_figure_index
from tarikh.collection import sample_corpus
from tarikh.scores import store_reference


def main(argv: list[str] | None = None) -> int:
    """Run the command in ``argv``; returns the exit code, 1 when a notebook failed."""
    parser = argparse.ArgumentParser(prog="python -m tarikh", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("figures", help="run the notebooks as copies and write figures/")
    commands.add_parser("update", help="like figures, and store the outputs in notebooks/ and the accuracy table")
    commands.add_parser("bench", help="compare with peers: quality, and speed as a ratio")
    commands.add_parser("fit", help="fit lags and reliabilities of the kinds of evidence, and store them")
    articles = commands.add_parser("articles", help="do the main job on a folder of pages")
    articles.add_argument("folder", type=Path)
    articles.add_argument("out", type=Path)
    arguments = parser.parse_args(argv)
    if arguments.command == "articles":
        return 0 if notebooks.run_articles(arguments.folder.resolve(), arguments.out.resolve()) else 1
    if arguments.command == "bench":
        bench.main()
        bench_times.main()
        print(f"\n{docs.accuracy_table('en')}")
        return 0
    shared = Path(os.environ["TARIKH_SHARED"]) if os.environ.get("TARIKH_SHARED") else None
    if arguments.command == "fit":
        fit.store_fit(shared)
        return 0
    if arguments.command == "update" and shared:
        store_reference(shared / "reference")
    failed = figures()
    if arguments.command == "update":
        notebooks.store_outputs(failed)
        for name in docs.READMES:
            docs.refresh(notebooks.ROOT / name)
    return 1 if failed else 0


def figures() -> list[str]:
    """Build the collection's tables, run what has changed; returns the names of the notebooks that failed."""
    stale = notebooks.stale_notebooks()
    if stale:
        print("Building the collection's tables", flush=True)
        sample_corpus()
    failed = notebooks.run_notebooks(stale)
    if failed:
        print(f"Failed: {', '.join(failed)}", flush=True)
    else:
        write_figure_index(notebooks.ROOT / "figures")
    return failed


if __name__ == "__main__":
    sys.exit(main())
