"""Draws docs/review.svg: the real program in a terminal, studying the deck of README. `python docs/draw_review.py`."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from html import escape
from itertools import groupby
from pathlib import Path

import pexpect
import pyte

COLUMNS, ROWS = 72, 15
WIDTH, HEIGHT, MARGIN = 8.4, 18, 16
BACKGROUND, FOREGROUND = "#1e1e2e", "#cdd6f4"
COLOURS = {
    "black": "#6c7086",
    "red": "#f38ba8",
    "green": "#a6e3a1",
    "brown": "#f9e2af",
    "blue": "#89b4fa",
    "magenta": "#f5c2e7",
    "cyan": "#94e2d5",
    "white": "#bac2de",
}


def main() -> None:
    """Study until the answer of the last card shows, and draw the screen."""
    here = Path(__file__).parent
    deck = (here.parent / "README.md").read_text(encoding="utf-8").split("````markdown\n")[1].split("````")[0]
    screen = pyte.Screen(COLUMNS, ROWS)
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "dns.md").write_text(deck, encoding="utf-8")
        environment = {
            **os.environ,
            "DQUIZ_HOME": home,
            "DQUIZ_NOW": "2026-11-24T18:40:00Z",
            "DQUIZ_REVIEW__EXPLAIN_RATINGS": "0",
            "TERM": "xterm-256color",
            "TZ": "UTC",
        }
        arguments = ["-m", "quiz", "review", "dns.md"]
        program = pexpect.spawn(
            sys.executable, arguments, cwd=home, env=environment, dimensions=(ROWS, COLUMNS), encoding="utf-8"
        )
        stream = pyte.Stream(screen)
        for key in (" ", "3", " ", "3", " ", "3", " ", ""):
            _feed_until(stream, program, "keys")
            program.send(key)
        program.close(force=True)
    (here / "review.svg").write_text(drawn(screen), encoding="utf-8")


def _feed_until(stream: pyte.Stream, program: pexpect.spawn, offered: str) -> None:
    """All that the program writes until it offers keys and waits for one."""
    program.expect(offered)
    stream.feed(f"{program.before}{program.after}")
    with contextlib.suppress(pexpect.TIMEOUT):
        while True:
            stream.feed(program.read_nonblocking(65536, timeout=0.5))


def drawn(screen: pyte.Screen) -> str:
    """The screen as SVG, without what is empty below."""
    rows = [[screen.buffer[y][x] for x in range(COLUMNS)] for y in range(ROWS)]
    while rows and not "".join(cell.data for cell in rows[-1]).strip():
        rows.pop()
    width, height = COLUMNS * WIDTH + 2 * MARGIN, len(rows) * HEIGHT + 2 * MARGIN
    texts = "\n".join(text for y, row in enumerate(rows) for text in _row(row, MARGIN + (y + 0.75) * HEIGHT))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}">\n'
        f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>\n'
        f'<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14" fill="{FOREGROUND}">\n'
        f"{texts}\n</g>\n</svg>\n"
    )


def _row(row: list[pyte.screens.Char], y: float) -> list[str]:
    """Runs of one look; each is as wide as its columns, whatever the font."""
    texts, x = [], 0
    for (colour, bold, italic), cells in groupby(row, key=lambda cell: (cell.fg, cell.bold, cell.italics)):
        run = [cell.data for cell in cells]
        text = "".join(run)
        if text.strip():
            look = (
                f' fill="{COLOURS.get(colour.removeprefix("bright"), FOREGROUND)}"'
                if colour != "default"
                else ""
            )
            look += ' font-weight="bold"' * bold + ' font-style="italic"' * italic
            texts.append(
                f'<text x="{MARGIN + x * WIDTH:.1f}" y="{y:.1f}" textLength="{len(run) * WIDTH:.1f}" '
                f'xml:space="preserve"{look}>{escape(text)}</text>'
            )
        x += len(run)
    return texts


if __name__ == "__main__":
    main()
