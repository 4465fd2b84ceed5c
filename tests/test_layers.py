"""Imports point one way, and the picture of it in CONTRIBUTING.md is the one that is checked."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CONTRACTS = {
    contract["name"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
}
MODULES = {
    path.stem for path in (ROOT / "quiz").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
}
MODULES -= {"__init__", "__main__"}


def test_imports_keep_every_contract():
    ended = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    assert "0 broken" in ended.stdout


def test_the_picture_shows_every_layer_in_order():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    picture = re.search(r"```text\n(.*?)```", text, re.DOTALL)[1]
    drawn = [re.split(r"\s{3,}", line)[0] for line in picture.splitlines()]
    assert drawn == CONTRACTS["Imports point down"]["layers"]


def test_every_module_has_a_layer():
    layers = CONTRACTS["Imports point down"]["layers"]
    assert {name for layer in layers for name in layer.split(" | ")} == MODULES


@pytest.mark.parametrize(
    ("contract", "key", "free"),
    [
        ("Exporters see values only", "forbidden_modules", {"cards", "cues", "errors", "code_cloze"}),
        (
            "Only the store and what writes notes into it know SQLAlchemy",
            "source_modules",
            {"store", "collection", "errors", "suggestions"},
        ),
    ],
)
def test_a_contract_leaves_no_module_out(contract, key, free):
    assert {name.removeprefix("quiz.") for name in CONTRACTS[contract][key]} == MODULES - free
