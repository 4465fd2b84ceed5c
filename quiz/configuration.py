"""Finds and reads the configuration: files, variables, where things are kept, and what time it is.

Precedence: option > environment > source file > user file > default.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from quiz.errors import ConfigError
from quiz.settings.layers import FileLayer, Layer, Mistake, TextLayer, config_error, merge
from quiz.settings.rules import RULES
from quiz.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from quiz.settings import Settings

SOURCE_FILE = "dquiz.toml"
_OPTION = "--database"
_VARIABLES = {
    f"DQUIZ_{table}__{key}".upper(): f"{table}.{key}" for table, keys in RULES.items() for key in keys
}
_SHORT_VARIABLES = {
    "DQUIZ_DATABASE": "collection.database",
    "DQUIZ_PLAIN": "display.plain",
    "DQUIZ_LOAD_PLUGINS": "plugins.load",
}
_OTHER_VARIABLES = ("DQUIZ_HOME", "DQUIZ_NOW")
_YEARS = range(1970, 2200)
# Of a database URL: what stands between the account and the query, and what every query begins with
_PLACE = re.compile(r"(\[[^\]@]*\]|[^:/@\[\]]*)(:\d*)?(/[^:@]*)?")
_OPTIONS = re.compile(r"[a-z_]+=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What was read, and where everything is. Nothing of it need exist.

    Attributes:
        settings: Without those that sources bring along; see `for_source`.
        file: The user's configuration.
        database: The collection: an absolute path, or an SQLAlchemy URL.
        data: The folder of the user's data.
        notes: The folder for the learner's copies of shipped decks.
        backups: The folder of the collection's copies.
        log: The log file.
        origins: ``table.key`` → the file, variable or option its value comes from; defaults are absent.
        zone: The user's time zone.
        warnings: For people; names in the environment that mean nothing, for example.
    """

    settings: Settings
    file: Path
    database: str
    data: Path
    notes: Path
    backups: Path
    log: Path
    origins: Mapping[str, str]
    zone: tzinfo
    warnings: tuple[str, ...] = ()
    layers: tuple[Layer, ...] = field(default=(), repr=False)

    @property
    def database_shown(self) -> str:
        """The database for people: a URL without its password."""
        return without_password(self.database)

    def for_source(self, source: Path) -> Configuration:
        """The configuration for the decks of a source: its own file outranks the user's, not the environment.

        Raises:
            ConfigError: The source's file has mistakes.
        """
        file = source_file(source)
        if file is None:
            return self
        *below, environment = self.layers
        merged = merge([*below, _file_layer(file, of_source=True), environment])
        return replace(self, settings=merged.settings, origins=merged.origins)


def read(
    *,
    database: str | None = None,
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Configuration:
    """Reads the configuration.

    Args:
        database: As given on the command line.
        file: The user's configuration instead of the one in its usual place.
        environment: Instead of the process's own.

    Raises:
        ConfigError: With every mistake; or the given file cannot be read.
    """
    environment = os.environ if environment is None else environment
    folders = _folders(environment)
    place = file or folders.config / "config.toml"
    if file is not None and not file.is_file():
        raise ConfigError(f"{file}: there is no such file. Check --config.", path=str(file))
    layers = [_file_layer(place)] if place.is_file() else []
    merged = merge([*layers, text_layer := _text_layer(database, environment)])
    origin = merged.origins.get("collection.database", "")
    return Configuration(
        settings=merged.settings,
        file=place.absolute(),
        database=_database(merged.settings.collection.database, origin, place, folders.data),
        data=folders.data,
        notes=_notes(merged.settings.collection.notes, merged.origins, place, folders.data),
        backups=folders.state / "backups",
        log=folders.state / "dquiz.log",
        origins=merged.origins,
        zone=local_zone(environment),
        warnings=tuple(_unknown_variables(environment)),
        layers=(*layers, text_layer),
    )


def source_file(source: Path) -> Path | None:
    """The ``dquiz.toml`` in the folder of a source, else the nearest one above it."""
    folder = source if source.is_dir() else source.parent
    candidates = (above / SOURCE_FILE for above in (folder, *folder.parents))
    return next((candidate for candidate in candidates if candidate.is_file()), None)


# --- time --------------------------------------------------------------------------------------------------


def now(environment: Mapping[str, str] | None = None) -> datetime:
    """The moment in UTC: that of DQUIZ_NOW if set, else the clock's.

    Raises:
        ConfigError: DQUIZ_NOW is no time with zone.
    """
    given = (os.environ if environment is None else environment).get("DQUIZ_NOW", "").strip()
    if not given:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        moment = datetime.min  # noqa: DTZ901 - refused below, being naive
    if moment.tzinfo is None or moment.year not in _YEARS:
        reason = f"must be an ISO time with zone, from {_YEARS[0]} to {_YEARS[-1]}"
        example = ' For example "2026-11-24T18:40:00+01:00".'
        raise config_error([Mistake("DQUIZ_NOW", value=given, reason=reason, suggestion=example)])
    return moment.astimezone(UTC)


def local_zone(environment: Mapping[str, str] | None = None) -> tzinfo:
    """The user's time zone, with its daylight saving: from TZ, else the system's.

    A TZ that names no zone, and a system that does not say which it uses (Windows), give the present offset.
    """
    name = (os.environ if environment is None else environment).get("TZ", "").removeprefix(":")
    zone = _zone_file(Path(name)) if name.startswith("/") else _zone_called(name) if name else None
    if zone is None and not name:
        zone = _zone_file(Path("/etc/localtime"))
    return zone or datetime.now().astimezone().tzinfo or UTC


def _zone_called(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _zone_file(path: Path) -> tzinfo | None:
    _, marker, name = str(path.resolve()).rpartition("/zoneinfo/")
    if marker and (zone := _zone_called(name)):
        return zone
    try:
        with path.open("rb") as data:
            return ZoneInfo.from_file(data, key=str(path))
    except (ValueError, OSError):
        return None


# --- places ------------------------------------------------------------------------------------------------


class _Folders(NamedTuple):
    config: Path
    data: Path
    state: Path


def _folders(environment: Mapping[str, str]) -> _Folders:
    if home := environment.get("DQUIZ_HOME"):
        folder = Path(home).expanduser().absolute()
        return _Folders(folder, folder, folder)
    import platformdirs  # noqa: PLC0415 - not needed with DQUIZ_HOME

    where = platformdirs.PlatformDirs("dquiz", appauthor=False)
    return _Folders(where.user_config_path, where.user_data_path, where.user_state_path)


def _database(given: str, origin: str, file: Path, data: Path) -> str:
    """The given path or URL; a relative path in the configuration file starts at its folder."""
    if not given:
        return str(data / "collection.db")
    if "://" in given:
        return given
    base = file.absolute().parent if origin == str(file) else Path.cwd()
    return str(base / Path(given).expanduser())


def _notes(given: str, origins: Mapping[str, str], file: Path, data: Path) -> Path:
    """The given folder; a relative one in the configuration file starts at its folder."""
    if not given:
        return data / "notes"
    base = file.absolute().parent if origins.get("collection.notes") == str(file) else Path.cwd()
    return base / Path(given).expanduser()


class UrlParts(NamedTuple):
    """A database URL in parts: ``scheme://account@place?query``."""

    scheme: str
    account: str
    place: str
    query: str


def split_url(url: str) -> UrlParts:
    """Splits a database URL at the last ``@`` before its query: a password typed as it is may hold more of them."""
    scheme, _, rest = url.partition("://")
    head, _, query = rest.partition("?")
    if "@" in query and not _OPTIONS.match(query):
        # it was no query: the password holds a question mark
        account, _, rest = rest.rpartition("@")
        return UrlParts(scheme, account, *rest.partition("?")[::2])
    account, _, place = head.rpartition("@")
    return UrlParts(scheme, account, place, query)


def without_password(database: str) -> str:
    """A path as it is, a URL as it may be shown: what cannot be told from a password is hidden too."""
    if "://" not in database or database.startswith("sqlite"):
        return database
    scheme, account, place, query = split_url(database)
    user, colon, _ = account.partition(":")
    shown = f"{scheme}://{user}{colon and ':***'}@" if account else f"{scheme}://"
    if not _PLACE.fullmatch(place):
        return f"{shown}***"
    options = "&".join(map(_without_secret, query.split("&")))
    return f"{shown}{place}?{options}" if query else f"{shown}{place}"


def _without_secret(option: str) -> str:
    from urllib.parse import unquote  # noqa: PLC0415 - most databases are files

    name, equals, value = option.partition("=")
    if not equals:
        return "***"
    return f"{name}=***" if "password" in unquote(name).lower() or "@" in value else option


# --- files and variables -----------------------------------------------------------------------------------


def _file_layer(path: Path, *, of_source: bool = False) -> FileLayer:
    import tomllib  # noqa: PLC0415 - most people have no configuration file

    try:
        text = path.read_bytes().decode("utf-8-sig")
        return FileLayer(str(path), tomllib.loads(text), of_source=of_source)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}", path=str(path)) from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: is not UTF-8. Save it in that encoding.", path=str(path)) from None
    except (ValueError, RecursionError) as error:
        message, _, place = str(error).partition(" (at ")
        line = re.search(r"line (\d+)", place)
        where = f"{path}:{line[1]}" if line else str(path)
        raise ConfigError(f"{where}: this is not TOML: {message}.", path=str(path)) from None


def _text_layer(database: str | None, environment: Mapping[str, str]) -> TextLayer:
    texts: dict[str, tuple[str, str]] = {}
    for name, dotted in _VARIABLES.items():
        if name in environment:
            texts[dotted] = (name, environment[name])
    for name, dotted in _SHORT_VARIABLES.items():
        # An empty list of plug-ins means none; of the others, empty is as good as unset.
        if environment.get(name) or (name in environment and name == "DQUIZ_LOAD_PLUGINS"):
            texts[dotted] = (name, environment[name])
    if database:
        texts["collection.database"] = (_OPTION, database)
    return TextLayer(texts)


def _unknown_variables(environment: Mapping[str, str]) -> list[str]:
    known = (*_VARIABLES, *_SHORT_VARIABLES, *_OTHER_VARIABLES)
    unknown = sorted(name for name in environment if name.startswith("DQUIZ_") and name not in known)
    return [
        f"{name} in the environment means nothing to dquiz.{did_you_mean(name, known)}" for name in unknown
    ]
