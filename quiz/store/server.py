"""PostgreSQL by URL: opens a database or refuses it, lets one writer in at a time, and never guesses what was saved."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any, NoReturn, Self
from urllib.parse import unquote

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError

from quiz.configuration import split_url, without_password
from quiz.errors import QuizError, StoreError, StoreLockedError, StoreRefusedError
from quiz.store import opening

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import URL, Connection, Engine

_DRIVER = "postgresql+psycopg"
_SCHEMES = ("postgres", "postgresql", _DRIVER)
# One lock for all that dquiz writes in a database, as a SQLite file has one
_LOCK = 0x6471757A
# So long a lost answer to COMMIT is asked after: a server that is restarted takes some seconds
PATIENCE_SECONDS = 10.0
_PAUSE_SECONDS = 0.2

# A network that is gone must be noticed while a person still looks at the screen
_CONNECTION = {
    "application_name": "dquiz",
    "client_encoding": "utf8",
    "connect_timeout": 10,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}

# Of a device that vanishes the server must let go, or no other could write; a rating is durable whatever the
# server's default is; the last two say afterwards what became of the transaction
_BEGIN = text("""
SELECT set_config('lock_timeout', :wait_ms, true),
  set_config('idle_in_transaction_session_timeout', '120s', true),
  set_config('tcp_keepalives_idle', '20', true),
  set_config('tcp_keepalives_interval', '5', true),
  set_config('tcp_keepalives_count', '3', true),
  set_config('synchronous_commit', COALESCE(NULLIF(current_setting('synchronous_commit'), 'off'), 'on'), true),
  pg_advisory_xact_lock(:lock),
  CAST(pg_current_xact_id() AS text) AS number,
  pg_backend_pid() AS process
""")

_STATUS = text("SELECT pg_xact_status(CAST(CAST(:number AS text) AS xid8))")

# The server may not know yet that the connection is gone, and would wait for a COMMIT that never comes
_END = text("""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid = :process AND backend_xid = CAST(CAST(CAST(:number AS text) AS xid8) AS xid)
""")

_LOOK = text("""
SELECT current_setting('server_encoding') AS encoding, current_schema() AS schema,
  to_regclass('alembic_version') IS NOT NULL AND EXISTS (
    SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('review') AND attname = 'study_day') AS ours,
  EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(current_schema()))
    AND relkind IN ('r', 'p') AND NOT EXISTS (
      SELECT 1 FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')) AS inhabited
""")

_TEXTS = text("""
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'
""")


class NamedRow(tuple[Any, ...]):  # noqa: SLOT001 - a tuple can have none
    """A row of SQLAlchemy's that is read by name and by number, as those of sqlite3 are."""

    _mapping: Mapping[str, Any]

    def __new__(cls, row: Any) -> Self:  # noqa: ANN401 - of any columns
        """Take over a row."""
        new = super().__new__(cls, row)
        new._mapping = row._mapping  # noqa: SLF001
        return new

    def __getitem__(self, key: Any) -> Any:  # noqa: ANN401
        return self._mapping[key] if isinstance(key, str) else super().__getitem__(key)


def make_engine(url: str) -> Engine:
    """An engine for a database by URL; nothing is connected yet.

    Raises:
        StoreError: It is no URL of PostgreSQL, or the driver is not installed.
    """
    address = _address(url)
    settings = {name: value for name, value in _CONNECTION.items() if name not in address.query}
    try:
        return create_engine(
            address, connect_args=settings, isolation_level="READ COMMITTED", pool_pre_ping=True
        )
    except ImportError as error:
        raise StoreError(
            f"{without_password(url)}: this database needs psycopg ({_first_line(error)}). "
            "Install it: pip install 'psycopg[binary]'."
        ) from None


def _address(url: str) -> URL:
    """The URL in SQLAlchemy's terms. None of what cannot be understood is shown: a password may be in it."""
    scheme, account, place, query = split_url(url)
    if scheme not in _SCHEMES:
        raise StoreError(
            f"{scheme}://…: a collection lives in SQLite or PostgreSQL. Example: {_DRIVER}://user@host/name"
        )
    user, colon, password = account.partition(":")
    try:
        address = make_url(f"{_DRIVER}://{place}?{query.replace('@', '%40')}")
        (address.host or "").encode("idna")
    except (ArgumentError, ValueError):  # a UnicodeError is a ValueError
        raise StoreError(
            f"{scheme}://…: not a database URL. Example: {_DRIVER}://user:password@host/name, "
            "with @ : / ? # % of a password written as %40 %3A %2F %3F %23 %25."
        ) from None
    return address.set(
        username=unquote(user) if user else None, password=unquote(password) if colon else None
    )


def open_database(engine: Engine, name: str) -> bool:
    """Look whether a database is ours and of this version; migrate it if it is old.

    Returns:
        Whether it was empty, and a new collection was made in it.

    Raises:
        StoreRefusedError: It is another program's, of a newer dquiz, or cannot hold every text; it was left as it is.
        StoreError: It cannot be reached.
    """
    with explained(name), _reading(engine) as connection:
        version = _found_version(connection, name)
    if version == opening.HEAD:
        return False
    with writing(engine, name) as connection:
        # another device may have done it while this one waited for the lock
        version = _found_version(connection, name)
        if version != opening.HEAD:
            opening.upgrade_within(connection)
            _order_by_bytes(connection)
        return version is None


def _order_by_bytes(connection: Connection) -> None:
    """Compare all text as SQLite does, whatever language the server speaks: the start of an id is found by it."""
    for table, column in connection.execute(_TEXTS).all():
        connection.execute(text(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE text COLLATE "C"'))


def _found_version(connection: Connection, name: str) -> str | None:
    """The schema version of a collection, None if the database is empty."""
    found = connection.execute(_LOOK).one()
    if found.ours:
        version = connection.scalar(text("SELECT version_num FROM alembic_version"))
        if version is None or version > opening.HEAD:
            raise StoreRefusedError(
                f"{name}: made by a newer dquiz (schema {version}, this one knows {opening.HEAD}). "
                "Update dquiz; nothing was changed."
            )
        return str(version)
    if found.inhabited:
        raise StoreRefusedError(
            f"{name}: holds tables of another program, it is no dquiz collection. "
            "Give dquiz a database of its own: createdb NAME."
        )
    if found.encoding != "UTF8":
        raise StoreRefusedError(
            f"{name}: its encoding is {found.encoding}, which cannot hold every note. "
            "Make one that can: createdb --encoding UTF8 --template template0 NAME."
        )
    if found.schema is None:
        raise StoreError(
            f"{name}: the schema of its search_path does not exist. Make it: CREATE SCHEMA NAME."
        )
    return None


# --- reading and writing -------------------------------------------------------------------------------------------


def read(engine: Engine, name: str, sql: str, parameters: Mapping[str, object]) -> Sequence[NamedRow]:
    """All rows of a query. If the connection breaks on the way the query is asked once more on a new one."""
    query = text(sql)
    with explained(name):
        try:
            return _rows(engine, query, parameters)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        return _rows(engine, query, parameters)


def _rows(engine: Engine, query: Any, parameters: Mapping[str, object]) -> list[NamedRow]:  # noqa: ANN401
    with _reading(engine) as connection:
        return [NamedRow(row) for row in connection.execute(query, parameters)]


def _reading(engine: Engine) -> Connection:
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")


@contextlib.contextmanager
def writing(engine: Engine, name: str) -> Iterator[Connection]:
    """One transaction, as the only writer: all of it is on the server's disk when the block ends, or nothing.

    If the connection breaks while the server commits, the server is asked afterwards what became of it.

    Raises:
        StoreLockedError: Another device has been writing for five seconds.
        StoreError: It was not saved; with ``passing`` among the details it may be tried again. Or, with
            ``outcome="unknown"`` there, the server did not come back to say whether it was.
    """
    with explained(name), engine.connect() as connection, connection.begin() as transaction:
        wait_ms = str(round(opening.BUSY_SECONDS * 1000))
        begun = connection.execute(_BEGIN, {"wait_ms": wait_ms, "lock": _LOCK}).one()
        yield connection
        try:
            transaction.commit()
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            if not _was_committed(engine, name, begun.number, begun.process):
                raise


def _was_committed(engine: Engine, name: str, number: str, process: int) -> bool:
    """Whether a transaction was committed whose COMMIT has got no answer."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        with contextlib.suppress(DBAPIError), _reading(engine) as connection:
            connection.execute(_END, {"process": process, "number": number})
            status = connection.scalar(_STATUS, {"number": number})
            if status in ("committed", "aborted"):
                return bool(status == "committed")
        if time.monotonic() > end:
            raise StoreError(
                f"{name}: the connection broke while this was being saved, and whether it was cannot be told "
                "until the server is back. `dquiz log` will show it.",
                outcome="unknown",
            )
        time.sleep(_PAUSE_SECONDS)


# --- what went wrong -----------------------------------------------------------------------------------------------

_AGAIN = "Nothing was changed; try again."
_LOST = f"the connection to the server is lost. {_AGAIN}"
_FAILED_STATES = {
    "08": _LOST,
    "57P01": _LOST,
    "57P02": _LOST,
    "57P03": "the server is just starting or stopping. Try again.",
    "57P05": _LOST,
    "25P03": "the server did not wait any longer. " + _AGAIN,
    "25006": "the database is read-only, so ratings cannot be saved. Connect to the primary server.",
    "42501": "this user may not do that ({text}). Use a database that the user owns.",
    "42P01": "a table is missing ({text}). Restore the database from a copy.",
    "53100": "the server's disk is full. Nothing was lost; free some space and try again.",
    "53300": "the server has no connection left. Try again.",
    "54000": "a name in the notes is too long for this database. Shorten the path, deck or ^id. Nothing was changed.",
}
_PASSING_STATES = ("08", "53", "57")
_LOCKED_STATES = ("55P03", "40001", "40P01")
# libpq reports failed connections by text alone
_FAILED_CONNECTIONS = (
    ("password authentication failed", "the server does not accept this user and password. Check them."),
    ("no password supplied", "the server wants a password: put it into the URL, PGPASSWORD or ~/.pgpass."),
    ("does not exist", "{text}. Make it on the server (createdb, createuser), or correct the URL."),
    ("resolve host", "there is no host of that name. Check the URL."),
    ("translate host name", "there is no host of that name. Check the URL."),
    ("Connection refused", "no server answers there. Is it running, and the port right?"),
    ("No such file or directory", "no server answers there. Is it running?"),
    ("failed: server closed the connection", _LOST),
    ("timeout expired", "the server does not answer. Check the network."),
    ("starting up", _FAILED_STATES["57P03"]),
    ("shutting down", _FAILED_STATES["57P03"]),
    ("too many clients", _FAILED_STATES["53300"]),
    ("remaining connection slots", _FAILED_STATES["53300"]),
)


@contextlib.contextmanager
def explained(name: str) -> Iterator[None]:
    """Errors of SQLAlchemy and of the driver as errors that a learner can act on."""
    try:
        yield
    except QuizError:
        raise
    except SQLAlchemyError as error:
        _explain(name, error)


def _explain(name: str, error: SQLAlchemyError) -> NoReturn:
    original = getattr(error, "orig", None)
    state = getattr(original, "sqlstate", None) or ""
    if state in _LOCKED_STATES:
        raise StoreLockedError(f"{name}: another device is writing. {_AGAIN}", passing=True) from error
    # what happens to a connection has no state of SQL
    passing = state[:2] in _PASSING_STATES if state else isinstance(error, OperationalError)
    meaning = _meaning(error, state, str(original)).format(text=_first_line(original or error))
    raise StoreError(f"{name}: {meaning}", passing=passing) from error


def _meaning(error: SQLAlchemyError, state: str, told: str) -> str:
    for known in (state, state[:2]):
        if known in _FAILED_STATES:
            return _FAILED_STATES[known]
    if not state:
        for part, meaning in _FAILED_CONNECTIONS:
            if part in told:
                return meaning
    return _LOST if getattr(error, "connection_invalidated", False) else "{text}"


def _first_line(error: BaseException) -> str:
    """What the server says, without where it was said."""
    line = (str(error).strip() or type(error).__name__).splitlines()[0]
    return line.rpartition("FATAL:  ")[2].rstrip(".")
