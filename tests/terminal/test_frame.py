from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from rich.console import Group

from quiz.cards import Card, CardId, Kind, Note, NoteId, Rating, Schedule, State
from quiz.session import Progress
from quiz.settings import KeysSettings
from quiz.terminal import frame

from .screens import drawn

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SIX_MINUTES = Progress(12, 34, 3, 360.0)


def card(*context, deck="docker", state=State.NEW, **more):
    note = Note(
        kind=Kind.QA, prompt="q", answer="a", deck=deck, context=context or ("Docker", "Networking", "Ports")
    )
    return Card(
        id=CardId("k"), note_id=NoteId("n"), facet="fwd", note=note, schedule=Schedule(state=state), **more
    )


def step(minutes):
    return Schedule(due=NOW + timedelta(minutes=minutes), last_review=NOW)


def days(count):
    return Schedule(due=NOW, due_day=date(2026, 12, 2), interval=count, last_review=NOW)


FIRST = {Rating.AGAIN: step(1), Rating.HARD: step(6), Rating.GOOD: step(10), Rating.EASY: days(8)}
LATER = {Rating.AGAIN: step(0.1), Rating.HARD: days(37), Rating.GOOD: days(112), Rating.EASY: days(480)}


def rows(previews, width, **options):
    drawn_rows = frame.rating_rows(previews, width, keys=KeysSettings(), **options)
    return drawn(Group(*drawn_rows), width)


@pytest.mark.parametrize(
    ("width", "screen"),
    [
        (80, "12/34 · 3 again · about 6 min left             docker › Networking › Ports · new\n" + "─" * 80),
        (60, "12/34 · 3 again · about 6 min left  docker › … › Ports · new\n" + "─" * 60),
        (34, "12/34 · 3 again · 6 min\ndocker › Networking › Ports · new\n" + "─" * 34),
    ],
)
def test_header(width, screen):
    assert drawn(Group(*frame.header(card(), SIX_MINUTES, width)), width) == screen


def test_header_says_only_what_is_known():
    rated = card(state=State.REVIEW)
    line, _ = frame.header(rated, Progress(0, 9, 0, None), 50)
    assert line.plain == "0/9                    docker › Networking › Ports"


def test_header_marks_what_is_special():
    special = card("Docker", leech=True, changed=True, flag=1, marked=True)
    assert frame.header(special, SIX_MINUTES, 49)[1].plain.endswith(
        " · new · leech · changed · flagged · marked"
    )


@pytest.mark.parametrize("width", [24, 34, 49, 50, 60, 80, 100])
def test_no_row_is_wider_than_the_screen(width):
    wide = card("漢字" * 30, "x" * 90, "y" * 90, deck="a/" + "b" * 70)
    assert all(line.cell_len <= width for line in frame.header(wide, SIX_MINUTES, width))
    assert frame.key_row(KeysSettings(), width, card(changed=True)).cell_len < width
    assert frame.more_row(KeysSettings(), width, 1000, 2000).cell_len < width
    for previews in (FIRST, LATER):
        for buttons in (2, 4):
            for row in frame.rating_rows(previews, width, keys=KeysSettings(), buttons=buttons):
                assert row.cell_len < width


@pytest.mark.parametrize(
    ("width", "row"),
    [
        (80, "[space] show   h hint   t type   e edit   u undo   ? keys   q quit"),
        (50, "[space] show   h hint   t type   ? keys   q quit"),
        (34, "[space] show  h hint  ? keys"),
        (20, "[space] show"),
    ],
)
def test_keys_before_the_answer(width, row):
    assert frame.key_row(KeysSettings(), width, card()).plain == row


def test_a_changed_card_can_be_reset():
    changed = frame.key_row(KeysSettings(), 80, card(changed=True)).plain
    assert changed == "[space] show   r reset   h hint   t type   e edit   u undo   ? keys   q quit"


def test_a_card_to_be_typed_names_that_key_first():
    typed = replace(card(), note=replace(card().note, typed=True))
    row = frame.key_row(KeysSettings(), 80, typed).plain
    assert row == "t type   [space] show   h hint   e edit   u undo   ? keys   q quit"


def test_other_keys_are_named_as_they_are():
    assert frame.key_row(KeysSettings(show="x", hint="w"), 34, card()).plain == "x show  w hint  ? keys"


@pytest.mark.parametrize(
    ("previews", "width", "screen"),
    [
        (FIRST, 80, "1 Again 1m    2 Hard 6m    3 Good 10m    4 Easy 8d       [space] Good    ? keys"),
        (FIRST, 120, "1 Again 1m    2 Hard 6m    3 Good 10m    4 Easy 8d        [space] Good    ? keys"),
        (LATER, 80, "1 Again <1m  2 Hard 1.2mo  3 Good 3.7mo  4 Easy 1.3y     [space] Good    ? keys"),
        (FIRST, 60, "1 Again 1m  2 Hard 6m  3 Good 10m  4 Easy 8d   [space] Good"),
        (LATER, 60, "1 Again  <1m\n2 Hard   1.2mo\n3 Good   3.7mo  [space]\n4 Easy   1.3y"),
        (FIRST, 34, "1 Again  1m\n2 Hard   6m\n3 Good   10m  [space]\n4 Easy   8d"),
    ],
)
def test_ratings_with_their_intervals(previews, width, screen):
    assert rows(previews, width) == screen


def test_two_buttons():
    assert rows(FIRST, 80, buttons=2) == "1 Again 1m    2 Good 10m        [space] Good    ? keys"
    assert rows(FIRST, 34, buttons=2) == "1 Again  1m\n2 Good   10m  [space]"


def test_a_hint_suggests_hard():
    assert "[space] Hard" in rows(FIRST, 80, suggested=Rating.HARD)
    assert "2 Hard   6m   [space]" in rows(FIRST, 34, suggested=Rating.HARD)


def test_intervals_can_be_left_out():
    assert rows(FIRST, 80, intervals=False).startswith("1 Again    2 Hard    3 Good    4 Easy   ")


def test_explanation():
    assert [line.replace("\u00a0", " ") for line in frame.explanation(KeysSettings(), 4)] == [
        "1 Again  wrong, or only part of what an interviewer would need",
        "2 Hard   right, but it took effort. Forgetting is never Hard.",
        "3 Good   right. Most answers. In doubt, use only 1 and 3.",
        "4 Easy   right at once",
    ]
    assert frame.explanation(KeysSettings(again="j", good="k"), 4)[2].endswith("use only j and k.")
    assert frame.explanation(KeysSettings(), 2, numbered=True)[1] == "2 Good   right"
    assert "1 Again" not in frame.explanation(KeysSettings(), 4)[0], "only the row of ratings says so"
