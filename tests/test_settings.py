"""Settings: their defaults, values read and refused, and what decks inherit."""

# ruff: noqa: E501 - messages stand as they are shown

from __future__ import annotations

import tomllib
from datetime import time, timedelta

import pytest

from quiz.errors import ConfigError
from quiz.settings import DEFAULTS, TABLES, Settings
from quiz.settings.layers import FileLayer, TextLayer, merge
from quiz.settings.rules import RULES, UNLIMITED, as_toml, duration, duration_text

# Every key with its default, as TOML.
SPECIFIED = """
[collection]
sources = []
shipped = true
database = ""
notes = ""
[study]
day_start = "04:00"
new_per_day = 20
reviews_per_day = 200
order = "due"
new_order = "path"
new_cards = "mixed"
bury_siblings = true
learn_ahead = "20m"
leech_lapses = 8
leech_action = "flag"
kinds = ["qa", "cheatsheet", "cloze", "choice", "term"]
[fsrs]
retention = 0.90
learning_steps = ["1m", "10m"]
relearning_steps = ["10m"]
maximum_interval = "100y"
fuzz = true
parameters = []
[review]
buttons = 4
explain_ratings = 3
intervals = true
timer = false
timer_cap = "60s"
[typed]
auto_rate = false
tries = 3
order = "strict"
cloze = "off"
[mcq]
counts = "never"
[interview]
minutes = 30
per_question = "180s"
new_share = 0.25
[display]
plain = false
code_theme = "ansi_dark"
unicode = "auto"
[editor]
command = ""
[backup]
daily = true
keep = 10
[stats]
streak = false
[plugins]
load = "all"
"""


def read(text: str, *, of_source: bool = False) -> Settings:
    """The settings that a file gives."""
    return merge([FileLayer("config.toml", tomllib.loads(text), of_source)]).settings


def mistakes(text: str, *, of_source: bool = False) -> str:
    """What is said about the mistakes of a file."""
    with pytest.raises(ConfigError) as caught:
        read(text, of_source=of_source)
    return str(caught.value)


def from_environment(key: str, text: str) -> object:
    """The value of a key given in the environment."""
    settings = merge([TextLayer({key: ("DQUIZ_X", text)})]).settings
    return dict(settings.items())[key]


def test_the_defaults_are_those_of_the_specification() -> None:
    assert read(SPECIFIED) == DEFAULTS


def test_every_key_of_the_specification_is_known_and_no_other() -> None:
    specified = {f"{table}.{key}" for table, keys in tomllib.loads(SPECIFIED).items() for key in keys}
    known = {key for key, _ in DEFAULTS.items() if not key.startswith("keys.")}
    assert known == specified


def test_every_key_has_a_rule_that_reads_what_it_writes() -> None:
    assert tuple(RULES) == TABLES
    for dotted, value in DEFAULTS.items():
        table, key = dotted.split(".")
        rule = RULES[table][key]
        written = rule.write(value)
        assert rule.read(tomllib.loads(f"x = {written}")["x"]) == value, dotted


def test_values_arrive_in_their_types() -> None:
    settings = read("""
        [study]
        day_start = 03:30:00
        learn_ahead = "2h"
        new_per_day = 99999999999
        [fsrs]
        retention = 0.7
        learning_steps = []
        maximum_interval = "1y"
        [plugins]
        load = ["anki", "csv"]
    """)
    assert settings.study.day_start == time(3, 30)
    assert settings.study.learn_ahead == timedelta(hours=2)
    assert settings.study.new_per_day == UNLIMITED
    assert settings.fsrs.learning_steps == ()
    assert settings.fsrs.maximum_interval == 365
    assert settings.plugins.load == ("anki", "csv")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[study]\nnew_per_dya = 5",
            "config.toml: [study] new_per_dya = 5: unknown key. Did you mean 'new_per_day'?",
        ),
        (
            "[study]\nretention = 0.9",
            "config.toml: [study] retention = 0.9: unknown key. It belongs into [fsrs].",
        ),
        (
            '[study]\nnew_per_day = "many"',
            'config.toml: [study] new_per_day = "many": must be a whole number of 0 or more. The default is 20.',
        ),
        (
            "[study]\nnew_per_day = true",
            "config.toml: [study] new_per_day = true: must be a whole number of 0 or more. The default is 20.",
        ),
        (
            '[study]\norder = "du"',
            "config.toml: [study] order = \"du\": must be one of due, random, weakest. Did you mean 'due'?",
        ),
        (
            '[study]\nday_start = "25:00"',
            'config.toml: [study] day_start = "25:00": must be a time of day like "04:00". The default is "04:00".',
        ),
        (
            "[study]\nlearn_ahead = 20",
            'config.toml: [study] learn_ahead = 20: must be a duration like "90s", "20m", "3h", "2d" or "100y". The default is "20m".',
        ),
        (
            '[review]\ntimer_cap = "2h"',
            'config.toml: [review] timer_cap = "2h": must be a duration from 1s to 1h. The default is "1m".',
        ),
        (
            "[review]\nbuttons = 3",
            "config.toml: [review] buttons = 3: must be 2 or 4. The default is 4.",
        ),
        (
            "[fsrs]\nretention = 1.0",
            "config.toml: [fsrs] retention = 1.0: must be a number from 0.70 to 0.99. The default is 0.9.",
        ),
        (
            "[fsrs]\nretention = nan",
            "config.toml: [fsrs] retention = nan: must be a number from 0.70 to 0.99. The default is 0.9.",
        ),
        (
            "[fsrs]\nparameters = [0.2, 1.3]",
            "config.toml: [fsrs] parameters = [0.2, 1.3]: must be 21 numbers, or [] for the defaults of FSRS. These are 2.",
        ),
        (
            '[fsrs]\nlearning_steps = "1m 10m"',
            'config.toml: [fsrs] learning_steps = "1m 10m": must be a list of durations like ["1m", "10m"]. The default is ["1m", "10m"].',
        ),
        (
            '[plugins]\nload = "some"',
            'config.toml: [plugins] load = "some": must be "all", "none" or a list of names. The default is "all".',
        ),
        ("[stduy]\n", "config.toml: [stduy]: unknown table. Did you mean 'study'?"),
        (
            "review = 3",
            "config.toml: [review]: must be a table. Write [review] on a line of its own, and below it key = value.",
        ),
        (
            '[keys]\nundo = "zz"',
            'config.toml: [keys] undo = "zz": must be one printable character, or "space". The default is "u".',
        ),
        (
            '[keys]\nedit = "u"',
            "config.toml: [keys] edit = \"u\": is the key of 'undo' too. Give one of them another.",
        ),
        (
            "[decks.aws.iam]\nretention = 0.8",
            'config.toml: [decks."aws"] iam = { retention = 0.8 }: unknown key of a deck. For the sub-deck write [decks."aws/iam"].',
        ),
        (
            "[decks.aws]\nretentoin = 0.8",
            "config.toml: [decks.\"aws\"] retentoin = 0.8: unknown key of a deck. Did you mean 'retention'?",
        ),
        (
            "[decks.aws]\nretention = 2",
            'config.toml: [decks."aws"] retention = 2: must be a number from 0.70 to 0.99. The default is 0.9.',
        ),
        (
            '[decks.aws]\ntyped.order = "fre"',
            'config.toml: [decks."aws"] typed.order = "fre": must be one of strict, free. Did you mean \'free\'?',
        ),
        (
            '[decks.aws]\nday_start = "03:00"',
            'config.toml: [decks."aws"] day_start = "03:00": holds for all decks. Set it in [study].',
        ),
        (
            "decks.aws = 3",
            'config.toml: [decks] aws = 3: must be a table. Write [decks."aws"] on a line of its own, and below it key = value.',
        ),
    ],
)
def test_a_mistake_says_where_what_why_and_what_instead(text: str, said: str) -> None:
    assert mistakes(text) == said


def test_every_mistake_of_every_place_is_told_at_once() -> None:
    user = FileLayer("/home/me/config.toml", tomllib.loads("[study]\nx = 1\n[fsrs]\nfuzz = 2\n[nope]"))
    source = FileLayer("/notes/dquiz.toml", tomllib.loads('[editor]\ncommand = "rm"'), of_source=True)
    environment = TextLayer({"review.buttons": ("DQUIZ_REVIEW__BUTTONS", "3")})
    with pytest.raises(ConfigError) as caught:
        merge([user, source, environment])
    assert str(caught.value).splitlines() == [
        "/home/me/config.toml: [study] x = 1: unknown key.",
        "/home/me/config.toml: [fsrs] fuzz = 2: must be true or false. The default is true.",
        "/home/me/config.toml: [nope]: unknown table.",
        "/notes/dquiz.toml: [editor]: notes cannot set this table. Put it into your own configuration; `dquiz paths` says where that is.",
        "DQUIZ_REVIEW__BUTTONS=3: must be 2 or 4. The default is 4.",
    ]
    assert caught.value.exit_code == 3
    assert caught.value.code == "config_invalid"
    assert caught.value.details["mistakes"][1] == {
        "place": "/home/me/config.toml",
        "table": "fsrs",
        "key": "fuzz",
        "value": 2,
        "reason": "must be true or false",
        "suggestion": " The default is true.",
    }


@pytest.mark.parametrize("table", ["collection", "editor", "keys", "plugins", "display", "backup"])
def test_notes_cannot_set_what_could_run_programs_or_move_the_collection(table: str) -> None:
    assert "notes cannot set this table" in mistakes(f"[{table}]", of_source=True)


def test_notes_cannot_move_the_study_day() -> None:
    said = mistakes('[study]\nday_start = "03:00"', of_source=True)
    assert said.endswith("holds for all decks, so notes cannot set it.")


def test_keys_may_change_places() -> None:
    keys = read('[keys]\nundo = "e"\nedit = "u"').keys
    assert (keys.action("e"), keys.action("u"), keys.action("§")) == ("undo", "edit", None)


def test_a_deck_inherits_from_the_deck_above_it() -> None:
    settings = read("""
        [fsrs]
        retention = 0.85
        [decks.aws]
        retention = 0.95
        new_per_day = 5
        [decks."aws/iam"]
        new_per_day = 0
        typed.order = "free"
        order = "weakest"
    """)
    iam = settings.for_deck("aws/iam/roles")
    assert (iam.fsrs.retention, iam.study.new_per_day) == (0.95, 0)
    assert (iam.typed.order, iam.study.order) == ("free", "weakest")
    assert settings.for_deck("aws").study.new_per_day == 5
    assert settings.for_deck("awsome") is settings
    assert dict(settings.decks["aws"]) == {"fsrs.retention": 0.95, "study.new_per_day": 5}


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("collection.shipped", "false", False),
        ("collection.shipped", "0", False),
        ("fsrs.fuzz", "yes", True),
        ("study.new_per_day", "7", 7),
        ("fsrs.retention", ".85", 0.85),
        ("study.day_start", "4:30", time(4, 30)),
        ("fsrs.learning_steps", "1m 10m", (timedelta(minutes=1), timedelta(minutes=10))),
        ("fsrs.learning_steps", '["1m", "10m"]', (timedelta(minutes=1), timedelta(minutes=10))),
        ("fsrs.learning_steps", "", ()),
        ("collection.sources", "/my notes:/other", ("/my notes", "/other")),
        ("editor.command", "1", "1"),
        ("plugins.load", "anki,csv", ("anki", "csv")),
        ("plugins.load", "", "none"),
        ("plugins.load", "all", "all"),
    ],
)
def test_the_environment_needs_no_quotes(key: str, text: str, value: object) -> None:
    assert from_environment(key, text) == value


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90s", timedelta(seconds=90)),
        ("3h", timedelta(hours=3)),
        ("2w", timedelta(days=14)),
        (" 1 d ", timedelta(days=1)),
    ],
)
def test_durations(text: str, length: timedelta) -> None:
    assert duration(text) == length


@pytest.mark.parametrize("text", ["", "m", "5", "-5m", "1.5h", "5 minutes", "²m", "99999999999y", None, 5])
def test_no_durations(text: object) -> None:
    with pytest.raises(ValueError, match="a duration like"):
        duration(text)


def test_a_duration_is_written_in_the_largest_unit_that_divides_it() -> None:
    lengths = ["0s", "90s", "20m", "36h", "2d", "3w", "100y"]
    assert [duration_text(duration(length)) for length in lengths] == lengths


def test_text_survives_toml() -> None:
    text = 'C:\\path "quoted"\nline'
    assert tomllib.loads(f"x = {as_toml(text)}")["x"] == text
