"""The configuration: what outranks what, where everything is, and what time it is."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from quiz import configuration
from quiz.configuration import local_zone, now
from quiz.errors import ConfigError


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def read(home: Path, **options: object) -> configuration.Configuration:
    environment = {"DQUIZ_HOME": str(home), **options.pop("environment", {})}
    return configuration.read(environment=environment, **options)


def test_with_a_home_everything_is_below_it_and_nothing_is_created(home: Path) -> None:
    found = read(home)
    assert found.file == home / "config.toml"
    assert found.database == str(home / "collection.db")
    assert found.backups == home / "backups"
    assert found.log == home / "dquiz.log"
    assert list(home.iterdir()) == []


def test_without_a_home_the_system_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.delenv("DQUIZ_HOME", raising=False)
    found = configuration.read(environment={})
    assert found.file == tmp_path / "config/dquiz/config.toml"
    assert found.database == str(tmp_path / "data/dquiz/collection.db")
    assert found.backups == tmp_path / "state/dquiz/backups"


def test_what_outranks_what(home: Path, tmp_path: Path) -> None:
    (home / "config.toml").write_text("[study]\nnew_per_day = 1\nreviews_per_day = 1\nleech_lapses = 1")
    notes = tmp_path / "notes/deep"
    notes.mkdir(parents=True)
    (tmp_path / "notes/dquiz.toml").write_text("[study]\nreviews_per_day = 2\nleech_lapses = 2")
    found = read(home, environment={"DQUIZ_STUDY__LEECH_LAPSES": "3"})
    study = found.settings.study
    assert (study.new_per_day, study.reviews_per_day, study.leech_lapses) == (1, 1, 3)
    of_source = found.for_source(notes)
    study = of_source.settings.study
    assert (study.new_per_day, study.reviews_per_day, study.leech_lapses) == (1, 2, 3)
    assert of_source.origins == {
        "study.new_per_day": str(home / "config.toml"),
        "study.reviews_per_day": str(tmp_path / "notes/dquiz.toml"),
        "study.leech_lapses": "DQUIZ_STUDY__LEECH_LAPSES",
    }


def test_a_source_without_a_file_changes_nothing(home: Path, tmp_path: Path) -> None:
    found = read(home)
    assert found.for_source(tmp_path / "notes.md") is found


def test_a_source_cannot_move_the_collection(home: Path, tmp_path: Path) -> None:
    (tmp_path / "dquiz.toml").write_text('[collection]\ndatabase = "theirs.db"')
    with pytest.raises(ConfigError, match=r"dquiz\.toml: \[collection\]: notes cannot set this table"):
        read(home).for_source(tmp_path / "notes.md")


@pytest.mark.parametrize(
    ("written", "environment", "option", "database"),
    [
        ("mine.db", {}, None, "{home}/mine.db"),
        ("mine.db", {"DQUIZ_COLLECTION__DATABASE": "e.db"}, None, "{here}/e.db"),
        ("mine.db", {"DQUIZ_COLLECTION__DATABASE": "e.db", "DQUIZ_DATABASE": "d.db"}, None, "{here}/d.db"),
        ("mine.db", {"DQUIZ_DATABASE": "d.db"}, "o.db", "{here}/o.db"),
        ("mine.db", {"DQUIZ_DATABASE": ""}, None, "{home}/mine.db"),
        ("", {"DQUIZ_DATABASE": "postgresql://db/cards"}, None, "postgresql://db/cards"),
        ("", {"DQUIZ_DATABASE": "/abs/c.db"}, None, "/abs/c.db"),
    ],
)
def test_where_the_collection_is(
    home: Path, written: str, environment: dict[str, str], option: str | None, database: str
) -> None:
    (home / "config.toml").write_text(f'[collection]\ndatabase = "{written}"')
    found = read(home, database=option, environment=environment)
    assert found.database == database.format(home=home, here=Path.cwd())


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:se@cr/et@db:5432/cards", "postgresql://me:***@db:5432/cards"),
        ("postgresql+psycopg://db/cards?user=me&password=x&sslmode=require",
         "postgresql+psycopg://db/cards?user=me&password=***&sslmode=require"),
        ("sqlite:///cards.db", "sqlite:///cards.db"),
    ],
)  # fmt: skip
def test_a_password_is_never_shown(home: Path, url: str, shown: str) -> None:
    assert read(home, database=url).database_shown == shown


def test_short_names_of_the_environment(home: Path) -> None:
    settings = read(home, environment={"DQUIZ_PLAIN": "1", "DQUIZ_LOAD_PLUGINS": ""}).settings
    assert settings.display.plain
    assert settings.plugins.load == "none"


def test_an_unknown_name_in_the_environment_is_a_warning(home: Path) -> None:
    found = read(
        home, environment={"DQUIZ_REVEIW__BUTTONS": "2", "DQUIZ_STUDY__NEW_PER_DYA": "2", "OTHER": "2"}
    )
    assert found.warnings == (
        "DQUIZ_REVEIW__BUTTONS in the environment means nothing to dquiz. Did you mean 'DQUIZ_REVIEW__BUTTONS'?",
        "DQUIZ_STUDY__NEW_PER_DYA in the environment means nothing to dquiz. Did you mean 'DQUIZ_STUDY__NEW_PER_DAY'?",
    )


def test_another_file_may_be_named(home: Path, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("[review]\nbuttons = 2")
    assert read(home, file=tmp_path / "other.toml").settings.review.buttons == 2
    with pytest.raises(ConfigError, match=r"nowhere\.toml: there is no such file\. Check --config\."):
        read(home, file=tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            b"[study]\nnew_per_day 5",
            "{file}:2: this is not TOML: Expected '=' after a key in a key/value pair.",
        ),
        (b"[study", "{file}: this is not TOML: Expected ']' at the end of a table declaration."),
        (b"x = '\xff'", "{file}: is not UTF-8. Save it in that encoding."),
    ],
)
def test_a_file_that_cannot_be_read_is_said_with_its_place(home: Path, data: bytes, said: str) -> None:
    (home / "config.toml").write_bytes(data)
    with pytest.raises(ConfigError) as caught:
        read(home)
    assert str(caught.value) == said.format(file=home / "config.toml")


def test_a_byte_order_mark_is_no_mistake(home: Path) -> None:
    (home / "config.toml").write_text("[review]\nbuttons = 2", encoding="utf-8-sig")
    assert read(home).settings.review.buttons == 2


# --- time --------------------------------------------------------------------------------------------------


def test_the_clock_is_in_utc() -> None:
    assert abs((now({}) - datetime.now(UTC)).total_seconds()) < 5


@pytest.mark.parametrize(
    "text", ["2026-11-24T19:40:00+01:00", "2026-11-24T18:40:00Z", "2026-11-24 18:40+00:00"]
)
def test_the_moment_may_be_given(text: str) -> None:
    assert now({"DQUIZ_NOW": text}) == datetime(2026, 11, 24, 18, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["tomorrow", "2026-11-24T18:40:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00Z"]
)
def test_a_moment_needs_a_zone_and_a_sensible_year(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        now({"DQUIZ_NOW": text})
    assert str(caught.value) == (
        f'DQUIZ_NOW={text}: must be an ISO time with zone, from 1970 to 2199. For example "2026-11-24T18:40:00+01:00".'
    )


@pytest.mark.parametrize("name", ["Europe/Berlin", ":Europe/Berlin", "/usr/share/zoneinfo/Europe/Berlin"])
def test_the_zone_knows_daylight_saving(name: str) -> None:
    zone = local_zone({"TZ": name})
    summer, winter = datetime(2026, 7, 1, 12, tzinfo=UTC), datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert [summer.astimezone(zone).hour, winter.astimezone(zone).hour] == [14, 13]
    assert isinstance(zone, ZoneInfo)


@pytest.mark.parametrize("name", ["Nowhere/Land", "../../etc/passwd", "/etc/passwd", "/no/such"])
def test_an_unknown_zone_is_the_present_offset(name: str) -> None:
    assert datetime.now(UTC).astimezone(local_zone({"TZ": name})).utcoffset() is not None


def test_without_tz_the_zone_is_that_of_the_system() -> None:
    if not Path("/etc/localtime").exists() or os.environ.get("TZ"):
        pytest.skip("this system does not say which zone it uses")
    assert isinstance(local_zone({}), ZoneInfo)
