"""Finds for every stored note the note of the edited files that it has become, in stages from certain to likely."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import product
from typing import TYPE_CHECKING

from quiz.matching import sides
from quiz.matching.copies import group_copies
from quiz.matching.identity import content_key
from quiz.matching.likeness import FILES_DIFFER, Weights, answers
from quiz.matching.nearest import POSSIBLE, Choice, guesses
from quiz.matching.outcome import RESTORED, Ask, Matching, Pair
from quiz.matching.sides import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence

    from quiz.cards import Note
    from quiz.matching.likeness import Words
    from quiz.matching.outcome import Known

ANCHOR, CONTENT, QUESTION, ANSWER, SIMILAR = 1, 2, 3, 4, 5

# What two answers must share when several notes ask the same: then the question tells nothing
_SAME_QUESTION_ANSWER = 0.3
_REWRITTEN = 0.5
# More equal notes than fifty times fifty are paired as they stand
_ARRANGED = 2500


def match(
    known: Iterable[Known],
    found: Iterable[Note],
    *,
    retired: Iterable[Known] | Callable[[], Iterable[Known]] = (),
    refused: Collection[tuple[str, str]] = (),
) -> Matching:
    """Match the stored notes of files that were read again, or are gone, with the notes just read.

    The stages: equal ``^id``; equal question and answer; equal question; equal long answer; similar text; then the same
    against retired notes. Each sees what the earlier ones left, first within a file, then across files. Equal notes of
    several files are one note (``group_copies``).

    Args:
        known: Not retired.
        found: All notes of the files that were read; their ``file`` tells files apart as that of ``known`` does.
        retired: Retired notes, or a function that gets them: asked for only if something is left to be matched.
        refused: Pairs that were said to be different: the id of the old note, and the id or the ``content_key`` of the
            other.

    Returns:
        The same for the same notes, in whatever order they come.
    """
    run = _Run(known, found, refused)
    run.pair_equal()
    if run.new:
        run.recall(retired() if callable(retired) else retired)
        run.pair_similar()
        run.restore()
        run.ask_about_copies()
    return run.outcome()


class _Run:
    """One match: what is left on both sides, and what has been settled.

    Attributes:
        old, new: What is left, in the order of files and lines.
        retired: What is left of the retired notes.
        heirs: By old text, the new text it has become.
        homes: By file that is new, the file that was renamed to it.
    """

    def __init__(
        self, known: Iterable[Known], found: Iterable[Note], refused: Collection[tuple[str, str]]
    ) -> None:
        ordered = sorted(known, key=_place)
        self.copies = group_copies(found)
        self.olds = [
            Text(number, each.note, each.files, each.reviewed, not each.stays)
            for number, each in enumerate(ordered)
        ]
        self.news = [Text(number, copies.note, copies.files, read_as=copies.identity) for number, copies in enumerate(self.copies)]
        self.known = dict(zip(self.olds, ordered, strict=True))
        self.old, self.new = dict.fromkeys(self.olds), dict.fromkeys(self.news)
        self.retired: dict[Text, None] = {}
        self.stage: dict[Text, int] = {}
        self.heirs: dict[Text, Text] = {}
        self.asks: list[tuple[Text, Text, float]] = []
        self.homes: dict[str, str] = {}
        self.refused = set(refused)
        self._refuse_texts_of(ordered)
        self._weights: Weights | None = None
        self._words: dict[Text, Words] = {}
        self._moves: Counter[tuple[str, str]] | None = None
        self._askers: Counter[Hashable] | None = None

    # --- stages ------------------------------------------------------------------------------------------------

    def pair_equal(self) -> None:
        """Stages 1 to 4."""
        # What was not touched passes before anything is normalised; no other stage would pair it otherwise
        self._pair(CONTENT, sides.as_written, within=True)
        if not self.old or not self.new:
            return
        self._pair_same()
        self._follow_renames()
        self._pair_parts()

    def _pair_same(self) -> None:
        self._pair(ANCHOR, sides.anchor, within=True)
        self._pair(ANCHOR, sides.anchor)
        self._pair(CONTENT, sides.content, within=True)
        self._pair(CONTENT, sides.normed, within=True)
        self._pair(CONTENT, sides.complete_content)
        self._pair(CONTENT, sides.complete_normed)

    def _pair_parts(self) -> None:
        self._pair_parts_within()
        for key in (sides.question_as_written, sides.question_key):
            self._pair(QUESTION, key, only_as_many=True)
        self._pair(ANSWER, sides.long_answer, only_as_many=True)

    def _pair_parts_within(self) -> None:
        for key in (sides.question_as_written, sides.question_key):
            self._pair(QUESTION, key, within=True, only_as_many=True)
        self._pair(ANSWER, sides.long_answer, within=True, only_as_many=True)

    def recall(self, retired: Iterable[Known]) -> None:
        """Restore retired notes whose very text came back, or whose question or answer did in the same file.

        That is surer than a likeness to some note that goes in the same moment, and therefore comes first.
        """
        for known in sorted(retired, key=_place):
            text = Text(len(self.known), known.note, known.files, known.reviewed)
            self.known[text] = known
            self.retired[text] = None
        self._refuse_texts_of([self.known[text] for text in self.retired])
        self._against_retired(self._pair_same)
        self._against_retired(self._pair_parts_within)

    def pair_similar(self) -> None:
        """Stage 5."""
        olds = [text for text in self.old if text.moves]
        if not olds or not self.new:
            return
        found = guesses(olds, list(self.new), self.weights, self.words, self._likeness)
        for guess, certain in Choice(found, self._in_place).decide():
            if certain:
                self._settle(guess.old, guess.new, SIMILAR)
            else:
                self._ask(guess.old, guess.new, guess.similarity)

    def restore(self) -> None:
        """Stage 6."""
        self._against_retired(self._pair_parts)
        self._against_retired(self.pair_similar)

    def _against_retired(self, stage: Callable[[], None]) -> None:
        if self.retired and self.new:
            self.old, self.retired = self.retired, self.old
            stage()
            self.old, self.retired = self.retired, self.old

    def ask_about_copies(self) -> None:
        """Ask about new notes where a copy of a living one was: an edited copy gets no history, but may."""
        lost = self._lost_copies()
        for new in list(self.new):
            old_here = dict.fromkeys(old for file in new.files for old in lost.get(file, ()))
            alike = [(self._likeness(old, new), -old.number, old) for old in old_here if self._may(old, new)]
            if alike and max(alike)[0] >= POSSIBLE:
                similarity, _, old = max(alike)
                self._ask(old, new, similarity)

    def _lost_copies(self) -> dict[str, list[Text]]:
        """By file, the living notes that stood there once more than now."""
        lost = defaultdict(list)
        for old in self.olds:
            if len(old.files) == 1 and old.moves and not old.note.also:
                continue
            heir = self.heirs.get(old)
            if heir or not old.moves:
                for file in old.places - (heir.places if heir else Counter[str]()):
                    lost[file].append(old)
        return lost

    # --- pairing -----------------------------------------------------------------------------------------------

    def _pair(
        self,
        stage: int,
        key: Callable[[Text], Hashable],
        *,
        within: bool = False,
        only_as_many: bool = False,
    ) -> None:
        """Pair what is left and has a key in common; across files unless ``within``."""
        movable = self.old if stage == CONTENT else [old for old in self.old if old.moves]
        olds, news = self._grouped(movable, key, within), self._grouped(self.new, key, within)
        in_order = sorted(olds.keys() & news.keys(), key=lambda shared: min(old.rank for old in olds[shared]))
        for shared in in_order:
            left_old = [old for old in olds[shared] if old in self.old]
            left_new = [new for new in news[shared] if new in self.new]
            if only_as_many and len(left_old) != len(left_new):
                continue
            for old, new in self._arranged(left_old, left_new, stage):
                if self._may(old, new) and not (
                    stage == QUESTION and self._asked_by_others(old, new, within)
                ):
                    self._settle(old, new, stage)

    def _grouped(
        self, texts: Iterable[Text], key: Callable[[Text], Hashable], within: bool
    ) -> dict[Hashable, list[Text]]:
        groups: dict[Hashable, list[Text]] = defaultdict(list)
        for text in texts:
            shared = key(text)
            if shared is None:
                continue
            if within:
                for file in dict.fromkeys(self.homes.get(file, file) for file in text.files):
                    groups[file, shared].append(text)
            else:
                groups[shared].append(text)
        return groups

    def _arranged(
        self, olds: Sequence[Text], news: Sequence[Text], stage: int
    ) -> Iterator[tuple[Text, Text]]:
        """Notes with a key in common, in pairs: by file, then by likeness, then in order."""
        if len(olds) * len(news) <= 1 or len(olds) * len(news) > _ARRANGED:
            yield from zip(olds, news, strict=False)
            return
        pairs = [
            (self._distance(old, new, stage), not old.reviewed, abs(i - j), i, j)
            for (i, old), (j, new) in product(enumerate(olds), enumerate(news))
        ]
        taken_old: set[int] = set()
        taken_new: set[int] = set()
        for *_, i, j in sorted(pairs):
            if i not in taken_old and j not in taken_new:
                taken_old.add(i)
                taken_new.add(j)
                yield olds[i], news[j]

    def _distance(self, old: Text, new: Text, stage: int) -> tuple[bool, int, float]:
        moved = -max(self.moves[here, there] for here, there in product(old.files, new.files))
        likeness = 0.0 if stage <= CONTENT else self.weights.similarity(self.words(old), self.words(new))
        return not self._share_file(old, new), moved, -likeness

    def _may(self, old: Text, new: Text) -> bool:
        return not self.refused or (self.known[old].id, content_key(new.note)) not in self.refused

    def _settle(self, old: Text, new: Text, stage: int) -> None:
        del self.old[old], self.new[new]
        self.heirs[old] = new
        self.stage[old] = stage

    def _ask(self, old: Text, new: Text, similarity: float) -> None:
        self.old.pop(old, None)
        del self.new[new]
        self.asks.append((old, new, similarity))

    def _refuse_texts_of(self, known: Iterable[Known]) -> None:
        """A refused pair names two ids; what must not be paired is the old one and the other's text."""
        if self.refused:
            texts: dict[str, str] = {each.id: content_key(each.note) for each in known}
            self.refused |= {(old, texts[other]) for old, other in self.refused if other in texts}

    # --- evidence ----------------------------------------------------------------------------------------------

    @property
    def weights(self) -> Weights:
        """Over the questions just read and those of old notes that are left."""
        if self._weights is None:
            old = (text.identity.question for text in (*self.old, *self.retired))
            self._weights = Weights.of([*(copies.identity.question for copies in self.copies), *old])
        return self._weights

    def words(self, text: Text) -> Words:
        """The words of a note, weighed once."""
        if text not in self._words:
            self._words[text] = self.weights.words(text.identity)
        return self._words[text]

    def _likeness(self, old: Text, new: Text) -> float:
        if not self._may(old, new):
            return 0.0
        same_file = self._share_file(old, new)
        if self._asked_by_others(old, new, same_file):
            likeness = answers(self.words(old).telling, self.words(new).telling)
            return likeness if same_file else FILES_DIFFER * likeness
        return self.weights.similarity(self.words(old), self.words(new), same_file=same_file)

    def _asked_by_others(self, old: Text, new: Text, within: bool) -> bool:
        """Whether further notes ask the same and the answers differ, so that the pair has nothing in common."""
        key = new.identity.question_key
        if key != old.identity.question_key or not old.identity.answer or not new.identity.answer:
            return False
        asked = max(self.askers[file, key] for file in new.files) if within else self.askers[key]
        if asked <= 1:
            return False
        return answers(self.words(old).telling, self.words(new).telling) < _SAME_QUESTION_ANSWER

    @property
    def askers(self) -> Counter[Hashable]:
        """How many notes have a question, by question and by file and question."""
        if self._askers is None:
            self._askers = Counter()
            for copies in self.copies:
                self._askers[copies.identity.question_key] += 1
                self._askers.update((file, copies.identity.question_key) for file in copies.files)
        return self._askers

    def _share_file(self, old: Text, new: Text) -> bool:
        return any(file in old.files or self.homes.get(file) in old.files for file in new.files)

    def _in_place(self, old: Text, new: Text) -> bool:
        """Whether a neighbour of the old note has become the same neighbour of the new one."""
        return any(
            (neighbour := _neighbour(self.olds, old, step)) is not None
            and (heir := self.heirs.get(neighbour)) is not None
            and heir is _neighbour(self.news, new, step)
            for step in (-1, 1)
        )

    # --- renamed files -----------------------------------------------------------------------------------------

    @property
    def moves(self) -> Counter[tuple[str, str]]:
        """How many notes have gone from one file to another."""
        if self._moves is None:
            self._moves = Counter(
                (here, there) for old, new in self.heirs.items() for here in old.files for there in new.files
            )
        return self._moves

    def _follow_renames(self) -> None:
        """A file that is gone and one that is new are one file if most of its notes went there.

        So the drafts of a renamed file are found again, too, although drafts are not looked for in other files.
        """
        gone = {file for old in self.olds for file in old.files} - {
            file for new in self.news for file in new.files
        }
        fresh = {file for new in self.news for file in new.files} - {
            file for old in self.olds for file in old.files
        }
        if not gone or not fresh:
            return
        votes = Counter(
            {move: votes for move, votes in self.moves.items() if move[0] in gone and move[1] in fresh}
        )
        votes.update(self._moved_drafts(gone, fresh))
        for (here, there), number in sorted(votes.items(), key=lambda item: (-item[1], item[0])):
            leaving = sum(number for (old, _), number in votes.items() if old == here)
            if 2 * number > leaving and here in gone and there in fresh:
                gone.remove(here)
                fresh.remove(there)
                self.homes[there] = here
        if self.homes:
            self._pair(CONTENT, sides.content, within=True)
            self._pair(CONTENT, sides.normed, within=True)

    def _moved_drafts(self, gone: set[str], fresh: set[str]) -> Iterator[tuple[str, str]]:
        """Moves of questions that only one note that is left asks, before and after."""
        olds, news = (
            self._grouped(self.old, sides.normed, False),
            self._grouped(self.new, sides.normed, False),
        )
        for key in olds.keys() & news.keys():
            if len(olds[key]) == len(news[key]) == 1:
                here, there = olds[key][0].note.file, news[key][0].note.file
                if here in gone and there in fresh:
                    yield here, there

    # --- outcome -----------------------------------------------------------------------------------------------

    def outcome(self) -> Matching:
        """What was settled, in the order of the notes found."""
        paired = set(self.heirs.values())
        return Matching(
            pairs=tuple(
                self._as_pair(old, new)
                for old, new in sorted(self.heirs.items(), key=lambda pair: pair[1].number)
            ),
            asks=tuple(
                Ask(self.known[old], new.note, similarity)
                for old, new, similarity in sorted(self.asks, key=lambda ask: ask[1].number)
            ),
            new=tuple(new.note for new in self.news if new not in paired),
            gone=tuple(self.known[old] for old in self.olds if old not in self.heirs and old.moves),
            others={copies.note: copies.others for copies in self.copies if copies.others},
        )

    def _as_pair(self, old: Text, new: Text) -> Pair:
        known, stage = self.known[old], self.stage[old]
        reported = RESTORED if old.number >= len(self.olds) else stage
        if stage == CONTENT or sides.normed(old) == sides.normed(new) is not None:
            return Pair(known, new.note, reported)
        ours, theirs = self.words(old), self.words(new)
        changed = bool(old.identity.answer and new.identity.answer)
        changed = changed and answers(ours.answer, theirs.answer) < _REWRITTEN
        return Pair(known, new.note, reported, self.weights.similarity(ours, theirs), changed)


def _place(known: Known) -> tuple[str, int, str]:
    return known.note.file, known.note.line, known.id


def _neighbour(texts: Sequence[Text], text: Text, step: int) -> Text | None:
    at = text.number + step
    if not 0 <= at < len(texts) or not 0 <= text.number < len(texts) or texts[text.number] is not text:
        return None
    return texts[at] if texts[at].note.file == text.note.file else None
