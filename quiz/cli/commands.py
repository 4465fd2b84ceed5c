"""The map of all commands: their panels, their places, and the help that lists them."""

from __future__ import annotations

from typing import NamedTuple

VERSION = "0.1.0"


class Command(NamedTuple):
    """Where a command is found.

    Attributes:
        function: ``module:function`` below `quiz.cli`.
        summary: For the list of commands; no final stop.
        aliases: Other names, not listed.
    """

    name: str
    function: str
    summary: str
    aliases: tuple[str, ...] = ()


PANELS: dict[str, tuple[Command, ...]] = {
    "Study": (
        Command("review", "study:review", "due and new cards, scheduled by FSRS"),
        Command("plan", "plan:plan", "what notes plan: roadmap, tasks, challenges, next steps"),
        Command("done", "plan:done", "tick tasks and challenges"),
        Command("quiz", "quiz:quiz", "type, recall or pick the answers"),
        Command("due", "study:due", "how many are due, in one line"),
        Command("next", "study:next_", "the next card without a screen"),
        Command("answer", "study:answer", "rate a card without a screen"),
        Command("undo", "study:undo", "take back the last change, across processes"),
        Command("log", "study:log", "the review log, oldest first"),
        Command(
            "interview", "interview:interview", "a mock interview against the clock, with a report", ("mock",)
        ),
    ),
    "Decks": (
        Command("decks", "decks:decks", "all decks, with new, due, drafts and suspended"),
        Command("new", "new:new", "a note to begin with: an example of each kind of card"),
        Command("check", "check:check", "every problem in notes, with file and line; touches no database"),
        Command("sync", "decks:sync", "read what changed in notes, and match it with the cards"),
        Command("relink", "doubts:relink", "settle matches that a sync left in doubt"),
        Command("add", "add:add", "write a question and its answer into a deck"),
        Command("fill", "drafts:fill", "answer open questions, in the notes themselves"),
        Command("anchor", "decks:anchor", "write ^id marks into notes; nothing else ever does"),
    ),
    "Find": (
        Command("search", "find:search", "list the cards that fit a query"),
        Command("cards", "find:cards", "all cards with their state"),
        Command("show", "find:show", "both sides of a card, its state and history"),
        Command("edit", "find:edit", "open a card's note in the editor, at its line"),
        Command("suspend", "find:suspend", "set cards aside for good"),
        Command("bury", "find:bury", "set cards aside until the next study day"),
        Command("flag", "find:flag", "mark cards with a colour"),
    ),
    "Progress": (),
    "Data": (
        Command("import", "importing:import_", "take notes and their history from Anki"),
        Command("export", "data:export", "write cards for Anki and others"),
        Command("backup", "backups:backup", "copy the collection, or list its copies"),
        Command("restore", "backups:restore", "put a backup in the place of the collection"),
    ),
    "Setup": (
        Command("config", "setup:config", "effective values, and where each comes from"),
        Command("paths", "setup:paths", "where configuration, collection and backups are"),
        Command("doctor", "doctor:doctor", "look for damage in the collection"),
        Command("completion", "completion:completion", "print the completion script for a shell"),
    ),
}

ROOT_OPTIONS = {
    "--database URL|PATH": "The collection: a file, or an SQLAlchemy URL.",
    "--config FILE": "The configuration to read instead of your own.",
    "-V, --version": "Show the version.",
    "-h, --help": "Show this help; after a command, that of the command.",
}

_EXAMPLES = {
    "dquiz check notes": "what dquiz reads there, and every problem",
    "dquiz review notes/docker.md": "study a file: what is due, then new cards",
    "dquiz export anki cards.apkg": "take everything to Anki",
}

_EXIT_CODES = """\
Exit codes: 0 done, also when nothing is due; 1 ran and met a problem; 2 wrong
usage, or a terminal is needed; 3 configuration, deck or file missing; 4 card not
found; 5 database locked or refused; 10 something is due; 130 interrupted."""


def commands() -> dict[str, Command]:
    """Every command by its name, in the order of the help."""
    return {command.name: command for panel in PANELS.values() for command in panel}


def command_called(name: str) -> Command | None:
    """The command with that name or alias."""
    every = commands().values()
    return next((one for one in every if name == one.name or name in one.aliases), None)


def help_text() -> str:
    """What `dquiz --help` prints. Made by hand: to import Typer for it would take four times as long."""
    known = commands()
    width = max(map(len, known))
    examples = {line: words for line, words in _EXAMPLES.items() if line.split()[1] in known}
    sections = [
        "Usage: dquiz [OPTIONS] COMMAND [ARGUMENTS]...",
        "  Spaced repetition for interview preparation: study your own markdown notes.",
        _rows("Examples", examples),
        *(_rows(panel, _summaries(every), width) for panel, every in PANELS.items() if every),
        _rows("Options", ROOT_OPTIONS),
        _EXIT_CODES,
    ]
    return "\n\n".join(sections)


def _summaries(panel: tuple[Command, ...]) -> dict[str, str]:
    return {command.name: command.summary for command in panel}


def _rows(heading: str, rows: dict[str, str], width: int = 0) -> str:
    width = width or max(map(len, rows))
    return "\n".join([f"{heading}:", *(f"  {name:<{width}}  {words}" for name, words in rows.items())])
