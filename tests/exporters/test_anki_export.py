"""A package as a file: its rows, its bytes, and that it is there whole or not at all."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from anki_samples import BORN, CHANGED, REVIEWED, SAMPLES, cloze, collected, deck, edited, qa

from exporters.anki import Options, export, rendering
from exporters.anki.names import deck_name, tag_names
from exporters.anki.schedules import DayZero
from exporters.target import replacing
from quiz.cards import CollectedDeck, CollectedReview, DeckOptions, Kind, Note, Problem, State
from quiz.cues import facets
from quiz.errors import MissingError, QuizError, UsageError

PLAIN = Options(scheduling=False)
REVIEWED_ON = date(2026, 9, 21)
LOG = [
    CollectedReview(BORN, None, 3, REVIEWED_ON.toordinal(), 900, -600, State.NEW, State.LEARNING, 4.5),
    CollectedReview(
        BORN + 60_000, None, 4, REVIEWED_ON.toordinal(), 900, 12, State.LEARNING, State.REVIEW, 5.4321
    ),
]
replace_review = CollectedReview._replace


def rows(package: Path, query: str) -> list[tuple]:
    """The answer of the database in a package."""
    with zipfile.ZipFile(package) as archive, closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(archive.read("collection.anki2"))
        return connection.execute(query).fetchall()


def written(tmp_path: Path, *decks: CollectedDeck, options: Options = PLAIN) -> Path:
    out = tmp_path / "out.apkg"
    export(decks, out, options)
    return out


# --- what is written ---------------------------------------------------------------------------------------


def test_report(tmp_path):
    report = export(SAMPLES, tmp_path / "out.apkg", PLAIN)
    assert report.path == tmp_path / "out.apkg"
    assert (report.decks, report.notes, report.cards, report.drafts) == (2, 11, 18, 1)
    assert (report.retired, report.left_out, report.problems, report.remarks) == (0, 0, (), ())


def test_notes_and_cards(tmp_path):
    out = written(tmp_path, deck("d", qa("q?", "a", both=True), cloze("⟦x⟧ ⟦y⟧")))
    assert rows(out, "select id, guid, mid, mod, usn, tags, flds from notes") == [
        (BORN, "dq-n00000", 1688850332804, CHANGED, -1, "", "q?\x1fa\x1f\x1f1\x1f\x1fd.md:3\x1f\x1f\x1f"),
        (
            BORN + 1,
            "dq-n00001-c",
            1748173069134,
            CHANGED,
            -1,
            "",
            "{{c1::x}} {{c2::y}}\x1f\x1f\x1fd.md:7\x1f\x1f\x1f",
        ),
    ]
    assert rows(out, "select id, nid, ord, mod, type, queue, due from cards order by due, ord") == [
        (BORN, BORN, 0, CHANGED, 0, 0, 1),
        (BORN - 7_654_321, BORN, 1, CHANGED, 0, 0, 1),
        (BORN + 1, BORN + 1, 0, CHANGED, 0, 0, 2),
        (BORN + 1 - 7_654_321, BORN + 1, 1, CHANGED, 0, 0, 2),
    ]
    assert rows(out, "select count() from revlog") == [(0,)]


def test_a_note_moves_between_one_way_both_ways_and_typed_within_its_type(tmp_path):
    plain = deck("d", qa("list?", "`ls`"))
    shapes = [
        plain.notes[0].note,
        *(replace(plain.notes[0].note, **{key: True}) for key in ("both", "typed")),
    ]
    found = [rows(written(tmp_path, deck("d", note)), "select mid, flds from notes") for note in shapes]
    assert [fields.split("\x1f")[2:4] for ((_, fields),) in found] == [["", ""], ["", "1"], ["ls", ""]]
    assert len({type_id for ((type_id, _),) in found}) == 1


def test_cards_are_known_by_stored_numbers(tmp_path):
    note = cloze("⟦a⟧ ⟦b⟧ ⟦c⟧")
    first, _, third = facets(note)
    shorter = cloze("⟦a⟧ b ⟦c⟧")
    decks = CollectedDeck(name="d", notes=(collected(shorter, 1, ordinals={first: 0, third: 2}),))
    out = written(tmp_path, decks)
    assert rows(out, "select ord from cards order by ord") == [(0,), (2,)]
    assert rows(out, "select flds from notes")[0][0].startswith("{{c1::a}} b {{c3::c}}")


def test_numbers_of_cards_never_meet(tmp_path):
    near = CollectedDeck(
        name="d",
        notes=tuple(collected(qa("q", "a", both=True), number) for number in (0, 7_654_321, 2 * 7_654_321)),
    )
    ids = [number for (number,) in rows(written(tmp_path, near), "select id from cards")]
    assert len(set(ids)) == 6
    assert {BORN, BORN + 7_654_321, BORN + 2 * 7_654_321} <= set(ids)


def test_numbers_of_cards_that_a_collection_keeps(tmp_path):
    one = collected(qa("q", "a", both=True), 1)
    kept = tuple(replace(card, created_ms=BORN + 50 + place) for place, card in enumerate(one.cards))
    out = written(tmp_path, CollectedDeck(name="d", notes=(replace(one, cards=kept),)))
    assert rows(out, "select id from cards") == [(BORN + 50,), (BORN + 51,)]


def test_a_schedule_goes_along_unless_it_is_not_wanted(tmp_path):
    reviewed = collected(qa("q", "a"), 1, suspended=True, flag=3, schedule=REVIEWED, leech=True, marked=True)
    decks = CollectedDeck(name="d", notes=(replace(reviewed, reviews={reviewed.cards[0].id: LOG}),))
    state = "select type, queue, due, ivl, factor, reps, lapses, left, flags, data from cards"
    memory = f'{{"pos":1,"s":12.3457,"d":5.432,"dr":0.9,"decay":0.154,"lrt":{BORN // 1000 + 60}}}'
    out = written(tmp_path, decks, options=Options())
    assert rows(out, state) == [(2, -1, 15, 12, 2500, 3, 1, 0, 3, memory)]
    assert rows(out, "select id, ease, ivl, lastIvl, factor, time, type from revlog") == [
        (BORN, 3, -600, 0, 488, 900, 0),
        (BORN + 60_000, 4, 12, -600, 592, 900, 0),
    ]
    assert rows(out, "select tags from notes") == [(" leech marked ",)]
    ((created, settings),) = rows(out, "select crt, conf from col")
    assert created == datetime(2026, 9, 20, 4, tzinfo=ZoneInfo("UTC")).timestamp()
    assert json.loads(settings) == {
        "schedVer": 2,
        "rollover": 4,
        "creationOffset": 0,
        "nextPos": 1,
        "curDeck": 1,
        "activeDecks": [1],
    }
    out = written(tmp_path, decks)
    assert rows(out, state) == [(0, 0, 1, 0, 0, 0, 0, 0, 0, "")]
    assert rows(out, "select count() from revlog") == [(0,)]
    assert rows(out, "select tags from notes") == [("",)]


def test_day_zero_is_that_of_the_learner():
    # summer time ended in Berlin on 25 October
    assert DayZero.at(date(2026, 10, 24), ZoneInfo("Europe/Berlin")).minutes_west == -120
    winter = DayZero.at(date(2026, 10, 25), ZoneInfo("Europe/Berlin"))
    assert (winter.created, winter.minutes_west) == (datetime(2026, 10, 25, 3, tzinfo=UTC).timestamp(), -60)
    assert DayZero.at(date(2026, 7, 1), ZoneInfo("America/New_York")).minutes_west == 240
    assert winter.number(date(2026, 11, 1)) == 7


def test_a_reset_is_a_row_and_the_log_begins_anew(tmp_path):
    one = collected(qa("q", "a"), 1, schedule=REVIEWED)
    reset = replace_review(LOG[1], id=BORN + 120_000, rating=0, before=State.REVIEW, after=State.NEW)
    again = replace_review(LOG[0], id=BORN + 180_000)
    decks = CollectedDeck(name="d", notes=(replace(one, reviews={one.cards[0].id: [*LOG, reset, again]}),))
    out = written(tmp_path, decks, options=Options())
    assert rows(out, "select ease, ivl, lastIvl, factor, type from revlog order by id")[2:] == [
        (0, 0, 12, 0, 4),
        (3, -600, 0, 488, 0),
    ]


def test_an_imported_review_has_the_id_it_came_with_unless_another_has_it(tmp_path):
    one, two = collected(qa("q", "a"), 1, schedule=REVIEWED), collected(qa("r", "b"), 2, schedule=REVIEWED)
    came = [
        replace_review(LOG[0], id=7001, foreign_id=7000),
        replace_review(LOG[1], id=8001, foreign_id=8000),
    ]
    there = [replace_review(LOG[0], id=7000)]
    notes = (replace(one, reviews={one.cards[0].id: came}), replace(two, reviews={two.cards[0].id: there}))
    out = written(tmp_path, CollectedDeck(name="d", notes=notes), options=Options())
    assert rows(out, "select id, cid from revlog order by id") == [
        (7000, two.created_ms),
        (7001, one.created_ms),
        (8000, one.created_ms),
    ]
    assert [json.loads(data)["lrt"] for (data,) in rows(out, "select data from cards order by id")] == [8, 7]


def test_what_anki_ignores_is_said(tmp_path):
    one = collected(qa("q", "a"), 1, schedule=REVIEWED)
    decks = CollectedDeck(name="d", notes=(replace(one, reviews={one.cards[0].id: LOG}),))
    out = tmp_path / "out.apkg"
    report = export([decks], out, Options())
    assert report.reviews == 2
    assert " ".join(report.remarks) == (
        "Schedules and 2 reviews are in it. "
        'For Anki to take them, tick "Import any learning progress": it is off by default. '
        "Cards already in Anki keep Anki's schedule. FSRS is a switch in Anki's deck options; turn it on there. "
        "Use --no-scheduling for a file that you share."
    )
    assert export([decks], out, PLAIN).remarks == ()


def test_a_question_that_became_a_cloze_is_another_note_in_anki_and_this_is_said_once(tmp_path):
    asked, hidden = collected(qa("q", "a"), 1), collected(cloze("⟦a⟧ is q"), 1)
    turned = replace(hidden, cards=(replace(asked.cards[0], retired=True), *hidden.cards), mod=CHANGED)
    guids = [
        rows(written(tmp_path, CollectedDeck(name="d", notes=(note,))), "select guid, mid from notes")
        for note in (asked, turned)
    ]
    assert guids == [[("dq-n00001", 1688850332804)], [("dq-n00001-c", 1748173069134)]]
    codes = [
        [
            problem.code
            for problem in export(
                [CollectedDeck(name="d", notes=(note,))], tmp_path / "a.apkg", PLAIN
            ).problems
        ]
        for note in (
            turned,
            replace(turned, exported_ms=CHANGED * 1000 - 1),
            replace(turned, exported_ms=CHANGED * 1000 + 1),
        )
    ]
    assert codes == [[], ["W704"], []]


def test_a_note_that_came_from_anki_keeps_its_guid(tmp_path):
    one = replace(collected(cloze("⟦x⟧"), 1), guid="aB<3")
    out = written(tmp_path, CollectedDeck(name="d", notes=(one,)))
    assert rows(out, "select guid from notes") == [("aB<3",)]


def test_notes_that_are_gone_are_tagged(tmp_path):
    decks = CollectedDeck(name="d", notes=(collected(qa("q", "a", tags=("x",)), 1, retired=True),))
    report = export([decks], tmp_path / "out.apkg", Options())
    assert report.retired == 1
    assert report.remarks[-1] == (
        "1 note gone from your files got the tag dquiz::retired in this package and will not be in the next: import it,"
        " then delete what has the tag in Anki. --retired repeats them."
    )
    assert rows(report.path, "select tags from notes") == [(" dquiz::retired x ",)]
    assert rows(report.path, "select queue from cards") == [(-1,)]


def test_notes_that_moved_to_another_deck_are_counted_and_one_is_named(tmp_path):
    notes = [collected(qa(f"q{number}", "a", file="d.md"), number) for number in range(4)]
    decks = ("docker/nets", "docker/nets", "Net/DNS", "")
    moved = [replace(note, last_deck=last) for note, last in zip(notes, decks, strict=True)]
    moved = [replace(note, note=replace(note.note, deck="net/dns")) for note in moved]
    report = export([CollectedDeck(name="net/dns", notes=tuple(moved))], tmp_path / "out.apkg", PLAIN)
    (remark,) = report.remarks
    assert remark == (
        "2 notes moved to another deck since the last export, one from docker::nets to net::dns. Anki leaves cards"
        " where they are: move them there yourself (Browse, Cards, Change Deck)."
    )


def test_decks_that_are_scheduled_alike_share_a_preset(tmp_path):
    usual = DeckOptions(parameters=tuple(number / 10 for number in range(21)))
    strict = replace(usual, retention=0.95, learning_waits=(timedelta(minutes=5), timedelta(days=1)))
    one, two, three = (deck(name, qa(name, "a"), first=number) for number, name in enumerate("abc"))
    decks = [replace(one, options=usual), replace(two, options=strict), replace(three, options=usual)]
    report = export(decks, tmp_path / "out.apkg", Options(preset=True))
    ((found, presets),) = rows(report.path, "select decks, dconf from col")
    preset_of = {each["name"]: each["conf"] for each in json.loads(found).values()}
    assert preset_of["a"] == preset_of["c"] != preset_of["b"]
    assert preset_of["Default"] == 1 < min(map(int, json.loads(presets)))
    strict_one = json.loads(presets)[str(preset_of["b"])]
    assert (strict_one["fsrsParams6"], strict_one["desiredRetention"]) == (list(strict.parameters), 0.95)
    assert strict_one["new"]["delays"] == [5, 1440]
    assert "as 2 deck presets." in report.remarks[-1]
    ((without,),) = rows(written(tmp_path, *decks), "select dconf from col")
    assert without == "{}"


def test_pictures_are_reported_with_their_place(tmp_path):
    report = export([deck("d", qa("![plan](x.png)", "a"))], tmp_path / "out.apkg", PLAIN)
    assert report.problems == (
        Problem(
            "d.md", 3, "W701", "left out, its description stands in its place: x.png (it is not at hand)"
        ),
    )


def test_a_note_that_shows_nothing_is_left_out(tmp_path):
    report = export([deck("d", qa("\x1f", "a"), qa("q", "a"))], tmp_path / "out.apkg", PLAIN)
    assert (report.notes, report.left_out) == (1, 1)
    assert [(each.line, each.code) for each in report.problems] == [(3, "W702")]


def test_new_cards_are_numbered_in_the_order_of_files(tmp_path):
    first, second, third = deck("b", *(qa(name, "a") for name in ("one", "two", "three"))).notes
    decks = [CollectedDeck(name="b", notes=(third, first, second)), deck("a", qa("four", "a"), first=50)]
    found = rows(
        written(tmp_path, *decks), "select due, flds from cards join notes on nid = notes.id order by due"
    )
    assert [(due, fields.split("\x1f")[0]) for due, fields in found] == [
        (1, "one"),
        (2, "two"),
        (3, "three"),
        (4, "four"),
    ]


@pytest.mark.parametrize(
    ("name", "prefix", "expected"),
    [
        ("docker/networks", "", "docker::networks"),
        ("docker", "dquiz/notes", "dquiz::notes::docker"),
        ("docker", "dquiz::notes", "dquiz::notes::docker"),
        (" a : / :b/ /c::d\x1f", "", "a::b::blank::c:d"),
    ],
)
def test_deck_names(name, prefix, expected):
    assert deck_name(name, prefix) == expected


def test_decks_that_differ_in_case_are_one_and_empty_ones_are_not_written(tmp_path):
    drafts = deck("e", Note(kind=Kind.QA, prompt="?", draft=True), first=90)
    out = written(tmp_path, deck("Web", qa("a", "b")), deck("web", qa("c", "d"), first=10), drafts)
    ((decks,),) = rows(out, "select decks from col")
    assert sorted(each["name"] for each in json.loads(decks).values()) == ["Default", "Web"]


def test_tag_names():
    assert tag_names(["b c", "a/b//d", "A/B//d", "x\u3000y"]) == ["A::B::blank::d", "b_c", "x_y"]


# --- the cache ---------------------------------------------------------------------------------------------


def test_what_was_rendered_once_is_not_rendered_again(tmp_path, monkeypatch):
    kept: dict[str, str] = {}
    first, second = tmp_path / "a.apkg", tmp_path / "b.apkg"
    export(SAMPLES, first, PLAIN, kept)
    assert len(kept) == 11
    monkeypatch.setattr(rendering, "render", None)
    export(SAMPLES, second, PLAIN, kept)
    assert first.read_bytes() == second.read_bytes()


# --- the file ----------------------------------------------------------------------------------------------


def test_the_same_notes_make_the_same_bytes(tmp_path):
    first = written(tmp_path, *SAMPLES).read_bytes()
    second = subprocess.run(
        [sys.executable, "-c", EXPORT_SAMPLES, str(tmp_path / "again.apkg")],
        env={
            **os.environ,
            "PYTHONHASHSEED": "7",
            "TZ": "Asia/Tokyo",
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        check=False,
    )
    assert second.returncode == 0
    assert (tmp_path / "again.apkg").read_bytes() == first


def test_an_edit_changes_one_row(tmp_path):
    before, after = (
        rows(written(tmp_path, *decks), "select * from notes")
        for decks in (SAMPLES, edited(SAMPLES, 0, answer="All that is behind it."))
    )
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 1


def test_entries_have_a_fixed_date_and_are_compressed(tmp_path):
    with zipfile.ZipFile(written(tmp_path, *SAMPLES)) as archive:
        assert archive.namelist() == ["collection.anki2", "media"]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_DEFLATED}
        assert archive.read("media") == b"{}"


def test_mode_and_link_of_the_old_file_stay(tmp_path):
    real, link = tmp_path / "real.apkg", tmp_path / "link.apkg"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link.symlink_to(real)
    export(SAMPLES, link, PLAIN)
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert zipfile.is_zipfile(real)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.apkg", "real.apkg"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    out = tmp_path / "out.apkg"
    out.write_bytes(b"old")

    def half() -> None:
        with replacing(out) as file:
            file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert out.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [out]


EXPORT_SAMPLES = """
import sys
from pathlib import Path
from anki_samples import SAMPLES
from exporters.anki import Options, export
export(SAMPLES, Path(sys.argv[1]), Options(scheduling=False))
"""

EXPORT_FOR_EVER = """
import sys
from pathlib import Path
from anki_samples import deck, qa
from exporters.anki import Options, export
decks = [deck("d", *(qa(f"{n} {'x' * 400}", f"{n * n}") for n in range(3000)))]
while True:
    export(decks, Path(sys.argv[1]), Options(scheduling=False))
    print("done", flush=True)
"""


def test_a_kill_at_any_moment_leaves_a_whole_file(tmp_path):
    out = tmp_path / "out.apkg"
    for attempt in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", EXPORT_FOR_EVER, str(out)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        ) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(0.25 + 0.037 * attempt)
            process.send_signal(signal.SIGKILL)
        if out.exists():
            assert rows(out, "select count() from notes") == [(3000,)]
    assert out.exists()


def test_what_cannot_be_done_is_said(tmp_path):
    with pytest.raises(UsageError, match="is a folder: name the file to write"):
        export(SAMPLES, tmp_path, PLAIN)
    with pytest.raises(MissingError, match="there is no such folder; make it first"):
        export(SAMPLES, tmp_path / "none" / "out.apkg", PLAIN)
    with pytest.raises(UsageError, match="is not a regular file: name the file to write"):
        export(SAMPLES, Path(os.devnull), PLAIN)
    with pytest.raises(QuizError, match="Nothing to export: no deck"):
        export([], tmp_path / "out.apkg", PLAIN)
    with pytest.raises(QuizError, match="none of the 1 questions has an answer yet"):
        export([deck("d", Note(kind=Kind.QA, prompt="?", draft=True))], tmp_path / "out.apkg", PLAIN)
    assert not list(tmp_path.iterdir())


def test_a_disk_that_is_full_is_said(tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(QuizError, match=r"out\.apkg: cannot be written: No space left on device"):
        export(SAMPLES, tmp_path / "out.apkg", PLAIN)
    assert not list(tmp_path.iterdir())


def test_a_name_that_anki_does_not_open_is_said(tmp_path):
    report = export(SAMPLES, tmp_path / "out.zip", PLAIN)
    assert report.remarks == (
        "Anki opens only files whose names end in .apkg: rename out.zip before importing it.",
    )


def test_the_command_finds_the_options():
    assert export.options is Options
