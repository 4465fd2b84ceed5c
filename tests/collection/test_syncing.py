"""Sync: what is read, what is counted, and that every card keeps its id and schedule whatever happens to its text."""

from __future__ import annotations

import hashlib
import os
import shutil

import pytest
from asking import asked

from quiz.cards import Rating
from quiz.cues import faces_of
from quiz.errors import MissingError

PORTS = [
    "Which port does SSH use?",
    "What does a proxy hide?",
    "Why are locks ordered?",
    "When is a cache stale?",
]


def counts(report):
    """The counts of a report that are not zero."""
    names = ("added", "changed", "moved", "retired", "restored", "unchanged")
    return {name: value for name in names if (value := getattr(report, name))}


def codes(report):
    return [(problem.file, problem.code) for problem in report.problems]


def due(desk):
    """The questions that a run asks."""
    study, asked_now = desk.study(), []
    while study.card is not None:
        asked_now.append(study.card.note.prompt)
        study.later(desk.now)
        if study.card.note.prompt in asked_now:
            break
    return asked_now


def tree(folder):
    """Every file below a folder, with its bytes and its time."""
    return {
        path.relative_to(folder).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
            path.stat().st_mode,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def aged(desk):
    """Notes that were written long ago: only then a sync can trust their time stamps."""
    for path in desk.notes.rglob("*"):
        if path.is_file():
            os.utime(path, (1_700_000_000, 1_700_000_000))


@pytest.fixture
def ports(desk):
    """Four reviewed cards in one note."""
    desk.asks("ports.md", *PORTS)
    desk.sync()
    for number, question in enumerate(PORTS):
        desk.later(hours=number)
        desk.rate(question, Rating.EASY)
    return desk


@pytest.fixture
def kept(ports):
    """Says whether every card still has its id, its schedule and its reviews."""
    before = {card.id: card.schedule for card in ports.cards()}
    log = ports.collection.log()

    def check(retired=0):
        after = {card.id: card.schedule for card in ports.cards()}
        assert {card: after[card] for card in before} == before
        assert ports.collection.log() == log
        assert sum(card.retired for card in ports.cards()) == retired
        return True

    return check


# --- counts --------------------------------------------------------------------------------------------------------


def test_a_first_sync_adds_and_a_second_reads_nothing(desk):
    desk.asks("a.md", "Is it a?")
    desk.write("b.md", "der Hund ::: the dog\n\nC: Port [80] is for [http].\n\nQ: Is it open?\n")
    aged(desk)
    report = desk.sync()
    assert counts(report) == {"added": 6}
    assert (report.cards, report.drafts, report.files_read) == (6, 1, 2)
    before = desk.rows("card"), desk.rows("note")
    again = desk.sync()
    assert (counts(again), again.files_read) == ({"unchanged": 6}, 0)
    assert (desk.rows("card"), desk.rows("note")) == before


def test_only_files_that_changed_are_read(desk):
    desk.asks("a.md", "Is it a?")
    desk.asks("b.md", "Is it b?")
    aged(desk)
    desk.sync()
    (desk.notes / "a.md").touch()
    assert desk.sync().files_read == 0
    assert desk.sync().files_read == 0
    desk.asks("b.md", "Is it b?", "Is it c?")
    report = desk.sync()
    assert (counts(report), report.files_read) == ({"added": 1, "unchanged": 2}, 1)


def test_a_file_of_the_same_size_and_an_old_time_stamp_is_not_read(desk):
    desk.asks("a.md", "Is it a?")
    aged(desk)
    desk.sync()
    desk.asks("a.md", "Is it b?")
    aged(desk)
    assert counts(desk.sync()) == {"unchanged": 1}


def test_a_change_within_the_same_time_stamp_is_seen(desk):
    path = desk.asks("a.md", "Is it a?")
    desk.sync()
    stamp = path.stat().st_mtime_ns
    desk.asks("a.md", "Is it b?")
    os.utime(path, ns=(stamp, stamp))
    assert counts(desk.sync()) != {"unchanged": 1}


def test_an_edited_card_is_counted_as_changed(ports, kept):
    text = (ports.notes / "ports.md").read_text()
    ports.write("ports.md", text.replace("use?", "use now?").replace("Because", "Just because", 1))
    assert counts(ports.sync()) == {"changed": 1, "unchanged": 3}
    assert kept()


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace("Q: ", "Q:  "),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "# Ports\n\nSome words before.\n\n" + text,
        lambda text: "\n\n".join(reversed(text.split("\n\n"))) + "\n",
        lambda text: text.replace("?", "? #network").replace("\nA:", "\nA:"),
        lambda text: text.replace("Because", "Indeed because"),
        lambda text: text.replace("Which port", "Which TCP port").replace("What does", "What exactly does"),
    ],
    ids=["blanks", "BOM", "CRLF", "a head", "another order", "tags", "answers", "questions"],
)
def test_edits_keep_every_card(ports, kept, edit):
    text = (ports.notes / "ports.md").read_text()
    ports.write("ports.md", edit(text))
    report = ports.sync()
    assert (report.added, report.retired) == (0, 0)
    assert kept()


def test_renumbering_keeps_every_card(desk):
    desk.write(
        "faq.md", "".join(f"Q{n}: Is it {w}?\nA: It is {w} indeed.\n\n" for n, w in enumerate("abcd", 1))
    )
    desk.sync()
    before = {card.note.answer: card.id for card in desk.cards()}
    desk.write(
        "faq.md", "".join(f"Q{n}: Is it {w}?\nA: It is {w} indeed.\n\n" for n, w in enumerate("xbacd", 1))
    )
    report = desk.sync()
    after = {card.note.answer: card.id for card in desk.cards()}
    assert counts(report) == {"added": 1, "unchanged": 4}
    assert {answer: after[answer] for answer in before} == before


def test_a_file_that_was_renamed_keeps_every_card(ports, kept):
    (ports.notes / "ports.md").rename(ports.notes / "network.md")
    assert counts(ports.sync()) == {"moved": 4}
    assert {card.note.deck for card in ports.cards()} == {"network"}
    assert kept()


def test_a_folder_that_was_moved_keeps_every_card(ports, kept):
    ports.asks("deep/er/more.md", "Is it more?")
    ports.sync()
    ports.write("elsewhere/x", "")
    (ports.notes / "deep").rename(ports.notes / "elsewhere" / "deep")
    (ports.notes / "ports.md").rename(ports.notes / "elsewhere" / "ports.md")
    report = ports.sync()
    assert counts(report) == {"moved": 5}
    assert {card.note.file for card in ports.cards()} == {"elsewhere/deep/er/more.md", "elsewhere/ports.md"}
    assert kept()


def test_a_file_that_was_split_and_merged_again_keeps_every_card(ports, kept):
    ports.asks("ports.md", *PORTS[:2])
    ports.asks("locks.md", *PORTS[2:])
    assert counts(ports.sync()) == {"moved": 2, "unchanged": 2}
    assert kept()
    ports.asks("all.md", *PORTS)
    (ports.notes / "ports.md").unlink()
    (ports.notes / "locks.md").unlink()
    assert counts(ports.sync()) == {"moved": 4}
    assert kept()


def test_a_card_that_disappears_and_returns_has_its_schedule(ports, kept):
    before = ports.card(PORTS[1])
    ports.asks("ports.md", PORTS[0], *PORTS[2:])
    assert counts(ports.sync()) == {"retired": 1, "unchanged": 3}
    assert kept(retired=1)
    assert before.id not in [card.id for card in ports.collection.cards()]
    ports.later(days=40)
    assert PORTS[1] not in due(ports)
    ports.asks("other.md", PORTS[1])
    assert counts(ports.sync()) == {"restored": 1, "unchanged": 3}
    assert ports.card(PORTS[1]).schedule == before.schedule
    assert kept()


def test_a_source_that_is_forgotten_retires_its_cards_and_gets_them_back(ports, kept):
    report = ports.collection.sync.forget(str(ports.notes), now=ports.now)
    assert counts(report) == {"retired": 4}
    assert kept(retired=4)
    assert ports.rows("source") == ports.rows("file") == []
    assert counts(ports.sync()) == {"restored": 4}
    assert kept()


# --- what must not happen --------------------------------------------------------------------------------------------


@pytest.fixture
def twelve(desk):
    """A note with twelve reviewed cards."""
    desk.asks("twelve.md", *(f"Is it number {number}?" for number in range(12)))
    desk.sync()
    for number in range(12):
        desk.rate(f"Is it number {number}?", Rating.EASY)
    return desk


def test_an_emptied_file_changes_nothing_until_it_is_accepted(twelve):
    before = twelve.rows("card")
    path = twelve.write("twelve.md", "")
    for _ in range(2):
        report = twelve.sync()
        assert codes(report) == [("twelve.md", "E501")]
        assert "12 of 12 reviewed cards" in report.problems[0].message
        assert "--accept" in report.problems[0].message
        assert (report.retired, report.cards) == (0, 12)
        assert twelve.rows("card") == before
    report = twelve.sync(accept=[str(path)])
    assert (counts(report), report.cards) == ({"retired": 12}, 0)


def test_an_emptied_file_that_returns_has_lost_nothing(twelve):
    before, text = twelve.rows("card"), (twelve.notes / "twelve.md").read_text()
    twelve.write("twelve.md", "")
    twelve.sync()
    twelve.write("twelve.md", text)
    report = twelve.sync()
    assert (counts(report), codes(report)) == ({"unchanged": 12}, [])
    assert twelve.rows("card") == before


def test_a_file_that_is_gone_is_guarded_too(twelve):
    (twelve.notes / "twelve.md").unlink()
    for _ in range(2):
        report = twelve.sync()
        assert codes(report) == [(str(twelve.notes), "W105"), ("twelve.md", "E501")]
        assert report.cards == 12
    assert twelve.sync(accept=[str(twelve.notes)]).retired == 12


def test_ten_reviewed_cards_may_go(twelve):
    twelve.asks("twelve.md", "Is it number 0?", "Is it number 1?")
    report = twelve.sync()
    assert (report.retired, codes(report)) == (10, [])


def test_the_others_of_a_guarded_sync_go_on(twelve):
    twelve.write("twelve.md", "")
    twelve.asks("new.md", "Is it new?")
    report = twelve.sync()
    assert (report.added, codes(report)) == (1, [("twelve.md", "E501")])


def test_the_guard_names_the_line_of_a_fence_that_is_left_open(twelve):
    text = (twelve.notes / "twelve.md").read_text()
    twelve.write("twelve.md", "# Twelve\n\n```sh\n" + text)
    [problem] = [problem for problem in twelve.sync().problems if problem.code == "E501"]
    assert problem.line == 3
    assert "line 3" in problem.message


def test_a_missing_source_retires_nothing(ports, kept):
    shutil.move(ports.notes, ports.home / "away")
    for targets in ((), [str(ports.notes)]):
        with pytest.raises(MissingError) as missing:
            ports.collection.sync.paths(targets, now=ports.now)
        assert missing.value.exit_code == 3
        assert str(ports.notes) in str(missing.value)
    assert kept()
    shutil.move(ports.home / "away", ports.notes)
    assert counts(ports.sync()) == {"unchanged": 4}


def test_one_missing_source_does_not_stop_the_others(desk):
    desk.asks("here/a.md", "Is it a?")
    desk.asks("there/b.md", "Is it b?")
    for source in ("here", "there"):
        desk.sync(desk.notes / source)
    (desk.notes / "there").rename(desk.notes / "elsewhere")
    desk.asks("here/a.md", "Is it a?", "Is it c?")
    report = desk.collection.sync.paths(now=desk.now)
    assert (report.added, report.retired, report.misses_a_source) == (1, 0, True)
    assert codes(report) == [(str(desk.notes / "there"), "E104")]


UNREADABLE = {
    "a broken link": lambda path: path.symlink_to("nowhere"),
    "a pipe": os.mkfifo,
    "a huge file": lambda path: path.touch() or os.truncate(path, 10 << 30),
    "a folder that loops": lambda path: path.symlink_to(path.name),
}


@pytest.mark.parametrize("kind", UNREADABLE)
@pytest.mark.parametrize("below", ["", "sub/"])
def test_a_file_that_cannot_be_read_is_reported_and_loses_nothing(ports, kept, kind, below):
    ports.write("sub/x", "")
    if below:
        (ports.notes / "ports.md").rename(ports.notes / "sub" / "ports.md")
        ports.sync()
    path = ports.notes / below / "ports.md"
    path.unlink()
    UNREADABLE[kind](path)
    report = ports.sync()
    assert [code for _, code in codes(report)] == ["E103"]
    assert report.cards == 4
    assert kept()
    report = ports.sync(path.parent)
    assert [code for _, code in codes(report)] == ["E103"]
    assert kept()


def test_a_link_to_a_folder_above_is_reported(ports, kept):
    (ports.notes / "sub").mkdir()
    (ports.notes / "sub" / "loop").symlink_to(ports.notes)
    assert codes(ports.sync()) == [("sub/loop", "W104")]
    assert kept()


def test_bytes_that_are_no_text_are_reported(desk):
    desk.write("bad.md", b"Q: Is it \xff?\nA: Nearly.\n")
    desk.write("nul.md", b"Q: Is it?\nA: \0\n")
    desk.asks("good.md", "Is it good?")
    report = desk.sync()
    assert [(problem.file, problem.line, problem.code) for problem in report.problems] == [
        ("bad.md", 1, "E101"),
        ("nul.md", 1, "E102"),
    ]
    assert report.cards == 2


def test_a_file_that_becomes_binary_is_guarded(twelve):
    twelve.write("twelve.md", b"\0" * 100)
    report = twelve.sync()
    assert sorted(code for _, code in codes(report)) == ["E102", "E501"]
    assert report.cards == 12


def test_hidden_folders_and_ignored_files_are_not_read(desk):
    desk.asks(".git/a.md", "Is it hidden?")
    desk.asks("drafts/b.md", "Is it ignored?")
    desk.asks("drafts/keep.md", "Is it kept?")
    desk.asks("sub/readme.md", "Is it a readme?")
    desk.asks("c.markdown", "Is it read?")
    desk.asks("d.txt", "Is it text?")
    desk.write(".dquizignore", "readme.md\n/drafts/*\n!/drafts/keep.md\n")
    desk.sync()
    assert [card.note.prompt for card in desk.cards()] == ["Is it read?", "Is it kept?"]
    desk.write(".dquizignore", "*\n")
    assert counts(desk.sync()) == {"retired": 2}


@pytest.mark.parametrize("pattern", ["!", "/", "\\", "[", "a\\", "**", "\ufeff*.txt", "\0"])
def test_an_odd_pattern_harms_nothing(desk, pattern):
    desk.asks("a.md", "Is it a?")
    desk.write(".dquizignore", pattern + "\n")
    desk.sync()


def test_an_ignore_file_that_is_a_pipe_does_not_hang(desk):
    desk.asks("a.md", "Is it a?")
    os.mkfifo(desk.notes / ".dquizignore")
    assert desk.sync().added == 1


def test_very_deep_folders_harm_nothing(desk):
    desk.asks("a.md", "Is it a?")
    desk.asks("d/" * 150 + "deep.md", "Is it deep?")
    report = desk.sync()
    assert (report.added, [code for _, code in codes(report)]) == (1, ["E103"])


def test_notes_are_never_written(ports):
    ports.write("draft.md", b"\xef\xbb\xbfQ: Is it a draft?\r\n\r\nC: Port [80] is for [http].")
    before = tree(ports.notes)
    ports.sync()
    ports.sync(dry_run=True)
    study = ports.study()
    while study.card is not None:
        study.rate(Rating.AGAIN if study.progress.done < 3 else Rating.EASY, ports.now, duration_ms=0)
    study.undo(ports.now)
    ports.write("x/y.md", "")
    ports.collection.sync.forget(str(ports.notes), now=ports.now)
    (ports.notes / "x" / "y.md").unlink()
    assert tree(ports.notes) == before


def test_a_dry_run_says_everything_and_changes_nothing(ports):
    ports.asks("ports.md", *PORTS[1:], "Is it new?")
    ports.asks("other.md", "Is it other?")
    tables = ["source", "file", "note", "card", "place", "ask", "deck", "setting", "action", "review"]
    before = {table: ports.rows(table) for table in tables}
    said = ports.sync(dry_run=True)
    assert {table: ports.rows(table) for table in tables} == before
    done = ports.sync()
    assert counts(said) == counts(done) == {"added": 2, "retired": 1, "unchanged": 3}
    assert (said.cards, said.files_read) == (done.cards, done.files_read)


def test_a_dry_run_of_a_new_folder_makes_no_source(desk):
    desk.asks("a.md", "Is it a?")
    assert desk.sync(dry_run=True).added == 1
    assert desk.rows("source") == []


# --- the same note in two files --------------------------------------------------------------------------------------


def test_the_same_note_in_two_files_is_one_card_with_two_places(ports, kept):
    ports.asks("copy.md", PORTS[0], PORTS[1])
    assert counts(ports.sync()) == {"unchanged": 4}
    assert len(ports.rows("place")) == 2
    assert [card.note.prompt for card in in_file(ports, "copy.md")] == PORTS[:2]
    assert kept()


def in_file(desk, name):
    return desk.collection.cards(desk.collection.select([str(desk.notes / name)], desk.now))


def test_of_two_places_one_may_go(ports, kept):
    ports.asks("copy.md", PORTS[0])
    ports.sync()
    ports.asks("ports.md", *PORTS[1:])
    ports.sync()
    assert kept()
    assert ports.card(PORTS[0]).note.file == "copy.md"
    assert ports.card(PORTS[0]).path == str(ports.notes / "copy.md")
    assert ports.rows("place") == []
    ports.asks("ports.md", *PORTS)
    ports.sync()
    (ports.notes / "copy.md").unlink()
    ports.sync()
    assert kept()
    assert ports.card(PORTS[0]).path == str(ports.notes / "ports.md")


def test_of_two_places_one_may_be_edited(ports, kept):
    ports.asks("copy.md", PORTS[0])
    ports.sync()
    ports.write("copy.md", "Q: Which port does SSH use?\nA: Twenty-two, everywhere and always.\n")
    report = ports.sync()
    assert report.retired == 0
    assert kept()
    assert ports.rows("place") == []
    assert len(ports.cards()) == 5


def test_both_places_edited_alike_keep_the_card(ports, kept):
    ports.asks("copy.md", PORTS[0])
    ports.sync()
    for name in ("copy.md", "ports.md"):
        text = (ports.notes / name).read_text()
        ports.write(name, text.replace("Which port", "Which TCP port"))
    report = ports.sync()
    assert (report.added, report.retired) == (0, 0)
    assert kept()


def test_drafts_of_two_files_stay_apart(desk):
    desk.write("k8s.md", "Q: What is a node?\n")
    desk.write("graphs.md", "Q: What is a node?\n")
    assert counts(desk.sync()) == {"added": 2}


# --- sources -------------------------------------------------------------------------------------------------------


def test_known_sources_are_read_without_naming_them(ports):
    other = ports.home / "other"
    other.mkdir()
    (other / "o.md").write_text(asked("Is it other?"))
    assert counts(ports.sync(other / "o.md")) == {"added": 1}
    (other / "o.md").write_text(asked("Is it other?") + "\n" + asked("Is it new?"))
    report = ports.collection.sync.paths((), now=ports.now)
    assert counts(report) == {"added": 1, "unchanged": 5}


def test_configured_sources_are_read(desk):
    desk.asks("a.md", "Is it a?")
    desk.settings["COLLECTION__SOURCES"] = str(desk.notes)
    assert desk.collection.sync.paths((), now=desk.now).added == 1


def test_a_part_of_a_source_makes_no_other_source(ports, kept):
    assert counts(ports.sync(ports.notes / "ports.md")) == {"unchanged": 4}
    assert len(ports.rows("source")) == 1
    assert kept()


def test_a_folder_around_a_source_takes_it_over(desk):
    desk.asks("sub/a.md", "Is it a?")
    aged(desk)
    desk.sync(desk.notes / "sub")
    review = desk.rate("Is it a?")
    assert desk.card("Is it a?").note.file == "a.md"
    report = desk.sync()
    assert (report.added, report.retired, report.cards) == (0, 0, 1)
    assert [row["path"] for row in desk.rows("source")] == [str(desk.notes)]
    card = desk.card("Is it a?")
    assert (card.note.file, card.note.deck, card.schedule) == ("sub/a.md", "sub/a", review.after)
    assert desk.sync().files_read == 0


@pytest.mark.parametrize("paths", [["", "new.md"], ["new.md", ""], ["", ""]])
def test_a_path_given_twice_is_read_once(ports, kept, paths):
    ports.asks("new.md", "Is it new?")
    report = ports.sync(*(ports.notes / path for path in paths))
    assert (report.added, report.files_read, report.cards) == (1, 1, 5)
    assert kept()


def test_own_decks_come_before_shipped_ones(desk):
    desk.settings["COLLECTION__SHIPPED"] = "true"
    desk.collection.select(["docker"], desk.now)
    desk.asks("mine.md", "Is it mine?")
    desk.sync()
    assert desk.study().card.note.prompt == "Is it mine?"


def test_a_folder_around_the_shipped_decks_leaves_them_as_they_are(desk, monkeypatch):
    shipped = desk.notes / "program" / "decks"
    shipped.mkdir(parents=True)
    (shipped / "d.md").write_text(asked("Is it shipped?"))
    desk.asks("mine.md", "Is it mine?")
    aged(desk)
    monkeypatch.setattr("quiz.collection.shipping.shipped_decks", lambda: shipped)
    desk.settings["COLLECTION__SHIPPED"] = "true"
    desk.collection.select(["d"], desk.now)
    desk.rate("Is it shipped?")
    before = desk.rows("card")
    assert counts(desk.sync()) == {"added": 1}
    for targets, unchanged in (((), 2), ((str(desk.notes),), 1), ((), 2)):
        report = desk.collection.sync.paths(targets, now=desk.now)
        assert (report.files_read, counts(report)) == (0, {"unchanged": unchanged})
    assert desk.rows("card")[:1] == before


# --- anchors -------------------------------------------------------------------------------------------------------


def test_an_anchor_holds_through_a_complete_rewrite_and_another_file(desk):
    desk.write("a.md", "Q: Which port does SSH use? ^ssh\nA: Twenty-two.\n")
    desk.sync()
    review = desk.rate("Which port")
    desk.write("a.md", "")
    desk.write("b.md", "Q: Name the gate of the secure shell. ^ssh\nA: It has the number 22 with IANA.\n")
    report = desk.sync()
    assert (report.added, report.retired) == (0, 0)
    [card] = desk.cards()
    assert (card.id, card.schedule) == (review.card_id, review.after)
    assert card.changed


def test_anchors_are_written_only_when_asked_for_and_can_be_removed(ports, kept):
    before = (ports.notes / "ports.md").read_bytes()
    collection = ports.collection
    [(path, marks)] = collection.anchor([str(ports.notes)], remove=False, dry_run=True, now=ports.now)
    assert (path, marks) == (str(ports.notes / "ports.md"), 4)
    assert (ports.notes / "ports.md").read_bytes() == before
    collection.anchor([str(ports.notes)], remove=False, dry_run=False, now=ports.now)
    assert kept()
    assert all(card.note.anchor and card.note_id.startswith(card.note.anchor) for card in ports.cards())
    assert collection.anchor([str(ports.notes)], remove=False, dry_run=False, now=ports.now) == []
    collection.anchor([str(ports.notes)], remove=True, dry_run=False, now=ports.now)
    assert (ports.notes / "ports.md").read_bytes() == before
    assert kept()


# --- clozes --------------------------------------------------------------------------------------------------------


def cloze(desk, text):
    """The hidden words, with the id, ordinal and repetitions of the card that hides each."""
    desk.write("cloze.md", f"C: {text}\n")
    desk.sync()
    rows = {row["uid"]: row["ordinal"] for row in desk.rows("card")}
    return {
        next(
            d.text for d in card.note.deletions if faces_of(card).front != card.note.prompt and hides(card, d)
        ): (
            card.id,
            rows[card.id],
            card.schedule.reps,
        )
        for card in desk.cards()
        if not card.retired
    }


def hides(card, deletion):
    start = deletion.start - sum(2 for other in card.note.deletions if other.start < deletion.start)
    return faces_of(card).front[start : start + 3] == "[…]"


def test_deletions_that_are_added_removed_or_reordered_keep_their_cards(desk):
    first = cloze(desk, "Port [eighty] is for [http] here.")
    assert [ordinal for _, ordinal, _ in first.values()] == [0, 1]
    desk.rate("Port eighty is", Rating.EASY)
    added = cloze(desk, "Port [eighty] is for [http] [here].")
    assert added["eighty"] == first["eighty"]
    assert added["http"][2] == 1
    assert added["here"][1:] == (2, 0)
    removed = cloze(desk, "Port eighty is for [http] [here].")
    assert removed == {word: added[word] for word in ("http", "here")}
    reordered = cloze(desk, "[here], [http] is for port eighty.")
    assert reordered == removed
    again = cloze(desk, "[here], [http] is for port [eighty] and [more].")
    assert again["eighty"] == first["eighty"]
    assert again["more"][1] == 3


def test_a_deletion_whose_word_was_edited_keeps_its_card(desk):
    before = cloze(desk, "Port [eighty] is for [http] here.")
    after = cloze(desk, "Port [eighty] is for [https] here.")
    assert after["https"] == before["http"]
    assert after["eighty"] == before["eighty"]


def test_the_second_direction_may_come_and_go(desk):
    desk.write("words.md", "der Hund :: the dog\n")
    desk.sync()
    review = desk.rate("der Hund")
    desk.write("words.md", "der Hund ::: the dog\n")
    assert counts(desk.sync()) == {"added": 1, "changed": 1}
    back = desk.rate("the dog")
    desk.write("words.md", "der Hund :: the dog\n")
    desk.sync()
    assert [card.retired for card in desk.cards()] == [False, True]
    desk.write("words.md", "der Hund ::: the dog\n")
    desk.sync()
    assert [(card.id, card.schedule) for card in desk.cards()] == [
        (review.card_id, review.after),
        (back.card_id, back.after),
    ]


# --- after a heavy edit ----------------------------------------------------------------------------------------------


def test_a_largely_rewritten_answer_is_marked_until_the_next_review(ports):
    text = (ports.notes / "ports.md").read_text()
    new = "A: Twenty-two, assigned by IANA in 1995 at the wish of Tatu."
    ports.write("ports.md", text.replace(text.splitlines()[1], new, 1))
    ports.sync()
    assert ports.card(PORTS[0]).changed
    study = ports.study()
    ports.rate(PORTS[0])
    assert not ports.card(PORTS[0]).changed
    ports.collection.undo(ports.now)
    assert ports.card(PORTS[0]).changed
    assert study.card is None


def test_a_draft_that_got_its_answer_is_not_marked_as_changed(desk):
    desk.write("a.md", "Q: Is it open?\n")
    desk.sync()
    desk.rate("Is it open?")
    desk.write("a.md", "Q: Is it open?\nA: Not any more, it was closed.\n")
    assert counts(desk.sync()) == {"changed": 1}
    assert not desk.card("Is it open?").changed


def test_a_card_that_is_edited_during_a_review_keeps_its_id_whatever_it_becomes(ports):
    ports.later(days=60)
    study = ports.study()
    card = study.card
    text = (ports.notes / "ports.md").read_text()
    block = next(block for block in text.split("\n\n") if card.note.prompt in block)
    ports.write("ports.md", text.replace(block, "Q: Something else entirely?\nA: Nothing is left of it."))
    study.reread(ports.now)
    assert study.card.id == card.id
    assert study.card.note.prompt == "Something else entirely?"
    assert study.card.schedule == card.schedule


def test_a_card_that_is_removed_during_a_review_is_retired_and_the_next_follows(ports):
    ports.later(days=60)
    study = ports.study()
    card = study.card
    ports.asks("ports.md", *(question for question in PORTS if question != card.note.prompt))
    study.reread(ports.now)
    assert study.card.id != card.id
    assert ports.card(card.note.prompt).retired
    (ports.notes / "ports.md").unlink()
    study.reread(ports.now)
    assert study.card is None


def test_a_card_is_read_again_within_its_own_source(desk):
    for folder in ("notes", "notes2"):
        desk.asks(f"../{folder}/a.md", f"Is it in {folder}?")
        desk.sync(desk.home / folder)
    desk.asks("../notes2/a.md", "Is it in notes2, really?")
    desk.collection.reread(desk.card("Is it in notes2?"), desk.now)
    assert [(card.note.file, card.note.deck) for card in desk.cards()] == [("a.md", "a")] * 2
    assert desk.card("Is it in notes2, really?").path == str(desk.home / "notes2" / "a.md")


# --- what an ignore file leaves out, and a person names ------------------------------------------------------------


def alive(desk):
    return {card.note.prompt: card.note.deck for card in desk.cards() if not card.retired}


@pytest.mark.parametrize(
    "order", [("", "ignored/i.md"), ("ignored/i.md", ""), ("", "ignored"), ("ignored", "")]
)
def test_a_path_that_was_named_stays_known_where_an_ignore_file_leaves_it_out(desk, order):
    (desk.notes / ".git").mkdir()
    (desk.notes / ".gitignore").write_text("ignored/\n")
    desk.asks("a.md", "Is it a?")
    desk.asks("ignored/i.md", "Is it ignored?")
    for each in order:
        desk.sync(desk.notes / each)
    before = alive(desk)
    assert before.keys() == {"Is it a?", "Is it ignored?"}
    desk.rate("Is it ignored?")
    for paths in ([], [desk.notes], [desk.notes / "ignored/i.md"], []):
        report = desk.collection.sync.paths([str(path) for path in paths], now=desk.now)
        assert (report.added, report.retired, report.restored, report.moved) == (0, 0, 0, 0)
    desk.write("ignored/i.md", asked("Is it ignored?") + "\n" + asked("Is it read?"))
    desk.collection.sync.paths(now=desk.now)
    assert alive(desk).keys() == {*before, "Is it read?"}
    desk.collection.sync.forget(str(desk.notes), now=desk.now)
    assert alive(desk).keys() == {"Is it ignored?", "Is it read?"}


def test_a_file_that_an_ignore_file_begins_to_leave_out_keeps_its_cards_once_it_is_named(desk):
    (desk.notes / ".git").mkdir()
    desk.asks("a.md", "Is it a?")
    desk.asks("sub/i.md", "Is it ignored?")
    desk.sync()
    review = desk.rate("Is it ignored?")
    (desk.notes / ".gitignore").write_text("i.md\n")
    desk.sync(desk.notes / "sub/i.md")
    desk.collection.sync.paths(now=desk.now)
    card = desk.card("Is it ignored?")
    assert (card.id, card.retired) == (review.card_id, False)
    (desk.notes / ".gitignore").unlink()
    for _ in range(2):
        report = desk.collection.sync.paths(now=desk.now)
        assert (report.added, report.retired, report.moved, report.files_read) == (0, 0, 0, 0)
