import pytest
from rich.cells import cell_len

from quiz.answers import Change, Diff, Pair
from quiz.terminal.answering import comparison

WIDE = Pair("北海道", "北海", Change.CHANGED)
SAME = Pair("is", "is", Change.SAME)


@pytest.mark.parametrize("width", [80, 34, 24])
def test_characters_of_two_columns_stay_above_their_marks(width):
    diff = Diff(((SAME, WIDE, SAME),))
    you, card, marks = comparison(diff, width, revealed=True)
    assert (you, card) == ("you   is 北海道 is", "card  is 北海   is")
    assert marks == " " * 9 + "^" * 6


def test_a_word_of_such_characters_is_broken_within_the_width():
    diff = Diff(((Pair("海" * 20, "北" * 31, Change.CHANGED),),))
    lines = list(comparison(diff, 34, revealed=True))
    assert all(cell_len(line) <= 34 for line in lines)
    assert "".join(line[6:] for line in lines if line.startswith("card")) == "北" * 31
