"""Set up the environment and hand over to it: every command of this project goes through here.

Standard library only, from any folder. The first run makes ``.venv`` (with uv when it is on the PATH, else
with pip) and installs ``requirements.txt``; later runs install again only when a pin has changed.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "tarikh.stamp"
REQUIRED = ("requirements.txt", "lib/constraints.txt", "lib/pyproject.toml")
MADE = (".venv", ".cache", ".hypothesis", ".pytest_cache", ".ruff_cache")

COMMANDS = {
    "figures": "run every notebook as a copy and write figures/ (the default)",
    "test": "run the tests: the library's, and every notebook against its stored outputs",
    "lab": "open JupyterLab at the first notebook",
    "update": "like figures, and store the outputs in notebooks/",
    "bench": "compare with other tools: accuracy, and speed as a ratio",
    "fit": "fit how far each kind of evidence on a date is trusted, and store it",
    "clean": "remove .venv, caches and everything else that a run can make again",
}


def parse_arguments(argv):
    """The command line as a namespace; ends the program with a message when it makes no sense."""
    commands = "\n".join(f"  {name:<8} {text}" for name, text in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="run.py",
        description="From a folder of saved Arabic news pages to dated articles, topics and charts.",
        epilog=f"commands:\n{commands}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", nargs="?", choices=list(COMMANDS), metavar="command", help="see below")
    parser.add_argument("--articles", metavar="FOLDER", help="do the main job on your own pages")
    parser.add_argument("--out", metavar="FOLDER", help="where the results of --articles go")
    parser.add_argument("--full", action="store_true", help="with test: the slow tests too")
    arguments = parser.parse_args(argv)
    if (arguments.articles is None) != (arguments.out is None):
        parser.error("--articles FOLDER and --out FOLDER go together")
    if arguments.articles is not None and arguments.command is not None:
        parser.error("--articles stands alone, without a command")
    if arguments.full and arguments.command != "test":
        parser.error("--full goes with test")
    if arguments.articles is not None and not Path(arguments.articles).exists():
        parser.exit(2, f"There is no folder {arguments.articles}: nothing was done.\n")
    return arguments


def say(text):
    """One line of progress."""
    print(text, flush=True)


def call(*command, **variables):
    """Run a command in the project's folder; returns its exit code."""
    environment = dict(os.environ, PYTHONUTF8="1", **variables)
    try:
        return subprocess.call([str(part) for part in command], cwd=str(ROOT), env=environment)
    except KeyboardInterrupt:
        return 130


def interpreter():
    """What an environment is bound to: this Python, and the folder the project lies in."""
    return f"{sys.version} in {ROOT}".replace("\n", " ")


def requirements_hash():
    """A hash that changes with any pin."""
    digest = hashlib.sha256()
    for name in REQUIRED:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def make_venv(uv):
    """An empty .venv."""
    say("Making .venv")
    if uv and call(uv, "venv", "--quiet", "--seed", "--clear", "--python", sys.executable, VENV) == 0:
        return
    if call(sys.executable, "-m", "venv", "--clear", VENV) != 0:
        sys.exit(
            "The environment .venv could not be made. On Debian and Ubuntu: apt install python3-venv, "
            "then run this again. Elsewhere: is the folder writable, and the disk not full?"
        )


def install(uv):
    """Everything that requirements.txt names, into .venv."""
    say("Installing requirements.txt (more than a hundred packages; a minute or two the first time)")
    if uv and call(uv, "pip", "install", "--python", PYTHON, "-r", REQUIRED[0], UV_COMPILE_BYTECODE="1") == 0:
        return
    if uv:
        say("uv could not install them; trying pip")
    if call(PYTHON, "-m", "pip", "install", "--progress-bar", "off", "-r", REQUIRED[0]) != 0:
        sys.exit("The packages could not be installed; pip's message above says why. Then run this again.")


def set_up():
    """Make or renew .venv, unless its stamp says that nothing has changed."""
    wanted = [interpreter(), requirements_hash()]
    found = STAMP.read_text(encoding="utf-8").splitlines() if STAMP.exists() else ["", ""]
    if found == wanted:
        return
    uv = shutil.which("uv")
    if found[0] != wanted[0]:
        make_venv(uv)
    install(uv)
    STAMP.write_text("\n".join(wanted), encoding="utf-8")


def clean():
    """Remove what runs have made; the figures and the notebooks' stored outputs stay."""
    made = [ROOT / name for name in MADE]
    for folder in ("lib", "tests", "notebooks"):
        made += [p for name in ("__pycache__", ".ipynb_checkpoints") for p in (ROOT / folder).rglob(name)]
    for path in made:
        if path.exists():
            say(f"Removing {path.relative_to(ROOT)}")
            shutil.rmtree(str(path))


def hand_over(arguments):
    """The command itself, in the environment; returns its exit code."""
    if arguments.articles is not None:
        folder, out = Path(arguments.articles).resolve(), Path(arguments.out).resolve()
        return call(PYTHON, "-m", "tarikh", "articles", folder, out)
    if arguments.command == "test":
        workers = ("-n", "2", "--dist", "loadfile")  # a notebook's cells stay with one kernel
        return call(PYTHON, "-m", "pytest", *workers, *(["--full"] if arguments.full else []))
    if arguments.command == "lab":
        return call(PYTHON, "-m", "jupyterlab", f"--ServerApp.root_dir={ROOT}", "notebooks/00_tour.ipynb")
    return call(PYTHON, "-m", "tarikh", arguments.command or "figures")


def main(argv=None):
    """The exit code of the command that ``argv`` asks for."""
    if sys.version_info < (3, 11):  # noqa: UP036  (this file is the one that an older Python gets to read)
        sys.exit("Python 3.11 or later is needed; this is {}.{}.".format(*sys.version_info[:2]))
    arguments = parse_arguments(argv)
    if arguments.command == "clean":
        return clean()
    set_up()
    return hand_over(arguments)


if __name__ == "__main__":
    sys.exit(main())
