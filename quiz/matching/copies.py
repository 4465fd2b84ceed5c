"""The same card in several files: one note with several places."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from quiz.matching.identity import Identity, content_of, is_shared

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from quiz.cards import Note


@dataclass(frozen=True, slots=True)
class Copies:
    """A note and the same note in other files.

    Attributes:
        note: The first of them in the order of files; of a stored note that in its own file, if it is still there.
        others: Its further places, in that order.
        identity: Of the first.
    """

    note: Note
    others: tuple[Note, ...]
    identity: Identity

    @property
    def files(self) -> tuple[str, ...]:
        """The files it stands in."""
        return (self.note.file, *(other.file for other in self.others))

    def beginning_in(self, files: Sequence[str]) -> Copies:
        """The same with a note of one of these files as its first, if there is any: the earlier file the better."""
        notes = [self.note, *self.others]
        first = next((note for file in files for note in notes if note.file == file), self.note)
        return self if first is self.note else replace(self, note=first, others=_without(notes, first))


def group_copies(found: Iterable[Note]) -> list[Copies]:
    """Notes with the same question and non-empty answer, one group for all files that hold them.

    Notes that share no places stay apart (``shares_places``). So do notes of one file, whose copies the parser has
    already dropped, and notes that their author told apart by ``^id``.
    """
    groups: list[tuple[Identity, list[Note]]] = []
    by_content: dict[tuple[str, ...], list[list[Note]]] = {}
    for note in sorted(found, key=_by_place):
        identity = Identity.of(note)
        group: list[Note] | None = None
        if is_shared(note, identity):
            same = by_content.setdefault(content_of(note, identity), [])
            group = next((group for group in same if _belongs(note, group)), None)
            if group is None:
                same.append(group := [])
                groups.append((identity, group))
        else:
            groups.append((identity, group := []))
        group.append(note)
    return [Copies(group[0], tuple(group[1:]), identity) for identity, group in groups]


def _without(notes: list[Note], one: Note) -> tuple[Note, ...]:
    return tuple(note for note in notes if note is not one)


def _by_place(note: Note) -> tuple[str, int]:
    return note.file, note.line


def _belongs(note: Note, group: list[Note]) -> bool:
    files, anchors = {other.file for other in group}, {other.anchor for other in group} - {None}
    return note.file not in files and (note.anchor is None or anchors <= {note.anchor})
