"""Which cards an interview asks: drawn by lot, weak topics and weak cards more often."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quiz.cards import State
from quiz.chains import steps_before

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from quiz.cards import Card, Note, NoteId

# What is known for certain is asked now and then too.
_LEAST_WEIGHT = 0.1
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Candidate:
    """A card that may be asked.

    Attributes:
        topic: What the report files it under, the deck or a tag.
        recall: Its retrievability now, 0 to 1; None if it was never reviewed.
    """

    card: Card
    topic: str
    recall: float | None = None

    @property
    def is_new(self) -> bool:
        """Whether it was never reviewed, as no draft ever is."""
        return self.recall is None or self.card.schedule.state is State.NEW

    @property
    def known(self) -> float:
        """The chance that it is remembered; none of what is new."""
        return 0.0 if self.is_new else min(max(self.recall or 0.0, 0.0), 1.0)

    @property
    def weight(self) -> float:
        """How often it is drawn, within its topic."""
        return 1 - self.known + _LEAST_WEIGHT


def question_count(minutes: float, per_question: float) -> int:
    """How many questions of so many seconds there is time for; at least one."""
    return max(1, int(minutes * 60 // per_question))


def readiness(candidates: Iterable[Candidate]) -> dict[str, float]:
    """By topic, what a question drawn blindly would meet: the mean of R over all its cards, new ones counting as 0."""
    return {topic: _mean_recall(cards) for topic, cards in _by_topic(candidates).items()}


def draw(candidates: Iterable[Candidate], count: int, *, new_share: float, seed: int) -> list[Candidate]:
    """The cards to ask, in this order; fewer than ``count`` if there are no more.

    Each is drawn in two steps: a topic with weight ``1 - readiness + 0.1``, and in it a card with weight
    ``1 - R + 0.1``. Of each note one card is asked at most, since siblings give each other away. A step of a chain
    brings the chain: its steps from the first one on, as many as there is time for.

    Args:
        candidates: In any order: the same cards and seed give the same interview.
        count: How many are wanted.
        new_share: How much of the interview new cards may be, 0 to 1.
        seed: Of the lot.
    """
    known = sorted(candidates, key=lambda one: one.card.id)
    chains = _chains(known)
    left = _by_topic(known)
    weights = {topic: 1 - _mean_recall(cards) + _LEAST_WEIGHT for topic, cards in left.items()}
    lot = random.Random(seed)  # noqa: S311 - no secret
    drawn: list[Candidate] = []
    while len(drawn) < count:
        new_left = _most_new(count, new_share) - sum(one.is_new for one in drawn)
        if new_left <= 0:
            left = _without(left, [one for cards in left.values() for one in cards if one.is_new])
        if not left:
            break
        (topic,) = lot.choices(list(left), [weights[topic] for topic in left])
        (one,) = lot.choices(left[topic], [each.weight for each in left[topic]])
        steps = _first_of(chains.get(one.card.note_id, [one]), drawn, count - len(drawn), new_left)
        drawn += steps
        notes = {each.card.note_id for each in (one, *steps)}
        siblings = [each for cards in left.values() for each in cards if each.card.note_id in notes]
        left = _without(left, siblings)
    return _within_share(drawn, new_share, chains)


def _chains(candidates: Iterable[Candidate]) -> dict[NoteId, list[Candidate]]:
    """The chain of each note that is a step of one: a card of each of its steps, in their order."""
    of_files: dict[str, dict[Note, Candidate]] = {}
    for one in candidates:
        of_files.setdefault(one.card.path, {}).setdefault(one.card.note, one)
    found: dict[NoteId, list[Candidate]] = {}
    for cards in of_files.values():
        for step, before in steps_before(cards).items():
            chain = found.setdefault(cards[before].card.note_id, [cards[before]])
            chain.append(cards[step])
            found[cards[step].card.note_id] = chain
    return found


def _first_of(
    chain: Sequence[Candidate], drawn: Sequence[Candidate], most: int, most_new: int
) -> list[Candidate]:
    """The first steps of a chain that were not drawn, as far as there is room: none is asked without those before."""
    steps: list[Candidate] = []
    for step in (each for each in chain if each not in drawn):
        if len(steps) == most or (step.is_new and sum(each.is_new for each in steps) == most_new):
            break
        steps.append(step)
    return steps


def _most_new(count: int, new_share: float) -> int:
    return math.floor(count * new_share + _ROUNDING)


def _within_share(
    drawn: Sequence[Candidate], new_share: float, chains: Mapping[NoteId, list[Candidate]]
) -> list[Candidate]:
    """The drawn cards without the last new ones, if there are too many beside so few others, nor the steps behind."""
    kept = list(drawn)
    while sum(one.is_new for one in kept) > _most_new(len(kept), new_share):
        last = next(one for one in reversed(kept) if one.is_new)
        chain = chains.get(last.card.note_id, [last])
        behind = chain[chain.index(last) :]
        kept = [one for one in kept if one not in behind]
    return kept


def _by_topic(candidates: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    topics: dict[str, list[Candidate]] = {}
    for one in candidates:
        topics.setdefault(one.topic, []).append(one)
    return topics


def _without(topics: dict[str, list[Candidate]], gone: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    """Topics without some cards; a topic without any is left out."""
    ids = {one.card.id for one in gone}
    if not ids:
        return topics
    kept = {topic: [one for one in cards if one.card.id not in ids] for topic, cards in topics.items()}
    return {topic: cards for topic, cards in kept.items() if cards}


def _mean_recall(cards: Sequence[Candidate]) -> float:
    return math.fsum(one.known for one in cards) / len(cards)
