"""Multiple choice: written options, and options from other cards, of which only one may be right."""

from __future__ import annotations

import re
import shlex
import time
from functools import cache
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from quiz.cards import Choice, Kind, Note, norm
from quiz.choices import LONGEST, Question, options
from quiz.library import shipped_decks
from quiz.notes import parse

FILES = sorted(shipped_decks().glob("*.md"))
COMMANDS = {
    "Show the log of a unit": "journalctl -u web",
    "Reload a unit's file": "systemctl daemon-reload",
    "Start a unit at boot": "systemctl enable web",
    "See what listens on ports": "ss -tlnp",
    "Who used the machine last": "last -n 12 -F",
    "Free space of all disks": "df --human-readable",
}
TEXTS = {
    "What does ARP find?": "the hardware address for an IP address",
    "What does DHCP hand out?": "an address, a gateway and name servers",
    "What does NAT rewrite?": "the addresses in the header of packets",
    "What does BGP exchange?": "routes between autonomous systems, over TCP",
    "What does TLS prove?": "that the server holds the key of its name",
}


def note(prompt: str, answer: str, **more) -> Note:
    return Note(
        kind=more.pop("kind", Kind.QA), prompt=prompt, answer=answer, deck=more.pop("deck", "d"), **more
    )


def commands() -> list[Note]:
    return [note(prompt, f"```sh\n{command}\n```") for prompt, command in COMMANDS.items()]


def texts() -> list[Note]:
    return [note(prompt, text) for prompt, text in TEXTS.items()]


def shown(question: Question | None) -> set[str]:
    assert question is not None
    return {option.text for option in question.options}


def right(question: Question | None) -> list[str]:
    assert question is not None
    return [option.text for option in question.options if option.correct]


# --- options from other cards --------------------------------------------------------------------------------------


def test_a_text_gets_three_others_beside_it():
    question = options(texts()[0], texts(), 1)
    assert right(question) == [TEXTS["What does ARP find?"]]
    assert len(shown(question)) == 4
    assert shown(question) <= set(TEXTS.values())
    assert not question.written
    assert not question.several


def test_a_command_is_shown_as_code_among_commands_only():
    question = options(commands()[0], [*texts(), *commands()], 1)
    assert right(question) == ["`journalctl -u web`"]
    assert shown(question) <= {f"`{command}`" for command in COMMANDS.values()}


@pytest.mark.parametrize(
    "answer",
    ["`journalctl -u web`", "```console\n$ journalctl -u web\n```", "~~~bash\njournalctl -u web\n~~~"],
)
def test_a_command_is_one_code_span_or_one_line_of_shell(answer):
    assert right(options(note("The log?", answer), commands(), 1)) == ["`journalctl -u web`"]


def test_backticks_in_a_command_stay_within_its_code_span():
    question = options(note("The log?", "```sh\necho `date` >> log\n```"), commands(), 1)
    assert right(question) == ["``echo `date` >> log``"]


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "Yes",
        "no.",
        "`True`",
        "False, since the kernel is shared",
        "the first paragraph\n\nand the second",
        "* one point\n* another point",
        "```python\nprint('one line, but no command')\n```",
        "```sh\none line\nand another\n```",
        "x" * (LONGEST + 1),
        "| a | b |\n|---|---|\n| c | d |",
    ],
)
def test_what_is_no_short_paragraph_or_command_is_only_flipped(answer):
    assert options(note("What is it?", answer), [*texts(), *commands()], 1) is None


def test_drafts_and_clozes_have_no_options():
    assert options(note("What?", "", draft=True), texts(), 1) is None
    assert options(note("The {{sun}} sets", "in the west", kind=Kind.CLOZE), texts(), 1) is None


def test_fewer_than_three_wrong_options_are_none():
    assert options(texts()[0], texts()[:3], 1) is None
    assert options(texts()[0], texts()[:4], 1) is not None


@pytest.mark.parametrize(
    "other",
    [
        note("What is a lease?", "an address that is only lent for hours", deck="other"),
        note("What is a lease?", "an address that is only lent for hours", draft=True),
        note("What is a lease?", "an address that is only lent for hours", kind=Kind.TIP),
        note("What is a {{lease}}?", "an address that is only lent for hours", kind=Kind.CLOZE),
        note("What is a lease?", "short"),
        note("What is a lease?", "an address that is only lent for hours " * 2),
        note("What is a lease?", "`an-address --only-lent --for hours`"),
        note("What is a lease?", "the hardware address of an IP address"),
        note("ARP: what does it find for you?", "whoever has a certain IP address here"),
        note("What does ARP find", "who has an IP address in this network"),
        note("What is a lease?", "Yes, an address that is lent for hours"),
    ],
    ids=[
        "another deck",
        "a draft",
        "no card",
        "a cloze",
        "too short",
        "too long",
        "a command",
        "alike",
        "a question that says the same",
        "the same question",
        "yes or no",
    ],
)
def test_what_is_no_fair_option_is_left_out(other):
    first, *others = texts()
    assert options(first, [*others[:2], other], 1) is None
    assert options(
        first, [*others[:2], note("What is a lease?", "an address that is only lent for hours")], 1
    )


def test_wrong_options_differ_from_each_other():
    first, *others = texts()
    twins = [note(f"What is lease {n}?", f"an address that is lent for {n} hours or so") for n in (1, 2)]
    assert options(first, [others[0], *twins], 1) is None
    assert options(first, [*others[:2], *twins], 1) is not None


def test_the_answers_of_the_most_similar_questions_are_taken():
    far = [
        note(f"Rivers of {name}", f"water that flows through {name}, slowly")
        for name in ("Peru", "Mali", "Oman")
    ]
    near = texts()[1:4]
    assert shown(options(texts()[0], far + near, 1)) == shown(options(texts()[0], near, 1))


@pytest.mark.parametrize(
    ("answer", "same"),
    [
        ("10 minutes", "10 min"),
        ("three of the five members", "3 of five members"),
        ("Two", "2!"),
        ("the control plane", "Control-plane"),
        ("an OOM kill by the kernel", "by the kernel, an OOM kill"),
        ("a lease, for eight hours", "the lease for 8 hours"),
        ("東京の南", "東京の南側"),
        ("`docker ps -a`", "`docker ps --all`"),
        ("`docker run -it alpine`", "`docker run -i -t alpine`"),
        ("`docker run --name=web nginx`", "`docker run -d --name web nginx`"),
        ("`kubectl logs {{pod}}`", "`kubectl logs web-0`"),
        ("`kubectl logs {{[-f|--follow]}} web`", "`kubectl logs -f web`"),
        ("`grep 'a b' f`", '`grep "a b" f`'),
        ("`ls|wc`", "`ls | wc`"),
        ("`docker run –d web`", "`docker run -d web`"),
    ],
)
def test_what_may_be_right_too_is_never_offered(answer, same):
    fillers = [
        note(f"Question {n}?", f"`fill{n} {n}{n}{n}`" if answer[0] == "`" else f"{n} fillings {n}")
        for n in range(9)
    ]
    sized = [
        note(f"Filling {n}", _of_length(len(answer.strip("`")), n, code=answer[0] == "`")) for n in range(40)
    ]
    for one, other in ((answer, same), (same, answer)):
        question = options(note("What is meant?", one), [note("Something else?", other), *fillers, *sized], 1)
        assert question is None or not {other} & (shown(question) - set(right(question)))


def _of_length(length: int, number: int, *, code: bool) -> str:
    text = "".join(chr(97 + (at * 7 + number * number * 3 + at * number) % 26) for at in range(length))
    return f"`{text}`" if code else text


def test_what_an_author_accepts_is_right_too():
    asked = note("All containers?", "```sh\npodman container ps\n```\n\naccept: `podman ls --every`")
    others = [note("Whatever runs or ran", "`podman ls --every`"), *commands()]
    assert shown(options(asked, commands(), 1)) == shown(options(asked, others, 1))
    other = note("Whatever runs or ran", "```sh\npodman list them\n```\naccept: podman container ps")
    assert shown(options(asked, commands(), 1)) == shown(options(asked, [other, *commands()], 1))


def test_the_answers_to_the_same_question_elsewhere_are_right_too():
    asked, *others = texts()
    twin = note("what does arp find", others[0].answer, deck="elsewhere")
    assert options(asked, others[:3], 1) is not None
    assert options(asked, [*others[:3], twin], 1) is None
    ticked = note(
        asked.prompt, "", choices=(Choice(others[0].answer, correct=True), Choice("x", correct=False))
    )
    assert options(asked, [*others[:3], ticked], 1) is None


def test_the_same_seed_gives_the_same_order_and_others_every_order():
    def order(seed: int) -> list[str]:
        question = options(texts()[0], texts(), seed)
        assert question is not None
        return [option.text for option in question.options]

    assert order(7) == order(7)
    assert len({tuple(order(seed)) for seed in range(400)}) == 24
    turned = options(texts()[0], texts()[::-1], 7)
    assert turned is not None
    assert [option.text for option in turned.options] == order(7)


def test_one_seed_puts_the_right_options_of_a_run_in_different_places():
    found = [options(one, texts(), 3) for one in texts()]
    assert len({min(one.right) for one in found if one}) > 1


# --- written options -----------------------------------------------------------------------------------------------


def written(*texts: str, ticked: str = "0", **more) -> Note:
    choices = tuple(Choice(text, correct=str(at) in ticked) for at, text in enumerate(texts))
    return note("Which?", more.pop("answer", ""), kind=Kind.CHOICE, choices=choices, **more)


def orders(asked: Note) -> set[tuple[Choice, ...]]:
    return {question.options for seed in range(30) if (question := options(asked, (), seed))}


def test_written_options_are_taken_as_they_stand_and_shuffled():
    asked = written("A socket", "A pipe", "A file", ticked="02")
    assert len(orders(asked)) == 6
    question = options(asked, (), 1)
    assert question is not None
    assert question.written
    assert question.several
    assert sorted(right(question)) == ["A file", "A socket"]


@pytest.mark.parametrize(
    "last",
    [
        "All of the above",
        "none of these",
        "Both",
        "Both a and b",
        "A and C",
        "b, d",
        "1 and 3",
        "Only b",
        "Either of them",
        "The first option, renamed",
        "d) a fifo",
    ],
)
def test_options_that_speak_of_others_keep_their_order(last):
    asked = written("a socket", "a pipe", "a file", last)
    assert orders(asked) == {asked.choices}


def test_an_option_that_only_sounds_alike_is_shuffled():
    texts = ("All other processes", "e.g. a socket", "C", "Both ends of a pipe, but only a few bytes", "3")
    assert len(orders(written(*texts, explanation="The two of them depend on each other."))) > 6


def test_lettered_options_keep_their_order():
    text = b"Q: Which is it?\nA. a socket\nB. a pipe\nC. a file\n\nAnswer: B\n"
    listed = b"## Which is it?\n\n- A. a socket\n- B. a pipe\n- C. a file\n\nAnswer: B\n"
    for source in (text, listed):
        for asked in parse(source, file="f.md", deck="d").notes:
            if asked.choices:
                assert orders(asked) == {asked.choices}
    assert any(one.choices for one in parse(listed, file="f.md", deck="d").notes)


def test_an_explanation_that_counts_options_keeps_their_order():
    asked = written("a socket", "a pipe", explanation="The second option leaks.")
    assert orders(asked) == {asked.choices}


# --- never a second right answer -----------------------------------------------------------------------------------

# Hand-picked: what a strict comparison would take for different answers.
SYNONYMS = [
    ("docker ps", "docker container ls"),
    ("docker images", "docker image ls"),
    ("docker build", "docker buildx build"),
    ("docker rm", "docker container rm"),
    ("docker rmi", "docker image rm"),
    ("docker history", "docker image history"),
    ("docker builder prune", "docker buildx prune"),
    ("docker compose", "docker-compose"),
    ("podman ps", "podman container ls"),
    ("podman generate kube", "podman kube generate"),
    ("podman play kube", "podman kube play"),
    ("kubectl get po", "kubectl get pods"),
    ("kubectl get deploy", "kubectl get deployments"),
    ("kubectl get no", "kubectl get nodes"),
    ("helm ls", "helm list"),
    ("helm delete", "helm uninstall"),
    ("helm install", "helm upgrade --install"),
    ("tilt up --stream", "tilt up --legacy"),
]


@cache
def shipped(file):
    return parse(file.read_bytes(), file=file.name, deck=file.stem).notes


def plain(text: str) -> str:
    return text.strip("`").strip()


def words(command: str) -> list[str]:
    """A command in one spelling: short options apart, values apart, in an order of their own."""
    lexed = shlex.shlex(command.replace("{{", "").replace("}}", ""), posix=True, punctuation_chars=True)
    lexed.whitespace_split, lexed.commenters = True, ""
    spelled = []
    for word in lexed:
        if re.fullmatch(r"-[A-Za-z]{2,}", word):
            spelled += [f"-{letter}" for letter in word[1:]]
        else:
            spelled += word.split("=", 1) if word.startswith("--") else [word]
    return sorted(spelled)


def near(one: str, other: str) -> bool:
    first, second = norm(one), norm(other)
    if first == second or f" {first} " in f" {second} " or f" {second} " in f" {first} ":
        return True
    synonym = {one.replace(a, b, 1) for a, b in SYNONYMS} | {one.replace(b, a, 1) for a, b in SYNONYMS}
    return norm(other) in map(norm, synonym)


def test_the_oracle_knows_what_is_near():
    assert near("`docker ps -a`", "docker container ls -a")
    assert near("the API server", "API server")
    assert words("docker run -it --name=web 'nginx'") == words('docker run --name web -i -t "nginx"')
    assert not near("docker logs web", "docker stop web")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_question_from_a_shipped_deck_has_two_right_options(file):
    notes = [one for one in shipped(file) if one.kind.studied]
    by_answer: dict[str, list[Note]] = {}
    for one in notes:
        by_answer.setdefault(_bare(one.answer), []).append(one)
    asked = [
        (one, question) for one in notes if (question := options(one, notes, 5)) and not question.written
    ]
    for one, question in asked:
        (answer,) = (plain(text) for text in right(question))
        wrong = [plain(option.text) for option in question.options if not option.correct]
        accepted = re.findall(r"^accept: *(.*)$", one.answer, re.MULTILINE)
        for option in wrong:
            sources = by_answer[option]
            assert all(norm(source.prompt) != norm(one.prompt) for source in sources)
            forms = [
                form
                for source in sources
                for form in re.findall(r"^accept: *(.*)$", source.answer, re.MULTILINE)
            ]
            for true in (answer, *map(plain, accepted)):
                for form in (option, *map(plain, forms)):
                    assert not near(true, form), f"{one.file}:{one.line}: {true!r} and {form!r}"
            if question.options[0].text.startswith("`"):
                assert words(answer) != words(option)
        assert all(fuzz.ratio(a.lower(), b.lower()) < 85 for a, b in combinations((answer, *wrong), 2))
    assert len(asked) >= 0.5 * sum(len(_bare(one.answer)) <= LONGEST and not one.choices for one in notes)


def _bare(answer: str) -> str:
    match = re.fullmatch(r"```\w*\n(.*?)\n```(?:\n+accept:[^\n]*)*", answer.strip(), re.DOTALL)
    return plain(match[1] if match else " ".join(answer.split()))


def test_one_card_in_six_of_the_shipped_decks_yields_a_question():
    cards = [
        (one, shipped(file)) for file in FILES for one in shipped(file) if one.kind.studied and not one.draft
    ]
    assert sum(options(one, deck, 1) is not None for one, deck in cards) > len(cards) / 6


WORD = st.sampled_from("a -a -b -ab --all --all=x the node nodes pod {{x}} 3 three x 'x' | 東京".split())  # noqa: SIM905
ANSWER = st.lists(WORD, min_size=1, max_size=4).map(" ".join)


@given(st.lists(st.tuples(ANSWER, st.booleans()), min_size=5, max_size=12), st.integers(0, 99))
def test_one_option_is_right_whatever_the_cards(answers, seed):
    notes = [
        note(f"{'abcdefghijkl'[at] * 6}?", f"`{text}`" if code else text)
        for at, (text, code) in enumerate(answers)
    ]
    for one in notes:
        question = options(one, notes, seed)
        if question is not None:
            assert len(question.options) == 4
            assert len(question.right) == 1
            (answer,) = right(question)
            assert all(norm(answer) != norm(option.text) for option in question.options if not option.correct)


@given(st.text(), st.lists(st.tuples(st.text(), st.text()), max_size=8), st.integers())
def test_any_text_can_be_asked(prompt, others, seed):
    asked = note(prompt, prompt)
    options(asked, [note(*other) for other in others], seed)
    options(note("\ud800", "\udfff and so on"), texts(), seed)


@pytest.mark.parametrize(
    "hostile", ["all ", "- ", "\n", "{{[-a", "`", "a,", "*", "1. ", "\t", "(", "accept:\n"]
)
def test_hostile_options_take_no_time(hostile):
    text = hostile * 20_000
    begin = time.process_time()
    options(written(text, text, explanation=text, answer=text), (), 1)
    options(note("What?", f"`{text}`"), [note("What?", text), *commands()], 1)
    options(note("What?", text), [note("What?", text), *texts()], 1)
    options(note("What?", f"short\naccept: {text}"), [note("What?", text), *texts()], 1)
    assert time.process_time() - begin < 2


def test_a_deck_of_5000_cards_gives_a_question_in_50_ms():
    took = []
    for run in range(5):  # each deck is new, so that nothing is known of it
        notes = [_numbered(run, number) for number in range(5000)]
        begin = time.process_time()
        assert options(notes[42], notes, 1) is not None
        took.append(time.process_time() - begin)
    assert min(took) < 0.05


def _numbered(run: int, number: int) -> Note:
    verb, what = _of_length(9, number, code=False), _of_length(17, number + run, code=False)
    question = f"When does {what[::-1]} {verb[::-1]} {number}?"
    if number % 4 == 1:
        return note(question, f"```sh\nengine {verb} --run {run} {what}\n```")
    return note(question, f"It {verb} the {what} " + "and waits until more come " * (number % 5))
