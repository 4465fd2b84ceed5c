"""Decks of a learner with a past: cards in every state, with the log that led there."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, cycle, islice

from anki_samples import choice, cloze, collected, qa

from quiz.cards import (
    CollectedDeck,
    CollectedNote,
    CollectedReview,
    DeckOptions,
    Kind,
    Media,
    Note,
    Rating,
    Schedule,
    State,
)
from quiz.scheduling import Scheduler, SchedulerOptions, StudyDays

# Steps of a day and more put learning cards on a day
OPTIONS = (
    SchedulerOptions(),
    SchedulerOptions(
        retention=0.85,
        learning_steps=(timedelta(minutes=10), timedelta(days=2)),
        relearning_steps=(timedelta(days=1),),
    ),
)
PIXEL = b"\x89PNG\r\n\x1a\n" + b"a red pixel"
PICTURE = Media(name="dquiz-0123456789abcdef.png", read=lambda: PIXEL)

NOTES = (
    qa("How does a cache differ from a buffer?", "It keeps what was *read*.", tags=("hardware",)),
    qa("Which port has `ssh`?", "`22`", both=True),
    qa("List all containers", "`docker ps -a`", typed=True),
    choice("Which are idempotent?", {"`PUT`": True, "`POST`": False}, "Twice is once."),
    cloze("A ⟦left join¦kind of join⟧ keeps rows of the ⟦first⟧ table, ⟦always⟧."),
    Note(kind=Kind.TERM, prompt="idempotent", answer="doing it twice changes nothing more", both=True),
    Note(kind=Kind.CHEATSHEET, prompt="Big files", answer="```sh\ndu -a . | sort -rh  # by size\n```"),
    qa("What is this?", "A pixel: ![red](img/red.png)"),
)


def learned(notes: int, zone, now: datetime, seed: int = 1) -> list[CollectedDeck]:
    """Two decks, scheduled differently, with some notes that have a past of up to 400 days."""
    chance, ids = random.Random(seed), count()
    decks = []
    for number, options in enumerate(OPTIONS):
        scheduler = Scheduler(options, StudyDays(zone))
        texts = islice(cycle(NOTES), number, number + notes // 2)
        made = [
            _with_past(collected(_placed(note, place), next(ids)), scheduler, chance, now)
            for place, note in enumerate(texts)
        ]
        decks.append(
            CollectedDeck(name=f"topic/{number}", notes=tuple(made), options=_deck_options(options, zone))
        )
    return decks


def reviewed_again(decks: list[CollectedDeck], at: datetime) -> list[CollectedDeck]:
    """The decks after another review of every card, a second apart."""
    moments = (at + timedelta(seconds=second) for second in count())
    return [
        replace(
            deck,
            notes=tuple(
                _reviewed(note, Scheduler(options, StudyDays(deck.options.zone)), moments)
                for note in deck.notes
            ),
        )
        for deck, options in zip(decks, OPTIONS, strict=True)
    ]


def _reviewed(note: CollectedNote, scheduler: Scheduler, moments) -> CollectedNote:
    cards, reviews = [], {}
    for card in note.cards:
        at = next(moments)
        after = scheduler.rate(card.id, card.schedule, Rating.GOOD, at)
        cards.append(replace(card, schedule=after))
        reviews[card.id] = [*note.reviews[card.id], _review(at, 3, card.schedule, after, scheduler.days)]
    return replace(note, cards=tuple(cards), reviews=reviews)


def _placed(note: Note, place: int) -> Note:
    return replace(note, prompt=f"{note.prompt} #{place}", file="topic.md", line=1 + 4 * place)


def _deck_options(options: SchedulerOptions, zone) -> DeckOptions:
    return DeckOptions(
        zone=zone,
        retention=options.retention,
        decay=options.decay,
        learning_steps=len(options.learning_steps),
        relearning_steps=len(options.relearning_steps),
    )


def _with_past(
    note: CollectedNote, scheduler: Scheduler, chance: random.Random, now: datetime
) -> CollectedNote:
    cards, reviews = [], {}
    for number, card in enumerate(note.cards):
        schedule, log = _studied(card.id, scheduler, chance, now, note.created_ms % 50_000 * 8 + number)
        marks = {name: chance.random() < 0.05 for name in ("suspended", "marked", "leech")}
        flag, created = chance.choice((0, 0, 0, 1, 7)), note.created_ms + number * 3_600_000
        cards.append(replace(card, schedule=schedule, created_ms=created, flag=flag, **marks))
        reviews[card.id] = log
    pictures = {"img/red.png": PICTURE} if "img/red.png" in note.note.answer else {}
    return replace(note, cards=tuple(cards), reviews=reviews, media=pictures)


def _studied(card, scheduler, chance, now, odd) -> tuple[Schedule, list[CollectedReview]]:
    """A card's schedule and log; ``odd`` makes the milliseconds of its reviews its own."""
    schedule, log = Schedule(), []
    at = _about_noon(now - timedelta(days=chance.randint(1, 400)), chance, odd)
    for _ in range(chance.randint(0, 8)):
        rating = Rating(chance.choices((1, 2, 3, 4), (25, 15, 50, 10))[0])
        after = scheduler.rate(card, schedule, rating, at)
        log.append(_review(at, int(rating), schedule, after, scheduler.days))
        schedule, at = after, after.due or at
        if after.due_day:
            at = _about_noon(at + timedelta(days=chance.randint(0, 5)), chance, odd)
        if at >= now - timedelta(days=1):
            break
        if chance.random() < 0.03:
            log.append(_review(at, 0, schedule, Schedule(), scheduler.days))
            schedule, at = Schedule(), at + timedelta(minutes=5)
    return schedule, log


def _about_noon(at: datetime, chance: random.Random, odd: int) -> datetime:
    """Some time of the day, hours away from the roll-over in all three zones."""
    return at.astimezone(UTC).replace(
        hour=chance.randint(11, 23),
        minute=chance.randrange(60),
        second=odd // 1000 % 60,
        microsecond=odd % 1000 * 1000,
    )


def _review(at: datetime, rating: int, before: Schedule, after: Schedule, days: StudyDays) -> CollectedReview:
    day = days.day(at)
    if after.state is State.NEW:
        interval = 0
    elif after.state is State.REVIEW:
        interval = after.interval
    else:
        interval = (after.due_day - day).days if after.due_day else -round((after.due - at).total_seconds())
    return CollectedReview(
        id=round(at.timestamp() * 1000),
        foreign_id=None,
        rating=rating,
        study_day=day.toordinal(),
        duration_ms=4321,
        interval=interval,
        before=before.state,
        after=after.state,
        difficulty=after.difficulty,
    )
