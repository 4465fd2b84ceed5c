"""Whole histories, replayed commit by commit through the parser and the matcher."""

from __future__ import annotations

import subprocess
from random import Random
from typing import TYPE_CHECKING

from note_histories import Fact, Snapshot, World, history, read, replay

from quiz.notes import parse

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from quiz.cards import Note


class Repository:
    """A git repository of notes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._git("init", "-q")

    def commit(self, snapshot: Snapshot) -> None:
        for path in self.folder.glob("*.md"):
            path.unlink()
        for file, text in snapshot.texts.items():
            (self.folder / file).write_text(text, encoding="utf-8")
        self._git("add", "-A")
        self._git("commit", "-q", "--allow-empty", "-m", "Edit notes")

    def versions(self) -> list[dict[str, list[Note]]]:
        """The notes of each commit, oldest first."""
        versions = []
        for commit in self._git("log", "--reverse", "--format=%H").split():
            names = self._git("ls-tree", "-r", "--name-only", commit).splitlines()
            files = {name: self._git("show", f"{commit}:{name}") for name in names}
            versions.append(
                {name: list(parse(text.encode(), file=name, deck=name).notes) for name, text in files.items()}
            )
        return versions

    def _git(self, *arguments: str) -> str:
        author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]
        command = ["git", *author, "-c", "core.autocrlf=false", *arguments]
        return subprocess.run(
            command, cwd=self.folder, check=True, capture_output=True, encoding="utf-8"
        ).stdout


def replay_repository(folder: Path, snapshots: Iterable[Snapshot]):
    kept = list(snapshots)
    repository = Repository(folder)
    for snapshot in kept:
        repository.commit(snapshot)
    notes = dict(zip(map(id, kept), repository.versions(), strict=True))
    return replay(kept, lambda snapshot: notes[id(snapshot)])


def test_cards_survive_the_history_of_their_files():
    tallies = [replay(history(*each)) for each in [(1, 30, 3), (2, 20, 8), (3, 12, 25), (4, 10, 25)]]
    failures = [failure for tally in tallies for failure in tally.failures]
    edited = sum(tally.edited for tally in tallies)
    clear = sum(tally.clear for tally in tallies)
    assert edited > 800
    assert sum(tally.clear_kept for tally in tallies) >= 0.99 * clear, failures
    assert sum(tally.mixed for tally in tallies) <= 0.005 * edited, failures


def test_a_history_in_a_repository_is_replayed_as_it_was(tmp_path):
    tally = replay_repository(tmp_path, history(5, 12, 5))
    assert tally == replay(history(5, 12, 5))
    assert tally.clear_kept == tally.clear > 50
    assert tally.mixed == 0


# --- a story with an end that is known to the letter -----------------------------------------------------------------

FACTS = {
    "lock": (
        "What does a lock protect?",
        "The invariants of the data that its holder may break for a while.",
    ),
    "deadlock": ("When is a deadlock impossible?", "When every thread takes its locks in the same order."),
    "mvcc": (
        "Why do readers not wait under MVCC?",
        "They read the version that was current when they began.",
    ),
    "node": ("What is a node?", ""),
    "explain-trie": ("Explain tries", ""),
    "explain-heap": ("Explain heaps", ""),
    "pod": ("What is a pod?", "The smallest thing that can be scheduled: containers that share an address."),
    "js-node": ("What is a node?", ""),
    "npm": (
        "What does npm ci do?",
        "It installs exactly what the lock file says, and removes what was there.",
    ),
    "closure": ("What does a closure capture?", "Variables and not their values, so a later change is seen."),
}


class Story(World):
    """A folder whose facts have names."""

    def __init__(self, **files: str) -> None:
        super().__init__(Random(0))
        self.named = {name: Fact(question, answer, name) for name, (question, answer) in FACTS.items()}
        self.files = {
            f"{file}.md": [self.named[name] for name in names.split()] for file, names in files.items()
        }

    def __getitem__(self, name: str) -> Fact:
        return self.named[name]


def tell(story: Story) -> Iterable[Snapshot]:
    yield story.snapshot()
    # renumbered, reordered and retagged
    story.numbered = {"locks.md"}
    story.files["locks.md"].reverse()
    story["mvcc"].tags = ("postgres",)
    yield story.snapshot()
    # drafts are answered, a question and an answer are edited
    story["explain-trie"].answer = "A tree whose edges are letters, so that a prefix is a path from its root."
    story["lock"].question = "What does a lock protect, and from whom?"
    story["deadlock"].answer += " A timeout does not prevent it, it only ends it."
    yield story.snapshot()
    # a file is renamed and edited at once; the other deck has the same draft
    story.files["kubernetes.md"] = story.files.pop("k8s.md")
    story["pod"].question = "What is a pod in Kubernetes?"
    yield story.snapshot()
    # emptied by accident
    lost, story.files["locks.md"] = story.files["locks.md"], []
    yield story.snapshot()
    # and back, with one answer rewritten
    story.files["locks.md"] = lost
    story["mvcc"].answer = "Each row keeps old versions."
    yield story.snapshot()
    # two files become one, then three
    story.files["web.md"] = story.files.pop("javascript.md") + story.files.pop("kubernetes.md")[:1]
    yield story.snapshot()
    story.files["packages.md"] = [story["npm"]]
    story.files["web.md"].remove(story["npm"])
    story.files["trees.md"] = [fact for fact in story.files["locks.md"] if "explain" in fact.term]
    story.files["locks.md"] = [fact for fact in story.files["locks.md"] if "explain" not in fact.term]
    yield story.snapshot()
    # a template is used again
    story.files["trees.md"].append(Fact("Explain skip lists", "", "skip"))
    yield story.snapshot()
    # copied and pasted into a second file, and one of the copies is edited
    copied = Fact(*FACTS["closure"], "copy")
    story.files["packages.md"].append(copied)
    yield story.snapshot()
    copied.answer = f"{copied.answer} That is why loops surprise."
    yield story.snapshot()


def test_a_year_of_notes(tmp_path):
    story = Story(
        locks="lock deadlock mvcc explain-trie explain-heap", k8s="pod node", javascript="js-node npm closure"
    )
    tally = replay_repository(tmp_path, tell(story))
    # the one failure that is meant: a copy, once edited, is another card until somebody says otherwise
    (failure,) = tally.failures
    assert failure.startswith("CLEAR asked ('packages.md', 'what does a closure capture'")
    assert tally.mixed == 0


def test_reading_the_text_of_a_snapshot_gives_its_facts():
    snapshot = next(iter(history(7, 0, 0)))
    notes = [note for found in read(snapshot).values() for note in found]
    assert {snapshot.fact_of(note) for note in notes} == set(snapshot.facts.values())
