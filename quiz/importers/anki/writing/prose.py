"""One paragraph of text with styles as lines of markdown in which nothing reads as more than it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from quiz.importers.anki.writing.emphasis import Mark, emphasised
from quiz.importers.anki.writing.escapes import Escaping, code_span, safe
from quiz.importers.anki.writing.runs import BREAK, INDENT, WRITTEN, Manner, Run, tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

_NO_FORMULA = re.compile(r"[\w$}\\]")
_BEHIND_FORMULA = frozenset(" \n\t.,;:!?)]}\"'*_~|<-")


def lines(runs: Sequence[Run], manner: Manner) -> list[str]:
    """The lines of a paragraph; none if it is empty."""
    pieces = emphasised(tidy(runs, plain=manner.plain))
    text = _assembled(pieces, manner).strip(" ")
    if manner.cell:
        return [text] if text else []
    return [safe(_stripped(line)) for line in text.strip().split("\n")] if text.strip() else []


def _stripped(line: str) -> str:
    """A line without blanks around it, but for those of an indent that was meant."""
    return line.rstrip() if line.startswith(INDENT) else line.strip()


def _assembled(pieces: list[Run | Mark], manner: Manner) -> str:
    dollars = sum(run.text.count("$") for run in pieces if isinstance(run, Run) and run.kind != "code")
    out: list[str] = []
    in_link = 0
    for index, piece in enumerate(pieces):
        before = out[-1][-1:] if out else ""
        if isinstance(piece, Mark):
            in_link += {"[": 1, "](": -1}.get(piece.text[:2] if not piece.opens else piece.text, 0)
            out.append(piece.text)
        elif piece.kind == "break":
            out.append(" " if manner.cell else "\\\n")
        elif piece.kind == "code":
            out.append(code_span(piece.text, cell=manner.cell))
        elif piece.kind in WRITTEN or (piece.kind == "formula" and _is_formula(before, piece, pieces, index)):
            out.append(piece.text)
        else:
            escaping = Escaping(before, _text_at(pieces, index + 1), manner, dollars > 1, in_link > 0)
            out.append(escaping.escaped(piece.text))
    return "".join(out)


def _text_at(pieces: list[Run | Mark], index: int) -> str:
    """The first character behind a run, as it will be written."""
    piece = pieces[index] if index < len(pieces) else BREAK
    text = "`" if isinstance(piece, Run) and piece.kind == "code" else piece.text
    return text[:1] or "\n"


def _is_formula(before: str, run: Run, pieces: list[Run | Mark], index: int) -> bool:
    """Whether dquiz reads dollars here as those of a formula; else it is text."""
    starts, ends = run.text.startswith("$"), run.text.endswith("$")
    if starts and _NO_FORMULA.match(before) and not _is_mark(pieces, index - 1):
        return False
    return not ends or _is_mark(pieces, index + 1) or _text_at(pieces, index + 1) in _BEHIND_FORMULA


def _is_mark(pieces: list[Run | Mark], index: int) -> bool:
    piece = pieces[index] if index < len(pieces) else BREAK
    return isinstance(piece, Run) and piece.kind in WRITTEN
