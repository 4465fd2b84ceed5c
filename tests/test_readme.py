"""README is true: its commands run, its deck holds those cards, its sessions are what the program prints."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from quiz.cli.commands import commands

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TOKENS = MarkdownIt("commonmark").enable("table").parse(README)
BLOCKS = [(token.info, token.content) for token in TOKENS if token.type == "fence"]
NOTE, DECK = (content for info, content in BLOCKS if info == "markdown")
SESSIONS = [content for info, content in BLOCKS if info == "text" and content.startswith("$ ")]
PROMPTS = ("Enter for the answer, or h hint, t type, u undo, s later, q quit:", "Your rating:")
NO_INDEX = re.compile(
    r"Could not find a version|No matching distribution|Connection|Temporary failure|timed out"
)


def run(arguments: list[str], folder: Path, *, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Runs this dquiz in a folder of its own, at the moment at which README was written."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DQUIZ_")}
    here = {"DQUIZ_HOME": str(folder / "home"), "DQUIZ_NOW": "2026-11-24T18:40:00Z", "TZ": "UTC"}
    return subprocess.run(
        [sys.executable, "-m", "quiz", *arguments],
        cwd=folder,
        env=kept | here,
        input=typed,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def masked(text: str) -> str:
    """Without what differs from run to run: ids of reviews, and how long it took."""
    return re.sub(r"in \d+ s\b", "in … s", re.sub(r"saved \d+", "saved …", text)).rstrip()


def printed_and_typed(transcript: str) -> tuple[str, str]:
    """What the program prints, and what a person types behind its prompts."""
    typed = []
    lines = transcript.splitlines()
    for number, line in enumerate(lines):
        for prompt in PROMPTS:
            if line.startswith(prompt):
                typed.append(line.removeprefix(prompt).strip() + "\n")
                lines[number] = prompt
    return "\n".join(lines), "".join(typed)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "queues.md").write_text(NOTE, encoding="utf-8")
    (tmp_path / "dns.md").write_text(DECK, encoding="utf-8")
    return tmp_path


def test_the_first_two_blocks_are_one_line_commands():
    first, second = (content.strip() for _, content in BLOCKS[:2])
    assert "\n" not in first
    assert first.endswith("dquiz review docker")
    assert "\n" not in second
    assert second.endswith("pytest")


def test_the_deck_has_ten_lines_and_these_cards(folder):
    assert len(DECK.splitlines()) == 10
    run(["sync", "dns.md"], folder)
    cards = json.loads(run(["cards", "dns", "--json"], folder).stdout)["data"]
    assert [(card["kind"], card["line"], card["prompt"]) for card in cards] == [
        ("qa", 1, "Which record maps a name to an IPv6 address?"),
        ("cloze", 3, "Port {{53}} carries queries, over {{UDP}} first."),
        ("cloze", 3, "Port {{53}} carries queries, over {{UDP}} first."),
        ("qa", 6, "How long may a resolver keep an answer?"),
        ("cheatsheet", 7, "Ask one server for a name"),
    ]
    assert cards[0]["tags"] == ["dns"]


def test_an_unprepared_note_becomes_questions_with_levels(folder):
    asked = json.loads(run(["check", "queues.md", "--json"], folder).stdout)["data"]["items"]
    assert [item["prompt"] for item in asked] == re.findall(r"^\d\. (.*\?)$", NOTE, re.MULTILINE)
    assert [item["tags"] for item in asked] == [["junior"]] * 3 + [["senior"]] * 2
    assert [item["draft"] for item in asked] == [True, False, True, True, True]


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session.splitlines()[0])
def test_a_session_is_what_the_program_prints(session, folder):
    command, transcript = session.split("\n", 1)
    expected, typed = printed_and_typed(transcript)
    ended = run(command.removeprefix("$ dquiz ").split(), folder, typed=typed)
    assert masked(ended.stdout) == masked(expected)
    assert ended.returncode == 0


def test_the_table_of_commands_is_complete():
    assert set(re.findall(r"`dquiz ([a-z]+)", README)) == set(commands())


@pytest.mark.parametrize("command", commands())
def test_a_command_has_help_with_examples(command, tmp_path):
    ended = run([command, "--help"], tmp_path)
    assert ended.returncode == 0
    assert f"Usage: dquiz {command}" in ended.stdout
    assert f"  dquiz {command}" in ended.stdout.partition("Examples:")[2]
    assert not list(tmp_path.iterdir())


def test_links_lead_to_files():
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert {"CONTRIBUTING.md", "CHANGELOG.md"} <= set(links)
    for link in links:
        assert (ROOT / link).is_file(), link


def test_the_first_command_works_in_a_fresh_clone(tmp_path):
    """With standard input closed, and nothing but Python and pip."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone")
    clone = tmp_path / "clone"
    clone.mkdir()
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        if name and os.path.lexists(ROOT / name):
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, clone / name, follow_symlinks=False)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DQUIZ_", "VIRTUAL_ENV", "PYTHON"))
    }
    system_python = Path(sys.base_prefix) / "bin"
    ended = subprocess.run(
        ["sh", "-c", f"exec <&-; {BLOCKS[0][1]}"],
        cwd=clone,
        env=kept | {"DQUIZ_HOME": str(tmp_path / "home"), "PATH": f"{system_python}:{os.environ['PATH']}"},
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    if ended.returncode and NO_INDEX.search(ended.stderr) and not os.environ.get("CI"):
        pytest.skip(f"the package index is out of reach: {ended.stderr.strip().splitlines()[-1]}")
    assert ended.returncode == 0, ended.stderr
    assert "Deck docker" in ended.stdout
    assert "Question: What is a container?" in ended.stdout
    activated = subprocess.run(
        ["sh", "-c", ". .venv/bin/activate && dquiz --version"],
        cwd=clone,
        env=kept,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert activated.stdout.startswith("dquiz "), activated.stderr
