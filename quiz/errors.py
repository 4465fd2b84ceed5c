"""The tree of errors: each class owns its exit code, and its text is all that a user sees.

QuizError (1)
├── UsageError (2)
│   └── NotATerminalError
├── MissingError (3)
│   ├── DeckNotFoundError
│   │   └── AmbiguousDeckError
│   └── ConfigError
├── CardNotFoundError (4)
│   └── AmbiguousCardError
├── StoreError (5)
│   ├── StoreLockedError
│   └── StoreRefusedError
├── NothingToUndoError (1)
├── StaleTokenError (1)
├── FileChangedError (1)
└── AnswerRefusedError (1)
"""

from __future__ import annotations

from typing import ClassVar


class QuizError(Exception):
    """Anything dquiz tells a user about: what is wrong, where, and what to do next.

    Attributes:
        code: The stable word for it in JSON output.
        exit_code: The exit code of the program.
        details: Machine-readable extras of the JSON output.
    """

    code: ClassVar[str] = "failed"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.details = details


class UsageError(QuizError):
    """The command line cannot be understood or does not apply."""

    code = "usage"
    exit_code = 2


class NotATerminalError(UsageError):
    """The command needs a person at a terminal."""

    code = "not_a_terminal"


class MissingError(QuizError):
    """A file, folder or source is missing or cannot be read."""

    code = "file_not_found"
    exit_code = 3


class DeckNotFoundError(MissingError):
    """No deck has that name."""

    code = "deck_not_found"


class AmbiguousDeckError(DeckNotFoundError):
    """The given part of a name fits several decks."""

    code = "deck_ambiguous"


class ConfigError(MissingError):
    """The configuration has mistakes."""

    code = "config_invalid"


class CardNotFoundError(QuizError):
    """No card has that id, anchor or place."""

    code = "card_not_found"
    exit_code = 4


class AmbiguousCardError(CardNotFoundError):
    """The given start of an id fits several cards."""

    code = "card_ambiguous"


class StoreError(QuizError):
    """The collection cannot be used."""

    code = "store_error"
    exit_code = 5


class StoreLockedError(StoreError):
    """Another process holds the collection for longer than we wait."""

    code = "store_locked"


class StoreRefusedError(StoreError):
    """The database is damaged, foreign, empty or from a newer version; it was left as it is."""

    code = "store_refused"


class NothingToUndoError(QuizError):
    """There is no change that can be taken back."""

    code = "nothing_to_undo"


class StaleTokenError(QuizError):
    """A card was rated since it was shown."""

    code = "stale_token"


class FileChangedError(QuizError):
    """A note was changed by someone else between reading and writing it (E601)."""

    code = "file_changed"


class AnswerRefusedError(QuizError):
    """A text would change other cards of its file if it were written there (E602)."""

    code = "answer_refused"
