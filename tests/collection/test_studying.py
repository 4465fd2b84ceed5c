"""A run of a review: what is asked, in which order, and that a rating is on disk when `rate` returns."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quiz.cards import Attempt, Rating, State
from quiz.cues import faces_of
from quiz.errors import NothingToUndoError, StoreError
from quiz.session import Options

AGAIN, HARD, GOOD, EASY = Rating


def rated(study, desk, *ratings, seconds=1.0):
    """Rate the cards that come; returns their fronts."""
    fronts = []
    for rating in ratings:
        fronts.append(faces_of(study.card).front)
        study.rate(rating, desk.now, duration_ms=round(seconds * 1000))
    return fronts


def rest(study, desk, rating=EASY):
    """The fronts of all cards that still come."""
    fronts = []
    while study.card is not None:
        fronts += rated(study, desk, rating)
    return fronts


def learned(desk, *questions):
    """Cards that are due in some days."""
    for question in questions:
        desk.rate(question, EASY)


LETTERS = [f"Is it {letter}?" for letter in "abcde"]


@pytest.fixture
def five(desk):
    desk.asks("letters.md", *LETTERS)
    desk.sync()
    return desk


@pytest.mark.parametrize("fraction", [0, 123_456])
def test_a_rating_is_on_disk_when_rate_returns(five, fraction):
    five.later(microseconds=fraction)
    study = five.study()
    promised = study.preview(five.now)[GOOD]
    review = study.rate(GOOD, five.now, duration_ms=1234, hints=2)
    [row] = five.rows("review")
    assert (row["id"], row["rating"], row["duration_ms"], row["hints"]) == (review.id, 3, 1234, 2)
    assert (row["mode"], row["counts"], row["source"]) == ("flip", 1, "terminal")
    other = five.open()
    assert other.cards()[0].schedule == review.after == promised
    assert other.log() == [review]


def test_new_cards_come_in_the_order_of_their_notes(five):
    assert rest(five.study(), five) == LETTERS


def test_the_day_holds_so_many_new_cards(desk):
    desk.settings["STUDY__NEW_PER_DAY"] = "3"
    desk.asks("letters.md", *LETTERS)
    desk.sync()
    assert rest(desk.study(), desk) == LETTERS[:3]
    assert desk.study().card is None
    desk.later(days=1)
    assert rest(desk.study(), desk) == LETTERS[3:]


def test_the_day_holds_so_many_reviews_and_the_best_remembered_come_first(desk):
    desk.settings["STUDY__REVIEWS_PER_DAY"] = "2"
    desk.asks("letters.md", *LETTERS)
    desk.sync()
    for days, question in enumerate(LETTERS):
        desk.later(days=days)
        desk.rate(question, EASY)
    desk.later(days=60)
    assert rest(desk.study(), desk) == [LETTERS[4], LETTERS[3]]
    assert desk.study().card is None


def test_a_deck_may_have_a_limit_of_its_own(desk):
    (desk.home / "config.toml").write_text('[decks."aws"]\nstudy.new_per_day = 1\n')
    desk.asks("aws/iam.md", "Is it iam?", "Is it sts?")
    desk.asks("dns.md", "Is it dns?", "Is it arp?")
    desk.sync()
    assert rest(desk.study(), desk) == ["Is it iam?", "Is it dns?", "Is it arp?"]


def test_new_in_this_run_lifts_the_limit_of_the_day(desk):
    desk.settings["STUDY__NEW_PER_DAY"] = "1"
    desk.asks("letters.md", *LETTERS)
    desk.sync()
    assert rest(desk.study(), desk) == LETTERS[:1]
    assert rest(desk.study(new=2), desk) == LETTERS[1:3]
    assert desk.study(new=0).card is None


def test_a_limit_holds_for_the_run(five):
    assert rest(five.study(limit=2), five) == LETTERS[:2]
    assert rest(five.study(), five) == LETTERS[2:]


def test_one_of_two_directions_is_asked_a_day(desk):
    desk.write("words.md", "der Hund ::: the dog\n")
    desk.sync()
    assert rest(desk.study(), desk) == ["der Hund"]
    assert desk.study().card is None
    desk.later(days=1)
    assert rest(desk.study(), desk) == ["the dog"]


def test_one_deletion_of_a_cloze_is_asked_a_day(desk):
    desk.write("cloze.md", "C: Port [80] is for [http] and not for [https].\n")
    desk.sync()
    assert rest(desk.study(), desk) == ["Port […] is for http and not for https."]
    assert desk.study().card is None


def test_siblings_come_at_once_if_they_are_not_buried(desk):
    desk.settings["STUDY__BURY_SIBLINGS"] = "false"
    desk.write("words.md", "der Hund ::: the dog\n")
    desk.sync()
    assert rest(desk.study(), desk) == ["der Hund", "the dog"]


def test_a_card_in_learning_returns_when_its_moment_has_come_before_anything_else(five):
    study = five.study()
    assert rated(study, five, AGAIN) == LETTERS[:1]
    assert study.card.note.prompt == LETTERS[1]
    five.later(minutes=2)
    assert rated(study, five, EASY) == LETTERS[1:2]
    assert study.card.note.prompt == LETTERS[0]


def test_a_card_in_learning_returns_early_when_nothing_else_is_left(five):
    study = five.study(limit=2)
    assert rated(study, five, GOOD, EASY) == LETTERS[:2]
    assert study.card.note.prompt == LETTERS[0]
    assert study.card.schedule.due == five.now + timedelta(minutes=10)


def test_a_card_in_learning_beyond_the_learn_ahead_time_waits(desk):
    desk.settings["STUDY__LEARN_AHEAD"] = "5m"
    desk.asks("letters.md", LETTERS[0])
    desk.sync()
    study = desk.study()
    rated(study, desk, GOOD)
    assert study.card is None
    assert study.upcoming(desk.now).at == desk.now + timedelta(minutes=10)
    desk.later(minutes=5)
    assert desk.study().card is not None


def test_a_card_in_learning_of_an_earlier_run_comes_first(five):
    five.rate(LETTERS[3], AGAIN)
    five.later(minutes=3)
    assert rated(five.study(), five, EASY) == [LETTERS[3]]


def test_what_becomes_due_in_the_next_days_can_be_taken_ahead(five):
    learned(five, *LETTERS)
    five.later(days=1)
    assert five.study().card is None
    assert sorted(rest(five.study(ahead=timedelta(days=30)), five)) == LETTERS


def test_practice_asks_everything_and_moves_nothing(five):
    learned(five, LETTERS[0])
    before = five.rows("card")
    study = five.study(cram=True)
    assert sorted(rest(study, five, AGAIN)) == LETTERS
    assert five.rows("card") == before
    assert [(row["mode"], row["counts"]) for row in five.rows("review")[1:]] == [("cram", 0)] * 5
    assert five.study().progress.total == 4


def test_practice_does_not_use_up_the_day(desk):
    desk.settings["STUDY__NEW_PER_DAY"] = "2"
    desk.asks("letters.md", *LETTERS)
    desk.sync()
    rest(desk.study(cram=True), desk)
    assert rest(desk.study(), desk) == LETTERS[:2]


def test_a_run_may_end_after_some_minutes(five):
    study = five.study(minutes=5)
    five.later(minutes=4)
    rated(study, five, EASY)
    assert study.card is not None
    five.later(minutes=1)
    rated(study, five, EASY)
    assert study.card is None


def test_reviews_and_new_cards_are_mixed(desk):
    desk.asks("old.md", *(f"Is it old {number}?" for number in range(4)))
    desk.sync()
    learned(desk, *(f"Is it old {number}?" for number in range(4)))
    desk.asks("new.md", *(f"Is it new {number}?" for number in range(2)))
    desk.sync()
    desk.later(days=60)
    kinds = [front.split()[2] for front in rest(desk.study(), desk)]
    assert kinds.count("old") == 4
    assert kinds not in (sorted(kinds), sorted(kinds, reverse=True))


def test_the_weakest_come_first_if_wanted(desk):
    desk.asks("letters.md", *LETTERS)
    desk.sync()
    for question in LETTERS:
        desk.rate(question, EASY)
        desk.later(days=1)
    desk.later(days=60)
    assert rest(desk.study(order="weakest"), desk) == LETTERS


def test_later_puts_a_card_at_the_end_and_logs_nothing(five):
    study = five.study()
    study.later(five.now)
    assert rest(study, five) == [*LETTERS[1:], LETTERS[0]]
    assert len(five.rows("action")) == 5


def test_suspended_and_buried_cards_and_drafts_of_nothing_do_not_come(five):
    study = five.study()
    study.suspend(five.now)
    study.bury(five.now)
    assert rest(study, five) == LETTERS[2:]
    five.later(days=1)
    assert rest(five.study(), five) == [LETTERS[1]]


def test_the_whole_note_can_be_set_aside(desk):
    desk.settings["STUDY__BURY_SIBLINGS"] = "false"
    desk.write("words.md", "der Hund ::: the dog\ndie Katze ::: the cat\n")
    desk.sync()
    study = desk.study()
    study.bury(desk.now, note=True)
    study.suspend(desk.now, note=True)
    assert study.card is None
    assert study.undo(desk.now) == "suspend on «die Katze»"
    assert rest(study, desk) == ["die Katze", "the cat"]


def test_a_leech_is_marked_at_its_eighth_lapse(desk):
    desk.asks("note.md", "Is it hard?")
    desk.sync()
    for lapse in range(1, 9):
        for rating in (EASY, AGAIN) if lapse == 1 else (GOOD, AGAIN):
            desk.rate("Is it hard?", rating)
            desk.later(days=400)
        assert desk.card("Is it hard?").leech == (lapse >= 8)
    assert not desk.card("Is it hard?").suspended


def test_the_summary_counts_the_run(five):
    learned(five, LETTERS[0])
    five.later(days=30)
    study = five.study()
    rated(study, five, AGAIN, GOOD, EASY, seconds=20)
    rated(study, five, GOOD, seconds=500)
    summary = study.summary(five.now)
    assert summary.reviews == 4
    assert summary.seconds == 120
    assert [summary.counts[rating] for rating in Rating] == [1, 0, 2, 1]
    assert summary.recalled[1] == 1
    assert len(summary.hardest) == 1


def test_a_run_continues_what_the_day_began(five):
    rated(five.study(), five, EASY, EASY)
    study = five.study()
    assert study.done_before == 2
    assert (study.progress.done, study.progress.total) == (0, 3)
    assert study.sessions_before == 1


def test_what_is_done_of_the_day_is_of_what_is_studied_and_out_of_learning(five):
    five.asks("others.md", "Is it another?")
    five.sync()
    rated(five.study(), five, EASY, GOOD, AGAIN)
    five.rate("Is it another?", EASY)
    selected = five.collection.select(["letters"], five.now)
    study = five.collection.study(selected, Options(), five.now)
    assert (study.done_before, study.progress.total) == (1, 4)
    assert five.study().done_before == 2


# --- two at once ---------------------------------------------------------------------------------------------------


def study_of(collection, desk, **options):
    return collection.study(collection.select((), desk.now), Options(**options), desk.now)


def replayed(collection, card):
    """What the log makes of a card."""
    reviews = [review for review in collection.history(card) if review.counts]
    return collection.scheduler(card.note.deck).replay(card.id, reviews)


def test_two_runs_that_rate_the_same_card_lose_nothing(five):
    here, there = five.study(), five.open()
    other = study_of(there, five)
    assert here.card.id == other.card.id
    first = here.rate(GOOD, five.now, duration_ms=0)
    five.later(seconds=5)
    second = other.rate(AGAIN, five.now, duration_ms=0)
    assert second.before == first.after
    [card] = [card for card in five.open().cards() if card.schedule.reps]
    assert card.schedule == second.after == replayed(five.collection, card)
    assert card.schedule.reps == 2


def test_a_card_that_was_rated_elsewhere_is_not_asked_again_at_once(five):
    here, other = five.study(), study_of(five.open(), five)
    rated(other, five, EASY, EASY, EASY)
    assert rated(here, five, EASY) == LETTERS[:1]
    assert here.card.note.prompt == LETTERS[3]


@pytest.mark.parametrize("kind", ["suspend", "bury"])
def test_a_card_that_was_set_aside_elsewhere_is_not_asked(five, kind):
    here, there = five.study(), five.open()
    key, _ = there.find(five.card(LETTERS[1]).id)
    there.change(kind, [key], five.now)
    assert rest(here, five) == [LETTERS[0], *LETTERS[2:]]


def test_a_card_that_lost_its_answer_elsewhere_is_not_asked(desk):
    desk.asks("note.md", "Is it one?", "Is it two?")
    desk.sync()
    study = desk.study()
    desk.write("note.md", "Q: Is it one?\nA: Yes, it is one.\n\nQ: Is it two?\n")
    desk.sync()
    assert desk.card("Is it two?").note.draft
    study.later(desk.now)
    assert study.card
    assert study.card.note.prompt == "Is it one?"


def test_an_undo_after_a_step_elsewhere_takes_back_ones_own_step(five):
    here, other = five.study(), study_of(five.open(), five)
    rated(here, five, GOOD)
    other.later(five.now)
    rated(other, five, EASY)
    assert here.undo(five.now) == f"Good on «{LETTERS[0]}»"
    assert [review.rating for review in five.collection.log()] == [EASY]


def test_a_card_that_was_reviewed_later_is_not_undone(five):
    here = five.study()
    rated(here, five, GOOD)
    five.rate(LETTERS[0], AGAIN)
    before = five.state()
    with pytest.raises(NothingToUndoError, match="reviewed again since"):
        here.undo(five.now)
    assert five.state() == before


def test_a_step_that_was_taken_back_elsewhere_is_not_taken_back_twice(five):
    here = five.study()
    rated(here, five, GOOD, EASY)
    there = five.open()
    there.undo(five.now)
    assert here.undo(five.now) == f"Good on «{LETTERS[0]}»"
    assert here.card.note.prompt == LETTERS[0]
    assert (here.progress.done, five.collection.log()) == (0, [])
    assert here.undo(five.now) is None


# --- the clock -----------------------------------------------------------------------------------------------------


def test_a_clock_that_was_set_back_is_told_and_harms_nothing(five):
    learned(five, LETTERS[0])
    five.later(days=20)
    five.rate(LETTERS[0])
    five.later(days=-5)
    study = five.study()
    assert "check the clock" in study.clock_warning
    before = five.card(LETTERS[0]).schedule
    after = five.rate(LETTERS[0]).after
    assert after.last_day == before.last_day
    assert after.last_review >= before.last_review
    assert after.due > five.now
    assert after.stability == pytest.approx(before.stability)


def test_a_review_after_more_than_a_year_is_told(five):
    learned(five, LETTERS[0])
    five.later(days=399)
    assert five.study().clock_warning == ""
    five.later(days=2)
    assert "401 days" in five.study().clock_warning


def test_a_rating_given_after_the_roll_over_is_what_was_shown_before_it(five):
    five.later(hours=15, minutes=59)
    study = five.study()
    shown = study.preview(five.now)
    five.later(minutes=2)
    assert study.rate(EASY, five.now, duration_ms=0).after == shown[EASY]


def test_states_follow_one_another(five):
    states = [State.NEW]
    for rating, wait in ((GOOD, 1), (GOOD, 0), (AGAIN, 3), (GOOD, 0)):
        five.later(days=wait)
        states.append(five.rate(LETTERS[0], rating).after.state)
    assert states == [State.NEW, State.LEARNING, State.REVIEW, State.RELEARNING, State.REVIEW]


def test_siblings_in_front_do_not_keep_the_limit_from_being_filled(desk):
    hidden = " ".join(f"{{{{word{number}}}}}" for number in range(30))
    desk.write("clozes.md", "".join(f"C: Text {number} hides {hidden}\n\n" for number in range(4)))
    desk.sync()
    study = desk.study(new=4)
    assert study.progress.total == 4


def test_a_card_that_became_another_by_a_restore_is_not_rated(five):
    study = five.study(new=5)
    with five.collection.store.write() as connection:
        connection.exec_driver_sql("UPDATE card SET uid = uid || 'x'")
    with pytest.raises(StoreError, match="Start the review anew"):
        study.rate(Rating.GOOD, five.now, duration_ms=1)
    assert five.rows("review") == []


def test_how_an_answer_was_given_is_in_the_log(desk):
    desk.asks("a.md", "Is it one?", "Is it two?")
    desk.sync()
    study = desk.study(new=2)
    attempt = Attempt(
        suggested=Rating.HARD, tries=2, verdict="differs (order)", typed="ls -a -l", points=3, points_hit=1
    )
    study.rate(Rating.GOOD, desk.now, duration_ms=1, mode="typed", attempt=attempt)
    study.rate(Rating.GOOD, desk.now, duration_ms=1)
    assert [(review.mode, review.attempt) for review in desk.collection.log()] == [
        ("typed", attempt),
        ("flip", None),
    ]
