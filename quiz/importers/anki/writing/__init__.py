"""Notes of Anki as markdown that dquiz reads back as the same cards.

The way of a field: `html` parts it into tags and texts and drops what is not allowed; `signs` finds
deletions, formulas and sounds; `blocks` makes paragraphs, lists and tables, whose text stands in `runs`;
`layout` and `prose` write them as markdown, with `emphasis` and `escapes`. `visible` then compares what is
seen of both, in `fields`. `sides` says which fields a card asks, `notes` puts them together and has every
block read by dquiz itself, and `decks` does the same with the whole file. `apart` is for cards of a cloze
that no note can hold together.
"""

from quiz.importers.anki.writing.decks import DeckFile, deck_file, deck_path
from quiz.importers.anki.writing.notes import WrittenCard, WrittenNote, write_note

__all__ = ["DeckFile", "WrittenCard", "WrittenNote", "deck_file", "deck_path", "write_note"]
