from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from quiz.cards import Card, CardId, Kind, Note, NoteId, Rating
from quiz.collection.studying import Summary
from quiz.collection.upcoming import More, Upcoming
from quiz.terminal import closing

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
SOON = Upcoming(at=datetime(2026, 11, 24, 17, 40, tzinfo=UTC), at_count=6, tomorrow=28)


def card(question, line=57):
    note = Note(kind=Kind.QA, prompt=question, answer="a", deck="docker", file="docker.md", line=line)
    return Card(id=CardId("k"), note_id=NoteId("n"), facet="fwd", note=note)


def summary(**changes):
    values = {
        "reviews": 34,
        "seconds": 646.0,
        "counts": {Rating.AGAIN: 4, Rating.HARD: 3, Rating.GOOD: 25, Rating.EASY: 2},
        "recalled": (21, 24),
        "retention": 0.9,
        "hardest": [(card("Difference between CMD and ENTRYPOINT?"), 2)],
    }
    return Summary(**{**values, **changes})


def test_summary_at_80_columns():
    assert (
        "\n".join(closing.summary_lines(summary(), SOON, NOW, BERLIN, width=80))
        == """\
34 reviews in 11 min, 19 s each.     Again 4   Hard 3   Good 25   Easy 2
Due cards recalled: 21 of 24 (88 %), target 90 %.
Hardest:  docker.md:57   Difference between CMD and ENTRYPOINT?   2 × Again
Next: 6 cards at 18:40, 28 tomorrow.     `dquiz undo` takes the last one back"""
    )


def test_summary_at_34_columns():
    assert (
        "\n".join(closing.summary_lines(summary(), SOON, NOW, BERLIN, width=34))
        == """\
34 reviews in 11 min, 19 s each.
Again 4  Hard 3  Good 25  Easy 2
Due cards recalled: 21 of 24 (88 %), target 90 %.
Hardest: Difference between CMD a…
  docker.md:57  2 × Again
Next: 6 cards at 18:40, 28 tomorrow.
`dquiz undo` takes the last one back"""
    )


def test_several_hard_cards_stand_below_each_other():
    hard = [
        (card("Short?", 7), 3),
        (card("A question that is longer than there is room for it " * 2, 1204), 1),
    ]
    lines = closing.summary_lines(summary(hardest=hard), SOON, NOW, BERLIN, width=80)
    assert lines[2:4] == [
        "Hardest:  docker.md:7      Short?   3 × Again",
        "          docker.md:1204   A question that is longer than there is…   1 × Again",
    ]


def test_no_reviews():
    nothing = summary(reviews=0, seconds=0.0, counts=dict.fromkeys(Rating, 0), recalled=(0, 0), hardest=[])
    assert closing.summary_lines(nothing, SOON, NOW, BERLIN, width=80) == [
        "No reviews.",
        "Next: 6 cards at 18:40, 28 tomorrow.",
    ]


def test_one_review_of_two_buttons():
    counts = {**dict.fromkeys(Rating, 0), Rating.GOOD: 1}
    one = summary(reviews=1, seconds=4.0, counts=counts, recalled=(0, 0), hardest=[])
    assert closing.summary_lines(one, Upcoming(), NOW, BERLIN, width=80, buttons=2) == [
        "1 review in 4 s.     Again 0   Good 1",
        "`dquiz undo` takes the last one back",
    ]


def test_nothing_due():
    more = More(new=5, ahead=2, cram=True)
    assert closing.nothing_due(SOON, more, NOW, BERLIN, "docker") == [
        "Nothing due in docker. Next: 6 cards at 18:40, 28 tomorrow.",
        "More now:  --new 5   --ahead 2d   --cram (leaves the schedule alone)",
    ]


def test_nothing_due_for_days():
    later = Upcoming(next_day=date(2026, 12, 15), next_day_count=1)
    assert closing.nothing_due(later, More(ahead=21, cram=True), NOW, BERLIN) == [
        "Nothing due. Next: 1 card on Tue 15 Dec.",
        "More now:  --ahead 21d   --cram (leaves the schedule alone)",
    ]


def test_nothing_at_all():
    assert closing.nothing_due(Upcoming(), More(), NOW, BERLIN, "docker") == ["Nothing due in docker."]


def test_nothing_due_of_a_plan():
    off, used_up = Upcoming(tomorrow=3, is_off=True), Upcoming(tomorrow=3, is_used_up=True)
    assert closing.nothing_due(off, More(new=2), NOW, BERLIN, "docker") == [
        "Nothing due in docker: today is a day off of the plan. Next: 3 cards tomorrow.",
        "More now:  --new 2",
    ]
    assert closing.nothing_due(used_up, More(), NOW, BERLIN) == [
        "Nothing due: today's minutes of the plan are used. Next: 3 cards tomorrow."
    ]


def test_what_has_been_due_for_a_while_is_due_now():
    upcoming = Upcoming(at=datetime(2026, 11, 23, 12, tzinfo=UTC), at_count=3, tomorrow=11)
    assert closing.next_cards(upcoming, NOW, BERLIN) == ["Next: 3 cards now, 11 tomorrow."]
