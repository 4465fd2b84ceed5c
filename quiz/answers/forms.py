"""Which command lines mean what an expected one means: options joined and split, and values of placeholders.

The typed words become one string, and the expected words are walked along it with every place that can be reached at
once: as many steps as there are expected words, each linear in what was typed, whatever placeholders there are.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from quiz.answers.lexing import BLANK, CLOSE, OPEN, OPERATOR, REDIRECTIONS, SEPARATORS, TICKS, Token, read
from quiz.answers.placeholders import HOLES, Hole, opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_GAP = "\U000f2001"  # stands before each typed word
_OPERAND = "\U000f2002"  # begins words behind -- that look like options
_CLUSTER = re.compile(r"-([A-Za-z]+?)([A-Za-z](?:\d.*)?)", re.DOTALL)
_LONG = re.compile(r"--[A-Za-z][\w-]*")
_SHORT = re.compile(r"-[A-Za-z]")
_OPTION = re.compile(r"-[A-Za-z-]")
_DIGITS = frozenset("0123456789")
_MOST_FORMS = 64
_BEFORE_WORDS = frozenset({_GAP, BLANK, OPEN}) | SEPARATORS | REDIRECTIONS | TICKS

Slot = list[list[str]]
"""What is right at one place of a command: mostly a single word, else the words of each form of a placeholder."""


class Pattern(NamedTuple):
    """An expected command.

    Attributes:
        tokens: Its words and operators as they stand in it.
        slots: One for each of them.
        holes: What its placeholders stand for.
    """

    tokens: list[Token]
    slots: list[Slot]
    holes: dict[str, Hole]

    def part(self, start: int, end: int) -> Pattern:
        """Some of its words."""
        return Pattern(self.tokens[start:end], self.slots[start:end], self.holes)


def pattern(line: str, *, placeholders: bool) -> Pattern | None:
    """An expected command line; None if it cannot be read, or says nothing."""
    line, holes = opened(line) if placeholders else (line, {})
    tokens = read(line)
    if not tokens:
        return None
    shown = {name: hole.spelled for name, hole in holes.items()}
    spelled = [Token(token.text, HOLES.sub(lambda name: shown[name[0]], token.spelled)) for token in tokens]
    return Pattern(spelled, [_slot(text, holes) for text in words_of(tokens)], holes)


def words_of(tokens: Iterable[Token]) -> list[str]:
    """The words as they act; those behind ``--`` that look like options and are none are marked."""
    words: list[str] = []
    operands = False
    for text, _ in tokens:
        operands = operands and text.startswith("-")
        words.append(_OPERAND + text if operands else text)
        operands = operands or text == "--"
    return words


def matches(expected: Pattern, typed: Sequence[str]) -> bool:
    """Whether the words mean the same, in the same order."""
    return _reaches(expected.slots, expected.holes, typed) or _reaches(
        _split_slots(expected.slots), expected.holes, _split_all(typed)
    )


def matches_moved(expected: Pattern, typed: Sequence[str]) -> bool:
    """Whether the words mean the same but for the order of options.

    An option may move, with at most one value. What stands before the first option may not, nor the last one, with
    which the arguments stand; and nothing may where there is an operator.
    """
    if any(text.startswith(OPERATOR) for text in (*typed, *(token.text for token in expected.tokens))):
        return False
    wanted = _groups(_split_slots(expected.slots))
    given = _groups([[[word]] for word in _split_all(typed)])
    head, *movable, last = wanted if len(wanted) > 1 else ([], *wanted)
    if len(wanted) != len(given) or any(len(group) > 2 for group in movable):  # noqa: PLR2004 - it and a value
        return False

    def same(slots: Sequence[Slot], group: Sequence[Slot]) -> bool:
        return _reaches(slots, expected.holes, [slot[0][0] for slot in group])

    if not (same(last, given[-1]) and (len(wanted) == 1 or same(head, given[0]))):
        return False
    for group in given[1:-1]:
        found = next((slots for slots in movable if same(slots, group)), None)
        if found is None:
            return False
        movable.remove(found)
    return True


def is_reordered(expected: Pattern, typed: Sequence[str]) -> bool:
    """Whether the same words stand in another order."""
    fixed = Counter(slot[0][0] for slot in expected.slots if _is_fixed(slot))
    left = list((Counter(typed) - fixed).elements())
    free = [slot for slot in expected.slots if not _is_fixed(slot)]
    return (
        len(typed) == len(expected.slots)
        and not fixed - Counter(typed)
        and all(any(_reaches([slot], expected.holes, [word]) for word in left) for slot in free)
    )


# --- expected words ------------------------------------------------------------------------------------------------


def _slot(text: str, holes: dict[str, Hole]) -> Slot:
    slot: Slot = [[""]]
    for piece in HOLES.split(text):
        forms = [_form(form) for form in holes[piece].forms] if piece in holes else []
        slot = [_joined(words, form) for words in slot for form in forms or [[piece]]][:_MOST_FORMS]
    return slot


def _form(form: str) -> list[str]:
    return [token.text for token in read(form) or [Token(form, form)]]


def _joined(words: list[str], form: list[str]) -> list[str]:
    return [*words[:-1], words[-1] + form[0], *form[1:]]


def _is_fixed(slot: Slot) -> bool:
    return len(slot) == 1 and len(slot[0]) == 1 and not HOLES.search(slot[0][0])


def _split(word: str) -> list[str]:
    cluster = _CLUSTER.fullmatch(word)
    return [*(f"-{letter}" for letter in cluster[1]), f"-{cluster[2]}"] if cluster else [word]


def _split_all(words: Iterable[str]) -> list[str]:
    return [part for word in words for part in _split(word)]


def _split_slots(slots: Iterable[Slot]) -> list[Slot]:
    parted: list[Slot] = []
    for slot in slots:
        forms = [_split_all(words) for words in slot]
        parted += [[[word]] for word in forms[0]] if len(forms) == 1 else [forms]
    return parted


def _groups(slots: Iterable[Slot]) -> list[list[Slot]]:
    groups: list[list[Slot]] = [[]]
    ended = False
    for slot in slots:
        first = slot[0][0]
        if _OPTION.match(first) and not ended:
            groups.append([])
        ended = ended or first == "--"
        groups[-1].append(slot)
    return groups


# --- walking along what was typed ----------------------------------------------------------------------------------


def _reaches(slots: Iterable[Slot], holes: dict[str, Hole], typed: Iterable[str]) -> bool:
    line = "".join(_GAP + word for word in typed)
    reached = {"": {0}}  # places behind expected words, by what else than a gap may follow
    for slot in slots:
        behind: dict[str, set[int]] = {}
        for words in slot:
            here = reached
            for word in words:
                here = {_glue(word): _behind(word, holes, line, _beginnings(here, line))}
            for glue, places in here.items():
                behind.setdefault(glue, set()).update(places)
        reached = behind
    return any(len(line) in places for places in reached.values())


def _glue(word: str) -> str:
    if _LONG.fullmatch(word):
        return "="
    return "digit" if _SHORT.fullmatch(word) else ""


def _beginnings(reached: dict[str, set[int]], line: str) -> set[int]:
    """Where the next word may begin: ``--opt value`` may be ``--opt=value``, and ``-n 5`` may be ``-n5``."""
    beginnings: set[int] = set()
    for glue, places in reached.items():
        for place in places:
            here, following = line[place : place + 1], line[place + 1 : place + 2]
            if here == _GAP or (here == glue == "=" and following != "-"):
                beginnings.add(place + 1)
            elif glue == "digit" and here in _DIGITS:
                beginnings.add(place)
    return beginnings


def _behind(word: str, holes: dict[str, Hole], line: str, places: set[int]) -> set[int]:
    """The places behind the word, for those at which it may begin."""
    pieces = HOLES.split(word)
    for piece in pieces:
        if piece in holes:
            places = _filled(holes[piece], line, places)
        else:
            places = {place + len(piece) for place in places if line.startswith(piece, place)}
    return {place for place in places if line[place : place + 1] in ("", _GAP)} if pieces[1:] else places


def _filled(hole: Hole, line: str, places: set[int]) -> set[int]:
    """The places behind what may stand in place of a placeholder."""
    behind: set[int] = set()
    walked = 0
    for start in sorted(places):
        option = line[start - 1] in _BEFORE_WORDS and _OPTION.match(line, start) and not hole.dashed
        if start < walked or option or line.startswith(OPERATOR, start):
            continue
        depth, ticked = 0, False
        for walked in range(start, len(line) + 1):
            here, outside = line[walked : walked + 1], depth == 0 and not ticked
            if outside and walked > start:
                behind.add(walked)
            if _ends_value(hole, line, walked) if outside else here == _GAP:
                break
            depth += (here == OPEN) - (here == CLOSE)
            ticked ^= here in TICKS
    return behind


def _ends_value(hole: Hole, line: str, place: int) -> bool:
    here, following = line[place : place + 1], line[place + 1 : place + 2]
    if here in (_GAP, BLANK):
        option = _OPTION.match(line, place + 1) is not None and not hole.dashed
        return option or following == OPERATOR or not hole.several
    return here == CLOSE or here in SEPARATORS or (here in REDIRECTIONS and following != OPEN)
