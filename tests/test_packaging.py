"""The package as others get it: built, installed into a fresh environment, run from somewhere else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from quiz.cli.commands import VERSION

ROOT = Path(__file__).resolve().parents[1]
DATA = (
    "quiz/py.typed",
    "quiz/cli/template.md",
    "exporters/py.typed",
    "exporters/anki/style.css",
    "decks/docker.md",
    "decks/kubernetes.md",
    "quiz/store/migrations/env.py",
    "quiz/store/migrations/script.py.mako",
    "quiz/store/migrations/versions/0001_first.py",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with the wheel and the source distribution, each built from the checkout."""
    folder = tmp_path_factory.mktemp("built")
    ended = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--sdist", "--wheel", "--outdir", folder, ROOT],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr or ended.stdout
    return folder


@pytest.fixture(scope="module")
def wheel(built):
    return next(built.glob("*.whl"))


@pytest.fixture(scope="module")
def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The scripts of an environment with the wheel; what it depends on is that of the tests."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, with_pip=True)
    scripts = environment / "bin"
    subprocess.run([scripts / "pip", "install", "--quiet", "--no-deps", "--no-index", wheel], check=True)
    packages = next(environment.glob("lib/python*/site-packages"))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return scripts


@pytest.fixture
def dquiz(installed, tmp_path):
    """Runs the installed program far from the checkout, with standard input closed."""

    def run(*arguments, program=("dquiz",)):
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("DQUIZ_", "PYTHON"))
        }
        return subprocess.run(
            [installed / program[0], *program[1:], *arguments],
            cwd=tmp_path,
            env={**kept, "DQUIZ_HOME": str(tmp_path / "home")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return run


def test_the_wheel_holds_what_is_no_python(names):
    assert set(DATA) <= set(names)


def test_the_wheel_holds_nothing_else(names):
    tops = {name.split("/")[0] for name in names}
    assert tops == {"quiz", "exporters", "decks", f"dquiz-{VERSION}.dist-info"}
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".db"))]


def test_the_wheel_holds_every_module_of_the_checkout(names):
    modules = {
        path.relative_to(ROOT).as_posix()
        for package in ("quiz", "exporters")
        for path in (ROOT / package).rglob("*.py")
    }
    assert modules <= set(names)


def test_the_source_distribution_can_be_tested(built):
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "LICENSE", "pyproject.toml", "tests/test_packaging.py", *DATA} <= names
    assert not [name for name in names if name.startswith((".venv", ".git/", "benchmarks/"))]


def test_the_version_is_written_twice_and_equal():
    declared = re.search(
        r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert declared[1] == VERSION


def test_the_program_starts_from_anywhere(dquiz, tmp_path):
    ended = dquiz("--version")
    assert (ended.returncode, ended.stdout) == (0, f"dquiz {VERSION}\n")
    assert not list(tmp_path.iterdir())
    assert dquiz("--version", program=("python", "-m", "quiz")).stdout == ended.stdout


def test_it_runs_the_installed_code(dquiz, installed):
    code = "import quiz, exporters; print(quiz.__file__, exporters.__file__)"
    for place in dquiz(program=("python", "-c", code)).stdout.split():
        assert Path(place).is_relative_to(installed.parent)


def test_the_shipped_deck_can_be_studied(dquiz):
    decks = dquiz("decks")
    assert decks.returncode == 0, decks.stderr
    assert "docker" in decks.stdout
    review = dquiz("review", "docker", "--plain")
    assert review.returncode == 0, review.stderr
    assert "Question: What is a container?" in review.stdout


def test_the_exporters_are_found(dquiz, tmp_path):
    listed = dquiz("export", "--list").stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["anki", "csv", "html", "json", "markdown"]
    ended = dquiz("export", "anki", "docker.apkg", "docker")
    assert ended.returncode == 0, ended.stderr
    assert zipfile.is_zipfile(tmp_path / "docker.apkg")
