"""The history of a repository of notes, synced commit by commit with reviews in between: every card stays itself."""

from __future__ import annotations

import itertools
import shutil
import subprocess

from quiz.cards import Rating

# The word in capitals stays in its question through all edits, so that the test knows which question it is.
QUESTIONS = """\
What does a SYN packet ask for? | The opening of a connection, with the first sequence number of its sender.
Why does a TTL shrink at every hop? | So that a packet which circles between routers dies at last.
What is an ANYCAST address? | One address announced at many places; the network delivers to the nearest.
When does NAT break a protocol? | When the protocol carries addresses inside its payload, as FTP does.
What does ARP find out? | The hardware address that belongs to an IP address on the same link.
Why is UDP chosen for video calls? | A late frame is useless, so resending it only adds delay.
What is head-of-line blocking in QUIC? | Streams are delivered independently, so one lost datagram stalls only its own.
How does BGP prefer one path? | By policy first, then by the shortest list of autonomous systems.
What is stored in an INODE? | Owner, mode, times, size and where the blocks lie, but not the name.
What happens to a ZOMBIE process? | It has ended and waits until its parent asks for the exit status.
How does COPY-ON-WRITE save memory? | Pages are shared after a fork until either side writes to one.
What does a page FAULT mean? | The address is valid but its page is not in memory, so the kernel fetches it.
Why can FSYNC be slow? | It waits until the device says that the data is durable.
What is PRIORITY inversion? | A low thread holds a lock that a high one needs while middle ones run.
How do SPINLOCKS differ from mutexes? | They burn cycles while waiting, which pays only for very short sections.
What is the PAGECACHE for? | Reads of files that were read lately need no disk at all.
What does an INDEX cost? | Every write must update it, and it takes space and cache.
What is a PHANTOM read? | Running the same range query twice in a transaction shows new rows.
Why does a planner need STATISTICS? | To guess how many rows survive each condition before choosing a join.
What is write SKEW? | Two transactions read the same rows, each writes another, and a rule over both breaks.
When is a HASHJOIN chosen? | When one side fits in memory and the condition is equality.
What does VACUUM do? | It frees the versions of rows that no transaction can see any more.
Why are MIGRATIONS run in a transaction? | So that a failure half way leaves the old schema in place.
What is a COVERING query? | One that is answered from the index alone, without touching the table.
"""
ITEMS = dict(enumerate(tuple(line.split(" | ")) for line in QUESTIONS.splitlines()))
KEYS = {number: next(word for word in question.rstrip("?").split() if word.isupper() and len(word) > 1)
        for number, (question, _) in ITEMS.items()}  # fmt: skip


class Repository:
    """A repository of notes: files of numbered questions, written anew for every commit."""

    def __init__(self, folder):
        self.folder = folder
        self.files = {
            "net.md": list(range(8)),
            "kernel.md": list(range(8, 16)),
            "databases.md": list(range(16, 24)),
        }
        self.items = dict(ITEMS)
        self.form = "Q: {question}\nA: {answer}\n\n"
        self.commits = []
        folder.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments):
        who = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
        done = subprocess.run(
            ["git", *who, *arguments], cwd=self.folder, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self):
        for path in self.folder.iterdir():
            if path.name != ".git":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for name, numbers in self.files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(self.written(place, number) for place, number in enumerate(numbers, 1)))
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", f"commit {len(self.commits)}")
        self.remember()

    def remember(self):
        self.commits.append((self.git("rev-parse", "HEAD"), sorted(itertools.chain(*self.files.values()))))

    def written(self, place, number):
        question, answer = self.items[number]
        return self.form.format(question=question, answer=answer, number=place)

    def edit(self, numbers, question=str, answer=str):
        for number in numbers:
            old = self.items[number]
            self.items[number] = question(old[0]), answer(old[1])


def written_history(folder):
    """Renames, reorderings, edits, splits, merges of files and of branches, and files that go and return."""
    it = Repository(folder)
    it.commit()
    it.files["network/basics.md"] = it.files.pop("net.md")
    it.commit()
    it.files["kernel.md"].reverse()
    it.commit()
    it.form = "Q{number}: {question}\nA: {answer}\n\n"
    it.commit()
    it.files["databases.md"].insert(0, it.files["databases.md"].pop())
    it.commit()
    it.edit(
        range(0, 24, 2),
        question=lambda text: text.replace("What", "In your own words, what").replace("Why", "Tell me why"),
    )
    it.commit()
    it.edit(range(1, 24, 2), answer=lambda text: f"{text} An example helps here.")
    it.commit()
    it.form = "* **Q:** {question}\n  **A:** {answer}\n\n"
    it.commit()
    it.files["all.md"] = it.files.pop("kernel.md") + it.files.pop("databases.md")
    it.commit()
    it.files["disk.md"] = [it.files["all.md"].pop(3), it.files["all.md"].pop(5)]
    it.files["all.md"].sort()
    it.commit()
    branches(it)
    emptied = it.files["all.md"]
    it.files["all.md"] = []
    it.commit()
    it.files["all.md"] = emptied
    it.commit()
    gone = it.files.pop("network/basics.md")
    it.commit()
    it.form = "## {question}\n\n{answer}\n\n"
    it.commit()
    it.files["returned.md"] = gone[::-1]
    it.commit()
    it.files = {f"{part}/{number}.md": [number] for part, numbers in it.files.items() for number in numbers}
    it.commit()
    return it


def branches(it):
    """Two branches with edits of their own, merged."""
    it.git("checkout", "-q", "-b", "side")
    before = dict(it.items)
    it.edit([0, 1], question=lambda text: text.replace("?", ", shortly?"))
    it.commit()
    it.commits.pop()
    side = {number: it.items[number] for number in (0, 1)}
    it.git("checkout", "-q", "main")
    it.items = before
    it.edit(it.files["disk.md"], answer=lambda text: f"{text} Say it aloud.")
    it.commit()
    it.git("merge", "-q", "--no-edit", "side")
    it.items |= side
    it.remember()


def number_of(card):
    """Which question a card asks."""
    [number] = [
        number for number, key in KEYS.items() if key in card.note.prompt.replace(",", "").rstrip("?").split()
    ]
    return number


def test_every_card_stays_itself_through_the_history_of_a_repository(desk):
    repository = written_history(desk.home / "repository")
    assert len(set(KEYS.values())) == len(ITEMS)
    ids, reps, hands = {}, dict.fromkeys(ITEMS, 0), itertools.cycle(ITEMS)
    for commit, present in repository.commits:
        repository.git("checkout", "-q", "--detach", commit)
        report = desk.sync(repository.folder)
        assert report.ask == []
        guarded = "E501" in {problem.code for problem in report.problems}
        living = {number_of(card): card for card in desk.collection.cards()}
        if not guarded:
            assert sorted(living) == present
        for number, card in living.items():
            assert card.id == ids.setdefault(number, card.id)
            assert card.schedule.reps == reps[number]
            log = desk.collection.history(card)
            assert card.schedule == desk.collection.scheduler(card.note.deck).replay(card.id, log)
        for number in itertools.islice(hands, 17):
            if number in living:
                key, card = desk.collection.find(living[number].id)
                desk.collection.record(key, card, Rating.GOOD, desk.now)
                reps[number] += 1
        desk.later(days=3)
    assert len(set(ids.values())) == len(desk.cards()) == len(ITEMS)
