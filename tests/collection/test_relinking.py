"""Pairs that a sync could not settle: a person says whether the new text is the old card."""

from __future__ import annotations

import pytest
from asking import asked

from quiz.cards import Rating
from quiz.collection.checkup import check_up
from quiz.collection.steps import steps
from quiz.errors import NothingToUndoError, UsageError

OLD = "Q: Why is the sky blue at noon?\nA: Short waves are scattered more by the air.\n"
NEW = "Q: Why do we see a blue sky?\nA: The air scatters light of short waves much more than red light.\n"


@pytest.fixture
def doubt(desk):
    """A desk on which it is unclear whether a new text is a reviewed card."""
    desk.write("sky.md", OLD)
    desk.sync()
    desk.rate("Why is the sky", Rating.EASY)
    desk.later(days=9)
    desk.write("sky.md", NEW)
    desk.report = desk.sync()
    return desk


def replay(desk, card):
    return desk.collection.scheduler(card.note.deck).replay(card.id, desk.collection.history(card))


def relinked(desk, *, same=True):
    desk.collection.sync.relink(
        desk.card("Why is the sky"), desk.card("Why do we see"), same=same, now=desk.now
    )


def living(desk):
    return [card for card in desk.cards() if not card.retired]


def test_until_it_is_settled_the_new_text_is_a_new_card(doubt):
    report = doubt.report
    assert (report.added, report.retired, len(report.ask)) == (1, 1, 1)
    [ask] = report.ask
    assert (ask.old.prompt, ask.new.prompt) == ("Why is the sky blue at noon?", "Why do we see a blue sky?")
    assert 0.4 <= ask.similarity < 0.7
    assert doubt.collection.sync.open_asks() == [ask]
    assert doubt.card("Why is the sky").retired
    assert doubt.card("Why do we see").schedule.reps == 0


def test_a_relinked_card_keeps_its_id_and_schedule_with_the_new_text(doubt):
    old = doubt.card("Why is the sky")
    relinked(doubt)
    [card] = living(doubt)
    assert (card.id, card.schedule, card.note.prompt) == (old.id, old.schedule, "Why do we see a blue sky?")
    assert card.path == str(doubt.notes / "sky.md")
    assert doubt.collection.sync.open_asks() == []


def test_reviews_given_in_between_are_merged_and_the_schedule_follows_from_the_log(doubt):
    for rating in (Rating.AGAIN, Rating.GOOD):
        doubt.rate("Why do we see", rating)
        doubt.later(minutes=15)
    relinked(doubt)
    [card] = living(doubt)
    log = doubt.collection.log()
    assert [review.rating for review in log] == [Rating.EASY, Rating.AGAIN, Rating.GOOD]
    assert {review.card_id for review in log} == {card.id}
    assert card.schedule == log[-1].after == replay(doubt, card)
    assert card.schedule.reps == 3
    assert [review.before for review in log[1:]] == [review.after for review in log[:-1]]


def test_what_was_done_before_a_relink_is_not_taken_back_after_it(doubt):
    doubt.rate("Why do we see", Rating.AGAIN)
    relinked(doubt)
    before = doubt.state()
    try:
        undone = doubt.collection.undo(doubt.now)
    except NothingToUndoError:
        undone = None
    assert undone is None
    assert doubt.state() == before


def test_a_sync_after_a_relink_changes_nothing(doubt):
    relinked(doubt)
    before = doubt.rows("card")
    doubt.write("sky.md", "# The sky\n\n" + NEW)
    report = doubt.sync()
    assert (report.added, report.retired, report.restored, report.ask) == (0, 0, 0, [])
    assert [card["uid"] for card in doubt.rows("card")] == [card["uid"] for card in before]
    assert len(living(doubt)) == 1


def test_a_copy_after_a_relink_is_a_place_of_the_same_card(doubt):
    relinked(doubt)
    doubt.write("copy.md", NEW)
    report = doubt.sync()
    assert (report.added, report.restored, len(living(doubt))) == (0, 0, 1)


def test_a_pair_that_was_refused_is_not_asked_about_again(doubt):
    relinked(doubt, same=False)
    assert doubt.collection.sync.open_asks() == []
    assert len(doubt.cards()) == 2
    doubt.write("sky.md", OLD)
    doubt.sync()
    doubt.write("sky.md", NEW)
    report = doubt.sync()
    assert (report.ask, report.added) == ([], 0)
    assert doubt.card("Why is the sky").retired


def test_two_cards_of_one_note_cannot_be_relinked(desk):
    desk.write("words.md", "der Hund ::: the dog\n")
    desk.sync()
    with pytest.raises(UsageError, match="same note"):
        desk.collection.sync.relink(desk.card("der Hund"), desk.card("the dog"), same=True, now=desk.now)


@pytest.mark.parametrize("same", [True, False])
def test_only_a_card_without_a_place_is_relinked_and_only_to_one_that_has_one(desk, same):
    desk.write("both.md", OLD + "\n" + asked("Is the sea blue?") + "\n" + asked("Is milk white?"))
    desk.sync()
    for question in ("Why is the sky", "Is the sea", "Is milk"):
        desk.rate(question, Rating.EASY)
    before = desk.state()
    with pytest.raises(UsageError, match=r"still asked, at both\.md:1"):
        desk.collection.sync.relink(
            desk.card("Why is the sky"), desk.card("Is the sea"), same=same, now=desk.now
        )
    assert desk.state() == before
    desk.write("both.md", asked("Is milk white?"))
    desk.sync(accept=[str(desk.notes)])
    before = desk.state()
    with pytest.raises(UsageError, match="in no file"):
        desk.collection.sync.relink(
            desk.card("Why is the sky"), desk.card("Is the sea"), same=same, now=desk.now
        )
    assert desk.state() == before


def test_a_card_that_takes_over_another_keeps_both_notes_to_self(doubt):
    old, new = doubt.card("Why is the sky"), doubt.card("Why do we see")
    for card, text in ((old, "Rayleigh"), (new, "absorption")):
        doubt.collection.change("note", [doubt.collection.find(card.id)[0]], doubt.now, text=text)
    relinked(doubt)
    [card] = living(doubt)
    assert card.remark == "Rayleigh\nabsorption"


def test_nothing_that_came_before_a_relink_is_taken_back_in_its_stead(desk):
    desk.write("sky.md", OLD)
    desk.write("sea.md", asked("Is the sea blue?"))
    desk.sync()
    desk.rate("Why is the sky", Rating.EASY)
    desk.later(days=9)
    desk.write("sky.md", NEW)
    desk.sync()
    desk.rate("Is the sea")
    relinked(desk)
    before = desk.state()
    for _ in range(2):
        with pytest.raises(NothingToUndoError, match="last change was a relink"):
            desk.collection.undo(desk.now)
    assert desk.state() == before
    assert [step.text for step in steps(desk.collection, 2)] == [
        "relink on «Why do we see a blue sky?»",
        "Good on «Is the sea blue?»",
    ]
    desk.rate("Is the sea", Rating.AGAIN)
    assert desk.collection.undo(desk.now).kind == "rate"
    assert desk.state() == before
    assert all(check.ok for check in check_up(desk.collection, desk.now))


def test_a_direction_that_the_new_text_does_not_ask_is_retired(desk):
    desk.write("both.md", "der Hund ::: the dog\n\n" + asked("Is the sea blue?"))
    desk.sync()
    first = desk.rate("der Hund")
    desk.write("both.md", asked("Is the sea blue?"))
    desk.sync(accept=[str(desk.notes)])
    desk.collection.sync.relink(desk.card("der Hund"), desk.card("Is the sea"), same=True, now=desk.now)
    [card] = living(desk)
    assert (card.id, card.note.prompt) == (first.card_id, "Is the sea blue?")


def test_clozes_are_joined_by_what_they_hide_and_ordinals_stay_unique(desk):
    desk.write("cloze.md", "C: Port [eighty] is for [http], said the man in the street.\n")
    desk.sync()
    desk.rate("Port […]", Rating.EASY)
    old = {card.facet: card for card in desk.cards()}
    desk.write("cloze.md", "")
    desk.sync(accept=[str(desk.notes)])
    desk.write("cloze.md", "C: Browsers reach a server at [eighty], or else at [another] one, [perhaps].\n")
    desk.sync()
    first, *_ = living(desk)
    assert {card.id for card in living(desk)}.isdisjoint(card.id for card in old.values())
    desk.collection.sync.relink(next(iter(old.values())), first, same=True, now=desk.now)
    rows = [row for row in desk.rows("card") if row["note_id"] == desk.rows("card")[0]["note_id"]]
    ordinals = [row["ordinal"] for row in rows]
    assert sorted(ordinals) == sorted(set(ordinals))
    eighty = next(card for card in living(desk) if card.facet in old)
    assert (eighty.id, eighty.schedule.reps) == (old[eighty.facet].id, 1)
    assert len(living(desk)) == 3
    before = desk.rows("card")
    desk.sync()
    assert desk.rows("card") == before
