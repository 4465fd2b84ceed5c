"""`dquiz add`: a question and its answer, from the terminal into a deck."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from quiz.cli.opening import opened
from quiz.cli.options import Yes
from quiz.cli.output import confirm, say, show
from quiz.cli.rows import card_data, card_line
from quiz.cli.running import current
from quiz.cli.streams import between_words, columns, is_terminal, write_error
from quiz.errors import QuizError, UsageError
from quiz.terminal.words import place
from quiz.visible import in_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quiz.cards import Card


def add(
    deck: Annotated[
        str,
        typer.Argument(
            metavar="[DECK]",
            help="A deck or a file of yours, or a new name; none is the deck studied last.",
            show_default=False,
        ),
    ] = "",
    question: Annotated[
        str, typer.Option("--question", "-Q", metavar="TEXT", help="What is asked.", show_default=False)
    ] = "",
    answer: Annotated[
        str, typer.Option("--answer", "-A", metavar="TEXT", help="None: a draft.", show_default=False)
    ] = "",
    tags: Annotated[
        list[str] | None, typer.Option("--tag", metavar="TAG", help="Without #.", show_default=False)
    ] = None,
    editor: Annotated[
        bool, typer.Option("--editor", help="Write it in the editor: the question first, the answer below.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Write a question and its answer into a deck; it can be reviewed at once.

    Examples:
      dquiz add docker-notes -Q "What is a layer?" -A "A tar archive of changes."
      dquiz add redis                    asks for both
      dquiz add redis < card.txt         its first line asks, the others answer

    An existing deck gets it at the end of its file, a new one becomes a file in your folder of notes. What is there
    already stays as it is: a text that would change it is refused. A question that resembles another is asked about.
    """
    from quiz.collection import adding

    if editor and (question or answer):
        raise UsageError("--editor takes the place of --question and --answer: give either.")
    with opened() as collection:
        to = adding.target(collection, deck, current().configuration.notes, current().now())
        if not question:
            question, answer = _written(editor=editor, answer=answer)
        prompt, told = _clean(question), _clean(answer)
        if not prompt:
            raise UsageError("There is no question: --question TEXT.")
        from quiz.matching.resembling import resembling

        similar = resembling(prompt, collection.cards())
        _ask_about(similar, yes=yes)
        names = [tag.removeprefix("#") for tag in tags or ()]
        try:
            card = adding.add(collection, to, prompt, told, names, current().now())
        except QuizError:
            say(f"Nothing was written.\n{prompt}\n{told}".rstrip())
            raise
        where = in_line(place(card.path or str(to.path), card.note.line))
        data = {**card_data(card), "similar": [each.id for each in similar]}
        show(data, [between_words(f"{where}  {card.id[:8]}", columns())])


def _clean(text: str) -> str:
    """A text as a note can hold it: its own lines, without blank ones around them or blanks behind them."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n").strip(" ")


def _ask_about(similar: Sequence[Card], *, yes: bool) -> None:
    if not similar:
        return
    for card in similar:
        say(f"Much alike: {card_line(card, card.note.prompt)}")
    if not confirm("Add it all the same?", yes=yes):
        raise typer.Exit(1)


def _written(*, editor: bool, answer: str) -> tuple[str, str]:
    """A question and an answer from the editor, from a terminal or from standard input."""
    if editor:
        from quiz.terminal.editor import ask_for_text

        head = "The first line asks, the lines below it answer."
        text = ask_for_text(current().configuration.settings.editor.command, head)
    elif not is_terminal(sys.stdin):
        text = sys.stdin.read() if sys.stdin else ""
    else:
        question = _line("Question: ")
        return question, answer or "\n".join(_lines("Answer (an empty line ends it): "))
    question, _, below = text.strip("\n").partition("\n")
    return question, answer or below


def _line(prompt: str) -> str:
    write_error(prompt, end="")
    return sys.stdin.readline().rstrip("\n")


def _lines(prompt: str) -> list[str]:
    lines = []
    while line := _line(prompt):
        lines.append(line)
        prompt = ""
    return lines
