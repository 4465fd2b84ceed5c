"""Arguments, settings, variables and queries of any kind: an answer or one line of error, and nothing raw."""

from __future__ import annotations

import json
import os

import pytest

from trust.hostile import PAYLOADS, RAW, SAFE, TOO_MANY, question

COMMANDS = {
    "command": ["{}"],
    "option": ["check", "--x{}"],
    "value of an option": ["review", "--order", "{}"],
    "value of a number": ["review", "--new", "{}"],
    "file to check": ["check", "{}"],
    "file to check, with its ending": ["check", "{}.md"],
    "files to sync": ["sync", "{}"],
    "source to forget": ["sync", "--forget", "{}"],
    "deck to review": ["review", "{}"],
    "file to review": ["review", "./{}.md"],
    "deck that is due": ["due", "{}"],
    "deck of cards": ["cards", "{}"],
    "tag of cards": ["cards", "--tag", "{}"],
    "condition of cards": ["cards", "--where", "{}"],
    "words to search": ["search", "{}"],
    "field to search": ["search", "{}:x"],
    "value to search": ["search", "due:{}"],
    "phrase to search": ["search", 'deck:"{}"'],
    "order of a search": ["search", "x", "--sort", "{}"],
    "card to show": ["show", "{}"],
    "anchor to show": ["show", "^{}"],
    "place to show": ["show", "{}.md:3"],
    "card to answer": ["answer", "{}", "3"],
    "rating": ["answer", "x", "{}"],
    "moment": ["answer", "x", "3", "--at", "{}"],
    "token": ["answer", "x", "3", "--token", "{}"],
    "card to suspend": ["suspend", "{}"],
    "cards to relink": ["relink", "{}", "{}"],
    "file to anchor": ["anchor", "{}"],
    "card of the log": ["log", "--card", "{}"],
    "format": ["export", "{}", "out"],
    "deck to export": ["export", "anki", "out.apkg", "{}"],
    "key of the configuration": ["config", "get", "{}"],
    "action on the configuration": ["config", "{}"],
    "source of the configuration": ["config", "--source", "{}"],
    "shell": ["completion", "{}"],
    "configuration": ["--config", "{}", "paths"],
}
WORDS = {
    **{
        name: PAYLOADS[name]
        for name in ("clipboard", "window title", "cursor, 8 bit", "return", "reordered", "invisible")
    },
    "new line": "two\nlines\n1. dquiz:1: E101",
    "undecodable": os.fsdecode(b"bad\xff\xfe\x9b"),
    "very long": "w" * 50_000,
    "markup": "[link=x]y[/b] :smile: {} %s {0.__class__} $(id) `id` ; ' \"",
    "marks": TOO_MANY["marks on a letter"][:500],
    "queries": "((((" * 200 + 'OR NOT "',
    "SQL": "'; DROP TABLE card; --",
    "wildcards": "%_*?[a-z]{1,2}\\",
    "nothing": "",
    "blank": " \t ",
    "a number": "9" * 5_000,
    "not a number": "nan",
    "negative": "-1e999",
}


@pytest.mark.parametrize("word", WORDS)
def test_arguments(cli, desk, word):
    desk.write("safe.md", SAFE)
    cli("sync", desk.notes)
    for command in COMMANDS.values():
        arguments = [one.replace("{}", WORDS[word]) for one in command]
        for more in ([], ["--json"]):
            ended = cli(*arguments, *more)
            assert ended.code in {0, 1, 2, 3, 4, 5}, arguments
            assert not RAW.search(ended.all), arguments
            assert "Traceback" not in ended.all
            if ended.code and not more:
                assert ended.err.count("\n") <= 2, ended.err  # what a new run says of itself, and the error
            if more and not ended.out:
                assert json.loads(ended.err)["ok"] is False, arguments
    assert len(cli("cards", "--json").data) == 1


def settings_in(name):
    text = PAYLOADS[name]
    quoted = "".join(rf"\u{ord(c):04x}" if ord(c) < 0x10000 else rf"\U{ord(c):08x}" for c in text)
    return quoted.replace(r"\ud", r"\ue")


@pytest.mark.parametrize(
    "name", ["clipboard", "cursor, 8 bit", "return", "reordered", "invisible", "line separators"]
)
@pytest.mark.parametrize(
    "line",
    [
        '[review]\nbuttons = "{}"',
        '[review]\n"{}" = 1',
        '["{}"]\nx = 1',
        '[keys]\nagain = "{}"',
        '[study]\norder = "{}"\nday_start = "{}"\nlearn_ahead = "{}"',
        '[fsrs]\nlearning_steps = ["{}"]\nparameters = ["{}"]',
        '[decks."{}".fsrs]\nretention = 9',
        '[decks.x]\n"{}" = {{ a = "{}" }}',
        '[display]\ncode_theme = "{}"',
        '[editor]\ncommand = "{}"',
        '[collection]\nsources = ["{}"]',
        '[plugins]\nload = ["{}"]',
    ],
)
def test_what_a_configuration_says_is_quoted_as_text(cli, desk, name, line):
    (desk.home / "config.toml").write_text(
        line.replace("{}", settings_in(name)).replace("{{", "{").replace("}}", "}")
    )
    for command in (
        ["paths"],
        ["config"],
        ["config", "--json"],
        ["check", "."],
        ["config", "check", "--json"],
    ):
        ended = cli(*command)
        assert ended.code in {0, 3}
        assert not RAW.search(ended.all)


NUMBERS = {
    "not a number": "[fsrs]\nretention = nan\n",
    "endless": "[fsrs]\nretention = -inf\nparameters = [inf]\n",
    "huge, hexadecimal": f"[review]\nbuttons = 0x{'f' * 20_000}\n",
    "a long list": f"[fsrs]\nparameters = [{'1, ' * 20_000}]\n",
    "a long text": f'[review]\ntimer = "{"x" * 200_000}"\n',
    "the first year": "[study]\nreviews_per_day = 0001-01-01T00:00:00\nnew_per_day = 9999-12-31T23:59:59-23:59\n",
    "a time": "[study]\nnew_per_day = 04:00:00\n",
    "a deep table": f"[review]\nbuttons = {'{a = ' * 50}1{'}' * 50}\n",
    "deep lists": f"[review]\nbuttons = {'[' * 50}{']' * 50}\n",
    "very deep lists": f"[review]\nbuttons = {'[' * 20_000}\n",
    "a table for a value": "[review.buttons]\nx = 1\n",
    "a value for a table": "review = 4\n",
    "twice": "[review]\nbuttons = 2\nbuttons = 4\n",
    "no TOML": "review: {buttons: 2}\n",
}


@pytest.mark.parametrize("name", NUMBERS)
def test_values_that_no_setting_can_have(cli, desk, name):
    (desk.home / "config.toml").write_text(NUMBERS[name])
    plain, as_json = cli("paths"), cli("paths", "--json")
    assert (plain.code, as_json.code) == (3, 3)
    assert plain.err.startswith(str(desk.home))
    assert max(map(len, plain.err.splitlines())) < 800
    assert as_json.said["error"]["code"] == "config_invalid"


@pytest.mark.parametrize("name", ["clipboard", "cursor, 8 bit", "reordered", "return"])
@pytest.mark.parametrize(
    "variable",
    [
        *(
            "DQUIZ_NOW",
            "DQUIZ_REVIEW__BUTTONS",
            "DQUIZ_STUDY__ORDER",
            "DQUIZ_FSRS__LEARNING_STEPS",
            "DQUIZ_{}",
        ),
        *("TZ", "DQUIZ_HOME", "DQUIZ_DATABASE", "EDITOR", "TERM"),
    ],
)
def test_variables_of_the_environment(cli, monkeypatch, variable, name):
    text = PAYLOADS[name]
    value = f"./{text}.db" if "DATABASE" in variable else text
    monkeypatch.setenv(variable.format(text).replace("=", ""), value)
    for command in (["paths"], ["due"], ["due", "--json"], ["check", "."]):
        ended = cli(*command)
        assert ended.code in {0, 1, 2, 3, 5}
        assert not RAW.search(ended.all)


@pytest.mark.parametrize(
    "word", ["clipboard", "reordered", "new line", "undecodable", "very long", "nothing", "SQL"]
)
def test_databases_of_any_name(cli, word):
    for name in (WORDS[word], f"{WORDS[word]}.db", f"mysql://{WORDS[word]}", f"sqlite:///{WORDS[word]}"):
        for command in (["due"], ["due", "--json"], ["paths"], ["decks"]):
            ended = cli("--database", name, *command)
            assert ended.code in {0, 1, 2, 3, 5}
            assert not RAW.search(ended.all)


def test_a_review_by_lines_takes_any_line(cli, desk):
    desk.write("note.md", question("One?") + question("Two?"))
    typed = "".join(f"{one}\n\n{one}\n" for one in [*PAYLOADS.values(), *WORDS.values()] if "\0" not in one)
    ended = cli("review", desk.notes, "--plain", stdin=typed + "q\n")
    assert ended.code == 0
    assert not RAW.search(ended.all)
    assert desk.rows("review") == []
