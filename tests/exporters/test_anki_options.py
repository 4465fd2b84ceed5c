"""Cards that hide one part of a command stay here: Anki has no such cards, and none of them is taken for another."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from anki_samples import REVIEWED, collected, deck, qa
from test_anki_export import rows

from exporters.anki import Options, export
from quiz.cards import CollectedDeck, Kind, Note, Rating
from quiz.cues import OPTION
from quiz.importers.anki import read

RUN = Note(
    kind=Kind.CHEATSHEET,
    prompt="Run nginx as `web` on port 8080",
    answer="```sh\ndocker run -d --name web -p 8080:80 nginx\n```",
    file="docker.md",
    both=True,
    options=True,
)


def packed(tmp_path, note, **options):
    """What a package of one note counts, its cards with their numbers and types, and its notes."""
    out = tmp_path / "out.apkg"
    report = export([CollectedDeck(name="docker", notes=(note,))], out, Options(**options))
    return (
        report.cards,
        rows(out, "SELECT ord, type FROM cards ORDER BY ord"),
        rows(out, "SELECT * FROM notes"),
    )


def test_only_the_cards_that_ask_for_the_whole_are_packed(tmp_path):
    off = packed(tmp_path, collected(replace(RUN, options=False), 1))
    on = packed(tmp_path, collected(RUN, 1))
    assert on == off
    assert on[:2] == (2, [(0, 0), (1, 0)])


def test_their_schedules_and_marks_are_not_those_of_others(tmp_path):
    new = collected(RUN, 1)
    studied = tuple(
        replace(card, schedule=REVIEWED, leech=True, marked=True) if card.facet.startswith(OPTION) else card
        for card in new.cards
    )
    assert sum(card.leech for card in studied) == 3
    assert packed(tmp_path, replace(new, cards=studied)) == packed(tmp_path, new)


def test_other_notes_are_packed_as_ever(tmp_path):
    report = export([deck("a", RUN, qa("What is one?", "1"))], tmp_path / "out.apkg", Options())
    assert (report.notes, report.cards, report.problems) == (2, 3, ())


def test_a_package_that_comes_back_moves_none_of_them(desk):
    desk.settings["TYPED__CLOZE"] = "options"
    desk.write(
        "docker.md",
        f"- **{RUN.prompt}**: #both\n  ```sh\n  docker run -d --name web -p 8080:80 nginx\n  ```\n",
    )
    desk.sync()
    for card in desk.cards():
        key, _ = desk.collection.find(card.id)
        rating = Rating.EASY if card.facet.startswith(OPTION) else Rating.AGAIN
        desk.collection.record(key, card, rating, desk.later(seconds=10))
    before, log = desk.cards(), desk.collection.log()
    assert [card.facet[: len(OPTION)] for card in before] == ["fwd", "rev", OPTION, OPTION, OPTION]
    everything = desk.collection.select((), desk.now)
    report = desk.collection.export(export, everything, desk.home / "out.apkg", Options(), desk.now)
    assert (report.cards, report.reviews) == (2, 2)
    with read(desk.home / "out.apkg", ZoneInfo("UTC")) as package:
        desk.collection.import_package(
            package, desk.home / "new", desk.later(days=1), as_exported=export.fields
        )
    assert (desk.cards(), desk.collection.log()) == (before, log)
