"""Reads a package: the archive, the database in it, and what they hold, in that order."""

from __future__ import annotations

import contextlib
import gc
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from quiz.cards import State
from quiz.importers.anki import cleaning, database
from quiz.importers.anki.container import COLLECTION_LIMIT, Container, Layout
from quiz.importers.anki.definitions import definitions
from quiz.importers.anki.errors import Refusal, naming
from quiz.importers.anki.media import media
from quiz.importers.anki.notes import notes
from quiz.importers.anki.skipping import Skipped
from quiz.importers.anki.timing import timing
from quiz.importers.anki.values import Package
from quiz.library import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime, tzinfo

    from quiz.importers.anki.values import AnkiNote

_WHOLE_COLLECTION = ".colpkg"


def read(path: Path, zone: tzinfo, *, now: datetime | None = None) -> Package:
    """Read an Anki package of any layout; it is open for its media until it is closed.

    Args:
        path: An ``.apkg`` or ``.colpkg``.
        zone: In which days are counted if the package does not say.
        now: Reviews more than a day later are skipped; by default those after 2200.

    Raises:
        MissingError: There is no such file, or it cannot be read.
        PackageError: It is damaged, dangerous or of a kind we do not know.
    """
    file = shown(path)
    skipped = Skipped(file)
    latest = cleaning.LATEST if now is None else now + timedelta(days=1)
    with contextlib.ExitStack() as opened, naming(file):
        container = opened.enter_context(Container(path))
        layout = container.layout()
        files = media(container, layout, skipped)
        found = _notes(container, layout, zone, skipped, latest)
        return Package(
            name=cleaning.name(shown(path.name)),
            whole_collection=path.suffix.lower() == _WHOLE_COLLECTION,
            with_progress=_has_progress(found),
            notes=found,
            media=files,
            problems=skipped.problems(),
            skipped_notes=skipped.notes,
            skipped_cards=skipped.cards,
            skipped_reviews=skipped.reviews,
            release=opened.pop_all().close,
        )


def _notes(
    container: Container, layout: Layout, zone: tzinfo, skipped: Skipped, latest: datetime
) -> tuple[AnkiNote, ...]:
    """Its notes, from a copy of its database that is gone in the end."""
    with contextlib.ExitStack() as private:
        file = _unpack(container, layout, private)
        connection = private.enter_context(database.opened(file))
        described = definitions(connection)
        days = timing(database.created(connection), described.settings, zone)
        with _no_search_for_cycles():
            return notes(connection, described, days, skipped, latest_ms=int(latest.timestamp() * 1000))


def _unpack(container: Container, layout: Layout, private: contextlib.ExitStack) -> Path:
    try:
        folder = private.enter_context(tempfile.TemporaryDirectory(prefix="dquiz-import-"))
        file = Path(folder) / "collection.db"
        with file.open("wb") as copy:
            for chunk in container.chunks(layout.database, COLLECTION_LIMIT, packed=layout.packed):
                copy.write(chunk)
    except OSError as error:
        raise Refusal(
            f"cannot be unpacked ({error.strerror})", "Free some space, or name another folder in TMPDIR."
        ) from None
    return file


@contextlib.contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Hundreds of thousands of values are made, none in a cycle: to look for one takes a fifth of the time."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


def _has_progress(found: Iterable[AnkiNote]) -> bool:
    return any(card.state is not State.NEW or card.reviews for note in found for card in note.cards)


# where the command looks for the files that it takes
read.suffixes = (".apkg", _WHOLE_COLLECTION)  # type: ignore[attr-defined]
# whose notes come back in them
read.exporter = "anki"  # type: ignore[attr-defined]
