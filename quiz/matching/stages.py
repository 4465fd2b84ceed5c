"""Finds for every stored note the note of the edited files that it has become, in stages from certain to likely."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from quiz.matching import sides
from quiz.matching.copies import group_copies
from quiz.matching.evidence import Evidence
from quiz.matching.identity import content_key
from quiz.matching.nearest import POSSIBLE, Choice, guesses
from quiz.matching.outcome import RESTORED, Ask, Matching, Pair
from quiz.matching.renames import renamed
from quiz.matching.sides import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence

    from quiz.cards import Note
    from quiz.matching.outcome import Known

ANCHOR, CONTENT, QUESTION, ANSWER, SIMILAR = 1, 2, 3, 4, 5

# Of what was retired over the years there is always something that is a little like a new note
_ASK_RETIRED = 0.5
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

    The stages: equal ``^id``; equal question and answer; equal question; equal long answer; similar text; then
    the same against retired notes. Each sees what the earlier ones left, first within a file, then across files.
    Equal notes of several files are one note (``group_copies``).

    Args:
        known: Not retired.
        found: All notes of the files that were read. Their ``file`` tells files apart as that of ``known`` does.
        retired: Retired notes, latest first, or a function that gets them: asked for only if a note is left. Their
            ``file`` is that which they were last seen in.
        refused: Pairs that were said to be different: the id of the old note, and the id or the ``content_key`` of
            the other.

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
        retired: What is left of the retired notes, as they came.
        heirs: By old text, the new text that it has become.
        moves: How many notes have gone from one file to another.
        homes: By file that is new, the file that was renamed to it.
    """

    def __init__(
        self, known: Iterable[Known], found: Iterable[Note], refused: Collection[tuple[str, str]]
    ) -> None:
        self.copies = group_copies(found)
        self.news = [
            Text(number, copies.note, copies.files, read_as=copies.identity)
            for number, copies in enumerate(self.copies)
        ]
        self.known: dict[Text, Known] = {}
        self.refused = set(refused)
        self.olds = self._texts(sorted(known, key=_place))
        self.old, self.new = dict.fromkeys(self.olds), dict.fromkeys(self.news)
        self.retired: dict[Text, None] = {}
        self.heirs: dict[Text, Text] = {}
        self.stages: dict[Text, int] = {}
        self.asks: list[tuple[Text, Text, float]] = []
        self.moves: Counter[tuple[str, str]] = Counter()
        self.homes: dict[str, str] = {}
        self.evidence = Evidence(self.copies, lambda: (*self.old, *self.retired))

    def _texts(self, known: Iterable[Known]) -> list[Text]:
        """Stored notes as texts, numbered on from those there are."""
        texts = []
        for number, each in enumerate(known, start=len(self.known)):
            text = Text(number, each.note, each.files, each.reviewed, not each.stays)
            self.known[text] = each
            texts.append(text)
        if self.refused:
            # a refused pair names two ids; what must not be paired is the one with the text of the other
            contents: dict[str, str] = {self.known[text].id: content_key(text.note) for text in texts}
            self.refused |= {(old, contents[other]) for old, other in self.refused if other in contents}
        return texts

    # --- stages ------------------------------------------------------------------------------------------------

    def pair_equal(self) -> None:
        """Stages 1 to 4."""
        # What was not touched passes before anything is normalised; no other stage would pair it otherwise
        self._pair(CONTENT, sides.as_written, within=True)
        if self.old and self.new:
            self._pair_same()
            self._follow_renames()
            self._pair_parts_within(only_as_many=True)
            self._pair_parts_across()

    def recall(self, retired: Iterable[Known]) -> None:
        """Restore retired notes whose very text came back, or whose question or answer did in the same file.

        That is surer than a likeness to some note that goes in the same moment, and therefore comes first.
        """
        self.retired = dict.fromkeys(self._texts(retired))
        self._against_retired(self._pair_same)
        self._against_retired(self._pair_parts_within)

    def pair_similar(self, least: float = POSSIBLE) -> None:
        """Stage 5."""
        olds = [text for text in self.old if text.moves]
        if not olds or not self.new:
            return
        evidence = self.evidence
        found = guesses(olds, list(self.new), evidence.weights, evidence.words, self._likeness)
        likely = [guess for guess in found if guess.similarity >= least]
        for guess, certain in Choice(likely, self._in_place).decide():
            if certain:
                self._settle(guess.old, guess.new, SIMILAR)
            else:
                self._ask(guess.old, guess.new, guess.similarity)

    def restore(self) -> None:
        """Stage 6, as far as it is not done."""
        self._against_retired(self._pair_parts_across)
        self._against_retired(partial(self.pair_similar, least=_ASK_RETIRED))

    def ask_about_copies(self) -> None:
        """Ask about new notes where a copy of a living one was: an edited copy gets no history by itself."""
        lost = self._lost_copies()
        for new in list(self.new):
            here = dict.fromkeys(old for file in new.files for old in lost.get(file, ()))
            alike = [(self._likeness(old, new), -old.number, old) for old in here]
            if alike and max(alike)[0] >= POSSIBLE:
                similarity, _, old = max(alike)
                self._ask(old, new, similarity)

    def _lost_copies(self) -> dict[str, list[Text]]:
        """By file, the living notes that stood there once more than now."""
        lost = defaultdict(list)
        for old in self.olds:
            heir = self.heirs.get(old)
            if (len(old.files) > 1 or old.note.also or not old.moves) and (heir or not old.moves):
                for file in old.places - (heir.places if heir else Counter[str]()):
                    lost[file].append(old)
        return lost

    def _pair_same(self) -> None:
        self._pair(ANCHOR, sides.anchor, within=True)
        self._pair(ANCHOR, sides.anchor)
        self._pair(CONTENT, sides.content, within=True)
        self._pair(CONTENT, sides.normed, within=True)
        self._pair(CONTENT, sides.complete_content)
        self._pair(CONTENT, sides.complete_normed)

    def _pair_parts_within(self, *, only_as_many: bool = False) -> None:
        self._pair(QUESTION, sides.question_as_written, within=True, only_as_many=only_as_many)
        self._pair(QUESTION, sides.question_key, within=True, only_as_many=only_as_many)
        self._pair(ANSWER, sides.long_answer, within=True, only_as_many=only_as_many)

    def _pair_parts_across(self) -> None:
        self._pair(QUESTION, sides.question_as_written, only_as_many=True)
        self._pair(QUESTION, sides.question_key, only_as_many=True)
        self._pair(ANSWER, sides.long_answer, only_as_many=True)

    def _against_retired(self, stage: Callable[[], None]) -> None:
        if self.retired and self.new:
            self.old, self.retired = self.retired, self.old
            stage()
            self.old, self.retired = self.retired, self.old

    # --- pairing -----------------------------------------------------------------------------------------------

    def _pair(
        self,
        stage: int,
        key: Callable[[Text], Hashable],
        *,
        within: bool = False,
        only_as_many: bool = False,
    ) -> None:
        """Pair what is left and has a key in common, across files unless ``within``."""
        movable = self.old if stage == CONTENT else [old for old in self.old if old.moves]
        olds, news = self._grouped(movable, key, within=within), self._grouped(self.new, key, within=within)
        common = [shared for shared in olds if shared in news]
        for shared in sorted(common, key=lambda shared: min(old.rank for old in olds[shared])):
            left_old = [old for old in olds[shared] if old in self.old]
            left_new = [new for new in news[shared] if new in self.new]
            if only_as_many and len(left_old) != len(left_new):
                continue
            for old, new in self._arranged(left_old, left_new, stage):
                if self._may(old, new, stage, within=within):
                    self._settle(old, new, stage)

    def _grouped(
        self, texts: Iterable[Text], key: Callable[[Text], Hashable], *, within: bool
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
        number = len(olds) * len(news)
        if number <= 1 or number > _ARRANGED:
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
        moved = max(self.moves[here, there] for here, there in product(old.files, new.files))
        likeness = 0.0 if stage <= CONTENT else self.evidence.likeness(old, new)
        return not self._share_file(old, new), -moved, -likeness

    def _may(self, old: Text, new: Text, stage: int, *, within: bool) -> bool:
        if self._is_refused(old, new):
            return False
        if stage != QUESTION:
            return True
        return not self.evidence.differ_in_all_but_a_common_question(old, new, same_file=within)

    def _is_refused(self, old: Text, new: Text) -> bool:
        return bool(self.refused) and (self.known[old].id, content_key(new.note)) in self.refused

    def _likeness(self, old: Text, new: Text) -> float:
        if self._is_refused(old, new):
            return 0.0
        return self.evidence.likeness(old, new, same_file=self._share_file(old, new))

    def _settle(self, old: Text, new: Text, stage: int) -> None:
        del self.old[old], self.new[new]
        self.heirs[old] = new
        self.stages[old] = stage
        self.moves.update(product(old.files, new.files))

    def _ask(self, old: Text, new: Text, similarity: float) -> None:
        self.old.pop(old, None)
        del self.new[new]
        self.asks.append((old, new, similarity))

    # --- where notes stand -------------------------------------------------------------------------------------

    def _share_file(self, old: Text, new: Text) -> bool:
        return any(file in old.files or self.homes.get(file) in old.files for file in new.files)

    def _in_place(self, old: Text, new: Text) -> bool:
        """Whether a neighbour of the old note has become the same neighbour of the new one."""
        for step in (-1, 1):
            neighbour = _neighbour(self.olds, old, step)
            heir = self.heirs.get(neighbour) if neighbour else None
            if heir and heir is _neighbour(self.news, new, step):
                return True
        return False

    def _follow_renames(self) -> None:
        self.homes = renamed(self.olds, self.news, self.moves + Counter(self._moved_drafts()))
        if self.homes:
            self._pair(CONTENT, sides.content, within=True)
            self._pair(CONTENT, sides.normed, within=True)

    def _moved_drafts(self) -> Iterator[tuple[str, str]]:
        """Moves of questions that only one note that is left asks, before and after."""
        olds = self._grouped(self.old, sides.normed, within=False)
        news = self._grouped(self.new, sides.normed, within=False)
        for key in olds.keys() & news.keys():
            if len(olds[key]) == len(news[key]) == 1:
                yield olds[key][0].note.file, news[key][0].note.file

    # --- outcome -----------------------------------------------------------------------------------------------

    def outcome(self) -> Matching:
        """What was settled, in the order of the notes found."""
        for old, new in self.heirs.items():
            # what is copied to another file has not moved there
            self.copies[new.number] = self.copies[new.number].beginning_in(old.files)
        pairs = sorted(self.heirs.items(), key=lambda pair: pair[1].number)
        asks = sorted(self.asks, key=lambda ask: ask[1].number)
        found_again = set(self.heirs.values())
        return Matching(
            pairs=tuple(self._as_pair(old, new) for old, new in pairs),
            asks=tuple(Ask(self.known[old], new.note, similarity) for old, new, similarity in asks),
            new=tuple(new.note for new in self.news if new not in found_again),
            gone=tuple(self.known[old] for old in self.olds if old not in self.heirs and old.moves),
            others={copies.note: copies.others for copies in self.copies if copies.others},
        )

    def _as_pair(self, old: Text, new: Text) -> Pair:
        note = self.copies[new.number].note
        stage = RESTORED if old.number >= len(self.olds) else self.stages[old]
        if self.stages[old] == CONTENT or sides.normed(old) == sides.normed(new) is not None:
            return Pair(self.known[old], note, stage)
        similarity = self.evidence.likeness(old, new)
        return Pair(self.known[old], note, stage, similarity, self.evidence.rewritten(old, new))


def _place(known: Known) -> tuple[str, int, str]:
    return known.note.file, known.note.line, known.id


def _neighbour(texts: Sequence[Text], text: Text, step: int) -> Text | None:
    """The note next to a note in its file; None for a retired note, which has no place."""
    at = text.number + step
    if text.number >= len(texts) or not 0 <= at < len(texts):
        return None
    return texts[at] if texts[at].note.file == text.note.file else None
