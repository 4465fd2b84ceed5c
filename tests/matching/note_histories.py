"""Histories of note files with the truth known by construction: what an author does, commit by commit."""

from __future__ import annotations

import difflib
import random
from dataclasses import dataclass, field, replace

from quiz.cards import Kind, Note, NoteId, norm
from quiz.matching import Identity, Known, Matching, match, mint

TERMS = """mutex semaphore deadlock livelock sharding replication quorum consensus idempotency backpressure throttling
caching eviction prefetching pipelining checkpoint journal snapshot rollback savepoint trigger cursor index partition
vacuum bloom-filter trie heap treap skiplist b-tree red-black-tree hashing salting pepper nonce handshake certificate
cipher signature token session cookie redirect proxy gateway balancer sidecar ingress daemonset statefulset namespace
cgroup chroot inode hardlink symlink umask setuid sticky-bit swap pagefault interrupt syscall signal zombie orphan
scheduler preemption affinity hypervisor container registry layer manifest digest tag branch rebase cherry-pick bisect
stash submodule hook merge squash blame linter formatter debugger profiler fuzzer mock stub fixture coverage closure
decorator generator coroutine iterator descriptor metaclass protocol dataclass slots annotation overload variance
monad functor currying memoization recursion tail-call lambda pointer reference lifetime borrow ownership trait enum
webhook websocket long-polling multicast anycast subnet gateway-router vlan nat firewall dns-resolver ttl glue-record
""".split()
NOUNS = """row page block thread process kernel client server packet frame header payload request response queue worker
buffer cluster node leader follower replica segment table column key value record schema version log entry file folder
user group owner secret policy rule event message topic consumer producer partition offset batch stream window state
function object class module package import variable scope stack frame register memory pointer disk cable switch port
""".split()
VERBS = """keeps splits copies locks releases drops retries merges compares signs hashes checks rejects delays orders counts
forwards stores removes reads writes rebuilds announces watches limits groups encrypts compresses validates maps""".split()
WAYS = """before it is committed|after every restart|only while nobody else holds it|without asking the leader|once per second
at most three times|in the order of arrival|as long as memory lasts|when the timeout has passed|by its checksum
until the reader has finished|in a separate transaction|behind the balancer|on the slower disk|across two regions""".replace(
    "\n", "|"
).split("|")
TEMPLATES = """What is {t}?|Explain {t}|What is {t} used for?|How does {t} work?|When would you use {t}?
What are the drawbacks of {t}?|Why does {t} matter in production?|Name two alternatives to {t}
What happens when {t} fails halfway?|How do you test {t}?|What is the difference between {t} and {u}?
True or False? {t} needs a {n} for every {m}|Which {n} does {t} need?|How would you explain {t} to a {n} team?
Describe {t} in one sentence|What does the {n} do during {t}?|How do you monitor {t}, and which {n} do you look at first?
""".strip().replace("\n", "|").split("|")


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
            fact.answer = fact.answer.replace(". ", ".  ") if "`" in fact.answer else fact.answer.replace(". ", ".\n")

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
        if one != other and len(self.files) > 3 and not any(norm(f.question) in asked for f in self.files[other]):
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
        *(("answer_drafts", 3), ("shuffle", 2), ("renumber", 1), ("retag", 1), ("reformat", 1), ("move_fact", 2)),
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

    def markdown(self) -> dict[str, str]:
        """The files of the folder, as an author writes them."""
        return {file: self._file(file) for file in self.files}

    def _file(self, file: str) -> str:
        blocks = [f"# {file}"]
        for number, fact in enumerate(self.files[file], start=1):
            mark = f"Q{number}:" if file in self.numbered else "Q:"
            tags = "".join(f" #{tag}" for tag in fact.tags)
            blocks.append(f"{mark} {fact.question}{tags}" + (f"\nA: {fact.answer}" if fact.answer else ""))
        return "\n\n".join(blocks) + "\n"

    def notes(self) -> dict[str, list[tuple[Note, Fact]]]:
        """The notes that a parser finds in the files, with the facts they stand for."""
        for file, facts in self.files.items():
            # a question stands once in a file; the parser drops what is read twice
            self.files[file] = list({norm(fact.question): fact for fact in reversed(facts)}.values())[::-1]
        return {
            file: [
                (
                    Note(
                        kind=Kind.QA,
                        prompt=fact.question,
                        answer=fact.answer,
                        file=file,
                        line=3 * number,
                        end=3 * number + 1,
                        tags=fact.tags,
                        draft=not fact.answer,
                    ),
                    fact,
                )
                for number, fact in enumerate(facts, start=1)
            ]
            for file, facts in self.files.items()
        }


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


@dataclass
class Tally:
    """What became of the cards over a history."""

    carried: int = 0
    edited: int = 0
    kept: int = 0
    lost: int = 0
    asked: int = 0
    mixed: int = 0
    clear: int = 0
    clear_kept: int = 0
    failures: list[str] = field(default_factory=list)


@dataclass
class Shelf:
    """A store as small as can be: notes by id, living and retired."""

    living: dict[NoteId, Note] = field(default_factory=dict)
    retired: dict[NoteId, Note] = field(default_factory=dict)
    also: dict[NoteId, tuple[str, ...]] = field(default_factory=dict)

    def sync(self, found: dict[str, list[Note]]) -> tuple[Matching, dict[Note, NoteId]]:
        """Read the files that changed, as a sync does."""
        before: dict[str, list[Note]] = {}
        for uid, note in self.living.items():
            for file in (note.file, *self.also.get(uid, ())):
                before.setdefault(file, []).append(replace(note, file=file))
        changed = {
            file
            for file in before.keys() | found.keys()
            if sorted(map(_shape, before.get(file, ()))) != sorted(map(_shape, found.get(file, ())))
        }
        known = [
            Known(uid, note, True, tuple(f for f in self.also.get(uid, ()) if f in changed), self._stays(uid, changed))
            for uid, note in self.living.items()
            if {note.file, *self.also.get(uid, ())} & changed
        ]
        read = [note for file in changed for note in found.get(file, ())]
        keys = {(note.prompt, note.answer) for note in read if note.answer}
        present = {each.id for each in known}
        known += [
            Known(uid, note, True, (), stays=True)
            for uid, note in self.living.items()
            if uid not in present and (note.prompt, note.answer) in keys
        ]
        matching = match(known, read, retired=lambda: [Known(uid, note, True) for uid, note in self.retired.items()])
        return matching, self._apply(matching, changed)

    def _stays(self, uid: NoteId, changed: set[str]) -> bool:
        return not {self.living[uid].file, *self.also.get(uid, ())} <= changed

    def _apply(self, matching: Matching, changed: set[str]) -> dict[Note, NoteId]:
        ids: dict[Note, NoteId] = {}
        for uid in list(self.also):
            self.also[uid] = tuple(file for file in self.also[uid] if file not in changed)
        for pair in matching.pairs:
            uid = pair.known.id
            self.retired.pop(uid, None)
            unread = [pair.known.note.file] if pair.known.stays and pair.known.note.file not in changed else []
            places = [*unread, *self.also.get(uid, ()), pair.note.file]
            places += [other.file for other in matching.others.get(pair.note, ())]
            places = list(dict.fromkeys(places))
            self.living[uid] = replace(pair.note, file=places[0])
            self.also[uid] = tuple(places[1:])
            for note in (pair.note, *matching.others.get(pair.note, ())):
                ids[note] = uid
        for known in matching.gone:
            self.retired[known.id] = self.living.pop(known.id)
            self.also.pop(known.id, None)
        paired = {pair.known.id for pair in matching.pairs}
        for uid, note in list(self.living.items()):
            if note.file in changed and uid not in paired and uid in self.also:
                self.living[uid] = replace(note, file=self.also[uid][0])
                self.also[uid] = self.also[uid][1:]
        taken = self.living.keys() | self.retired.keys()
        for note in matching.new:
            uid = mint(note.file, note.kind, Identity.of(note).question_key, 0, taken)
            taken |= {uid}
            self.living[uid] = note
            self.also[uid] = tuple(other.file for other in matching.others.get(note, ()))
            for place in (note, *matching.others.get(note, ())):
                ids[place] = uid
        return ids


def _shape(note: Note) -> tuple[str, str, tuple[str, ...], int]:
    return note.prompt, note.answer, note.tags, note.line


def replay(seed: int, commits: int = 40, edits: int = 4, files: int = 6, facts: int = 25) -> Tally:
    """Replay a history, and compare what became of each card with the truth."""
    world, shelf, tally = new_world(seed, files, facts), Shelf(), Tally()
    ids: dict[Fact, NoteId] = {}
    texts: dict[Fact, tuple[str, str, str]] = {}
    owner: dict[NoteId, Fact] = {}
    for number in range(commits + 1):
        done = world.commit(edits) if number else []
        notes = world.notes()
        facts_of = {note: fact for found in notes.values() for note, fact in found}
        matching, given = shelf.sync({file: [note for note, _ in found] for file, found in notes.items()})
        asked = {ask.note for ask in matching.asks}
        for note, uid in given.items():
            fact = facts_of[note]
            expected, text = ids.get(fact), (note.file, note.prompt, note.answer)
            twin = owner.get(uid) is not fact and uid in owner and _same_text(texts, owner[uid], fact, text)
            if expected is not None:
                _count(tally, fact, text, texts[fact], uid == expected or twin, note in asked, fact not in world.unclear)
                if uid != expected and not twin:
                    tally.failures.append(f"{seed}/{number} {'unclear' if fact in world.unclear else 'CLEAR'} {texts[fact]} -> {text} asked={note in asked}")
            if uid in owner and owner[uid] is not fact and not twin and owner[uid] in ids and ids[owner[uid]] == uid:
                tally.mixed += 1
                tally.failures.append(f"{seed}/{number} MIXED {texts[owner[uid]]} -> {text}")
            ids[fact], texts[fact] = uid, text
            owner[uid] = fact
    return tally


def _same_text(texts: dict[Fact, tuple[str, str, str]], one: Fact, other: Fact, text: tuple[str, str, str]) -> bool:
    now = [(norm(fact.question), norm(fact.answer)) for fact in (one, other)]
    return texts.get(one, ("",))[1:] == text[1:] or now[0] == now[1]


def _count(
    tally: Tally, fact: Fact, text: tuple[str, str, str], before: tuple[str, str, str], kept: bool, asked: bool, clear: bool
) -> None:
    tally.carried += 1
    tally.kept += kept
    tally.asked += asked and not kept
    tally.lost += not kept and not asked
    if text != before:
        tally.edited += 1
    if clear and text != before:
        tally.clear += 1
        tally.clear_kept += kept
