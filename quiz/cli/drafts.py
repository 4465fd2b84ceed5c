"""`dquiz fill`: open questions one after the other, each answered in the editor and written into its note."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from quiz.cli.choosing import choice_of, chosen
from quiz.cli.opening import opened
from quiz.cli.options import Decks, Levels, Tags, Where
from quiz.cli.output import show
from quiz.cli.prompting import can_choose, choose
from quiz.cli.rows import card_line, first_line, laid_out
from quiz.cli.running import current
from quiz.cli.streams import write
from quiz.errors import NotATerminalError, QuizError
from quiz.store.reading import NO_CARDS
from quiz.terminal.words import breadcrumb
from quiz.visible import in_line, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quiz.cards import Card
    from quiz.collection import Collection
    from quiz.collection.choosing import Choice

_WRITE, _SKIP, _STOP = "write", "skip", "stop"
_KEYS = {"": _WRITE, "s": _SKIP, "q": _STOP}
_PROMPT = "Enter write  s skip  q stop: "


def fill(
    targets: Decks = None,
    listing: Annotated[bool, typer.Option("--list", help="Only list the drafts.")] = False,
    tags: Tags = None,
    levels: Levels = None,
    where: Where = "",
) -> None:
    """Answer questions that have no answer yet: the editor opens for each, the note gets the answer.

    Examples:
      dquiz fill notes/docker.md
      dquiz fill --list

    Those of a plan come first. Before each you choose: write it, skip it, or stop; what is written stays. Only the
    place below the question is written to. An empty answer leaves the question for later.
    """
    with opened() as collection:
        drafts = _drafts(collection, targets or (), choice_of(tags, levels, where))
        if listing or current().json or not drafts:
            data = [
                {"id": card.id, "path": card.path, "line": card.note.line, "prompt": card.note.prompt}
                for card in drafts
            ]
            show(data, [card_line(card, card.note.prompt) for card in drafts] or ["No drafts."])
            return
        if not can_choose():
            raise NotATerminalError(
                "`dquiz fill` opens an editor and needs a terminal. `dquiz fill --list` does not."
            )
        _Filling(collection, drafts).run()


def _drafts(collection: Collection, targets: Sequence[str], choice: Choice) -> list[Card]:
    """Drafts as they stand in their files, those of the plan before the others."""
    from quiz.collection.planned import plan_in_force

    now = current().now()
    selected = chosen(collection, targets, choice, now) or NO_CARDS
    drafts = [card for card in collection.cards(selected) if card.note.draft]
    plan = plan_in_force(collection, collection.days.day(now)) if drafts and not targets else None
    if plan is None or not plan.targets:
        return drafts
    planned = {card.id for card in collection.cards(collection.select(plan.targets, now))}
    return sorted(drafts, key=lambda card: card.id not in planned)


class _Filling:
    """Drafts that are filled one by one; what is written is in its note at once."""

    def __init__(self, collection: Collection, drafts: Sequence[Card]) -> None:
        self._collection = collection
        self._drafts = drafts
        self._written = self._refused = 0

    def run(self) -> None:
        """Go through them until the end, or until it is enough.

        Raises:
            Exit: An answer could not be written; it is kept.
            KeyboardInterrupt: Ctrl-C.
        """
        try:
            for number, card in enumerate(self._drafts, 1):
                if not self._settled(number, card):
                    break
        finally:
            write(f"{self._written:,} answered, {len(self._drafts) - self._written:,} left.")
        if self._refused:
            raise typer.Exit(1)

    def _settled(self, number: int, card: Card) -> bool:
        """Ask about a draft until it is answered or passed over; False to stop."""
        refused = ""
        while True:
            self._show(number, card)
            picked = choose(_PROMPT, _KEYS, at_end=_STOP)
            if picked != _WRITE:
                break
            answer = self._asked_for(card, refused)
            if answer is None:
                continue
            refused = self._refusal(card, answer) if answer else ""
            if not refused:
                self._written += bool(answer)
                return True
        self._refused += bool(refused)
        return picked == _SKIP

    def _show(self, number: int, card: Card) -> None:
        where = breadcrumb(card.note.deck, card.note.context)
        write("")
        for line in laid_out(f"{number:,}/{len(self._drafts):,}  {in_line(where)}"):
            write(line)
        for line in laid_out(f"  {one_line(first_line(card.note.prompt))}"):
            write(line)

    def _asked_for(self, card: Card, before: str) -> str | None:
        """The answer that was written in the editor; None if that failed."""
        from quiz.terminal.editor import EditorError, ask_for_text

        try:
            return ask_for_text(current().configuration.settings.editor.command, card.note.prompt, before)
        except EditorError as error:
            write(f"{error} Nothing was written.")
            return None

    def _refusal(self, card: Card, answer: str) -> str:
        """Write an answer; if it cannot be written, keep it, say why, and give it back."""
        try:
            self._collection.fill(card, answer, now=current().now())
        except QuizError as error:
            path = current().configuration.data / "answers" / f"{card.id}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(answer + "\n", encoding="utf-8")
            write(in_line(f"{error} The answer is kept in {path}"))
            return answer
        return ""
