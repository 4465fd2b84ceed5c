"""A desk to learn at: a folder of notes, a collection in a real file or server, and a clock that stands still."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import hypothesis
import postgres
import pytest
from asking import asked

from quiz import configuration
from quiz.cards import Rating
from quiz.collection import Collection
from quiz.cues import faces_of
from quiz.session import Options
from quiz.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from quiz.cards import Card, Review
    from quiz.collection.applying import SyncReport
    from quiz.collection.studying import Study

for name in [name for name in os.environ if name.startswith("DQUIZ_") or name in ("COLUMNS", "LINES")]:
    del os.environ[name]  # the settings and the screen of whoever runs the tests are not those of the tests

hypothesis.settings.register_profile("untimed", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("untimed")

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass
class Desk:
    """Everything of one learner, below one folder."""

    home: Path
    server: postgres.Server | None = None
    name: str = ""
    now: datetime = NOON
    settings: dict[str, str] = field(default_factory=dict)
    _open: list[Collection] = field(default_factory=list)

    # --- notes ---------------------------------------------------------------------------------------------

    @property
    def notes(self) -> Path:
        """The folder of notes."""
        return self.home / "notes"

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a note; its folders are made."""
        path = self.notes / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def asks(self, name: str, *questions: str) -> Path:
        """Write a note with some questions, each with an answer of its own."""
        return self.write(name, "\n".join(asked(question) for question in questions))

    # --- the collection ------------------------------------------------------------------------------------

    @property
    def database(self) -> Path | str:
        """The file of the collection, or the URL of its database."""
        return self.server.url(self.name) if self.server else self.home / "collection.db"

    def open(self, **settings: str) -> Collection:
        """Open the collection anew, as another process would; settings like ``STUDY__NEW_PER_DAY="3"``."""
        given = {"COLLECTION__SHIPPED": "false", **self.settings, **settings}
        environment = {f"DQUIZ_{name}": value for name, value in given.items()} | {
            "DQUIZ_HOME": str(self.home)
        }
        read = configuration.read(database=str(self.database), environment=environment)
        self._open.append(Collection.open(read, self.now))
        return self._open[-1]

    @property
    def collection(self) -> Collection:
        """The collection, open."""
        return self._open[0] if self._open else self.open()

    def close(self) -> None:
        """Let go of the database."""
        while self._open:
            self._open.pop().close()

    def later(self, **time: float) -> datetime:
        """Put the clock forward."""
        self.now += timedelta(**time)
        return self.now

    def sync(self, *targets: Path | str, **options: Any) -> SyncReport:
        """Read the notes, or only some of them."""
        return self.collection.sync.paths(
            [str(each) for each in targets or (self.notes,)], now=self.now, **options
        )

    def study(self, **options: Any) -> Study:
        """Begin a run over all cards."""
        return self.collection.study(self.collection.select((), self.now), Options(**options), self.now)

    def rate(self, question: str, rating: Rating = Rating.GOOD) -> Review:
        """Rate the card that asks a question."""
        key, card = self.collection.find(self.card(question).id)
        return self.collection.record(key, card, rating, self.now)

    def card(self, question: str) -> Card:
        """The card whose front begins with some text; it may be retired."""
        found = [card for card in self.cards() if faces_of(card).front.startswith(question)]
        assert len(found) == 1, f"{len(found)} cards ask {question!r}"
        return found[0]

    def cards(self) -> list[Card]:
        """All cards, retired ones too."""
        return self.collection.cards(retired=True)

    def rows(self, table: str, condition: str = "1 = 1") -> list[dict[str, Any]]:
        """The rows of a table as they are on disk."""
        sql = f"SELECT * FROM {table} WHERE {condition} ORDER BY 1, 2"
        if self.server:
            return self.server.ask(sql, self.name)
        with closing(sqlite3.connect(self.database)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql)]

    def state(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """What an undo must restore: every card in full, and the log."""
        return self.rows("card"), self.rows("review", "undone_at IS NULL")


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty collection, made once: migrations cost more than most tests."""
    folder = tmp_path_factory.mktemp("new")
    Store(str(folder / "new.db"), folder).close()
    return folder / "new.db"


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A PostgreSQL server, with an empty collection in the database ``empty``."""
    if not postgres.PROGRAMS:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(postgres.MISSING)
    server = postgres.Server("fsync=off", "autovacuum=off")
    server.ask("CREATE DATABASE empty")
    Store(server.url("empty"), server.folder).close()
    yield server
    server.remove()


@pytest.fixture
def kept_in() -> str:
    """Where collections are kept: ``file`` or ``server``. Parametrised where a test must hold for both."""
    return "file"


@pytest.fixture
def make_desk(
    request: pytest.FixtureRequest, kept_in: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Makes desks, each with an empty collection."""
    for name in [name for name in os.environ if name.startswith("DQUIZ_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TZ", "UTC")
    made: list[Desk] = []
    server = request.getfixturevalue("server") if kept_in == "server" else None

    def make() -> Desk:
        home = tmp_path / f"desk{len(made)}" if made else tmp_path
        desk = Desk(home, server, server.new_database("empty") if server else "")
        desk.notes.mkdir(parents=True)
        if not server:
            shutil.copy(request.getfixturevalue("new_database"), desk.database)
        made.append(desk)
        return desk

    yield make
    for desk in made:
        desk.close()
        if server:
            server.drop(desk.name)


@pytest.fixture
def desk(make_desk: Callable[[], Desk]) -> Desk:
    """A desk with an empty collection."""
    return make_desk()
