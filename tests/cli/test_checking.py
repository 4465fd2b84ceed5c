"""`dquiz check` as people, scripts and commit hooks see it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quiz.reading import MANY

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Ended

DOCKER = """\
Q: What does `docker run` do?
A: Starts a container.

## Open

Q: What is a layer? #image ^layer

---

C: A {{left join::kind of join}} keeps every row.
"""
BROKEN = """\
Q: What is a Pod?
A: The smallest unit.

```yaml
kind: Pod
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "deep").mkdir(parents=True)
    (folder / "docker.md").write_text(DOCKER)
    (folder / "deep/k8s.md").write_text(BROKEN)
    (folder / "diary.md").write_text("Nothing to learn here.\n")
    return folder


def test_what_people_see(dquiz: Callable[..., Ended], notes: Path) -> None:
    ended = dquiz("check", "notes")
    assert (ended.code, ended.err) == (1, "")
    assert (
        ended.out
        == """\
notes/deep/k8s.md:4: E201 this fence is never closed: the rest of the file is code

file                cards  made of
notes/docker.md         3  1 question, 1 cloze, 1 draft
notes/deep/k8s.md       1  1 question
all 3 files             4  2 questions, 1 cloze, 1 draft
1 file without cards: notes/diary.md

As they will be asked:
  notes/deep/k8s.md:1  What is a Pod?
  notes/docker.md:1    What does `docker run` do?
  notes/docker.md:10   A [kind of join] keeps every row.

2 decks, 4 cards: 3 ready, 1 draft. 1 error, 0 warnings.
"""
    )
    ended = dquiz("check", "notes/docker.md")
    assert (ended.code, ended.err) == (0, "")
    assert (
        ended.out
        == """\
file              cards  made of
notes/docker.md       3  1 question, 1 cloze, 1 draft

As they will be asked:
  notes/docker.md:1   What does `docker run` do?
  notes/docker.md:10  A [kind of join] keeps every row.

1 deck, 3 cards: 2 ready, 1 draft (dquiz fill). 0 errors, 0 warnings.
"""
    )
    assert dquiz("check", ".").out == dquiz("check", "notes").out
    assert f"{notes}/deep/k8s.md:4: E201" in dquiz("check", notes).out


@pytest.mark.usefixtures("notes")
def test_what_scripts_see(dquiz: Callable[..., Ended]) -> None:
    ended = dquiz("check", "notes", "--json")
    assert (ended.code, ended.err, ended.out.count("\n")) == (1, "", 1)
    assert json.loads(ended.out)["ok"] is False
    data = ended.data
    assert data["problems"] == [
        {
            "file": "deep/k8s.md",
            "line": 4,
            "code": "E201",
            "severity": "error",
            "message": "this fence is never closed: the rest of the file is code",
        }
    ]
    assert data["counts"] == {
        "files": 3,
        "items": 4,
        "drafts": 1,
        "kinds": {"qa": 3, "cloze": 1},
        "rules": {"R1": 3, "R2": 1},
        "by_file": {"deep/k8s.md": {"R1": 1}, "diary.md": {}, "docker.md": {"R1": 2, "R2": 1}},
    }
    _, first, draft, cloze = data["items"]
    assert first == {
        "file": "docker.md",
        "line": 1,
        "kind": "qa",
        "section": "",
        "prompt": "What does `docker run` do?",
        "answer": "Starts a container.",
        "deck": "docker",
        "tags": [],
        "draft": False,
        "rule": "R1",
        "asked": "What does `docker run` do?",
    }
    assert (draft["answer"], draft["draft"], draft["tags"], draft["id"]) == ("", True, ["image"], "layer")
    assert draft["section"] == "Open"
    assert [one["text"] for one in cloze["deletions"]] == ["left join"]


@pytest.mark.parametrize(
    ("text", "options", "code", "ok"),
    [
        ("Q: a?\nA: b\n", [], 0, True),
        ("A: b\n", [], 0, True),
        ("A: b\n", ["--strict"], 1, True),
        ("```\nQ: a?\n", [], 1, False),
        ("```\nQ: a?\n", ["--strict"], 1, False),
    ],
)
def test_when_it_fails(
    dquiz: Callable[..., Ended], tmp_path: Path, text: str, options: list[str], code: int, ok: bool
) -> None:
    (tmp_path / "n.md").write_text(text)
    assert dquiz("check", "n.md", *options).code == code
    ended = dquiz("check", "n.md", "--json", *options)
    assert (ended.code, json.loads(ended.out)["ok"]) == (code, ok)


def test_problems_are_sorted_and_the_rest_is_read(dquiz: Callable[..., Ended], tmp_path: Path) -> None:
    (tmp_path / "b.md").write_bytes(b"Q: a?\nA: \xff\n\n<!-- open\n")
    (tmp_path / "a.md").write_bytes(b"\0")
    (tmp_path / "c.md").symlink_to("nowhere")
    os.mkfifo(tmp_path / "d.md")
    (tmp_path / "e.md").write_bytes(b"x" * ((16 << 20) + 1))
    (tmp_path / "f.md").write_text("Q: Still read?\nA: Yes.\n")
    ended = dquiz("check", ".")
    problems = [line.split(" ")[:2] for line in ended.out.partition("\n\n")[0].splitlines()]
    assert problems == [
        ["a.md:1:", "E102"],
        ["b.md:2:", "E101"],
        ["b.md:4:", "E204"],
        ["c.md:1:", "E103"],
        ["d.md:1:", "E103"],
        ["e.md:1:", "E103"],
    ]
    assert ["f.md", "1", "1", "question"] in map(str.split, ended.out.splitlines())
    assert ended.code == 1


def test_annotations_for_github(dquiz: Callable[..., Ended], tmp_path: Path) -> None:
    (tmp_path / "a,b:100%.md").write_text("```\n")
    first = dquiz("check", ".", "--github").out.splitlines()[0]
    assert first == (
        "::error file=a%2Cb%3A100%25.md,line=1,title=E201"
        "::this fence is never closed: the rest of the file is code"
    )
    assert dquiz("check", ".", "--github", "--json").error["code"] == "usage"


def test_files_of_two_paths_are_told_apart(dquiz: Callable[..., Ended], tmp_path: Path) -> None:
    for folder in ("docker", "kubernetes"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "README.md").write_text(f"Q: What is {folder}?\nA: A tool.\n\n```\n")
    lines = dquiz("check", "docker", "kubernetes").out.splitlines()
    assert lines[0].startswith("docker/README.md:4: E201")
    assert lines[1].startswith("kubernetes/README.md:4: E201")
    data = dquiz("check", "docker", "kubernetes", "--json").data
    assert [item["file"] for item in data["items"]] == ["README.md", "README.md"]
    assert data["counts"]["by_file"] == {"README.md": {"R1": 2}}


@pytest.mark.usefixtures("notes")
def test_a_file_named_twice_is_read_once(dquiz: Callable[..., Ended]) -> None:
    ended = dquiz("check", "notes/docker.md", "notes", "./notes/deep/../docker.md", "--json")
    assert ended.data["counts"]["items"] == 4


def test_nothing_at_all(dquiz: Callable[..., Ended], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ended = dquiz("check", "empty")
    lines = [
        "empty:1: W105 no notes here: no file ends in .md or .markdown",
        "",
        "0 decks, 0 cards: 0 ready, 0 drafts. 0 errors, 1 warning.",
    ]
    assert (ended.code, ended.out.splitlines()) == (0, lines)


def test_a_folder_without_notes_cannot_be_studied(dquiz: Callable[..., Ended], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ended = dquiz("review", "empty")
    assert ended.code == 3
    assert ended.err.splitlines()[-1] == "empty: no notes here: no file ends in .md or .markdown."


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """More files than one process reads, each with its own question."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(MANY + 30):
        (folder / f"n{number:04}.md").write_text(f"Q: What is {number}?\nA: A number.\n")
    return folder


def test_many_files_are_read_in_order(dquiz: Callable[..., Ended], many: Path) -> None:
    data = dquiz("check", many, "--json").data
    assert [item["prompt"] for item in data["items"]] == [f"What is {n}?" for n in range(MANY + 30)]
    brief, full = dquiz("check", many).out, dquiz("check", many, "--all").out
    assert "210 more files: --all lists them.\n" in brief
    assert len(brief.splitlines()) == 32
    assert len(full.splitlines()) == MANY + 30 + 11


@pytest.mark.skipif(sys.platform != "linux", reason="looks for child processes where Linux shows them")
def test_it_can_be_interrupted(environment: dict[str, str], many: Path) -> None:
    program = [sys.executable, "-m", "quiz", "check", str(many), "--json"]
    with subprocess.Popen(
        program, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while not children.read_text():
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does, which reaches the readers too
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, b"")
    assert json.loads(err)["error"]["code"] == "interrupted"


# --- what is told of many ------------------------------------------------------------------------------------------


def test_the_largest_file_comes_first_and_those_without_cards_are_one_line(
    dquiz: Callable[..., Ended], tmp_path: Path
) -> None:
    for name, questions in (("a", 1), ("b", 3), ("c", 2)):
        text = "".join(f"Q: {name} {number}?\nA: {name}.\n" for number in range(questions))
        (tmp_path / f"{name}.md").write_text(text)
    for number in range(5):
        (tmp_path / f"empty{number}.md").write_text("Nothing.\n")
    ended = dquiz("check", ".")
    lines = ended.out.splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["b.md", "c.md", "a.md"]
    assert "5 files without cards: -v names them" in lines
    assert "empty3.md" not in ended.out
    assert "  empty3.md" in dquiz("check", ".", "-v").out.splitlines()


def test_copies_between_two_files_are_one_line(dquiz: Callable[..., Ended], tmp_path: Path) -> None:
    same = "".join(f"Q: What is {number}?\nA: {number}.\n" for number in range(4))
    for name in ("a", "b"):
        (tmp_path / f"{name}.md").write_text(same)
    assert dquiz("check", ".").out.splitlines()[0] == "b.md: W402 4 cards shared with a.md"
    assert dquiz("check", ".", "-v").out.count("W402 one card with a.md:") == 4
    assert len(dquiz("check", ".", "--json").data["problems"]) == 4
    assert dquiz("check", ".", "--github").out.count("::warning ") == 4


def test_many_warnings_do_not_hide_an_error(dquiz: Callable[..., Ended], tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("".join(f"Q: {n}?\nA: b\n\nText.\n\nQ:\n\n" for n in range(30)))
    (tmp_path / "z.md").write_text("```\n")
    lines = dquiz("check", ".").out.partition("\n\n")[0].splitlines()
    assert lines[0].startswith("z.md:1: E201")
    assert len([line for line in lines if "W306" in line]) == 11
    assert "W306 20 more like these: -v names them" in lines
    assert dquiz("check", ".", "-v").out.count(": W306 ") == 30


def test_samples_are_of_every_kind_and_always_the_same(dquiz: Callable[..., Ended], tmp_path: Path) -> None:
    questions = "".join(f"Q: What is {number}?\nA: {number}.\n\n" for number in range(50))
    terms = "- TTL :: how long\n- **RTO** — the time to be back\n"
    (tmp_path / "n.md").write_text(
        questions + "C: Port {{53}} it is.\n\n" + terms + questions.replace("is", "was")
    )
    first = dquiz("check", "n.md").out
    asked = first.partition("As they will be asked:\n")[2].partition("\n\n")[0].splitlines()
    assert len(asked) == 5
    assert any("Port […] it is." in line for line in asked)
    places = [int(line.split()[0].rpartition(":")[2]) for line in asked]
    assert places == sorted(places)
    assert places[0] < 100
    assert places[-1] > 155
    assert dquiz("check", "n.md").out == first


THEIRS = "#flashcards\n\nCapital of Peru::Lima\n\nCapital of Chile::Santiago de Chile\n"
SAID = (
    "2 cards of Obsidian Spaced Repetition (front::back, ?, ==gap==): they are no cards here."
    " Write `front :: back` with blanks, `Q:` and `A:`, or `C: … {{…}}`;"
    " or export from there to Anki, then `dquiz import FILE.apkg`"
)


def test_cards_of_another_program_are_told_with_what_to_do(
    dquiz: Callable[..., Ended], tmp_path: Path
) -> None:
    (tmp_path / "peru.md").write_text(THEIRS)
    ended = dquiz("check", "peru.md")
    assert ended.code == 0
    assert ended.out.splitlines() == [
        f"peru.md:3: W315 {SAID}",
        "",
        "1 file with cards of another program: peru.md",
        "",
        "0 decks, 0 cards: 0 ready, 0 drafts. 0 errors, 1 warning.",
    ]
    problem = {"file": "peru.md", "line": 3, "code": "W315", "severity": "warning", "message": SAID}
    assert dquiz("check", "peru.md", "--json").data["problems"] == [problem]
    assert [one["code"] for one in dquiz("sync", "peru.md", "--json").data["problems"]] == ["W315"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "notes.org",
            "an Org file: dquiz reads markdown (.md, .markdown). Convert it: `pandoc FILE -o notes.md`",
        ),
        ("NOTES.DOCX", "a Word document: dquiz reads markdown"),
        ("notes.mochi", "an archive of Mochi: dquiz reads markdown"),
        (
            "notes.apkg",
            "an Anki package: dquiz reads markdown (.md, .markdown). Bring its cards in with `dquiz import",
        ),
    ],
)
def test_a_file_that_is_no_markdown_is_refused_with_what_to_do(
    dquiz: Callable[..., Ended], tmp_path: Path, name: str, said: str
) -> None:
    (tmp_path / name).write_text("Q: Is it read?\nA: No.\n")
    ended = dquiz("check", name)
    assert (ended.code, ended.out.startswith(f"{name}:1: E103 {said}")) == (1, True), ended.out
    for command in ("review", "sync"):
        ended = dquiz(command, name)
        assert (ended.code, ended.out) == (3, "")
        assert ended.err.splitlines()[-1].startswith(f"{name}: {said}")
