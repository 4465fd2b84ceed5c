"""The marks around styled text and links, without those that markdown would show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quiz.importers.anki.writing.runs import BREAK, EMPHASIS, HTML_STYLES, STYLES, Run

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class Mark:
    """An opening or closing mark of a style or link; it is dropped together with its partner."""

    text: str
    opens: bool
    partner: Mark | None = None
    dropped: bool = False

    def drop(self) -> None:
        """Leave both marks out."""
        self.dropped = True
        if self.partner:
            self.partner.dropped = True

    @property
    def flanks(self) -> bool:
        """Whether it means something only beside certain characters."""
        return self.text in ("**", "*", "~~")


def emphasised(runs: list[Run]) -> list[Run | Mark]:
    """The runs with the marks of their styles and links between them."""
    pieces: list[Run | Mark] = []
    opened: list[tuple[str, Mark]] = []
    for run in [*runs, BREAK]:
        # a link is named by its target, which no style is
        wanted = [run.link] * bool(run.link) + [style for style in STYLES if style in run.styles]
        while any(name not in wanted for name, _ in opened):
            name, mark = opened.pop()
            mark.partner = Mark(_close(name), opens=False, partner=mark)
            pieces.append(mark.partner)
        for name in wanted:
            if all(name != other for other, _ in opened):
                mark = Mark(_open(name), opens=True)
                opened.append((name, mark))
                pieces.append(mark)
        pieces.append(run)
    pieces.pop()
    _drop_what_would_show(pieces)
    return [piece for piece in pieces if not (isinstance(piece, Mark) and piece.dropped)]


def _open(name: str) -> str:
    return (EMPHASIS | HTML_STYLES).get(name, ("[", ""))[0]


def _close(name: str) -> str:
    return (EMPHASIS | HTML_STYLES).get(name, ("", f"]({name})"))[1]


def _drop_what_would_show(pieces: list[Run | Mark]) -> None:
    """Drop emphasis that markdown would not read: where marks meet, or stand between a letter and a sign."""
    for start, end in _groups(pieces):
        marks = [piece for piece in pieces[start:end] if isinstance(piece, Mark) and piece.flanks]
        if len({mark.opens for mark in marks}) > 1:
            for mark in marks:
                if mark.opens:
                    mark.drop()
        before, after = _last(pieces, start), _first(pieces, end)
        for mark in marks:
            inner, outer = (after, before) if mark.opens else (before, after)
            if not inner.isalnum() and outer.isalnum():
                mark.drop()


def _groups(pieces: list[Run | Mark]) -> Iterator[tuple[int, int]]:
    """Where marks stand side by side."""
    start = None
    for index, piece in enumerate(pieces):
        if isinstance(piece, Mark):
            start = index if start is None else start
        elif start is not None:
            yield start, index
            start = None
    if start is not None:
        yield start, len(pieces)


def _last(pieces: list[Run | Mark], end: int) -> str:
    run = pieces[end - 1] if end else BREAK
    return run.text[-1:] if isinstance(run, Run) and run.kind in ("text", "formula") else "."


def _first(pieces: list[Run | Mark], start: int) -> str:
    run = pieces[start] if start < len(pieces) else BREAK
    return run.text[:1] if isinstance(run, Run) and run.kind in ("text", "formula") else "."
