"""Histories of note files with the truth known by construction: what an author does, commit by commit."""

from __future__ import annotations

import difflib
import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from quiz.cards import Note, NoteId, norm
from quiz.matching import Identity, Known, Matching, content_key, match, mint, shares_places
from quiz.notes import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def _words(text: str) -> list[str]:
    return text.split()


def _lines(text: str) -> list[str]:
    return text.strip().splitlines()


TERMS = _words("""
mutex semaphore deadlock livelock sharding replication quorum consensus idempotency backpressure throttling
caching eviction prefetching pipelining checkpoint journal snapshot rollback savepoint trigger cursor index
partition vacuum bloom-filter trie heap treap skiplist b-tree red-black-tree hashing salting pepper nonce
handshake certificate cipher signature token session cookie redirect proxy gateway balancer sidecar ingress
daemonset statefulset namespace cgroup chroot inode hardlink symlink umask setuid sticky-bit swap pagefault
interrupt syscall signal zombie orphan scheduler preemption affinity hypervisor container registry layer
manifest digest tag branch rebase cherry-pick bisect stash submodule hook merge squash blame linter
formatter debugger profiler fuzzer mock stub fixture coverage closure decorator generator coroutine iterator
descriptor metaclass protocol dataclass slots annotation overload variance monad functor currying
memoization recursion tail-call lambda pointer reference lifetime borrow ownership trait enum webhook
websocket long-polling multicast anycast subnet gateway-router vlan nat firewall dns-resolver ttl glue-
record
""")
NOUNS = _words("""
row page block thread process kernel client server packet frame header payload request response queue worker
buffer cluster node leader follower replica segment table column key value record schema version log entry
file folder user group owner secret policy rule event message topic consumer producer partition offset batch
stream window state function object class module package import variable scope stack register memory pointer
disk cable switch port
""")
VERBS = _words("""
keeps splits copies locks releases drops retries merges compares signs hashes checks rejects delays orders
counts forwards stores removes reads writes rebuilds announces watches limits groups encrypts compresses
validates maps
""")
WAYS = _lines("""
before it is committed
after every restart
only while nobody else holds it
without asking the leader
once per second
at most three times
in the order of arrival
as long as memory lasts
when the timeout has passed
by its checksum
until the reader has finished
in a separate transaction
behind the balancer
on the slower disk
across two regions
""")
TEMPLATES = _lines("""
What is {t}?
Explain {t}
What is {t} used for?
How does {t} work?
When would you use {t}?
What are the drawbacks of {t}?
Why does {t} matter in production?
Name two alternatives to {t}
What happens when {t} fails halfway?
How do you test {t}?
What is the difference between {t} and {u}?
True or False? {t} needs a {n} for every {m}
Which {n} does {t} need?
How would you explain {t} to a {n} team?
Describe {t} in one sentence
What does the {n} do during {t}?
How do you monitor {t}, and which {n} do you look at first?
""")


@dataclass(eq=False)
class Fact:
    """One card of the truth: it stays itself through every edit."""

    question: str
    answer: str
    term: str
    tags: tuple[str, ...] = ()
    anchor: str | None = None


@dataclass
class World:
    """An author's folder: files with facts, in order."""

    rng: random.Random
    files: dict[str, list[Fact]] = field(default_factory=dict)
    numbered: set[str] = field(default_factory=set)
    parked: dict[str, list[Fact]] = field(default_factory=dict)
    # facts whose identity this commit made unclear even to a reader
    unclear: set[Fact] = field(default_factory=set)

    # --- texts -------------------------------------------------------------------------------------------------

    def sentence(self, term: str) -> str:
        pick = self.rng.choice
        subject = pick((term, f"the {pick(NOUNS)}", f"each {pick(NOUNS)} of {term}"))
        return f"{subject} {pick(VERBS)} the {pick(NOUNS)} {pick(WAYS)}.".capitalize()

    def answer(self, term: str) -> str:
        if self.rng.random() < 0.12:
            return self.rng.choice(("True", "False", "Yes", f"`{term}`", f"{self.rng.choice(NOUNS)}s"))
        return " ".join(self.sentence(term) for _ in range(self.rng.randint(1, 5)))

    def question(self, term: str) -> str:
        pick = self.rng.choice
        return pick(TEMPLATES).format(t=term, u=pick(TERMS), n=pick(NOUNS), m=pick(NOUNS))

    def fact(self) -> Fact:
        term = self.rng.choice(TERMS)
        return Fact(self.question(term), "" if self.rng.random() < 0.35 else self.answer(term), term)

    def fresh(self, file: str) -> Fact:
        """A fact whose question its file does not ask yet."""
        asked = {norm(fact.question) for fact in self.files.get(file, ())}
        while (fact := self.fact()).question.casefold() in asked:
            pass
        return fact

    # --- what an author does -----------------------------------------------------------------------------------

    def any_file(self) -> str:
        return self.rng.choice([file for file in sorted(self.files) if self.files[file]])

    def any_fact(self) -> tuple[str, Fact]:
        file = self.any_file()
        return file, self.rng.choice(self.files[file])

    def add(self) -> None:
        file = self.any_file()
        self.files[file].insert(self.rng.randint(0, len(self.files[file])), self.fresh(file))

    def remove(self) -> None:
        file, fact = self.any_fact()
        self.files[file].remove(fact)

    def fix_typo(self) -> None:
        _, fact = self.any_fact()
        words = fact.question.split()
        at = max(range(len(words)), key=lambda at: len(words[at]))
        if len(words[at]) > 6:
            cut = self.rng.randint(3, len(words[at]) - 2)
            words[at] = words[at][:cut] + words[at][cut + 1 :]
            fact.question = " ".join(words)

    def extend_question(self) -> None:
        _, fact = self.any_fact()
        fact.question += self.rng.choice(
            (" Give an example.", " Why?", f" And when would a {self.rng.choice(NOUNS)} be better?")
        )

    def reword_question(self) -> None:
        file, fact = self.any_fact()
        asked = {norm(other.question) for other in self.files[file]}
        question = self.question(fact.term)
        if norm(question) not in asked:
            fact.question = question

    def edit_answer(self) -> None:
        _, fact = self.any_fact()
        if len(fact.answer) > 20:
            sentences = fact.answer.split(". ")
            change = self.rng.random()
            if change < 0.5:
                sentences.append(self.sentence(fact.term))
            elif change < 0.7 and len(sentences) > 1:
                sentences.pop(self.rng.randrange(len(sentences)))
            else:
                sentences[self.rng.randrange(len(sentences))] = self.sentence(fact.term)
            fact.answer = ". ".join(sentences)

    def rewrite_answer(self) -> None:
        _, fact = self.any_fact()
        if fact.answer:
            fact.answer = self.answer(fact.term)

    def rewrite_both(self) -> None:
        self.reword_question()
        _, fact = self.any_fact()
        fact.question, fact.answer = self.question(fact.term) + " Be brief.", self.answer(fact.term)

    def answer_drafts(self) -> None:
        file = self.any_file()
        for fact in self.files[file]:
            if not fact.answer and self.rng.random() < 0.6:
                fact.answer = self.answer(fact.term)

    def answer_and_touch(self) -> None:
        _, fact = self.any_fact()
        if not fact.answer:
            fact.answer = self.answer(fact.term)
            fact.question += " Name one."

    def shuffle(self) -> None:
        self.rng.shuffle(self.files[self.any_file()])

    def renumber(self) -> None:
        self.numbered ^= {self.any_file()}

    def retag(self) -> None:
        for fact in self.files[self.any_file()]:
            fact.tags = (self.rng.choice(NOUNS),)

    def reformat(self) -> None:
        for fact in self.files[self.any_file()]:
            fact.question = fact.question.replace(fact.term, f"**{fact.term}**").replace("****", "**")
            fact.answer = (
                fact.answer.replace(". ", ".  ") if "`" in fact.answer else fact.answer.replace(". ", ".\n")
            )

    def move_fact(self) -> None:
        file, fact = self.any_fact()
        there = self.any_file()
        if norm(fact.question) not in {norm(other.question) for other in self.files[there]}:
            self.files[file].remove(fact)
            self.files[there].append(fact)
            if not fact.answer:
                self.unclear.add(fact)

    def rename_file(self) -> None:
        file = self.any_file()
        new = f"{self.rng.choice(NOUNS)}-{self.rng.randint(1, 99)}.md"
        if new not in self.files:
            self.files[new] = self.files.pop(file)

    def merge_files(self) -> None:
        one, other = self.any_file(), self.any_file()
        asked = {norm(fact.question) for fact in self.files[one]}
        if (
            one != other
            and len(self.files) > 3
            and not any(norm(f.question) in asked for f in self.files[other])
        ):
            self.files[one] += self.files.pop(other)

    def split_file(self) -> None:
        file = self.any_file()
        new = f"{self.rng.choice(NOUNS)}-part-{self.rng.randint(1, 99)}.md"
        if new not in self.files:
            half = len(self.files[file]) // 2
            self.files[new], self.files[file] = self.files[file][half:], self.files[file][:half]

    def park(self) -> None:
        """A file is emptied by accident."""
        file = self.any_file()
        if file not in self.parked:
            self.parked[file] = self.files[file]
            self.files[file] = []

    def bring_back(self) -> None:
        if self.parked:
            file = self.rng.choice(sorted(self.parked))
            facts = self.parked.pop(file)
            asked = {norm(fact.question) for fact in facts}
            new = [f for f in self.files.get(file, ()) if norm(f.question) not in asked]
            self.files[file] = facts + new

    SMALL = (
        *(("add", 6), ("remove", 3), ("fix_typo", 5), ("extend_question", 5), ("reword_question", 3)),
        *(("edit_answer", 10), ("rewrite_answer", 3), ("rewrite_both", 1), ("answer_and_touch", 2)),
        *(
            ("answer_drafts", 3),
            ("shuffle", 2),
            ("renumber", 1),
            ("retag", 1),
            ("reformat", 1),
            ("move_fact", 2),
        ),
        *(("rename_file", 1), ("merge_files", 0.3), ("split_file", 0.5), ("park", 0.4), ("bring_back", 2)),
    )

    def commit(self, edits: int) -> list[str]:
        """Do some of it; returns what was done."""
        before = {fact: (fact.question, fact.answer) for facts in self.files.values() for fact in facts}
        self.unclear = set()
        names, weights = zip(*self.SMALL, strict=True)
        done = self.rng.choices(names, weights, k=edits)
        for name in done:
            if any(self.files.values()):
                getattr(self, name)()
        self.unclear |= {fact for fact, texts in before.items() if not _recognisable(texts, fact)}
        return done

    # --- as files ----------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """What stands in the folder now."""
        for file, facts in self.files.items():
            # a question stands once in a file: the parser drops what is read twice
            self.files[file] = list({norm(fact.question): fact for fact in reversed(facts)}.values())[::-1]
        facts = {(file, norm(fact.question)): fact for file, facts in self.files.items() for fact in facts}
        return Snapshot({file: self._file(file) for file in self.files}, facts, set(self.unclear))

    def _file(self, file: str) -> str:
        blocks = [f"# {file}"]
        for number, fact in enumerate(self.files[file], start=1):
            mark = f"Q{number}:" if file in self.numbered else "Q:"
            tags = "".join(f" #{tag}" for tag in fact.tags)
            blocks.append(f"{mark} {fact.question}{tags}" + (f"\nA: {fact.answer}" if fact.answer else ""))
        return "\n\n".join(blocks) + "\n"


@dataclass(frozen=True)
class Snapshot:
    """One commit: the text of the files, which fact each question is, and which facts changed beyond doubt's reach."""

    texts: dict[str, str]
    facts: dict[tuple[str, str], Fact]
    unclear: set[Fact]

    def fact_of(self, note: Note) -> Fact:
        return self.facts[note.file, norm(note.prompt)]


def _recognisable(before: tuple[str, str], fact: Fact) -> bool:
    """Whether a reader who sees both versions has no doubt: half of the letters of either side are the same."""
    question, answer = (
        difflib.SequenceMatcher(None, old, new, autojunk=False).ratio()
        for old, new in zip(before, (fact.question, fact.answer), strict=True)
    )
    return question > 0.75 or (question > 0.4 and min(len(before[1]), len(fact.answer)) > 60 and answer > 0.6)


def new_world(seed: int, files: int = 6, facts: int = 25) -> World:
    world = World(random.Random(seed))
    for number in range(files):
        file = f"topic-{number}.md"
        world.files[file] = []
        for _ in range(facts):
            world.files[file].append(world.fresh(file))
    return world


def history(seed: int, commits: int, edits: int) -> Iterator[Snapshot]:
    world = new_world(seed)
    yield world.snapshot()
    for _ in range(commits):
        world.commit(edits)
        yield world.snapshot()


def read(snapshot: Snapshot) -> dict[str, list[Note]]:
    return {
        file: list(parse(text.encode(), file=file, deck=file).notes) for file, text in snapshot.texts.items()
    }


@dataclass
class Shelf:
    """A store as small as can be: notes by id, living and retired, and their further places."""

    living: dict[NoteId, Note] = field(default_factory=dict)
    retired: dict[NoteId, Note] = field(default_factory=dict)
    also: dict[NoteId, tuple[str, ...]] = field(default_factory=dict)
    texts: dict[str, list[Note]] = field(default_factory=dict)

    def sync(self, found: dict[str, list[Note]]) -> tuple[Matching, dict[Note, NoteId]]:
        """Read the files that changed, as a sync does; returns the ids of all notes in them."""
        changed = {
            file for file in self.texts.keys() | found.keys() if self.texts.get(file) != found.get(file)
        }
        self.texts = found
        read = [note for file in sorted(changed) for note in found.get(file, ())]
        retired = reversed([Known(uid, note) for uid, note in self.retired.items()])
        matching = match(self._known(changed, read), read, retired=list(retired))
        return matching, self._apply(matching, changed)

    def _known(self, changed: set[str], read: list[Note]) -> list[Known]:
        keys = {content_key(note) for note in read if shares_places(note)}
        known = []
        for uid, note in self.living.items():
            files = {note.file, *self.also[uid]}
            if files & changed or content_key(note) in keys:
                also = tuple(file for file in self.also[uid] if file in changed)
                known.append(Known(uid, note, reviewed=True, also=also, stays=not files <= changed))
        return known

    def _apply(self, matching: Matching, changed: set[str]) -> dict[Note, NoteId]:
        ids: dict[Note, NoteId] = {}
        found = {pair.known.id: pair.note for pair in matching.pairs}
        for known in matching.gone:
            self.retired[known.id] = self.living.pop(known.id)
            del self.also[known.id]
        taken = self.living.keys() | self.retired.keys()
        for note in matching.new:
            uid = mint(note.file, note.kind, Identity.of(note).question_key, 0, taken)
            taken = taken | {uid}
            found[uid] = note
        for uid, note in found.items():
            self.retired.pop(uid, None)
            self.living.setdefault(uid, note)
            self.also.setdefault(uid, ())
        for uid in self.living:
            self._stand(uid, found.get(uid), matching, changed)
        for uid, note in found.items():
            for place in (note, *matching.others.get(note, ())):
                ids[place] = uid
        return ids

    def _stand(self, uid: NoteId, note: Note | None, matching: Matching, changed: set[str]) -> None:
        """Its places: those that were not read, and those where it was found."""
        before = self.living[uid]
        places = [file for file in (before.file, *self.also[uid]) if file not in changed]
        if note:
            places += [note.file, *(other.file for other in matching.others.get(note, ()))]
        places = list(dict.fromkeys(places))
        self.living[uid] = replace(
            before if note is None or places[0] == before.file not in changed else note, file=places[0]
        )
        self.also[uid] = tuple(places[1:])


@dataclass
class Tally:
    """What became of the cards over histories.

    Attributes:
        carried: Times that a card stood in a file that was read and in the version before.
        edited: Times that its text or file was another than before.
        kept, asked, lost: Times that it kept its id, that its heir was asked about, that it became new.
        mixed: Times that it got another card's history.
        clear, clear_kept: Edits after which no reader doubts, and how many of them kept the id.
    """

    carried: int = 0
    edited: int = 0
    kept: int = 0
    asked: int = 0
    lost: int = 0
    mixed: int = 0
    clear: int = 0
    clear_kept: int = 0
    failures: list[str] = field(default_factory=list)


@dataclass
class Truth:
    """Compares ids with the facts they should stand for, commit by commit."""

    tally: Tally = field(default_factory=Tally)
    ids: dict[Fact, NoteId] = field(default_factory=dict)
    texts: dict[Fact, tuple[str, str, str]] = field(default_factory=dict)

    def compare(self, snapshot: Snapshot, matching: Matching, given: dict[Note, NoteId]) -> None:
        owners = {uid: fact for fact, uid in self.ids.items()}
        asked = {ask.note for ask in matching.asks}
        for note, uid in given.items():
            fact, text = snapshot.fact_of(note), (note.file, norm(note.prompt), norm(note.answer))
            owner = owners.get(uid, fact)
            same = self.ids.get(fact) == uid or self._copies(owner, fact, text)
            if owner is not fact and not same:
                self.tally.mixed += 1
                self.tally.failures.append(f"MIXED {self.texts[owner]} -> {text}")
            if fact in self.ids:
                self._count(fact, text, same, note in asked, fact not in snapshot.unclear)
        for note, uid in given.items():
            fact = snapshot.fact_of(note)
            self.ids[fact], self.texts[fact] = uid, (note.file, norm(note.prompt), norm(note.answer))

    def _copies(self, one: Fact, other: Fact, text: tuple[str, str, str]) -> bool:
        """Whether two facts say, or said, the same, so that either may be either."""
        now = [(norm(fact.question), norm(fact.answer)) for fact in (one, other)]
        return one is not other and (now[0] == now[1] or self.texts[one][1:] == text[1:])

    def _count(self, fact: Fact, text: tuple[str, str, str], kept: bool, asked: bool, clear: bool) -> None:
        tally, edited = self.tally, text != self.texts[fact]
        tally.carried += 1
        tally.edited += edited
        tally.kept += kept
        tally.asked += asked and not kept
        tally.lost += not asked and not kept
        tally.clear += clear and edited
        tally.clear_kept += clear and edited and kept
        if not kept:
            doubt = "CLEAR" if clear else "unclear"
            tally.failures.append(f"{doubt} {'asked' if asked else 'lost'} {self.texts[fact]} -> {text}")


def replay(
    snapshots: Iterable[Snapshot], notes_of: Callable[[Snapshot], dict[str, list[Note]]] = read
) -> Tally:
    """Sync commit by commit, and compare what became of each card with the truth."""
    shelf, truth = Shelf(), Truth()
    for snapshot in snapshots:
        matching, given = shelf.sync(notes_of(snapshot))
        truth.compare(snapshot, matching, given)
    return truth.tally
