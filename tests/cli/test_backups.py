"""Backups by command: what is said, in which order they are listed, and the way back from every refusal."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

TABLE = "Q: What is {0}?\nA: It is {0}.\n\n"


@pytest.fixture
def studied(dquiz: Callable[..., Any], environment: dict[str, str], tmp_path: Path) -> Path:
    """A collection with three cards and a review; its file."""
    environment["DQUIZ_COLLECTION__SHIPPED"] = "false"
    (tmp_path / "notes.md").write_text("".join(map(TABLE.format, ("a", "b", "c"))))
    assert dquiz("sync", "notes.md").code == 0
    card = dquiz("next", "--json").data["id"]
    assert dquiz("answer", card, "good").code == 0
    return tmp_path / "home" / "collection.db"


def reviews(dquiz: Callable[..., Any]) -> int:
    return len(dquiz("log", "--json").data)


def test_a_new_collection_is_said_to_be_one_and_only_once(dquiz, home):
    first = dquiz("due")
    assert first.err == f"A new collection: {home / 'collection.db'}\n"
    assert dquiz("due").err == ""


def test_a_backup_says_where_it_is_and_what_it_holds(dquiz, studied):
    made = dquiz("backup")
    found = re.fullmatch(r"(\S+/20261124T184000Z\.db): \d\.\d MB, 3 cards and 1 review\.\n", made.out)
    assert found, made.out
    data = dquiz("backup", "--json").data
    assert data["path"] == found[1].replace("Z.db", "Z-2.db")
    assert (data["cards"], data["reviews"]) == (3, 1)
    assert data["bytes"] > 10_000


def test_backups_are_listed_newest_first_with_what_is_wrong(dquiz, studied, environment):
    assert dquiz("backup", "--list").out.startswith("No backups in ")
    folder = Path(dquiz("backup", "--json").data["path"]).parent
    environment["DQUIZ_NOW"] = "2026-11-25T18:40:00Z"
    dquiz("backup")
    (folder / "20261126T000000Z.db").write_bytes(b"not one")
    rows = dquiz("backup", "--list", "--json").data
    assert [(row["made_at"], row["kind"], row["cards"], row["reviews"], row["ok"]) for row in rows] == [
        ("2026-11-26T00:00:00Z", "backup", None, None, False),
        ("2026-11-25T18:40:00Z", "backup", 3, 1, True),
        ("2026-11-24T18:40:00Z", "backup", 3, 1, True),
    ]
    assert "is empty" in rows[0]["problem"]
    first, second, _ = dquiz("backup", "--list").out.splitlines()
    assert "BAD" in first
    assert second.startswith("2026-11-25 19:40  backup ")
    assert second.endswith("  20261125T184000Z.db                  3 cards and 1 review")


def test_a_copy_needs_force_where_something_else_stands(dquiz, studied, tmp_path):
    assert dquiz("backup", "copy.db").code == 0
    assert dquiz("backup", "copy.db").code == 0
    refused = dquiz("backup", "notes.md", "--json")
    assert (refused.code, refused.error["code"]) == (2, "usage")
    assert (tmp_path / "notes.md").read_text().startswith("Q: ")
    assert dquiz("backup", studied).code == 2
    assert dquiz("backup", "--list", "copy.db").code == 2
    assert dquiz("backup", "not/there.db").code == 3


def test_without_a_collection_there_is_nothing_to_back_up_and_none_is_made(dquiz, home):
    nothing = dquiz("backup")
    assert (nothing.code, nothing.err.count("\n")) == (3, 1)
    assert not (home / "collection.db").exists()


def test_a_restoring_can_be_taken_back_with_the_words_it_prints(dquiz, studied):
    dquiz("backup", "copy.db")
    card = dquiz("next", "--json").data["id"]
    dquiz("answer", card, "good")
    done = dquiz("restore", "copy.db")
    assert done.code == 0
    restored, way_back = done.out.splitlines()
    assert restored.endswith("copy.db: 3 cards and 1 review.")
    assert reviews(dquiz) == 1
    assert dquiz(*shlex.split(way_back.removeprefix("To take it back: dquiz "))).code == 0
    assert reviews(dquiz) == 2


def test_without_a_name_the_newest_is_restored_but_not_unasked(dquiz, studied):
    assert dquiz("restore", "--yes").code == 3
    dquiz("backup")
    dquiz("undo")
    asked = dquiz("restore")
    assert (asked.code, reviews(dquiz)) == (2, 0)
    assert "--yes" in asked.err
    data = dquiz("restore", "--yes", "--json").data
    assert data["restored"].endswith("/20261124T184000Z.db")
    assert data["kept"].endswith("/pre-restore-20261124T184000Z.db")
    assert (data["aside"], reviews(dquiz)) == (None, 1)


@pytest.mark.parametrize("ruin", [None, b"", b"Q: What?\n" * 99])
def test_the_refusal_of_a_collection_holds_the_command_that_brings_it_back(ruin, dquiz, studied):
    dquiz("backup")
    if ruin is None:
        studied.unlink()
    else:
        studied.write_bytes(ruin)
    for command in ("due", "review", "sync", "log"):
        refused = dquiz(command)
        assert (refused.code, refused.err.count("\n"), refused.out) == (5, 1, "")
    command = re.search("`dquiz (.*?)`", refused.err)[1]
    done = dquiz(*shlex.split(command))
    assert done.code == 0
    assert ("kept as" in done.out) == (ruin is not None)
    assert reviews(dquiz) == 1


def test_a_file_that_is_not_there_or_not_good_changes_nothing(dquiz, studied):
    assert dquiz("restore", "nowhere.db").code == 3
    refused = dquiz("restore", "notes.md", "--json")
    assert (refused.code, refused.error["code"]) == (5, "store_refused")
    assert reviews(dquiz) == 1


@pytest.mark.parametrize("command", [["backup"], ["restore", "--yes"], ["backup", "--list"]])
def test_a_server_has_its_own_tools(command, dquiz):
    refused = dquiz("--database", "postgresql://ada:secret@nowhere/cards", *command)
    assert refused.code == 2
    assert "pg_dump" in refused.err
    assert "secret" not in refused.err
