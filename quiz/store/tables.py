"""The tables of a collection.

Instants are unix milliseconds, days are ordinals of the proleptic calendar (``date.toordinal``), truth values 0 or 1:
half the size of text, and the same SQL for SQLite and PostgreSQL.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives only an INTEGER primary key its fast row id
Key = BigInteger().with_variant(Integer, "sqlite")


def _truth(name: str) -> Column[int]:
    return Column(name, SmallInteger, nullable=False, server_default=text("0"))


def _schedule(prefix: str = "") -> list[Column[object]]:
    """The columns of a schedule: of a card, and twice of a review."""
    return [
        Column(prefix + "state", SmallInteger, nullable=False, server_default=text("0")),
        Column(prefix + "step", SmallInteger),
        Column(prefix + "due_at", BigInteger),
        Column(prefix + "due_day", Integer),
        Column(prefix + "stability", Float),
        Column(prefix + "difficulty", Float),
        Column(prefix + "last_review", BigInteger),
        Column(prefix + "last_day", Integer),
        Column(prefix + "interval", Integer, nullable=False, server_default=text("0")),
        Column(prefix + "reps", Integer, nullable=False, server_default=text("0")),
        Column(prefix + "lapses", Integer, nullable=False, server_default=text("0")),
    ]


source = Table(
    "source",
    metadata,
    Column("id", Key, primary_key=True),
    Column("path", Text, nullable=False, unique=True),
    _truth("shipped"),
    Column("added_at", BigInteger, nullable=False),
)

deck = Table(
    "deck",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)

file = Table(
    "file",
    metadata,
    Column("id", Key, primary_key=True),
    Column("source_id", ForeignKey("source.id"), nullable=False, index=True),
    Column("path", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
    Column("problems", Text, nullable=False, server_default="[]"),
)

note = Table(
    "note",
    metadata,
    Column("id", Key, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("file_id", ForeignKey("file.id"), index=True),
    Column("line", Integer, nullable=False),
    Column("end_line", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("section", Text, nullable=False),
    Column("deck", Text, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("answer", Text, nullable=False),
    # everything else of the note, as JSON: context, tags, choices, deletions, …
    Column("more", Text, nullable=False),
    Column("anchor", Text),
    Column("content_key", Text, nullable=False),
    # where it stood last, for identity once its file is gone
    Column("last_file", Text, nullable=False),
    Column("last_path", Text, nullable=False),
    Column("retired_at", BigInteger),
    Column("created_ms", BigInteger, nullable=False, unique=True),
    # unix seconds of the last change of what an export shows, and the hash that tells
    Column("mod", BigInteger, nullable=False),
    Column("content_hash", Text, nullable=False),
    # unix milliseconds of the last export that held it: retired, it is exported once more, to be deleted there
    Column("exported_at", BigInteger),
    Index("ix_note_content_key", "content_key"),
    Index(
        "ix_note_anchor",
        "anchor",
        sqlite_where=text("anchor IS NOT NULL"),
        postgresql_where=text("anchor IS NOT NULL"),
    ),
    Index(
        "ix_note_retired_at",
        "retired_at",
        sqlite_where=text("retired_at IS NOT NULL"),
        postgresql_where=text("retired_at IS NOT NULL"),
    ),
)

# further places of a note: the same question with the same answer in another file
place = Table(
    "place",
    metadata,
    Column("note_id", ForeignKey("note.id"), primary_key=True),
    Column("file_id", ForeignKey("file.id"), primary_key=True, index=True),
    Column("line", Integer, primary_key=True),
)

card = Table(
    "card",
    metadata,
    Column("id", Key, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("note_id", ForeignKey("note.id"), nullable=False, index=True),
    Column("deck_id", ForeignKey("deck.id"), nullable=False),
    Column("facet", Text, nullable=False),
    # Anki's template or cloze number: given once, never reused within a note
    Column("ordinal", Integer, nullable=False),
    Column("created_ms", BigInteger, nullable=False, unique=True),
    # the order of new cards: own decks before shipped ones, decks as they came, cards as they stand
    Column("position", BigInteger, nullable=False),
    # which queue the card stands in, and its order there; both follow from the other columns (see place_in_queue)
    Column("queue", SmallInteger, nullable=False),
    Column("due", BigInteger, nullable=False),
    *_schedule(),
    _truth("retired"),
    _truth("draft"),
    _truth("suspended"),
    Column("buried_until", Integer),
    Column("flag", SmallInteger, nullable=False, server_default=text("0")),
    _truth("marked"),
    _truth("leech"),
    _truth("changed"),
    # of a step of a chain the card before it: as long as that is new, this one waits
    Column("after_id", BigInteger),
    # a note to self: of the learner, not of the file
    Column("remark", Text, nullable=False, server_default=""),
    Index("ix_card_queue_due", "queue", "due"),
    Index("ix_card_draft", "id", sqlite_where=text("draft = 1"), postgresql_where=text("draft = 1")),
    Index(
        "ix_card_after_id",
        "after_id",
        sqlite_where=text("after_id IS NOT NULL"),
        postgresql_where=text("after_id IS NOT NULL"),
    ),
    Index("ix_card_deck_id_queue_due", "deck_id", "queue", "due"),
)

# the truth: schedules can be rebuilt from it. Rows are never deleted; undoing one marks it
review = Table(
    "review",
    metadata,
    # unix milliseconds of the review, counted up until free
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("card_id", ForeignKey("card.id"), nullable=False),
    # 0 is a reset
    Column("rating", SmallInteger, nullable=False),
    Column("reviewed_at", BigInteger, nullable=False),
    Column("study_day", Integer, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("mode", Text, nullable=False),
    Column("counts", SmallInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("hints", SmallInteger, nullable=False, server_default=text("0")),
    Column("run_id", BigInteger),
    Column("undone_at", BigInteger),
    *_schedule("before_"),
    *_schedule("after_"),
    # the id it has in another program, where that was taken here
    Column("foreign_id", BigInteger),
    # a checksum of the row, see `seal`: damage that a disk does goes unnoticed by the database
    Column("seal", BigInteger, nullable=False, server_default=text("0")),
    Index("ix_review_card_id_id", "card_id", "id"),
    Index("ix_review_study_day", "study_day"),
)

# how an answer was given, where the card was more than turned over
attempt = Table(
    "attempt",
    metadata,
    Column("review_id", ForeignKey("review.id"), primary_key=True),
    Column("suggested", SmallInteger),
    Column("tries", SmallInteger, nullable=False),
    Column("revealed", SmallInteger, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("typed", Text, nullable=False),
    Column("points", SmallInteger, nullable=False),
    Column("points_hit", SmallInteger, nullable=False),
)

# mock interviews that were held, each with its report
interview = Table(
    "interview",
    metadata,
    # unix milliseconds of its beginning, counted up until free
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    # JSON
    Column("report", Text, nullable=False),
)

# tasks and challenges that are done
tick = Table(
    "tick",
    metadata,
    Column("note_id", ForeignKey("note.id"), primary_key=True),
    Column("ticked_at", BigInteger, nullable=False),
)

# one row per step that can be taken back
action = Table(
    "action",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("study_day", Integer, nullable=False),
    Column("run_id", BigInteger),
    Column("review_id", ForeignKey("review.id")),
    # JSON: [[card id, {column: value before}], …]
    Column("before", Text, nullable=False),
    Column("undone_at", BigInteger),
    Index("ix_action_run_id", "run_id"),
)

# pairs that a sync could not settle, and what became of them
ask = Table(
    "ask",
    metadata,
    Column("old_uid", Text, primary_key=True),
    Column("new_uid", Text, primary_key=True),
    Column("similarity", Float, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    # NULL open, 1 the same card, 0 different cards
    Column("same", SmallInteger),
)

# which card a card of another program is: Anki knows a card by its note's GUID and a number
origin = Table(
    "origin",
    metadata,
    Column("guid", Text, primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("card_id", ForeignKey("card.id"), nullable=False, index=True),
    Column("foreign_note", BigInteger, nullable=False),
    Column("foreign_card", BigInteger, nullable=False),
    # unix seconds of the card's last change there, when it was read
    Column("mod", BigInteger, nullable=False),
    # as they were there then; NULL is not known
    Column("suspended", SmallInteger),
    Column("flag", SmallInteger),
    # hashes of the note as it was there, and of the lines that were written here for it
    Column("source_hash", Text, nullable=False),
    Column("written_hash", Text, nullable=False),
)

# HTML of exported notes by their content hash: rendering costs more than all the rest of an export
rendered = Table(
    "rendered",
    metadata,
    Column("content_hash", Text, primary_key=True),
    Column("html", Text, nullable=False),
)

# each form in which a note was exported: what other programs may hold of it, and what an edit there began with
exported = Table(
    "exported",
    metadata,
    Column("note_id", ForeignKey("note.id"), primary_key=True),
    Column("content_hash", Text, primary_key=True),
    Column("exported_at", BigInteger, nullable=False),
)

setting = Table(
    "setting",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
