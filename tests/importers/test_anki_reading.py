"""What an Anki package holds is read the same from every layout."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from anki_packages import CARD, CLOZE, LAYOUTS, NOTE, SETTINGS, TYPE, card, logged, note

from quiz.cards import State
from quiz.importers.anki import PackageError, Template

DAY_ZERO = date(2023, 11, 1)
# 2023-11-11 03:30 in Berlin, which is still the study day before
EARLY = int(datetime(2023, 11, 11, 2, 30, tzinfo=UTC).timestamp() * 1000)
every_layout = pytest.mark.parametrize("layout", LAYOUTS)


def only_card(package):
    [found] = package.notes
    return found.cards[0]


@every_layout
def test_notes_come_with_type_fields_and_tags(read, layout):
    package = read(layout=layout, notes=[note(front="<b>q</b>", back="1\n2", tags=" a::b c ")])
    [found] = package.notes
    assert found.id == NOTE
    assert (found.guid, found.mod) == ("guid0", 1_700_000_000)
    assert found.fields == ("<b>q</b>", "1\n2")
    assert found.tags == ("a::b", "c")
    assert (found.type.id, found.type.name, found.type.cloze) == (TYPE, "Basic", False)
    assert found.type.fields == ("Front", "Back")
    assert found.type.templates == (
        Template("Forward", "{{Front}}", "{{Back}}"),
        Template("Reverse", "{{Back}}", "{{Front}}"),
    )
    assert package.problems == ()


@every_layout
def test_cloze_notes_have_a_card_for_each_deletion(read, layout):
    cards = [card(1, nid=NOTE, ord=6), card(0, ord=0)]
    package = read(layout=layout, notes=[note(front="{{c1::x}} {{c7::y}}", mid=CLOZE)], cards=cards)
    [found] = package.notes
    assert found.type.cloze
    assert [each.ordinal for each in found.cards] == [0, 6]


@every_layout
def test_a_new_card_has_no_progress(read, layout):
    package = read(layout=layout)
    found = only_card(package)
    assert (found.id, found.ordinal, found.state, found.deck) == (CARD, 0, State.NEW, "Tools/Docker")
    assert (found.due, found.due_day, found.reviews, found.memory) == (None, None, (), None)
    assert not package.with_progress


@every_layout
def test_a_review_card_is_due_on_a_day_counted_from_the_creation(read, layout):
    row = card(
        type=2, queue=2, due=30, ivl=12, factor=2300, reps=5, lapses=1, flags=0b1011, mod=1_700_000_009
    )
    found = only_card(read(layout=layout, cards=[row]))
    assert (found.state, found.due_day, found.due) == (State.REVIEW, DAY_ZERO + timedelta(days=30), None)
    assert (found.interval, found.factor, found.reps, found.lapses) == (12, 2300, 5, 1)
    assert (found.flag, found.mod) == (3, 1_700_000_009)


@every_layout
def test_cards_in_steps_are_due_at_a_moment_or_on_a_day(read, layout):
    at = 1_700_000_600
    cards = [
        card(0, ord=0, type=1, queue=1, due=at),
        card(1, nid=NOTE, ord=1, type=3, queue=3, due=20, ivl=1),
    ]
    first, second = read(layout=layout, cards=cards).notes[0].cards
    assert (first.state, first.due, first.due_day) == (State.LEARNING, datetime.fromtimestamp(at, UTC), None)
    assert (second.state, second.due, second.due_day) == (
        State.RELEARNING,
        None,
        DAY_ZERO + timedelta(days=20),
    )


@pytest.mark.parametrize(("queue", "suspended"), [(-1, True), (-2, False), (-3, False), (2, False)])
def test_suspension_is_kept_and_burial_is_not(read, queue, suspended):
    found = only_card(read(cards=[card(type=2, queue=queue, due=30, ivl=1)]))
    assert (found.suspended, found.state, found.due_day.day) == (suspended, State.REVIEW, 1)


@every_layout
def test_a_card_in_a_filtered_deck_is_read_as_if_it_was_at_home(read, layout):
    row = card(type=2, queue=2, did=1, odid=card()["did"], due=-100_000, odue=7, ivl=3)
    found = only_card(read(layout=layout, cards=[row]))
    assert (found.deck, found.due_day) == ("Tools/Docker", DAY_ZERO + timedelta(days=7))


def test_a_card_answered_in_a_filtered_deck_is_due_where_it_is(read):
    row = card(type=3, queue=1, did=1, odid=card()["did"], due=1_700_000_600, odue=0, ivl=3)
    assert only_card(read(cards=[row])).due == datetime.fromtimestamp(1_700_000_600, UTC)


@every_layout
def test_reviews_come_in_order_with_their_study_day(read, layout):
    log = [
        logged(EARLY + 3_600_000, ease=1, ivl=-600),
        logged(EARLY, ease=4, time=70_000),
        logged(EARLY + 1, number=9),
    ]
    package = read(layout=layout, log=log)
    reviews = only_card(package).reviews
    assert [(row.id, row.rating, row.interval) for row in reviews] == [
        (EARLY, 4, 4),
        (EARLY + 3_600_000, 1, -600),
    ]
    assert [row.study_day for row in reviews] == [date(2023, 11, 10), date(2023, 11, 11)]
    assert (reviews[0].kind, reviews[0].factor, reviews[0].duration_ms) == (1, 2500, 70_000)
    assert package.with_progress
    assert (package.skipped_reviews, package.problems) == (0, ()), (
        "rows of cards that are gone are no problem"
    )


def test_days_are_those_of_the_zone_if_the_package_does_not_say(read):
    settings = {"schedVer": 2}
    row = card(type=2, queue=2, due=10, ivl=1)
    # in New York it was 23:00 of the day before when it was 04:00 in Berlin, and 21:30 when it was 03:30
    found = only_card(
        read(cards=[row], log=[logged(EARLY)], settings=settings, zone=ZoneInfo("America/New_York"))
    )
    assert (found.due_day, found.reviews[0].study_day) == (date(2023, 11, 10), date(2023, 11, 10))
    found = only_card(read(cards=[row], log=[logged(EARLY)], settings=settings, zone=ZoneInfo("Asia/Tokyo")))
    assert (found.due_day, found.reviews[0].study_day) == (date(2023, 11, 11), date(2023, 11, 11))


@every_layout
def test_the_day_begins_when_the_collection_says(read, layout):
    package = read(layout=layout, log=[logged(EARLY)], settings={**SETTINGS, "rollover": 2})
    assert only_card(package).reviews[0].study_day == date(2023, 11, 11)


@every_layout
def test_stored_memory_is_read(read, layout):
    data = '{"pos":1,"s":12.5,"d":6.1,"dr":0.92,"decay":0.2,"lrt":1700000000}'
    found = only_card(read(layout=layout, cards=[card(data=data)]))
    assert found.memory == (12.5, 6.1)
    assert (found.desired_retention, found.last_review) == (0.92, datetime.fromtimestamp(1_700_000_000, UTC))


@pytest.mark.parametrize(
    "data",
    [
        '{"s":"12","d":5}',
        '{"s":12}',
        '{"s":-1,"d":5}',
        '{"s":1,"d":11}',
        '{"s":NaN,"d":5}',
        '{"s":true,"d":5,"dr":[],"lrt":"x"}',
        "[1]",
        "{broken",
        "{" * 100_000,
        '{"s":' + "9" * 5000 + "}",
    ],
)
def test_memory_that_cannot_be_read_is_ignored(read, data):
    found = only_card(read(cards=[card(data=data)]))
    assert (found.memory, found.desired_retention, found.last_review) == (None, None, None)


@pytest.mark.parametrize(
    ("kind", "rating", "meant"), [(0, 2, 3), (2, 3, 4), (0, 1, 1), (1, 2, 2), (1, 3, 3), (3, 2, 2)]
)
def test_ratings_of_the_first_scheduler_are_those_it_meant(read, kind, rating, meant):
    log = [logged(EARLY, ease=rating, type=kind)]
    [row] = only_card(read(log=log, settings={"creationOffset": -60})).reviews
    assert row.rating == meant
    [row] = only_card(read(log=log, name="newer.apkg")).reviews
    assert row.rating == rating


def test_relearning_cards_of_the_first_scheduler_are_known_by_their_queue(read):
    row = card(type=2, queue=1, due=1_700_000_600, ivl=1)
    found = only_card(read(cards=[row], settings={}))
    assert (found.state, found.due) == (State.RELEARNING, datetime.fromtimestamp(1_700_000_600, UTC))


@every_layout
def test_media_are_read_when_they_are_asked_for(read, layout):
    package = read(layout=layout, media={"a.png": b"picture", "cafe\u0301.mp3": b"sound" * 100_000})
    assert {name: data() for name, data in package.media.items()} == {
        "a.png": b"picture",
        "café.mp3": b"sound" * 100_000,
    }


def test_the_file_is_let_go_of_when_the_package_is_closed(make, read):
    path = make(media={"a.png": b"x"})
    with read(path) as package:
        assert package.media["a.png"]() == b"x"
    with pytest.raises(PackageError, match="closed"):
        package.media["a.png"]()


@every_layout
def test_no_text_can_drive_a_terminal(read, layout):
    escape = "\x1b]52;c;aGk=\x07\x9b2J\x7f\0"
    types = {TYPE: (f"B{escape}", 0, (f"F{escape}", "Back"), ((f"T{escape}", f"q{escape}", "a"),))}
    package = read(
        layout=layout,
        notes=[note(front=f"q{escape}\n\tr", guid=f"g{escape}", tags=f" t{escape} ")],
        types=types,
        decks={card()["did"]: f"D{escape}::e\u0301"},
        media={f"m{escape}.png": b""},
    )
    [found] = package.notes
    assert found.fields[0] == "q]52;c;aGk=2J\n\tr"
    assert (found.guid, found.tags) == ("g]52;c;aGk=2J", ("t]52;c;aGk=2J",))
    assert found.cards[0].deck == "D]52;c;aGk=2J/é"
    assert (found.type.name, found.type.fields[0]) == ("B]52;c;aGk=2J", "F]52;c;aGk=2J")
    assert found.type.templates[0] == Template("T]52;c;aGk=2J", "q]52;c;aGk=2J", "a")
    assert list(package.media) == ["m]52;c;aGk=2J.png"]


def test_lone_surrogates_are_replaced(read):
    described = {"name": "\ud800x", "flds": [{"name": "F"}, {"name": "B"}], "tmpls": [{}]}
    types = json.dumps({str(TYPE): described})
    package = read(texts={"models": types})
    assert package.notes[0].type.name == "\ufffdx"


def test_text_that_is_not_utf8_is_read_with_replacement(read):
    package = read(sql="update notes set flds = cast(x'71ff1f61' as text)")
    assert package.notes[0].fields == ("q\ufffd", "a")


def test_note_types_without_the_usual_keys_are_read(read):
    fields = [{"name": "B", "ord": 1}, {"name": "A", "ord": 0}]
    types = json.dumps({str(TYPE): {"flds": fields, "tmpls": [{"qfmt": "{{A}}"}]}, "x": 5})
    [found] = read(texts={"models": types}).notes
    assert found.type.fields == ("A", "B")
    assert found.type.templates == (Template("", "{{A}}", ""),)


def test_deck_names_have_no_separator_within_a_part(read):
    package = read(decks={card()["did"]: "TCP/IP:: ::../x"})
    assert only_card(package).deck == "TCP-IP/blank/..-x"


def test_a_card_in_a_deck_that_is_missing_goes_to_the_default_one(read):
    assert only_card(read(cards=[card(did=999)])).deck == "Default"
