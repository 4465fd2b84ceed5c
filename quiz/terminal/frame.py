"""What stands around a card: its header, the row of keys, the row of ratings. Every row fits its width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from quiz.cards import Rating, State
from quiz.terminal.words import breadcrumb, interval_after, minutes_left, ratings, short_interval
from quiz.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from quiz.cards import Card, Schedule
    from quiz.session import Progress
    from quiz.settings import KeysSettings

NARROW = 50
WIDEST = 100
_LEAST_SPACE = 3
_MOST_SPACE = 8
MEANING_INDENT = len("1 Again  ")

_FOUR_MEAN = {
    Rating.AGAIN: "wrong, or only part of what an interviewer would need",
    Rating.HARD: "right, but it took effort. Forgetting is never Hard.",
    Rating.GOOD: "right. Most answers. In doubt, use only 1 and 3.",
    Rating.EASY: "right at once",
}
_TWO_MEAN = {Rating.AGAIN: _FOUR_MEAN[Rating.AGAIN], Rating.GOOD: "right"}


def header(card: Card, progress: Progress, width: int) -> list[Text]:
    """How far the run has come, and where the card stands in the notes."""
    narrow = width < NARROW
    done = [f"{progress.done}/{progress.total}"]
    if progress.again:
        done.append(f"{progress.again} again")
    if progress.seconds_left is not None:
        left = minutes_left(progress.seconds_left)
        done.append(left if narrow else f"about {left} left")
    run = " · ".join(done)
    marks = "".join(f" · {mark}" for mark in marks_of(card))
    rule = Text("─" * width, style="rule")
    if narrow:
        path = cut(_path(card, width - cell_len(marks)) + marks, width)
        return [Text(cut(run, width)), Text(path), rule]
    place = _path(card, width - cell_len(run) - cell_len(marks) - 2) + marks
    return [Text(run + " " * (width - cell_len(run) - cell_len(place)) + place), rule]


def marks_of(card: Card) -> list[str]:
    """What is special about a card, in words."""
    told = {
        "draft": card.note.draft,
        "new": card.schedule.state is State.NEW and not card.note.draft,
        "leech": card.leech,
        "changed": card.changed,
        "flagged": bool(card.flag),
        "marked": card.marked,
    }
    return [word for word, true in told.items() if true]


def _path(card: Card, room: int) -> str:
    """Deck and headings; without room the middle goes first: the deck and the last heading tell the most."""
    parts = one_line(breadcrumb(card.note.deck, card.note.context)).split(" › ")
    whole = " › ".join(parts)
    for left_out in range(1, len(parts) - 1):
        if cell_len(whole) <= room:
            break
        whole = " › ".join([parts[0], "…", *parts[1 + left_out :]])
    return cut(whole, room)


def cut(text: str, room: int) -> str:
    """A line of text that is no wider than the room."""
    if cell_len(text) <= room:
        return text
    return set_cell_size(text, max(room - 1, 0)).rstrip() + "…" if room > 0 else ""


def key_label(key: str) -> str:
    """A key as it is named on screen."""
    return "[space]" if key == "space" else key


def key_row(keys: KeysSettings, width: int, card: Card, *, typable: bool = True) -> Text:
    """The keys before the answer; of those without room the least important go first.

    Args:
        keys: As they are set.
        width: Of the screen.
        card: That is asked.
        typable: Whether its answer can be typed.
    """
    row = [(key_label(keys.show), "show"), (keys.hint, "hint"), (keys.type, "type"), (keys.edit, "edit")]
    row += [(keys.undo, "undo")]
    row += [(keys.help, "keys"), (keys.quit, "quit")]
    if card.changed:
        row.insert(1, (keys.reset, "reset"))
    narrow = width < NARROW
    if narrow:
        row = [entry for entry in row if entry[1] not in ("type", "edit", "undo", "quit")]
    if not typable:
        row = [entry for entry in row if entry[1] != "type"]
    elif card.note.typed:
        row = [(keys.type, "type"), *(entry for entry in row if entry[1] != "type")]
    drawn = _keys(row, "  " if narrow else "   ")
    for action in ("undo", "edit", "type", "hint", "quit", "reset", "keys"):
        if drawn.cell_len < width:
            break
        row = [entry for entry in row if entry[1] != action]
        drawn = _keys(row, "  " if narrow else "   ")
    drawn.truncate(width - 1)
    return drawn


def retry_row(keys: KeysSettings, width: int) -> Text:
    """The keys after a wrong answer that may be tried again."""
    row = [
        (keys.reset, "try again"),
        (key_label(keys.show), "show"),
        (keys.help, "keys"),
        (keys.quit, "quit"),
    ]
    drawn = _keys(row if width >= NARROW else row[:-1], "   " if width >= NARROW else "  ")
    drawn.truncate(width - 1)
    return drawn


def more_row(keys: KeysSettings, width: int, shown: int, total: int) -> Text:
    """The keys while there is more of an answer."""
    drawn = _keys([(key_label(keys.show), "more")], "")
    drawn.append(f"   line {shown} of {total}", style="quiet")
    drawn.truncate(width - 1)
    return drawn


def _keys(row: Iterable[tuple[str, str]], gap: str) -> Text:
    drawn = Text()
    for key, action in row:
        drawn.append(gap if drawn else "").append(key, style="key").append(f" {action}")
    return drawn


def rating_rows(
    previews: Mapping[Rating, Schedule],
    width: int,
    *,
    keys: KeysSettings,
    buttons: int = 4,
    suggested: Rating = Rating.GOOD,
    intervals: bool = True,
) -> list[Text]:
    """The ratings with what each of them gives: one row, or one row each where it is narrow."""
    offered = ratings(buttons)
    names = [(rating_key(rating, keys, buttons), rating.name.title(), rating) for rating in offered]
    after = {one: short_interval(interval_after(previews[one])) if intervals else "" for one in offered}
    if width >= NARROW and (row := _in_one_row(names, after, suggested, keys, width)):
        return [row]
    return _one_each(names, after, suggested, key_label(keys.show))


def rating_key(rating: Rating, keys: KeysSettings, buttons: int) -> str:
    """The key that gives a rating; of two buttons Good is the second."""
    if buttons == len(_TWO_MEAN) and rating is Rating.GOOD:
        return keys.hard
    return str(getattr(keys, rating.word))


def _one_each(
    names: list[tuple[str, str, Rating]], after: Mapping[Rating, str], suggested: Rating, accept: str
) -> list[Text]:
    longest = max(map(len, after.values()))
    rows = []
    for key, name, rating in names:
        row = Text().append(key, style="key").append(f" {name:<5}  {after[rating]}")
        if rating is suggested:
            row.append(" " * (longest - len(after[rating]) + 2)).append(accept, style="key")
        row.rstrip()
        rows.append(row)
    return rows


def _in_one_row(
    names: list[tuple[str, str, Rating]],
    after: Mapping[Rating, str],
    suggested: Rating,
    keys: KeysSettings,
    width: int,
) -> Text | None:
    accept = Text.assemble((key_label(keys.show), "key"), f" {suggested.name.title()}")
    help_ = Text.assemble((keys.help, "key"), " keys")
    tails = ((4, [accept, help_]), (3, [accept, help_]), (2, [accept, help_]), (2, [accept]))
    for gap, tail in tails:
        row = _ratings_apart(names, after, gap)
        end = Text("    ").join(tail)
        space = width - 1 - row.cell_len - end.cell_len
        if space >= _LEAST_SPACE:
            return row.append(" " * min(space, _MOST_SPACE)).append_text(end)
    return None


def _ratings_apart(names: list[tuple[str, str, Rating]], after: Mapping[Rating, str], gap: int) -> Text:
    row = Text()
    for key, name, rating in names:
        row.append(" " * gap if row else "").append(key, style="key").append(
            f" {name} {after[rating]}".rstrip()
        )
    return row


def explanation(keys: KeysSettings, buttons: int, *, numbered: bool = False) -> list[str]:
    """What the ratings mean, one a line; with their keys, or numbered as in lines."""
    meanings = _TWO_MEAN if buttons == len(_TWO_MEAN) else _FOUR_MEAN
    # Programs that drive a review wait for `1 Again`, which only the row of ratings may say: hence the other blank.
    blank = " " if numbered else "\u00a0"
    lines = []
    for number, (rating, meaning) in enumerate(meanings.items(), 1):
        key = str(number) if numbered else rating_key(rating, keys, buttons)
        told = meaning if numbered else meaning.replace("only 1 and 3", f"only {keys.again} and {keys.good}")
        lines.append(f"{key}{blank}{rating.name.title():<5}  {told}")
    return lines
