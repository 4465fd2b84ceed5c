"""`dquiz new`: a note to begin with, which holds one example of each kind of card."""

from __future__ import annotations

import os
import re
import shlex
import unicodedata
from pathlib import Path
from typing import Annotated

import typer

from quiz.cli.output import show
from quiz.errors import QuizError, UsageError
from quiz.visible import in_line

_TEMPLATE = Path(__file__).with_name("template.md")
_NAME_OF_IT = "TOPIC"

_LONGEST = 60
"""Characters of a topic: a line of the note stays one, and every file system takes the name."""

_UNSAFE_IN_NAMES = re.compile(r"[^\w.+#\u0080-\U0010ffff-]+")
_MARKS = re.compile(
    r"[\\`*\[\]{|~]|(?<!\w)_|_(?!\w)|[:.](?=\s|$)|(?<!\S)[#^=+-]|&(?=#?\w+;)|<(?=[a-z/!?])", re.IGNORECASE
)


def new(
    topic: Annotated[
        str, typer.Argument(metavar="TOPIC", help='What the note is about: redis, "System design".')
    ],
    to: Annotated[
        str,
        typer.Option(
            metavar="DIR|FILE",
            help="Where to write it; what ends in .md is the file. Missing folders are made.",
            show_default=False,
        ),
    ] = "",
    stdout: Annotated[bool, typer.Option("--stdout", help="Print the note; write nothing.")] = False,
) -> None:
    """Write a note to begin with: one example of each kind of card, for you to replace.

    Examples:
      dquiz new redis                    writes redis.md in this folder
      dquiz new "System design" --to notes
      dquiz new redis --stdout

    The note follows the template that dquiz reads section by section: overview, roadmap, tasks, cheat sheets,
    challenges, questions, next steps, tips and mental model. A file that is there already is never overwritten.
    """
    if stdout and to:
        raise UsageError("--stdout and --to cannot go together.")
    topic = checked(topic)
    text = starter(topic)
    if stdout:
        show({"topic": topic, "text": text}, text.splitlines())
        return
    path = _place(topic, to)
    _write(path, text)
    following = f"dquiz review {_argument(path)}"
    show(
        {"topic": topic, "path": path.absolute(), "next": following},
        [
            in_line(f"{path}: one example of each kind of card. Replace them with yours."),
            in_line(f"Next: `{following}`"),
        ],
    )


# --- the text ------------------------------------------------------------------------------------------------------


def checked(topic: str) -> str:
    """A topic with single blanks between its words.

    Raises:
        UsageError: It is empty, too long, or holds a character that is no part of a line of text.
    """
    if in_line(topic) != topic:
        raise UsageError("TOPIC holds a character that cannot be shown. Name it in one line of plain text.")
    topic = " ".join(unicodedata.normalize("NFC", topic).split())
    if not topic:
        raise UsageError("TOPIC is empty. Name what the note is about: `dquiz new redis`.")
    if len(topic) > _LONGEST:
        raise UsageError(
            f"TOPIC has {len(topic):,} characters, and {_LONGEST} at most make a name. Say it shorter."
        )
    return topic


def starter(topic: str) -> str:
    """The template as a note about a topic, whose name is text there: none of its characters marks anything."""
    name = _MARKS.sub(lambda mark: "&lt;" if mark[0] == "<" else f"\\{mark[0]}", topic)
    return _TEMPLATE.read_text(encoding="utf-8").replace(_NAME_OF_IT, name)


# --- the file ------------------------------------------------------------------------------------------------------


def file_name(topic: str) -> str:
    """A name in lower case for the note of a topic, dashes between its words. It never leads to another folder.

    Raises:
        UsageError: The topic holds nothing that a file can be named after.
    """
    name = _UNSAFE_IN_NAMES.sub("-", topic.lower().removesuffix(".md")).strip("-.")
    if not name:
        raise UsageError(f"No file can be named after {topic!r}. Name one: --to FILE.md.")
    return f"{name}.md"


def _place(topic: str, to: str) -> Path:
    from quiz.library import SUFFIXES, shown

    place = Path(os.path.expanduser(to))  # noqa: PTH111  pathlib gives up on a user who is not there
    if place.is_dir() or not (place.suffix or place.exists()):
        return place / file_name(topic)
    if place.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{shown(place)}: neither a folder nor a name for a note, which ends in .md.")
    return place


def _write(path: Path, text: str) -> None:
    from quiz.library import Staged, shown

    if os.path.lexists(path):  # a link that leads nowhere is there too
        raise QuizError(
            f"{shown(path)}: it is there already, and nothing was written."
            f" Name another with --to, or study this one: `dquiz review {_argument(path)}`.",
            path=shown(path),
        )
    with Staged() as staged:
        staged.add(path, text.encode(), expected=None)
        staged.publish()


def _argument(path: Path) -> str:
    """A path as a shell takes it for one argument and no option."""
    text = str(path)
    return shlex.quote(f"./{text}" if text.startswith("-") else text)
