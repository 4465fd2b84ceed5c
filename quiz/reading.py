"""Reads and parses many files of notes, on all cores when there are enough of them."""

from __future__ import annotations

import contextlib
import os
import signal
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from quiz.cards import Deck, Problem
from quiz.errors import MissingError
from quiz.library import digest, read_note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

MANY = 200
"""Files from which on other processes are worth their start."""
_CHUNK = 25


class Source(NamedTuple):
    """A file to read: where it is, what it is called in problems, and its deck if it names none itself."""

    path: Path
    file: str
    deck: str


def read_decks(sources: Sequence[Source], progress: Callable[[int], None]) -> list[Deck]:
    """Reads and parses files; the decks in the order of the files.

    A file that cannot be read is an empty deck with a problem.

    Args:
        sources: The files.
        progress: Told how many are done, now and then.
    """
    decks: list[Deck] = []
    for chunk in _chunks_read(sources):
        decks += chunk
        progress(len(decks))
    return decks


def read_deck(source: Source) -> Deck:
    """Reads and parses one file."""
    from quiz.notes import parse  # noqa: PLC0415 - a collection that has not changed needs no parser

    try:
        data = read_note(source.path)
    except MissingError as error:
        reason = str(error).partition(": ")[2].rstrip(".") or str(error)
        return Deck(name=source.deck, file=source.file, problems=(Problem(source.file, 1, "E103", reason),))
    return replace(parse(data, file=source.file, deck=source.deck), digest=digest(data))


def _read_chunk(sources: Sequence[Source]) -> list[Deck]:
    return [read_deck(source) for source in sources]


def _chunks_read(sources: Sequence[Source]) -> Iterator[list[Deck]]:
    chunks = list(_chunks(sources))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    done = 0
    if len(sources) > MANY and cores > 1:
        for decks in _elsewhere(chunks, cores):
            done += 1
            yield decks
    # All of them for a few files, and whatever is left if other processes are forbidden or died.
    yield from map(_read_chunk, chunks[done:])


def _elsewhere(chunks: Sequence[Sequence[Source]], cores: int) -> Iterator[list[Deck]]:
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - only for many files
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    try:
        # A fork would inherit an open database
        pool = ProcessPoolExecutor(cores, get_context("spawn"), _leave_interrupts_to_parent)
    except (OSError, ImportError):  # no semaphores here
        return
    try:
        with _interrupts_held():
            decks = pool.map(_read_chunk, chunks)
        yield from decks
    except (BrokenProcessPool, OSError):
        return
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Processes started within never see Ctrl-C, not even before they can say that they ignore it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _leave_interrupts_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _chunks(sources: Iterable[Source]) -> Iterator[list[Source]]:
    left = iter(sources)
    while chunk := list(islice(left, _CHUNK)):
        yield chunk
