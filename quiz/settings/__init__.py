"""What can be configured: every table with its defaults. Pure values; `quiz.configuration` finds them.

`rules` says what each value may be, `layers` puts together what files and the environment say.

Named tuples and not dataclasses: they are made at each start, and a dataclass takes seven times as long.
"""

from __future__ import annotations

from datetime import time, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class CollectionSettings(NamedTuple):
    """Where cards come from and where they are kept.

    Attributes:
        sources: Files and folders of notes besides those given to `sync` and `review`.
        shipped: The decks that come with dquiz can be studied.
        database: A path or an SQLAlchemy URL; empty is the user's data folder.
        notes: The folder for copies of shipped decks; empty is ``notes`` in the user's data folder.
    """

    sources: tuple[str, ...] = ()
    shipped: bool = True
    database: str = ""
    notes: str = ""


PATH, DECK = "path", "deck"
"""Orders of new cards that a file has places for: as a course, or as they stand in it."""


class StudySettings(NamedTuple):
    """What a study day consists of.

    Attributes:
        day_start: Local time at which a study day begins.
        new_cards: Whether they come mixed among reviews, before or after them.
        learn_ahead: Learning cards due within it are shown when nothing else is left.
        leech_lapses: Lapses that make a card a leech.
        kinds: Of which kinds notes become cards.
    """

    day_start: time = time(4)
    new_per_day: int = 20
    reviews_per_day: int = 200
    order: str = "due"
    new_order: str = PATH
    new_cards: str = "mixed"
    bury_siblings: bool = True
    learn_ahead: timedelta = timedelta(minutes=20)
    leech_lapses: int = 8
    leech_action: str = "flag"
    kinds: tuple[str, ...] = ("qa", "cheatsheet", "cloze", "choice", "term")


class FsrsSettings(NamedTuple):
    """How cards are scheduled.

    Attributes:
        retention: Desired retention.
        maximum_interval: Days.
        parameters: The 21 of FSRS-6; none are its defaults.
    """

    retention: float = 0.90
    learning_steps: tuple[timedelta, ...] = (timedelta(minutes=1), timedelta(minutes=10))
    relearning_steps: tuple[timedelta, ...] = (timedelta(minutes=10),)
    maximum_interval: int = 36500
    fuzz: bool = True
    parameters: tuple[float, ...] = ()


class ReviewSettings(NamedTuple):
    """What a review shows.

    Attributes:
        explain_ratings: Study sessions, counted from the first, that begin with the meaning of the ratings.
        timer_cap: The most that one card counts wherever time is used.
    """

    buttons: int = 4
    explain_ratings: int = 3
    intervals: bool = True
    timer: bool = False
    timer_cap: timedelta = timedelta(seconds=60)


class TypedSettings(NamedTuple):
    """How typed answers are asked and compared."""

    auto_rate: bool = False
    tries: int = 3
    order: str = "strict"
    cloze: str = "off"


class McqSettings(NamedTuple):
    """Multiple choice."""

    counts: str = "never"


class InterviewSettings(NamedTuple):
    """The mock interview.

    Attributes:
        minutes: How long it takes.
        new_share: The largest share of cards never seen.
    """

    minutes: int = 30
    per_question: timedelta = timedelta(seconds=180)
    new_share: float = 0.25


class DisplaySettings(NamedTuple):
    """How things look.

    Attributes:
        code_theme: A style of Pygments.
    """

    plain: bool = False
    code_theme: str = "ansi_dark"
    unicode: str = "auto"


class EditorSettings(NamedTuple):
    """The editor; an empty command is $VISUAL, then $EDITOR."""

    command: str = ""


class KeysSettings(NamedTuple):
    """The key of every action in a review: one printable character, or ``space``."""

    show: str = "space"
    again: str = "1"
    hard: str = "2"
    good: str = "3"
    easy: str = "4"
    hint: str = "h"
    type: str = "t"
    undo: str = "u"
    edit: str = "e"
    later: str = "s"
    bury_card: str = "-"
    bury_note: str = "="
    suspend_card: str = "@"
    suspend_note: str = "!"
    mark: str = "*"
    flag: str = "f"
    info: str = "i"
    note: str = "n"
    open: str = "o"
    copy: str = "y"
    help: str = "?"
    reset: str = "r"
    quit: str = "q"

    def action(self, key: str) -> str | None:
        """The action that a key stands for, if any."""
        return next((action for action, own in self._asdict().items() if own == key), None)


class BackupSettings(NamedTuple):
    """Copies of the collection: how many are kept, and whether one is made each day."""

    daily: bool = True
    keep: int = 10


class StatsSettings(NamedTuple):
    """What statistics show."""

    streak: bool = False


class PluginsSettings(NamedTuple):
    """Which importers and exporters of other packages are loaded: ``all``, ``none`` or those named."""

    load: str | tuple[str, ...] = "all"


class Settings(NamedTuple):
    """Everything that can be configured.

    Attributes:
        decks: What differs for a deck and its sub-decks: the deck's name → ``table.key`` → value.
    """

    collection: CollectionSettings = CollectionSettings()
    study: StudySettings = StudySettings()
    fsrs: FsrsSettings = FsrsSettings()
    review: ReviewSettings = ReviewSettings()
    typed: TypedSettings = TypedSettings()
    mcq: McqSettings = McqSettings()
    interview: InterviewSettings = InterviewSettings()
    display: DisplaySettings = DisplaySettings()
    editor: EditorSettings = EditorSettings()
    keys: KeysSettings = KeysSettings()
    backup: BackupSettings = BackupSettings()
    stats: StatsSettings = StatsSettings()
    plugins: PluginsSettings = PluginsSettings()
    decks: Mapping[str, Mapping[str, object]] = MappingProxyType({})

    def for_deck(self, name: str) -> Settings:
        """The settings of one deck: its own, else those of the deck above it, else these."""
        settings = self
        for deck in sorted(self.decks, key=len):
            if name == deck or name.startswith(f"{deck}/"):
                settings = settings.replacing(self.decks[deck])
        return settings

    def replacing(self, values: Mapping[str, object]) -> Settings:
        """These settings with other values for some keys, ``table.key`` → value."""
        tables: dict[str, dict[str, object]] = {}
        for dotted, value in values.items():
            table, key = dotted.split(".")
            tables.setdefault(table, {})[key] = value
        changed = {table: getattr(self, table)._replace(**keys) for table, keys in tables.items()}
        return self._replace(**changed)

    def items(self) -> Iterator[tuple[str, object]]:
        """Every key as ``table.key`` with its value, in the order of the documentation."""
        for table in TABLES:
            for key, value in getattr(self, table)._asdict().items():
                yield f"{table}.{key}", value


DEFAULTS = Settings()
TABLES = Settings._fields[:-1]
"""All tables but ``decks``."""
DECK_TABLES = ("study", "fsrs", "review", "typed")
"""Tables whose keys may differ from deck to deck."""
SOURCE_TABLES = ("study", "fsrs", "review", "typed", "decks")
"""Tables that notes may bring along. Others could run programs or move the collection."""
ONE_FOR_ALL = ("study.day_start",)
"""Keys that cannot differ from deck to deck: a review belongs to one study day."""
