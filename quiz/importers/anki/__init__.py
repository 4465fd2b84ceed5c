"""Anki packages (``.apkg``, ``.colpkg``) as values: all three layouts, within hard limits.

A package is the work of a stranger. It is measured while it is decompressed, nothing is unpacked under a name of its
own, its database can do nothing but be read, and no text of it holds control characters.
"""

from quiz.importers.anki.errors import PackageError
from quiz.importers.anki.package import read
from quiz.importers.anki.values import AnkiCard, AnkiNote, LoggedReview, NoteType, Package, Template

__all__ = [
    "AnkiCard",
    "AnkiNote",
    "LoggedReview",
    "NoteType",
    "Package",
    "PackageError",
    "Template",
    "read",
]

# where the command looks for what an importer takes
read.suffixes = (".apkg", ".colpkg")  # type: ignore[attr-defined]
