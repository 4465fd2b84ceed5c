"""Mock interviews: what may be asked, what is kept of them, and what moves the schedule."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from quiz.cards import Rating, State
from quiz.collection.interviews import Wish, candidates, find_report, hold, points_of, reports
from quiz.cues import faces_of
from quiz.errors import MissingError, StoreError
from quiz.interview import Phase

NOTE = """\
# Docker

## Images

Q: What is an image? #mid #images
A: Layers.

Q: Which parts has it?
A:
- layers (!)
- a manifest

## Running

Q: Which command? #Senior
A: `docker ps`

Q: What is a tag?
"""
WISH = Wish(minutes=30, per_question=180, new_share=1.0, seed=1)


@pytest.fixture
def noted(desk):
    desk.write("docker.md", NOTE)
    desk.sync()
    return desk


def begun(desk, wish=WISH):
    return hold(desk.collection, desk.collection.select((), desk.now), wish, desk.now, 0.0)


def answered(held, *, said=()):
    """Answer every question in ten seconds, and say some points of each."""
    at = 0.0
    while held.interview.phase is not Phase.OVER:
        at += 10
        held.move_on(held.interview.done_speaking(at))
        for place in said:
            if place < len(held.interview.question.points):
                held.move_on(held.interview.tick(place))
        held.move_on(held.interview.go_on(at))
    return held


def topics(desk):
    found = candidates(desk.collection, desk.collection.select((), desk.now), desk.now)
    return {faces_of(one.card).front.split("?")[0]: one.topic for one in found}


def log(desk):
    return [(one.rating, one.mode, one.counts) for one in desk.collection.log()]


def test_a_topic_is_a_tag_else_the_heading_within_one_deck_else_the_deck(noted):
    assert topics(noted) == {
        "What is an image": "images",
        "Which parts has it": "Images",
        "Which command": "Running",
        "What is a tag": "Running",
    }
    noted.asks("tls.md", "What is a handshake?")
    noted.sync()
    assert topics(noted)["What is an image"] == "images"
    assert topics(noted)["Which command"] == "docker"
    assert topics(noted)["What is a handshake"] == "tls"


def test_what_is_set_aside_is_not_asked_and_drafts_are(noted):
    for kind, question in (("suspend", "What is an image?"), ("bury", "Which parts has it?")):
        key, _ = noted.collection.find(noted.card(question).id)
        noted.collection.change(kind, [key], noted.now)
    noted.write("docker.md", NOTE.replace("Q: Which command? #Senior\nA: `docker ps`\n", ""))
    noted.sync()
    assert list(topics(noted)) == ["What is a tag"]
    noted.later(days=1)
    assert list(topics(noted)) == ["Which parts has it", "What is a tag"]


def test_recall_comes_from_the_schedule(noted):
    noted.rate("What is an image?", Rating.EASY)
    noted.later(days=9)
    found = candidates(noted.collection, noted.collection.select((), noted.now), noted.now)
    recall = {faces_of(one.card).front.split("?")[0]: one.recall for one in found}
    assert 0.85 < recall.pop("What is an image") < 0.95
    assert set(recall.values()) == {None}


def test_points_are_those_of_an_answer_that_is_a_list(noted):
    assert [point.text for point in points_of(noted.card("Which parts").note)] == ["layers", "a manifest"]
    assert points_of(noted.card("What is an image").note) == ()


def test_every_answer_is_on_disk_before_the_next_question(noted):
    held = begun(noted)
    assert reports(noted.collection) == []
    for number in range(1, 5):
        held.move_on(held.interview.skip(1.0))
        noted.close()
        assert [len(one.questions) for one in reports(noted.collection)] == [number]
        held.collection = noted.collection
    assert held.interview.phase is Phase.OVER


@pytest.mark.parametrize("kept_in", ["file"])
def test_an_answer_that_has_to_wait_is_saved_with_the_next_one(noted):
    held = begun(noted)
    with closing(sqlite3.connect(noted.database, isolation_level=None)) as another:
        another.execute("BEGIN IMMEDIATE")
        told = held.move_on(held.interview.skip(1.0))
        assert told.startswith("This answer is not saved yet; the next one will be saved with it. ")
        assert reports(noted.collection) == []
    assert held.move_on(held.interview.skip(1.0)) == ""
    assert [len(one.questions) for one in reports(noted.collection)] == [2]
    noted.database.unlink()
    with pytest.raises(StoreError):
        held.move_on(held.interview.skip(1.0))


def test_interviews_of_one_moment_are_kept_apart(noted):
    first, second = begun(noted), begun(noted)
    for held in (first, second, first):
        held.move_on(held.interview.skip(1.0))
    assert [len(one.questions) for one in reports(noted.collection)] == [2, 1]
    assert int(second.kept.id) == int(first.kept.id) + 1
    assert begun(noted).earlier == [first.kept, second.kept]


def test_ratings_count_only_if_they_are_applied(noted):
    held = answered(begun(noted), said=[0])
    before = noted.rows("card")
    assert held.settle(noted.now, apply=False, source="terminal") == 0
    assert noted.rows("card") == before
    assert sorted(log(noted)) == [
        (Rating.HARD, "interview", False),
        (Rating.GOOD, "interview", False),
        (Rating.GOOD, "interview", False),
    ], "the draft has no rating"
    assert not find_report(noted.collection).report.counted


def test_what_is_applied_moves_the_schedule_and_can_be_taken_back_one_by_one(noted):
    before = noted.state()
    held = answered(begun(noted), said=[0])
    assert held.settle(noted.now, apply=True, source="terminal") == 3
    assert find_report(noted.collection).report.counted
    parts = noted.card("Which parts")
    assert (parts.schedule.reps, parts.schedule.state) == (1, State.LEARNING)
    [review] = noted.collection.history(parts)
    assert (review.rating, review.counts, review.duration_ms) == (Rating.HARD, True, 10_000)
    assert (review.attempt.suggested, review.attempt.points, review.attempt.points_hit) == (Rating.HARD, 2, 1)
    for _ in range(3):
        assert noted.collection.undo(noted.now).kind == "rate"
    assert noted.state() == before


def test_a_card_that_was_reviewed_on_that_study_day_is_logged_and_stays(noted):
    noted.rate("Which parts has it?", Rating.EASY)
    schedule = noted.card("Which parts").schedule
    held = answered(begun(noted))
    assert held.settle(noted.later(minutes=30), apply=True, source="terminal") == 2
    assert noted.card("Which parts").schedule == schedule
    assert [one.counts for one in noted.collection.history(noted.card("Which parts"))] == [True, False]


def test_nothing_is_logged_twice(noted):
    held = answered(begun(noted))
    held.settle(noted.now, apply=False, source="terminal")
    held.settle(noted.now, apply=True, source="terminal")
    assert [counts for _, _, counts in log(noted)] == [False] * 3


def test_a_card_that_is_gone_by_the_end_is_logged_all_the_same(noted):
    held = answered(begun(noted))
    path = noted.write("docker.md", "# Docker\n\nQ: What is a tag?\n")
    noted.sync(accept=[str(path)])
    assert held.settle(noted.now, apply=True, source="terminal") == 3
    kept = find_report(noted.collection, held.kept.id)
    assert len(kept.cards) == len(kept.report.questions) == 4


def test_a_report_is_found_by_its_id(noted):
    held = answered(begun(noted))
    assert find_report(noted.collection, held.kept.id).report == held.kept
    with pytest.raises(MissingError, match=r"^No interview '17'\. `dquiz interview --list` lists them\.$"):
        find_report(noted.collection, "17")


def test_text_that_no_database_takes_is_kept(noted):
    held = begun(noted)
    held.move_on(held.interview.done_speaking(1.0))
    held.move_on(held.interview.remark("a\0b\ud800c\u202e"))
    held.move_on(held.interview.end())
    assert find_report(noted.collection).report.questions[0].note == "a\0b\ud800c\u202e"


def test_a_report_says_whether_its_reviews_count_by_now(noted):
    def counted():
        return find_report(noted.collection, held.kept.id).report.counted

    held = answered(begun(noted), said=(0,))
    assert not counted()
    assert held.settle(noted.now, apply=True, source="terminal") == 3
    for left in (2, 1, 0):
        assert [one.counted for one in reports(noted.collection)] == [True]
        assert counted()
        noted.collection.undo(noted.now)
        noted.close()
        assert len(noted.collection.log()) == left
    assert not counted()


def test_reviews_count_for_the_report_of_their_own_interview(noted):
    first, second = (answered(begun(noted)) for _ in range(2))
    first.settle(noted.now, apply=False, source="terminal")
    second.settle(noted.now, apply=True, source="terminal")
    assert [one.counted for one in reports(noted.collection)] == [False, True]


DAMAGED = [
    "'{'",
    "'[]'",
    "''",
    "CAST(x'7bff' AS TEXT)",
    'replace(report, \'"minutes": 30\', \'"minutes": ""\')',
]


@pytest.mark.parametrize("report", DAMAGED)
def test_a_report_that_cannot_be_read_is_told_and_left_out(noted, kept_in, report):
    if kept_in == "server" and "CAST" in report:
        pytest.skip("PostgreSQL refuses what is no text")
    kept = [answered(begun(noted)).kept for _ in range(3)]
    with noted.collection.store.write() as connection:
        connection.execute(text(f"UPDATE interview SET report = {report} WHERE id = {kept[1].id}"))
    told = []
    assert reports(noted.collection, told.append) == [kept[0], kept[2]]
    assert told == [
        f"Damaged, so left out: interview {kept[1].id}. `dquiz doctor --fix` repairs what it can."
    ]
    assert find_report(noted.collection).report == kept[2]
    assert [one.id for one in begun(noted).earlier] == [kept[0].id, kept[2].id]
    with pytest.raises(StoreError, match=f"damaged: the report of interview {kept[1].id} cannot be read"):
        find_report(noted.collection, kept[1].id)
