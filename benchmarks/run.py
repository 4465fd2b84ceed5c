"""dquiz beside floors and rivals, everything measured in one run: `python benchmarks/run.py [--only SECTION,…]`.

Sections: start, first, rate, sync. Times depend on the machine, ratios hardly do: compare those.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import inputs
import rating
import rivals
from measuring import Case, Failed, in_turn

if TYPE_CHECKING:
    from measuring import Measured

PYTHON = Path(sys.executable)
DQUIZ = PYTHON.with_name("dquiz")
FLOORS = Path(__file__).with_name("floors.py")
FILES, CARDS_EACH = 1000, 10
SIZES = (1_000, 10_000, 100_000)
LARGEST = SIZES[-1]
QUESTION = "What does"
NOTHING = "python -c pass"


class Bench:
    """The inputs, made when they are first needed, and what is measured with them.

    Attributes:
        runs: Counted runs of each command.
    """

    def __init__(self, work: Path, runs: int) -> None:
        self._work = work
        self.runs = runs
        self._environment = {
            "DQUIZ_HOME": str(work / "home"),
            "DQUIZ_NOW": inputs.NOW.isoformat(),
            "DQUIZ_COLLECTION__SHIPPED": "false",
        }

    def start(self) -> None:
        """Commands that should take no time."""
        collection = self._collection(LARGEST)
        title("Start-up, whole process")
        cases = [
            self._nothing(),
            self._dquiz("dquiz --version", "--version"),
            self._dquiz("dquiz --help", "--help"),
            self._dquiz("dquiz review --help", "review", "--help"),
            self._dquiz(f"dquiz due, {LARGEST:,} cards", "--database", collection, "due"),
        ]
        show(in_turn(cases, self.runs))

    def first(self) -> None:
        """The first card on a terminal."""
        largest = self._collection(LARGEST)
        printed, drawn = "sqlite3 and print", "argparse, sqlite3 and rich"
        cases = [
            self._nothing(),
            Case(printed, [PYTHON, FLOORS, "first_printed", largest], until=QUESTION),
            Case(drawn, [PYTHON, FLOORS, "first_drawn", largest], until=QUESTION),
            *(
                self._dquiz(
                    f"dquiz review, {size:,} cards",
                    "--database",
                    self._collection(size),
                    "review",
                    shows=True,
                )
                for size in SIZES
            ),
        ]
        title("From the start of the process to the first card on a terminal; 2 % of the cards are due")
        cases += self._clanki()
        measured = in_turn(cases, self.runs)
        show(measured)
        walls = {name: each.wall for name, each in measured.items()}
        ours = [wall for name, wall in walls.items() if name.startswith("dquiz")]
        print(f"\n{SIZES[-1]:,} cards against {SIZES[0]:,}: × {ours[-1] / ours[0]:.2f}")
        print(
            *(
                f"dquiz against {name}: × {ours[-1] / wall:.2f}"
                for name, wall in walls.items()
                if name.startswith("clanki")
            )
        )

    def rate(self) -> None:
        """What lies between two cards."""
        copies = [self._work / f"rating{number}.db" for number in range(3)]
        for copy in copies:
            inputs.copy_of(self._collection(LARGEST), copy)
        title(f"A rating, from the decision to the next card, {LARGEST:,} cards")
        show(rating.measured(copies))

    def sync(self) -> None:
        """Notes into the collection."""
        notes, template, database = self._work / "notes", self._work / "empty.db", self._work / "sync.db"
        if not notes.exists():
            inputs.write_notes(notes, FILES, CARDS_EACH)
        if not template.exists():
            inputs.empty_collection(template)

        def begin_anew() -> None:
            inputs.copy_of(template, database)

        title(f"First sync of {FILES:,} files with {CARDS_EACH} cards each")
        parsed = "markdown-it-py finds the tokens"
        cases = [
            Case(parsed, [PYTHON, FLOORS, "tokens", notes]),
            Case("the files are read", [PYTHON, FLOORS, "read", notes]),
            Case(
                "dquiz sync, empty collection",
                [DQUIZ, "--database", database, "sync", notes],
                environment=self._environment,
                setup=begin_anew,
            ),
        ]
        show(in_turn(cases, max(self.runs // 3, 2), warm_up=0))
        title("The same again, nothing changed")
        cases = [
            Case("size and time of each file are looked at", [PYTHON, FLOORS, "stat", notes]),
            self._dquiz("dquiz sync, nothing changed", "--database", database, "sync", notes),
        ]
        show(in_turn(cases, self.runs))

    # --- inputs --------------------------------------------------------------------------------------------

    def _collection(self, cards: int) -> Path:
        path = self._work / f"collection-{cards}.db"
        if not path.exists():
            print(f"Making a collection of {cards:,} cards …", file=sys.stderr)
            inputs.write_collection(path, cards)
        return path

    def _nothing(self) -> Case:
        return Case(NOTHING, [PYTHON, "-c", "pass"])

    def _dquiz(self, name: str, *arguments: str | Path, shows: bool = False) -> Case:
        until = QUESTION if shows else ""
        return Case(name, [DQUIZ, *arguments], until=until, environment=self._environment)

    def _clanki(self) -> list[Case]:
        """The rival's line mode, which is its faster one."""
        environment = rivals.installed(self._work, rivals.CLANKI)
        if environment is None:
            return []
        base = self._work / "anki"
        if not base.exists():
            print(f"Making Anki's collection of {LARGEST:,} cards …", file=sys.stderr)
            texts = json.dumps([inputs.question_and_answer(number) for number in range(500)])
            rivals.write_anki_collection(environment, base, LARGEST, texts)
        return [
            Case(
                f"clanki --plain, {LARGEST:,} cards",
                [environment / "bin/clanki", "review", "Interview", "--plain"],
                until=QUESTION,
                environment={"ANKI_BASE": str(base)},
            )
        ]


def title(text: str) -> None:
    """The head of a table in Markdown."""
    print(f"\n**{text}**\n\n| | wall ms | CPU ms | wall × | CPU × |\n|---|---|---|---|---|")


def show(measured: dict[str, Measured]) -> None:
    """The rows, as multiples of the first."""
    base = next(iter(measured.values()))
    for name, each in measured.items():
        wall, cpu = each.wall * 1000, each.cpu * 1000
        print(
            f"| {name} | {wall:.{digits(wall)}f} | {cpu:.{digits(cpu)}f} "
            f"| {each.wall / base.wall:.2f} | {each.cpu / base.cpu:.2f} |"
        )


def digits(milliseconds: float) -> int:
    """Decimals worth printing."""
    return 2 if milliseconds < 10 else 0


def main() -> None:
    sections = ("start", "first", "rate", "sync")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(sections), metavar="SECTION,…", help="what to measure")
    parser.add_argument("--runs", type=int, default=9, help="counted runs of each command")
    parser.add_argument(
        "--work", type=Path, help="where inputs and rivals are kept; else made anew and removed"
    )
    given = parser.parse_args()
    wanted = given.only.split(",")
    if unknown := set(wanted) - set(sections):
        parser.error(f"no such section: {', '.join(sorted(unknown))}; there are {', '.join(sections)}")
    with tempfile.TemporaryDirectory(prefix="dquiz-bench-") as scratch:
        work = (given.work or Path(scratch)).absolute()
        work.mkdir(parents=True, exist_ok=True)
        bench = Bench(work, given.runs)
        for section in wanted:
            getattr(bench, section)()


if __name__ == "__main__":
    try:
        main()
    except Failed as failed:
        sys.exit(str(failed))
