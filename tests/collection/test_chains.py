"""Questions that build on each other, in a review: one after the other, and never before their time."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from quiz.cards import Rating
from quiz.collection.choosing import Choice, narrowed
from quiz.interview import Candidate, draw
from quiz.session import Options

AGAIN, GOOD, EASY = Rating.AGAIN, Rating.GOOD, Rating.EASY


def drill(*prompts, title="Pending"):
    steps = "\n".join(f"* **Q:** {prompt}\n\n  **A:** The {prompt[6:-1]} answer.\n" for prompt in prompts)
    return f"### Drill: {title}\n\n{steps}\n"


FOUR = ["Is it a?", "Is it b?", "Is it c?", "Is it d?"]


@pytest.fixture
def drilled(desk):
    desk.write("drill.md", "# Pods\n\n" + drill(*FOUR) + "## Else\n\nQ: Is it z?\nA: Z.\n")
    desk.sync()
    return desk


def on_screen(study):
    return study.card and study.card.note.prompt


def rest(study, desk, rating=EASY):
    """The prompts of all cards that still come."""
    prompts = []
    while study.card is not None:
        prompts.append(on_screen(study))
        study.rate(rating, desk.now, duration_ms=1)
    return prompts


def counted(desk):
    """How many new cards there are to do."""
    return desk.collection.due(desk.collection.select((), desk.now), desk.now).new


# --- one after the other ---------------------------------------------------------------------------------------------


def test_the_steps_come_one_after_the_other(drilled):
    assert rest(drilled.study(), drilled) == [*FOUR, "Is it z?"]


@pytest.mark.parametrize("order", ["random", "deck"])
@pytest.mark.parametrize("day", range(4))
def test_so_they_do_in_any_order_of_new_cards(drilled, order, day):
    drilled.close()
    drilled.settings["STUDY__NEW_ORDER"] = order
    drilled.later(days=day)
    asked = rest(drilled.study(), drilled)
    assert [prompt for prompt in asked if prompt in FOUR] == FOUR


def test_with_a_limit_the_next_day_goes_on_with_the_next_step(drilled):
    drilled.close()
    drilled.settings["STUDY__NEW_PER_DAY"] = "2"
    assert rest(drilled.study(), drilled) == FOUR[:2]
    assert counted(drilled) == 0
    drilled.later(days=1)
    assert counted(drilled) == 2
    assert rest(drilled.study(), drilled) == FOUR[2:]


def test_the_steps_of_one_chain_are_no_siblings(drilled):
    assert counted(drilled) == 5


def test_a_step_rated_again_was_seen(drilled):
    study = drilled.study(new=99)
    study.rate(AGAIN, drilled.now, duration_ms=1)
    assert on_screen(study) == "Is it b?"


# --- set aside -------------------------------------------------------------------------------------------------------


def test_a_step_that_is_put_off_takes_those_behind_it_along(drilled):
    study = drilled.study()
    study.later(drilled.now)
    assert on_screen(study) == "Is it z?"
    assert rest(study, drilled) == ["Is it z?", *FOUR]


def test_a_step_that_was_put_off_stays_so_when_the_queue_is_built_again(drilled):
    study = drilled.study()
    study.later(drilled.now)
    study.rate(EASY, drilled.now, duration_ms=1)
    study.later(drilled.now)
    assert rest(study, drilled) == FOUR


def test_a_buried_step_holds_those_behind_it_back_until_it_comes(drilled):
    study = drilled.study()
    study.bury(drilled.now)
    assert rest(study, drilled) == ["Is it z?"]
    assert counted(drilled) == 0
    assert rest(drilled.study(), drilled) == []
    drilled.later(days=1)
    assert rest(drilled.study(), drilled) == FOUR


def test_undoing_that_brings_all_of_them_back_in_their_order(drilled):
    study = drilled.study()
    study.bury(drilled.now)
    study.undo(drilled.now)
    assert on_screen(study) == "Is it a?"
    assert [prompt for prompt in rest(study, drilled) if prompt in FOUR] == FOUR


def test_a_suspended_step_counts_as_passed(drilled):
    study = drilled.study()
    study.suspend(drilled.now)
    assert rest(study, drilled) == [*FOUR[1:], "Is it z?"]


def test_after_an_undo_no_step_comes_before_the_one_that_is_new_again(drilled):
    study = drilled.study()
    study.rate(GOOD, drilled.now, duration_ms=1)
    study.undo(drilled.now)
    study.later(drilled.now)
    assert [prompt for prompt in rest(study, drilled) if prompt in FOUR] == FOUR


def test_a_step_is_not_asked_when_another_process_took_back_the_one_before(drilled):
    drilled.rate("Is it a?", EASY)
    study = drilled.study()
    assert on_screen(study) == "Is it b?"
    other = drilled.open()
    other.undo(drilled.now)
    study.refresh(drilled.now)
    assert on_screen(study) == "Is it z?"


def test_practice_asks_all_of_them_in_order(drilled):
    drilled.collection.change("bury", [1], drilled.now)
    asked = rest(drilled.study(cram=True, limit=9), drilled)
    assert [prompt for prompt in asked if prompt in FOUR] == FOUR[1:]


def test_a_plan_brings_them_in_order_too(drilled):
    from quiz.collection.planned import KeptPlan, keep
    from quiz.planning import Plan

    until = drilled.collection.days.day(drilled.later(days=0))
    keep(drilled.collection, KeptPlan(plan=Plan(until=until.replace(day=28), minutes=60), targets=()))
    study = drilled.study()
    study.bury(drilled.now)
    assert rest(study, drilled) == ["Is it z?"]
    assert counted(drilled) == 0


@pytest.mark.parametrize("after", ["NULL", "5", "99"])
def test_a_card_that_follows_another_than_in_its_file_is_found(drilled, after):
    assert all(check.ok for check in drilled.collection.check_up(drilled.now))
    with drilled.collection.store.write() as connection:
        connection.execute(text(f"UPDATE card SET after_id = {after} WHERE id = 2"))
    told = [check.message for check in drilled.collection.check_up(drilled.now) if not check.ok]
    assert "follow another" in " ".join(told)


# --- texts that change -----------------------------------------------------------------------------------------------


def test_a_question_that_becomes_a_follow_up_keeps_its_history(desk):
    note = "Q: What is a pod?\nA: A group of containers.\n\nQ: And why not one container?\nA: Sidecars.\n"
    desk.write("pods.md", note)
    desk.sync()
    desk.rate("And why", EASY)
    desk.write("pods.md", note.replace("Q: And", "Q: Follow-up: And"))
    report = desk.sync()
    assert (report.added, report.retired, report.ask) == (0, 0, [])
    assert desk.card("Follow-up: And").schedule.reps == 1


def test_a_chain_that_is_taken_apart_is_none(drilled):
    drilled.write("drill.md", "# Pods\n\n" + drill(*FOUR).replace("Drill: ", ""))
    drilled.sync()
    drilled.collection.change("bury", [1], drilled.now)
    assert rest(drilled.study(), drilled) == FOUR[1:]


def test_a_step_that_is_taken_out_is_passed(drilled):
    drilled.write("drill.md", "# Pods\n\n" + drill(*FOUR[:1], *FOUR[2:]))
    drilled.sync()
    assert rest(drilled.study(), drilled) == [FOUR[0], *FOUR[2:]]
    assert [step.question for step in drilled.card("Is it c?").note.earlier] == ["Is it a?"]


def test_a_first_step_without_an_answer_blocks_none(desk):
    desk.write("drill.md", "# Pods\n\n" + drill(*FOUR).replace("  **A:** The a answer.\n", ""))
    desk.sync()
    assert rest(desk.study(), desk) == FOUR[1:]


def test_a_relinked_step_is_followed_by_the_same_steps(drilled):
    drilled.rate("Is it a?", EASY)
    new = "Which words would open the door of this house, my friend?"
    drilled.write("drill.md", "# Pods\n\n" + drill(new, *FOUR[1:]).replace("The hich", "Mellon: which"))
    drilled.sync()
    old = drilled.card("Is it a?")
    drilled.collection.sync.relink(old, drilled.card(new), same=True, now=drilled.now)
    assert rest(drilled.study(), drilled) == FOUR[1:]


# --- interviews ------------------------------------------------------------------------------------------------------


def drawn(desk, count, *, new_share=1.0, seed=0):
    candidates = [Candidate(card, card.note.deck) for card in desk.cards()]
    return [one.card.note.prompt for one in draw(candidates, count, new_share=new_share, seed=seed)]


@pytest.mark.parametrize("seed", range(8))
def test_an_interview_asks_a_chain_from_its_first_step(drilled, seed):
    asked = drawn(drilled, 5, seed=seed)
    assert sorted(asked) == sorted([*FOUR, "Is it z?"])
    first = asked.index("Is it a?")
    assert asked[first : first + 4] == FOUR


@pytest.mark.parametrize("seed", range(8))
def test_an_interview_with_less_time_asks_the_first_steps(drilled, seed):
    asked = [prompt for prompt in drawn(drilled, 3, seed=seed) if prompt in FOUR]
    assert asked == FOUR[: len(asked)]


def test_new_steps_count_as_new_cards_of_an_interview(drilled):
    drilled.rate("Is it a?", EASY)
    drilled.rate("Is it z?", EASY)
    drilled.later(days=3)
    candidates = [Candidate(card, "t", 0.5 if card.schedule.reps else None) for card in drilled.cards()]
    for seed in range(8):
        found = draw(candidates, 4, new_share=0.5, seed=seed)
        asked = [one.card.note.prompt for one in found]
        assert 2 * sum(one.is_new for one in found) <= len(found)
        assert [prompt for prompt in asked if prompt in FOUR] == FOUR[: sum(p in FOUR for p in asked)]


def test_a_step_comes_without_the_one_before_it_when_that_was_not_chosen(drilled):
    collection = drilled.collection
    last = Choice(where='"Is it d?" or "Is it c?"')
    chosen = narrowed(collection, collection.select((), drilled.now), last, drilled.now)
    assert rest(collection.study(chosen, Options(), drilled.now), drilled) == ["Is it c?", "Is it d?"]
