"""What `dquiz doctor` finds in a damaged collection, and what it puts right."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from quiz.cards import Attempt, Rating
from quiz.cli.outcome import run
from quiz.collection.checklist import tasks, tick
from quiz.collection.checkup import check_up, repair
from quiz.collection.interviews import Wish, hold
from quiz.scheduling import DEFAULT_PARAMETERS

TABLES = (
    "attempt",
    "interview",
    "tick",
    "source",
    "deck",
    "file",
    "note",
    "place",
    "card",
    "review",
    "ask",
    "origin",
    "setting",
)


@pytest.fixture
def kept_in():
    return "file"


@pytest.fixture
def worn(desk):
    """A collection in use: reviews, lapses, a reset, undone and crammed ones, a retired note, a note in two places."""
    desk.write(
        "web/dns.md",
        "Q: Which record maps a name to an IPv6 address?\nA: AAAA\n\n"
        "C: Port {{53}} carries queries, over {{UDP}} first.\n",
    )
    desk.write("words.md", "der Hund ::: the dog\n")
    desk.write("other.md", "Q: Which record maps a name to an IPv6 address?\nA: AAAA\n")
    gone = desk.asks("gone.md", "Is it gone?", "Is it gone too?")
    desk.asks("note.md", *(f"Is it number {number}?" for number in range(4)))
    desk.sync()
    gone.unlink()
    desk.sync(accept=[str(gone)])
    for rating in (Rating.GOOD, Rating.EASY, Rating.AGAIN, Rating.GOOD, Rating.HARD):
        for question in ("Is it number 0?", "Is it number 1?", "Which record", "Port […]"):
            desk.rate(question, rating)
            desk.later(seconds=40)
        desk.later(days=5)
    desk.rate("Is it number 2?")
    desk.collection.undo(desk.now)
    key, card = desk.collection.find(desk.card("Is it number 1?").id)
    desk.collection.record(key, card, Rating.GOOD, desk.now, mode="cram", counts=False)
    desk.collection.change("reset", [key], desk.later(days=1))
    desk.rate("Is it number 1?")
    desk.collection.change("bury", [key], desk.now)
    desk.close()
    return desk


def contents(desk):
    """Everything but the steps, which may be given up."""
    with closing(sqlite3.connect(desk.database)) as connection:
        connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES
        }


def injure(desk, *statements):
    desk.close()
    with closing(sqlite3.connect(desk.database)) as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement
        connection.commit()


def wrong(checks):
    return {check.name: check.message for check in checks if not check.ok}


CARD = "(SELECT card.id FROM card JOIN note ON note.id = note_id WHERE prompt = 'Is it number 0?')"
NOTE = "(SELECT id FROM note WHERE prompt = 'Is it number 0?')"
LAST = f"(SELECT max(id) FROM review WHERE card_id = {CARD})"
MIDDLE = f"(SELECT id FROM review WHERE card_id = {CARD} ORDER BY id LIMIT 1 OFFSET 2)"
# a bit of the first letter
TURNED = "char((unicode(uid) | 1) - (unicode(uid) & 1)) || substr(uid, 2)"

# what is done, the check that says so, and what it says
RESTORED = {
    "a rating": (f"UPDATE review SET rating = 4 WHERE id = {MIDDLE}", "seals", "checksum: 1 ("),
    "a text for a rating": (f"UPDATE review SET rating = 'x' WHERE id = {MIDDLE}", "seals", "checksum: 1 ("),
    "nothing for a stability": (
        f"UPDATE review SET after_stability = NULL WHERE id = {LAST}",
        "seals",
        "checksum: 1 (",
    ),
    "an endless difficulty": (
        f"UPDATE review SET before_difficulty = 9e999 WHERE id = {MIDDLE}",
        "seals",
        "checksum: 1 (",
    ),
    "a whole schedule in the log": (
        f"UPDATE review SET after_state = 0, after_stability = -5.5, after_reps = -1 WHERE id = {MIDDLE}",
        "seals",
        "checksum: 1 (",
    ),
    "a moment": (f"UPDATE review SET reviewed_at = reviewed_at + 4096 WHERE id = {LAST}", "seals", ": 1 ("),
    "a mode": (f"UPDATE review SET mode = 'fliq' WHERE id = {LAST}", "seals", "checksum: 1 ("),
    "no UTF-8": (
        f"UPDATE review SET source = CAST(x'e36f6d6d616e64' AS TEXT) WHERE id = {LAST}",
        "seals",
        ": 1 (",
    ),
    "the review of nobody": (
        f"UPDATE review SET card_id = card_id + 1024 WHERE id = {LAST}",
        "seals",
        ": 1 (",
    ),
    "an id of a review": (f"UPDATE review SET id = id + 65536 WHERE id = {LAST}", "seals", "checksum: 1 ("),
    "a checksum": (
        f"UPDATE review SET seal = (seal | 512) - (seal & 512) WHERE id = {LAST}",
        "seals",
        "checksum: 1 (",
    ),
    "negative reps": (f"UPDATE card SET reps = -3 WHERE id = {CARD}", "schedules", "last review left: 1 ("),
    "a new card with reps": ("UPDATE card SET reps = 1 WHERE reps = 0", "schedules", "last review left: "),
    "no stability": (f"UPDATE card SET stability = 9e999 - 9e999 WHERE id = {CARD}", "schedules", ": 1 ("),
    "a stability of 0": (f"UPDATE card SET stability = 0 WHERE id = {CARD}", "schedules", ": 1 ("),
    "a text for a state": (f"UPDATE card SET state = 'new' WHERE id = {CARD}", "schedules", ": 1 ("),
    "a far due day": (f"UPDATE card SET due_day = 1 << 40 WHERE id = {CARD}", "schedules", ": 1 ("),
    "due before the last review": (f"UPDATE card SET due_at = 5 WHERE id = {CARD}", "schedules", ": 1 ("),
    "a place in the queue": (f"UPDATE card SET due = due + 64 WHERE id = {CARD}", "queue", "queue: 1 ("),
    "a queue": (f"UPDATE card SET queue = 0 WHERE id = {CARD}", "queue", "queue: 1 ("),
    "an id of a card": (
        f"UPDATE card SET uid = {TURNED} WHERE id = {CARD}",
        "cards",
        "follow from their note: 1 (",
    ),
    "an id of a note": (
        f"UPDATE note SET uid = {TURNED} WHERE id = {NOTE}",
        "notes",
        "not that of their cards: 1 (",
    ),
    "an orphan card": (f"UPDATE card SET note_id = 9999 WHERE id = {CARD}", "references", "to no note: 1 ("),
    "a missing deck": (f"UPDATE card SET deck_id = 9999 WHERE id = {CARD}", "references", "to no deck: 1 ("),
    "a note in no file": (f"UPDATE note SET file_id = 9999 WHERE id = {NOTE}", "references", "no file: 1 ("),
    "a deck's name": ("UPDATE deck SET name = 'nota' WHERE name = 'note'", "decks", "give them: 1 ("),
    "no deck's name": ("UPDATE deck SET name = '' WHERE name = 'note'", "decks", "give them: 1 ("),
    "a facet": (f"UPDATE card SET facet = 'gwd' WHERE id = {CARD}", "cards", "nothing of their note: 1 ("),
    "a number twice": (
        "UPDATE card SET ordinal = 0 WHERE ordinal = 1 AND facet = 'rev'",
        "cards",
        "taken or impossible: 1 (",
    ),
    "a number below 0": ("UPDATE card SET ordinal = -127 WHERE facet = 'rev'", "cards", "impossible: 1 ("),
    "a retired card": (
        f"UPDATE card SET retired = 1, queue = 0, due = 0 WHERE id = {CARD}",
        "cards",
        "retired cards of living notes: 1 (",
    ),
    "a living card of a retired note": (
        "UPDATE card SET retired = 0 WHERE id = (SELECT max(id) FROM card WHERE retired = 1)",
        "cards",
        "living cards of retired notes: 1 (",
    ),
    "a draft": (
        f"UPDATE card SET draft = 1 WHERE id = {CARD}",
        "cards",
        "drafts otherwise than their note: 1 (",
    ),
    "a flag": (f"UPDATE card SET flag = 64 WHERE id = {CARD}", "cards", "impossible marks: 1 ("),
    "a note to self": (
        f"UPDATE card SET remark = CAST(remark AS BLOB) WHERE id = {CARD}",
        "cards",
        "marks: 1 (",
    ),
    "buried for years": (f"UPDATE card SET buried_until = 740500 WHERE id = {CARD}", "cards", "marks: 1 ("),
    "the time a card was made": (
        f"UPDATE card SET created_ms = created_ms + (1 << 40) WHERE id = {CARD}",
        "cards",
        "they were made: 1 (",
    ),
    "a letter of a question": (
        f"UPDATE note SET prompt = 'Is it nuMber 0?' WHERE id = {NOTE}",
        "texts",
        "not what was read: 1 (",
    ),
    "a sign of a question": (
        f"UPDATE note SET prompt = 'Is it number 0>' WHERE id = {NOTE}",
        "texts",
        "not what was read: 1 (",
    ),
    "no UTF-8 in an answer": (
        f"UPDATE note SET answer = CAST(x'c2' || substr(answer, 2) AS TEXT) WHERE id = {NOTE}",
        "texts",
        "not what was read: 1 (",
    ),
    "the letter of a retired note": (
        "UPDATE note SET prompt = 'Is it fone too?' WHERE prompt = 'Is it gone too?'",
        "texts",
        "not what was read: 1 (",
    ),
    "a kind": (f"UPDATE note SET kind = 'qc' WHERE id = {NOTE}", "texts", "not what was read: 1 ("),
    "a hash": (
        f"UPDATE note SET content_hash = 'x' || substr(content_hash, 2) WHERE id = {NOTE}",
        "texts",
        "not what was read: 1 (",
    ),
    "a key": (
        f"UPDATE note SET content_key = '1' || substr(content_key, 2) WHERE id = {NOTE}",
        "texts",
        "not that of their text: 1 (",
    ),
    "undone at no time": (
        "UPDATE review SET undone_at = 0 WHERE undone_at IS NOT NULL",
        "log",
        "otherwise than their step: 1 (",
    ),
    "undone without its step": (
        f"UPDATE review SET undone_at = reviewed_at WHERE id = {LAST}",
        "log",
        "otherwise than their step: 1 (",
    ),
    "a path": ("UPDATE file SET path = path || 'x' WHERE name = 'note.md'", "files", "in their source: 1 ("),
    "a name": ("UPDATE file SET name = 'nota.md' WHERE name = 'note.md'", "files", "in their source: 1 ("),
    "a source of a file": (
        "UPDATE file SET source_id = 77 WHERE name = 'note.md'",
        "references",
        "to no source: 1 (",
    ),
}
READ_AGAIN = {
    "many letters": (
        f"UPDATE note SET prompt = 'Was war Nummer 0?' WHERE id = {NOTE}",
        "texts",
        "not what was read: 1 (",
    ),
    "no JSON": (f"UPDATE note SET more = '{{' WHERE id = {NOTE}", "texts", "not what was read: 1 ("),
    "a line": (f"UPDATE note SET line = -3 WHERE id = {NOTE}", "notes", "no possible line: 1 ("),
    "a position": (
        f"UPDATE card SET position = position + 4 WHERE id = {CARD}",
        "cards",
        "order of their notes: 1 (",
    ),
    "a note's deck": (f"UPDATE note SET deck = 'nota' WHERE id = {NOTE}", "cards", "than their note: 1 ("),
    "problems that are no JSON": (
        "UPDATE file SET problems = '[' WHERE name = 'note.md'",
        "files",
        "cannot be read: 1 (",
    ),
    "a size": ("UPDATE file SET size = -1 WHERE name = 'note.md'", "files", "size, time or hash: 1 ("),
}
GIVEN_UP = {
    "a note that is not retired": (
        "UPDATE note SET retired_at = NULL WHERE prompt = 'Is it gone?'",
        "notes",
        "that are not retired: 1 (",
    ),
    "a step that is no JSON": (
        "UPDATE action SET before = '{' WHERE id = (SELECT max(id) FROM action)",
        "steps",
        "cannot be taken back: 1 (",
    ),
    "a step of no review": (
        "UPDATE action SET review_id = 5 WHERE id = (SELECT min(id) FROM action)",
        "references",
        "to no review: 1 (",
    ),
    "a place of no note": (
        "UPDATE place SET note_id = 9999",
        "references",
        "rows of place that point to no note: 1 (",
    ),
    "a question about nobody": ("INSERT INTO ask VALUES ('a', 'b', 0.5, 1, NULL)", "asides", "there: 1 ("),
    "an empty deck without a name": ("INSERT INTO deck VALUES (99, '')", "decks", "name of their own: 1 ("),
    "a count": ("INSERT OR REPLACE INTO setting VALUES ('sessions', '1q')", "asides", "be read: 1 ("),
}


def test_nothing_is_wrong_with_a_collection_in_use_and_nothing_is_written(worn):
    before = worn.database.read_bytes()
    assert wrong(check_up(worn.collection, worn.now)) == {}
    assert wrong(repair(worn.collection, worn.now)) == {}
    worn.close()
    assert worn.database.read_bytes() == before
    assert worn.collection.store.backups.listed() == []


def test_nothing_is_wrong_with_an_empty_collection(desk):
    assert wrong(check_up(desk.collection, desk.now)) == {}


def test_nothing_is_wrong_when_a_card_has_taken_over_the_reviews_of_another(worn):
    old, new = worn.card("Is it gone?"), worn.card("Is it number 0?")
    worn.collection.sync.relink(old, new, same=True, now=worn.now)
    assert wrong(check_up(worn.collection, worn.now)) == {}


def test_nothing_is_wrong_with_a_buried_card_when_the_clock_was_set_back(worn):
    worn.collection.change("bury", [worn.rows("card")[0]["id"]], worn.later(days=90))
    worn.later(days=-90)
    assert wrong(check_up(worn.collection, worn.now)) == {}


@pytest.mark.parametrize("damage", [*RESTORED, *READ_AGAIN, *GIVEN_UP])
def test_damage_is_counted_and_repaired_once(damage, worn):
    before, prompts = contents(worn), [row["prompt"] for row in worn.rows("note")]
    statement, name, words = (RESTORED | READ_AGAIN | GIVEN_UP)[damage]
    injure(worn, statement)
    injured = contents(worn)
    found = wrong(check_up(worn.collection, worn.now))
    assert words in found[name]
    assert "dquiz doctor --fix" in found[name]
    assert contents(worn) == injured
    checks = repair(worn.collection, worn.now)
    assert wrong(checks) == {}
    assert sum(check.repaired for check in checks) >= 1
    again = repair(worn.collection, worn.now)
    assert wrong(again) == {}
    assert sum(check.repaired for check in again) == 0
    kinds = [backup.kind for backup in worn.collection.store.backups.listed()]
    assert kinds.count("pre-repair") == 1
    assert len(worn.rows("review")) == len(before["review"])
    if damage in RESTORED:
        assert contents(worn) == before
    if damage in READ_AGAIN:
        worn.sync()
        assert wrong(check_up(worn.collection, worn.now)) == {}
        for table in ("card", "review"):
            assert contents(worn)[table] == before[table]
        assert [row["prompt"] for row in worn.rows("note")] == prompts


@pytest.fixture
def practised(worn):
    """A learner who types, ticks tasks and holds interviews, too."""
    worn.write(
        "tasks.md",
        "# Tasks\n\n## Overview\n\n## Practical Tasks\n\n- [ ] Bake a loaf\n- [ ] Feed a starter\n\n## Next Steps\n",
    )
    worn.sync()
    key, card = worn.collection.find(worn.card("Is it number 3?").id)
    attempt = Attempt(
        suggested=Rating.HARD, tries=2, verdict="differs (order)", typed="ls -l", points=3, points_hit=2
    )
    worn.collection.record(key, card, Rating.HARD, worn.now, mode="typed", attempt=attempt)
    first, second = tasks(worn.collection)
    tick(worn.collection, [first.id, second.id], worn.now)
    tick(worn.collection, [second.id], worn.now, off=True)
    for _ in range(2):
        selected, wish = (
            worn.collection.select((), worn.now),
            Wish(minutes=9, per_question=60, new_share=1, seed=1),
        )
        held = hold(worn.collection, selected, wish, worn.now, 0.0)
        while held.interview.question:
            held.move_on(held.interview.done_speaking(5.0).remark("ümlaut").go_on(6.0))
        held.settle(worn.now, apply=True, source="terminal")
    worn.close()
    return worn


REPORT = "UPDATE interview SET report = {} WHERE id = (SELECT min(id) FROM interview)"
ATTEMPT = "(SELECT review_id FROM attempt WHERE typed = 'ls -l')"
# what is done, the check that says so, what it says, and whether all is as it was then
PRACTICE = {
    "a report that is no JSON": (REPORT.format("'{'"), "interviews", "that cannot be read: 1 (", False),
    "a report without a key": (
        REPORT.format("replace(report, '\"minutes\"', '\"minuten\"')"),
        "interviews",
        "that cannot be read: 1 (",
        False,
    ),
    "a report with another id": (
        REPORT.format('replace(report, \'"id": "1\', \'"id": "2\')'),
        "interviews",
        "another id than their report: 1 (",
        True,
    ),
    "an interview with another id": (
        "UPDATE interview SET id = id + 4194304 WHERE id = (SELECT min(id) FROM interview)",
        "interviews",
        "another id than their report: 1 (",
        True,
    ),
    "a report with a byte that is no text": (
        REPORT.format("CAST(replace(CAST(report AS BLOB), x'c3bc', x'83bc') AS TEXT)"),
        "interviews",
        "bytes that are no text: 1 (",
        False,
    ),
    "the answer of no review": (
        f"UPDATE attempt SET review_id = review_id + 65536 WHERE review_id = {ATTEMPT}",
        "references",
        "rows of attempt that point to no review: 1 (",
        True,
    ),
    "the answer of no review near": (
        f"UPDATE attempt SET review_id = 5 WHERE review_id = {ATTEMPT}",
        "references",
        "rows of attempt that point to no review: 1 (",
        False,
    ),
    "the tick of no note": (
        "UPDATE tick SET note_id = 99999",
        "references",
        "rows of tick that point to no note: 1 (",
        False,
    ),
    "a tick at no time": ("UPDATE tick SET ticked_at = -1", "ticks", "at no possible time: 1 (", False),
    "a step of ticks": (
        "UPDATE action SET before = '[[1,{}]]' WHERE id = (SELECT max(id) FROM action WHERE kind = 'tick')",
        "steps",
        "cannot be taken back: 1 (",
        False,
    ),
    **{
        f"{column} of an answer": (
            f"UPDATE attempt SET {column} = {value} WHERE review_id = {ATTEMPT}",
            "attempts",
            "cannot have been given so: 1 (",
            False,
        )
        for column, value in {
            "suggested": "9",
            "tries": "-2",
            "revealed": "'x'",
            "verdict": "'eqval'",
            "typed": "CAST(x'6c73ff' AS TEXT)",
            "points": "1",
            "points_hit": "2.5",
        }.items()
    },
}


def test_nothing_is_wrong_with_ticks_interviews_and_answers(practised):
    assert {len(practised.rows(table)) for table in ("tick", "interview")} == {1, 2}
    assert len(practised.rows("attempt")) > 5
    assert wrong(check_up(practised.collection, practised.now)) == {}


@pytest.mark.parametrize("damage", PRACTICE)
def test_what_is_kept_beside_the_log_is_checked_and_put_right(damage, practised, capsys, monkeypatch):
    before = contents(practised)
    statement, name, words, is_restored = PRACTICE[damage]
    injure(practised, statement)
    found = wrong(check_up(practised.collection, practised.now))
    assert words in found[name]
    assert wrong(repair(practised.collection, practised.now)) == {}
    after = contents(practised)
    changed = {table for table in TABLES if after[table] != before[table]}
    assert changed <= (set() if is_restored else {"tick", "interview", "attempt"})
    assert sum(len(after[table]) for table in TABLES) >= sum(len(before[table]) for table in TABLES) - 1
    practised.close()
    for arguments in (
        ["log"],
        ["interview", "--list"],
        ["interview", "--last"],
        ["done", "--list"],
        ["undo"],
    ):
        assert ended(practised, monkeypatch, *arguments) == 0
        assert capsys.readouterr().err == ""


def test_what_cannot_be_repaired_is_named_with_the_way_out(worn):
    injure(worn, f"UPDATE review SET duration_ms = 77123, hints = 91 WHERE id = {MIDDLE}")
    before = contents(worn)
    checks = repair(worn.collection, worn.now)
    [message] = wrong(checks).values()
    assert "checksum: 1 (" in message
    assert "dquiz restore" in message
    assert contents(worn) == before


def test_schedules_are_worked_out_anew_where_a_review_is_missing(worn):
    missing = [row["id"] for row in worn.rows("review", f"card_id = {CARD}")][2]
    injure(
        worn,
        f"UPDATE action SET review_id = NULL WHERE review_id = {missing}",
        f"DELETE FROM review WHERE id = {missing}",
    )
    kept = [(row["id"], row["rating"]) for row in worn.rows("review")]
    assert "the one before it left: 1 (" in wrong(check_up(worn.collection, worn.now))["log"]
    assert wrong(repair(worn.collection, worn.now)) == {}
    assert [(row["id"], row["rating"]) for row in worn.rows("review")] == kept
    [row] = worn.rows("card", f"id = {CARD}")
    assert row["reps"] == len(worn.rows("review", f"card_id = {CARD}"))


def test_reviews_in_the_future_are_said(worn):
    worn.now -= timedelta(days=1)
    found = wrong(check_up(worn.collection, worn.now))
    assert "after today: 2 (" in found["clock"]


def test_own_parameters_leave_the_memory_to_its_limits(worn):
    own = ", ".join(str(value) for value in DEFAULT_PARAMETERS[:-1]) + ", 0.2"
    collection = worn.open(FSRS__PARAMETERS=own)
    checks = {check.name: check for check in check_up(collection, worn.now)}
    assert checks["memory"].ok
    assert "not replayed" in checks["memory"].message


def test_a_missing_source_is_no_damage_of_ours(worn):
    worn.notes.rename(worn.home / "elsewhere")
    found = wrong(check_up(worn.collection, worn.now))
    assert list(found) == ["sources"]
    assert str(worn.notes) in found["sources"]


@pytest.mark.parametrize(
    ("arguments", "code", "shown"),
    [(["doctor"], 1, "BAD  schedules"), (["doctor", "--fix"], 0, "1 repaired; as it should be")],
)
def test_the_command_says_what_is_wrong_and_what_was_repaired(
    worn, capsys, monkeypatch, arguments, code, shown
):
    injure(worn, RESTORED["negative reps"][0])
    assert ended(worn, monkeypatch, *arguments) == code
    said = capsys.readouterr()
    assert shown in said.out
    assert said.err == ""


@pytest.mark.parametrize("fix", [[], ["--fix"]])
def test_a_collection_that_cannot_be_opened_is_told_in_checks_with_the_way_out(
    worn, capsys, monkeypatch, fix
):
    worn.collection.store.back_up("backup", worn.now)
    worn.close()
    worn.database.write_bytes(worn.database.read_bytes()[:1500])
    before = worn.database.read_bytes()
    assert ended(worn, monkeypatch, "doctor", "--json", *fix) == 5
    said = json.loads(capsys.readouterr().out)
    [check] = said["data"]["checks"]
    assert (said["ok"], check["name"], check["ok"]) == (False, "file", False)
    assert " restore " in check["message"]
    assert worn.database.read_bytes() == before


def ended(desk, monkeypatch, *arguments):
    """The exit code of the program."""
    for name, value in {"HOME": desk.home, "DATABASE": desk.database, "NOW": desk.now.isoformat()}.items():
        monkeypatch.setenv(f"DQUIZ_{name}", str(value))
    return run(arguments)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE card SET state = 7 WHERE reps > 0",
        "UPDATE card SET stability = 9e999 WHERE reps > 0",
        "UPDATE card SET last_day = 1 << 62 WHERE reps > 0",
        "UPDATE card SET flag = 'red'",
        "UPDATE note SET more = '[' ",
        "UPDATE note SET kind = 'qb'",
        "UPDATE note SET prompt = x'ff'",
        "UPDATE review SET after_reps = 'many'",
        "UPDATE review SET mode = x'ff'",
        "UPDATE review SET reviewed_at = 1 << 62",
    ],
)
def test_what_is_damaged_is_said_in_one_line_by_other_commands(worn, capsys, monkeypatch, statement):
    injure(worn, statement)
    for arguments in (["cards"], ["log"], ["next"]):
        code = ended(worn, monkeypatch, *arguments)
        said = capsys.readouterr()
        assert code == 0 or (code == 5 and said.err.count("\n") == 1 and "dquiz doctor --fix" in said.err)


class TestOnAServer:
    """The same checks, without those of a file."""

    @pytest.fixture
    def kept_in(self):
        return "server"

    def test_nothing_is_wrong_with_a_collection_in_use(self, worn):
        assert wrong(check_up(worn.collection, worn.now)) == {}
        assert sum(check.repaired for check in repair(worn.collection, worn.now)) == 0

    @pytest.mark.parametrize(
        "damage", ["a rating", "a mode", "a checksum", "negative reps", "a queue", "a letter of a question"]
    )
    def test_damage_is_repaired(self, damage, worn):
        before = {table: worn.rows(table) for table in ("card", "review", "note")}
        statement, name, words = RESTORED[damage]
        worn.server.ask(statement, worn.name)
        assert words in wrong(check_up(worn.collection, worn.now))[name]
        assert wrong(repair(worn.collection, worn.now)) == {}
        assert {table: worn.rows(table) for table in before} == before
