"""The query language of ``search`` and ``--where``: what it says, and which cards fit.

Plain words and "quoted phrases" search both sides; ``field:value`` and ``r<0.8`` look at a card; ``-`` negates, ``or``
and brackets group, a blank means *and*. Searching reads only the cards that hold all words that must be there.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from quiz.answers import Shape, expected
from quiz.cards import LEVELS, STUDIABLE, State
from quiz.errors import UsageError
from quiz.store.reading import card_rows
from quiz.store.rows import card_from, from_ms
from quiz.suggestions import closest, did_you_mean
from quiz.visible import in_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from quiz.cards import Card
    from quiz.collection import Collection
    from quiz.store.reading import Selected
    from quiz.store.rows import Row

_TOKEN = re.compile(
    r"\s*(?:([()])|(-?)([a-z_]+)(:|<=|>=|<|>|=)(\"[^\"]*\"|[^\s()]+)|(-?)\"([^\"]*)\"|([^\s()]+))"
)
_COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    ":": operator.eq,
}
_TEXT_FIELDS = ("deck", "tag", "level", "file", "kind", "shape", "is")
_NUMBER_FIELDS = ("r", "s", "d", "lapses", "reps")
_DAY_FIELDS = ("due", "added", "rated")
FIELDS = (*_TEXT_FIELDS, *_NUMBER_FIELDS, *_DAY_FIELDS)
_RATINGS = ("again", "hard", "good", "easy")
_DAYS = re.compile(r"(-?\d+)d?")


@dataclass(frozen=True)
class _Seen:
    """A card as the fields of a query see it."""

    card: Card
    row: Row
    collection: Collection
    now: datetime

    @cached_property
    def text(self) -> str:
        return f"{self.card.note.prompt}\n{self.card.note.answer}".casefold()

    @cached_property
    def today(self) -> date:
        return self.collection.days.day(self.now)

    def number(self, field: str) -> float | None:
        schedule = self.card.schedule
        if field == "r":
            return self.collection.scheduler(self.card.note.deck).retrievability(schedule, self.today)
        return {
            "s": schedule.stability,
            "d": schedule.difficulty,
            "lapses": schedule.lapses,
            "reps": schedule.reps,
        }[field]

    def days_until_due(self) -> int | None:
        due = self.card.schedule.due
        return None if due is None else (self.collection.days.day(due) - self.today).days

    def days_since_added(self) -> int:
        return (self.today - self.collection.days.day(from_ms(self.row["note_created_ms"]))).days

    def was_rated(self, days: int, rating: str) -> bool:
        return any(
            (self.today - review.study_day).days < days and rating in ("", review.rating.word)
            for review in self.collection.history(self.card)
        )

    def is_(self, word: str) -> bool:
        return _IS[word](self)

    def is_due(self) -> bool:
        days, card = self.days_until_due(), self.card
        return days is not None and days <= 0 and not (card.suspended or card.retired or card.note.draft)

    def is_buried(self) -> bool:
        return self.card.buried_until is not None and self.card.buried_until > self.today


_IS: dict[str, Callable[[_Seen], bool]] = {
    "new": lambda seen: seen.card.schedule.state is State.NEW,
    "learning": lambda seen: seen.card.schedule.state in (State.LEARNING, State.RELEARNING),
    "due": _Seen.is_due,
    "suspended": lambda seen: seen.card.suspended,
    "buried": _Seen.is_buried,
    "flagged": lambda seen: seen.card.flag > 0,
    "marked": lambda seen: seen.card.marked,
    "leech": lambda seen: seen.card.leech,
    "noted": lambda seen: bool(seen.card.remark),
    "draft": lambda seen: seen.card.note.draft,
    "changed": lambda seen: seen.card.changed,
    "retired": lambda seen: seen.card.retired,
}


def search(
    collection: Collection,
    query: str,
    selected: Selected,
    now: datetime,
    *,
    sort: str = "",
    retired: bool = False,
) -> list[Card]:
    """The cards that fit, in the order of decks and lines, or by ``sort``: due, weakest or added.

    Raises:
        UsageError: The query or the order is not understood.
    """
    if sort not in ("", "due", "weakest", "added"):
        raise UsageError(f"--sort {sort}: it must be due, weakest or added.")
    seen = _fitting(collection, query, selected, now, retired=retired)
    return [one.card for one in sorted(seen, key=_order(sort))]


def fitting_keys(collection: Collection, query: str, selected: Selected, now: datetime) -> list[int]:
    """What the store knows the cards by that fit.

    Raises:
        UsageError: The query is not understood.
    """
    return [one.row["key"] for one in _fitting(collection, query, selected, now)]


def _fitting(
    collection: Collection, query: str, selected: Selected, now: datetime, *, retired: bool = False
) -> Iterator[_Seen]:
    parser = _Parser(query)
    fits = parser.parse()
    retired = retired or parser.asks_for_retired
    condition = selected.condition + ("" if retired else " AND card.retired = 0")
    parameters = {}
    for number, word in enumerate(parser.needed):
        condition += f" AND lower(note.prompt || ' ' || note.answer) LIKE :word{number} ESCAPE '!'"
        parameters[f"word{number}"] = f"%{_escaped(word)}%"
    rows = card_rows(collection.store.read, condition, **parameters)
    return filter(fits, (_Seen(card_from(row, collection.days.start), row, collection, now) for row in rows))


def nothing_found(collection: Collection, query: str) -> str:
    """Why a query that is understood found no card, with what there is."""
    parser = _Parser(query)
    parser.parse()
    cards = [] if not parser.named else collection.cards()
    for name, value in parser.named:
        match name:
            case "tag":
                known = {tag for card in cards for tag in card.note.tags}
            case "deck":
                known = {card.note.deck for card in cards}
            case _:
                known = {card.note.file for card in cards}
        folded = value.casefold()
        if name == "file":
            is_there = any(folded in each.casefold() for each in known)
        else:
            is_there = any(_below(each.casefold(), folded) for each in known)
        if not is_there:
            names = closest(value, sorted(known))
            return f"No card. {name.capitalize()}s: {names}." if known else f"No card has a {name}."
    if parser.words_alone:
        return "No card has all of these words."
    return "No card fits."


def _escaped(word: str) -> str:
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _order(sort: str) -> Callable[[_Seen], float]:
    match sort:
        case "due":
            return lambda seen: seen.card.schedule.due.timestamp() if seen.card.schedule.due else float("inf")
        case "weakest":
            return lambda seen: 2.0 if (recall := seen.number("r")) is None else recall
        case "added":
            return lambda seen: -seen.row["note_created_ms"]
        case _:
            return lambda _: 0


class _Parser:
    """Reads a query from left to right: ``or`` of ``and`` of terms."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.tokens = [match for match in _TOKEN.finditer(query) if match.group().strip()]
        self.position = 0
        self.needed: list[str] = []
        self.named: list[tuple[str, str]] = []
        self.asks_for_retired = False

    def parse(self) -> Callable[[_Seen], bool]:
        """The query as a question about a card."""
        try:
            fits = self._whole()
        except UsageError as refused:
            raise UsageError(f"{refused} At: {in_line(self._from_last_read())}") from None
        if self._has_or():
            self.needed = []
        return fits

    def _whole(self) -> Callable[[_Seen], bool]:
        fits = self._alternatives()
        if self.position < len(self.tokens):
            self.position += 1
            raise UsageError("Query: a closing bracket without an opening one.")
        return fits

    @property
    def words_alone(self) -> bool:
        """Whether there are words and phrases only, which must all be there."""
        return not self._has_or() and all(not (token[1] or token[3] or token[6]) for token in self.tokens)

    def _from_last_read(self) -> str:
        return self.query[self.tokens[max(self.position - 1, 0)].start() :].strip() if self.tokens else ""

    def _has_or(self) -> bool:
        return any(token[8] and token[8].lower() == "or" for token in self.tokens)

    def _peek(self) -> str:
        return self.tokens[self.position].group().strip() if self.position < len(self.tokens) else ""

    def _alternatives(self) -> Callable[[_Seen], bool]:
        options = [self._all_of()]
        while self._peek().lower() == "or":
            self.position += 1
            if self.position == 1 or self._peek() in ("", ")") or self._peek().lower() == "or":
                raise UsageError("Query: `or` stands between what it joins.")
            options.append(self._all_of())
        return lambda seen: any(fits(seen) for fits in options)

    def _all_of(self) -> Callable[[_Seen], bool]:
        terms: list[Callable[[_Seen], bool]] = []
        while self._peek() not in ("", ")") and self._peek().lower() != "or":
            terms.append(self._term())
        return lambda seen: all(fits(seen) for fits in terms)

    def _term(self) -> Callable[[_Seen], bool]:
        token = self.tokens[self.position]
        self.position += 1
        bracket, minus, name, sign, value, minus_phrase, phrase, word = token.groups()
        if phrase is None and (value or word or "").removeprefix("-").count('"') == 1:
            raise UsageError("Query: a quote is never closed.")
        if bracket or word == "-":
            return self._group(negated=word == "-")
        if name:
            if name in ("tag", "deck", "file") and not minus:
                self.named.append((name, value.strip('"')))
            return _negated(self._field(name, sign, value.strip('"')), bool(minus))
        if phrase is not None:
            return self._words(phrase, negated=bool(minus_phrase))
        return self._words(word.removeprefix("-"), negated=word.startswith("-") and len(word) > 1)

    def _group(self, *, negated: bool) -> Callable[[_Seen], bool]:
        if negated:
            if self._peek() != "(":
                raise UsageError("Query: `-` stands before what it negates, without a blank.")
            self.position += 1
            before = len(self.needed)
        inner = self._alternatives()
        if self._peek() != ")":
            raise UsageError("Query: an opening bracket is never closed.")
        self.position += 1
        if negated:
            del self.needed[before:]
        return _negated(inner, negated)

    def _words(self, text: str, *, negated: bool) -> Callable[[_Seen], bool]:
        folded = text.casefold()
        if not negated and folded.isascii():
            self.needed.append(folded)
        return _negated(lambda seen: folded in seen.text, negated)

    def _field(self, name: str, sign: str, value: str) -> Callable[[_Seen], bool]:
        if name not in FIELDS:
            hint = did_you_mean(name, FIELDS) or f" Fields: {', '.join(FIELDS)}."
            raise UsageError(f"Query: unknown field '{name}'.{hint}")
        if name in _NUMBER_FIELDS:
            return _number_field(name, sign, value)
        if name in _DAY_FIELDS:
            return _day_field(name, sign, value)
        if sign != ":":
            raise UsageError(f"Query: {name}{sign}{value}: write {name}:{value}.")
        return self._text_field(name, value)

    def _text_field(self, name: str, value: str) -> Callable[[_Seen], bool]:  # noqa: PLR0911 - one for each field
        folded = value.casefold()
        if name == "is":
            _refuse_other(name, value, _IS)
            self.asks_for_retired |= value == "retired"
            return lambda seen: seen.is_(value)
        if name == "kind":
            _refuse_other(name, value, list(map(str, STUDIABLE)))
            return lambda seen: str(seen.card.note.kind) == value
        if name == "shape":
            _refuse_other(name, value, [str(shape.value) for shape in Shape])
            return lambda seen: expected(seen.card.note).shape.value == value
        if name == "level":
            _refuse_other(name, folded, LEVELS)
            return lambda seen: any(tag.casefold() == folded for tag in seen.card.note.tags)
        if name == "file":
            return lambda seen: folded in seen.card.note.file.casefold()
        if name == "deck":
            return lambda seen: _below(seen.card.note.deck.casefold(), folded)
        return lambda seen: any(_below(tag.casefold(), folded) for tag in seen.card.note.tags)


def _refuse_other(field: str, value: str, known: Sequence[str] | Mapping[str, object]) -> None:
    if value not in known:
        raise UsageError(
            f"Query: {field}:{value}: it must be one of {', '.join(known)}.{did_you_mean(value, known)}"
        )


def _below(name: str, wanted: str) -> bool:
    return name == wanted or name.startswith(f"{wanted}/")


def _negated(fits: Callable[[_Seen], bool], negated: bool) -> Callable[[_Seen], bool]:
    return (lambda seen: not fits(seen)) if negated else fits


def _number_field(name: str, sign: str, value: str) -> Callable[[_Seen], bool]:
    try:
        wanted = float(value)
    except ValueError:
        raise UsageError(f"Query: {name}{sign}{value}: a number must follow, like {name}<5.") from None
    compare = _COMPARE[sign]
    return lambda seen: (found := seen.number(name)) is not None and compare(found, wanted)


def _day_field(name: str, sign: str, value: str) -> Callable[[_Seen], bool]:
    days_text, _, rating = value.partition(":")
    match = _DAYS.fullmatch(days_text)
    if not match or (rating and (name != "rated" or rating not in _RATINGS)):
        raise UsageError(f"Query: {name}{sign}{value}: it must be days like {name}:7d, or rated:7d:again.")
    days = int(match[1])
    if name == "due":
        compare = operator.le if sign == ":" else _COMPARE[sign]
        return lambda seen: (found := seen.days_until_due()) is not None and compare(found, days)
    if name == "added":
        return lambda seen: seen.days_since_added() < days
    return lambda seen: seen.was_rated(days, rating)
