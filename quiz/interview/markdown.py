"""The report of an interview as Markdown: what cards and notes say stays text, whatever it is."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from quiz.cues import faces_of
from quiz.cues.inline import code_spans
from quiz.cues.points import IN_WORDS
from quiz.interview.comparing import compare
from quiz.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import tzinfo

    from quiz.cards import Card, CardId
    from quiz.interview.comparing import Comparison
    from quiz.interview.report import Question, Report, Tally

# Also what GitHub makes links of by itself
_SPECIAL = re.compile(r"[\\`*_\[\]<>|~#&!$^]|(?<=:)//|(?<=www)\.", re.IGNORECASE)

# Its headings are questions
_UNREAD, _READ_AGAIN = "<!-- dquiz:off -->", "<!-- dquiz:on -->"


def as_markdown(
    report: Report,
    cards: Mapping[CardId, Card],
    zone: tzinfo | None,
    *,
    earlier: Iterable[Report] = (),
    folder: str = "",
) -> str:
    """The report for people.

    Args:
        report: What is told.
        cards: Those that were asked, as far as they are still there: for the questions, and the way to their files.
        zone: Of the dates.
        earlier: Other interviews, to be compared with.
        folder: The absolute path where it will lie; links lead from there, and it is no note there itself.
    """
    pages = _Pages(cards, folder)
    comparison = compare(report, earlier)
    blocks = [
        f"# Mock interview, {report.started_at.astimezone(zone):%Y-%m-%d %H:%M}",
        _summary(report),
        *_topics(report),
        *_weakest(report, pages),
        *(_beside(comparison, zone) if len(comparison.interviews) > 1 else ()),
    ]
    for number, question in enumerate(report.questions, 1):
        blocks += _question(number, question, pages)
    if folder:
        blocks = [blocks[0], _UNREAD, *blocks[1:], _READ_AGAIN]
    return "\n\n".join(blocks) + "\n"


class _Pages:
    """What was asked, and where that stands."""

    def __init__(self, cards: Mapping[CardId, Card], folder: str) -> None:
        self._cards = cards
        self._folder = folder

    def asked(self, question: Question) -> str:
        """The first line of the question."""
        card = self._cards.get(question.card)
        lines = (one_line(line) for line in faces_of(card).front.split("\n")) if card else iter(())
        return prose(next((line for line in lines if line), question.place))

    def link(self, question: Question) -> str:
        """The place, leading to the line of the file."""
        card = self._cards.get(question.card)
        path = question.path
        if card and card.path:
            path = os.path.relpath(card.path, self._folder) if self._folder else card.path
        target = quote(path.replace(os.sep, "/"), errors="surrogatepass")
        return f"[{escape(question.place)}]({target}#L{question.line})"


def _summary(report: Report) -> str:
    total = report.total
    questions = "1 question" if total.questions == 1 else f"{total.questions} questions"
    sentences = [f"{questions} in {_minutes(total.seconds)}, planned for {report.minutes} min."]
    if total.share is not None:
        sentences.append(
            f"{_points(total)} {'point' if total.possible == 1 else 'points'} ({_percent(total)})."
        )
    if report.level:
        sentences.append(f"Level: {escape(report.level)}.")
    sentences.append("Counted in the schedule." if report.counted else "Not counted in the schedule.")
    return " ".join(sentences)


def _topics(report: Report) -> Iterator[str]:
    yield "## Topics"
    rows = [(escape(topic), tally) for topic, tally in report.topics.items()]
    lines = ["| Topic | Questions | Points | Essential missed | Time |", "|---|---:|---:|---:|---:|"]
    lines += [
        f"| {name} | {tally.questions} | {_points(tally)} | {tally.essential_missed} | {_minutes(tally.seconds)} |"
        for name, tally in [*rows, ("**all**", report.total)]
    ]
    yield "\n".join(lines)


def _weakest(report: Report, pages: _Pages) -> Iterator[str]:
    if report.weakest:
        yield "## Weakest places"
        yield "\n".join(f"- {pages.link(one)} {pages.asked(one)}" for one in report.weakest)


def _beside(comparison: Comparison, zone: tzinfo | None) -> Iterator[str]:
    yield "## Beside earlier interviews"
    dates = comparison.dates(zone)
    lines = [f"| Points | {' | '.join(dates)} |", f"|---|{'---:|' * len(dates)}"]
    rows = [(escape(row.topic), row.tallies) for row in comparison.rows]
    for name, tallies in [*rows, ("**all**", comparison.totals)]:
        lines.append(f"| {name} | {' | '.join(_percent(tally) for tally in tallies)} |")
    yield "\n".join(lines)


def _question(number: int, question: Question, pages: _Pages) -> Iterator[str]:
    yield f"## {number}. {pages.asked(question)}"
    facts = [pages.link(question), escape(question.topic), _minutes(question.seconds)]
    if question.overtime:
        facts.append(f"{_minutes(question.overtime)} overtime")
    if question.skipped:
        facts.append("skipped")
    if question.clarity is not None:
        facts.append(f"clarity {question.clarity} of 4")
    yield ", ".join(facts)
    essential = f" ({IN_WORDS})" if question.some_are_essential else ""
    if question.points:
        yield "\n".join(
            f"- [{'x' if point.hit else ' '}] {prose(point.text)}{essential if point.essential else ''}"
            for point in question.points
        )
    if question.note:
        yield f"Note: {prose(question.note)}"


def _points(tally: Tally) -> str:
    return f"{tally.hit} of {tally.possible}" if tally.possible else ""


def _percent(tally: Tally | None) -> str:
    return "" if tally is None or tally.share is None else f"{round(100 * tally.share)} %"


def _minutes(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02} min"


# --- text that stays in its place ----------------------------------------------------------------------------------


def escape(text: str) -> str:
    """Text as one line of Markdown that shows it letter by letter."""
    return _letter_by_letter(one_line(text))


def prose(text: str) -> str:
    """Markdown as one line in which only code is marked; the rest shows letter by letter."""
    line = one_line(text)
    parts, position = [], 0
    for start, end in code_spans(line):
        parts += [_letter_by_letter(line[position:start]), line[start:end]]
        position = end
    return "".join(parts) + _letter_by_letter(line[position:])


def _letter_by_letter(line: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", line)
