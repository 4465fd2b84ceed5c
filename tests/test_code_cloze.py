"""Which parts of commands are asked for on their own, and that hiding one changes nothing else."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.cards import Kind, Note
from quiz.code_cloze import HIDDEN, MOST, command, covered, parts
from quiz.cues import faces, facets, hidden_text
from quiz.library import shipped_decks
from quiz.notes import parse


def fenced(text, language="sh"):
    return f"```{language}\n{text}\n```"


def hidden(text, label=""):
    return [part.text for part in parts(fenced(text), label)]


# --- which answers are commands ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        "```sh\nls -l\n```",
        "```bash title=x\nls -l\n```",
        "```console\n$ ls -l\n```",
        "~~~~zsh\n\nls -l\n\n~~~~",
        "`ls -l`",
        "`` $ ls -l ``",
        "`ls\n-l`",
        "`ls -l`\naccept: ls --long",
        "```sh\nls -l\n```\n\naccept: `ls --long`\naccept: `exa -l`\n",
    ],
)
def test_one_line_of_code_is_a_command(answer):
    assert command(answer).text == "ls -l"
    assert [part.text for part in parts(answer)] == ["-l"]


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "ls -l",
        "Use `ls -l`.",
        "`ls -l` or `ls -a`",
        "```python\nprint(-x)\n```",
        "```\nls -l\n```",
        "```sh\nls -l\nls -a\n```",
        "```sh\n\n```",
        "```sh\nls -l",
        "```sh\nls -l\n``",
        "```sh\nls -l\n```\nIt lists.",
        "```sh",
        "``",
        f"`ls -l {'x ' * 600}`",
        "accept: ls -l",
    ],
)
def test_nothing_else_is(answer):
    assert command(answer) is None
    assert parts(answer) == ()


def test_lines_that_a_backslash_continues_are_one():
    answer = fenced("docker run -d \\\n  --memory \\\n  256m {{image}}")
    found = parts(answer)
    assert [part.text for part in found] == ["-d", "--memory 256m"]
    assert covered(answer, found[0]) == fenced("docker run […] \\\n  --memory \\\n  256m {{image}}")
    assert covered(answer, found[1]) == fenced("docker run -d \\\n  […] {{image}}")


@pytest.mark.parametrize("code", ["x = -1", "a - b", "SELECT count(*) FROM t", "git", "{{-x}}", "-p 80:80"])
def test_a_code_span_that_is_no_command_for_certain_has_no_parts(code):
    assert parts(f"`{code}`") == ()


# --- options -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("docker run -d --name web -p 8080:80 nginx", ["-d", "--name web", "-p 8080:80"]),
        ("docker run --rm -it alpine sh", ["--rm", "-it"]),
        ("docker logs --tail=100 -f web", ["--tail=100", "-f"]),
        ("docker build --push -t web .", ["--push", "-t web"]),
        ("docker build --check .", ["--check"]),
        ("docker buildx build --no-cache-filter deps .", ["--no-cache-filter"]),
        ("docker run -v \"$PWD\":/src:ro -e 'A=b c' alpine", ['-v "$PWD":/src:ro', "-e 'A=b c'"]),
        ("docker inspect -f '{{.State.ExitCode}}' web", ["-f '{{.State.ExitCode}}'"]),
        ("docker inspect --format '{{json .State}}' web", ["--format '{{json .State}}'"]),
        ("kubectl get pods -A -o wide", ["-A", "-o wide"]),
        ("kubectl apply -f web.yaml", ["-f web.yaml"]),
        ("kubectl exec -it web -- ls -a", ["-it", "-a"]),
        ("git log --oneline -5", ["--oneline", "-5"]),
        ("ps aux | sort -rn | head -n 3", ["-rn", "-n 3"]),
        ("curl -s https://example.org -o page.html", ["-s", "-o page.html"]),
        ("grep -c root </etc/passwd >count", ["-c"]),
        ("make -j4 >log 2>&1", ["-j4"]),
        ("du -a  # -h for people", ["-a"]),
        ("find . -name '*.py' -delete", ["-name", "'*.py'", "-delete"]),
    ],
)
def test_an_option_is_hidden_with_its_value(text, found):
    assert hidden(text, "nginx as `web`, pages of root") == found


def test_an_option_whose_value_is_anything_is_hidden_alone():
    assert hidden("docker build -t {{name}} .") == ["-t"]
    assert hidden('git commit -m "{{message}}"') == ["-m"]
    assert hidden("skaffold run --default-repo={{registry}}") == ["--default-repo"]
    assert hidden("docker run --network container:{{container}} alpine") == [
        "--network container:{{container}}"
    ]


def test_an_option_that_its_placeholder_names_is_no_question():
    assert hidden("aws ecs list-tasks --cluster {{cluster}} --service-name {{service}}") == []
    assert hidden("kubectl create token {{account}} --namespace={{namespace}} --duration=10m") == [
        "--duration=10m"
    ]


def test_a_name_of_the_authors_own_is_asked_for_only_if_the_label_gives_it():
    assert hidden("podman run --name web redis", "Redis as `web`") == ["--name web"]
    assert hidden("podman run --name web redis", "Redis for a website") == ["--name"]


def test_either_form_of_an_option_is_one_part():
    found = hidden("docker logs {{[-f|--follow]}} {{[-n|--tail]}} 100 {{container}}")
    assert found == ["{{[-f|--follow]}}", "{{[-n|--tail]}} 100"]


# --- arguments ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("chmod 600 key", ["600"]),
        ("chmod +x run.sh", ["+x"]),
        ("git reset --soft HEAD~1", ["--soft", "HEAD~1"]),
        ("kubectl port-forward svc/{{service}} 8080:80", ["8080:80"]),
        ("awk '{print $2}' access.log", ["'{print $2}'"]),
        ("cat /proc/self/uid_map", ["/proc/self/uid_map"]),
        ("TZ=UTC date -R", ["TZ=UTC", "-R"]),
        ('PAGER= git diff "$1"', ["PAGER="]),
        ("docker pull registry.example.org/shop/web:1", []),
        ("scp notes.md ada@example.org:notes/", []),
        ("cp {{file}} {{host}}:/srv .", []),
        ("./gradlew build", []),
        ("/usr/bin/true", []),
    ],
)
def test_an_argument_is_hidden_if_it_says_something(text, found):
    assert hidden(text) == found


# --- what is no question -----------------------------------------------------------------------------------


def test_what_the_label_says_is_none():
    assert hidden("git reset --soft HEAD~1", "What does `--soft` leave alone?") == ["HEAD~1"]
    assert hidden("kill -9 {{pid}}", "Kill with -9, at last") == []
    assert hidden("du -s .", "Disk usage, not multi-s") == ["-s"]


def test_what_stands_in_the_command_once_more_is_none():
    assert hidden("cat f | base64 -d | base64 -d | jq -r .a") == ["-r"]


def test_what_is_long_is_none():
    assert hidden(f"aws ec2 describe-subnets --query '{'x.' * 40}' --output text") == ["--output text"]


def test_options_come_before_arguments_when_there_are_many():
    found = hidden("tool /a -b 1 /c -d 2 --ee 3 --ff 4 --gg 5 --hh 6 --ii 7")
    assert found == ["-b 1", "-d 2", "--ee 3", "--ff 4", "--gg 5", "--hh 6"]
    assert hidden("tool /a -b 1 /c -d 2") == ["/a", "-b 1", "/c", "-d 2"]


@pytest.mark.parametrize("text", ["echo 'open -a", 'echo "open -a', "echo `open -a", "echo -a \\"])
def test_what_cannot_be_read_has_no_parts(text):
    assert hidden(text) == []


# --- cards -------------------------------------------------------------------------------------------------

RUN = Note(
    kind=Kind.CHEATSHEET,
    prompt="Run nginx as `web` on port 8080",
    answer="```sh\ndocker run -d --name web -p 8080:80 nginx\n```\n\naccept: `docker run nginx`",
    options=True,
)


def test_each_part_is_a_card_of_its_own():
    forward, detach, name, ports = facets(RUN)
    assert forward == "fwd"
    assert all(facet.startswith("option:") and facet.endswith("#1") for facet in (detach, name, ports))
    assert [hidden_text(RUN, facet) for facet in facets(RUN)] == ["", "-d", "--name web", "-p 8080:80"]
    asked = faces(RUN, ports)
    assert (
        asked.front
        == "Which command: Run nginx as `web` on port 8080\n\n```sh\ndocker run -d --name web […] nginx\n```"
    )
    assert asked.back == RUN.answer


def test_cards_are_there_only_where_they_are_wanted():
    off = Note(kind=Kind.QA, prompt=RUN.prompt, answer=RUN.answer)
    assert facets(off) == ("fwd",)
    assert facets(Note(kind=Kind.TASK, prompt=RUN.prompt, answer=RUN.answer, options=True)) == ()
    both = Note(kind=Kind.QA, prompt=RUN.prompt, answer=RUN.answer, both=True, options=True)
    assert facets(both)[:2] == ("fwd", "rev")
    assert len(facets(both)) == 5


def test_a_card_whose_part_is_gone_asks_for_the_whole():
    gone = "option:0123456789#1"
    assert faces(RUN, gone) == faces(RUN)
    assert hidden_text(RUN, gone) == ""


def test_the_hidden_text_of_a_cloze():
    (deck,) = [parse(b"C: Port {{53}} carries {{UDP}}.\n", file="a.md", deck="a")]
    (note,) = deck.notes
    assert [hidden_text(note, facet) for facet in facets(note)] == ["53", "UDP"]


# --- everything --------------------------------------------------------------------------------------------

PIECES = [
    *["docker", "run", "-d", "-it", "-p", "8080:80", "--name", "web", "--tail=5", "--", "-", "--x={{y}}"],
    *["{{name}}", "{{[-f|--follow]}}", "'a b'", '"$HOME"', "$(date -u)", "`id -u`", "|", "&&", ";", "(", ")"],
    *[
        ">",
        "2>&1",
        "<",
        "#",
        "\\",
        "\\\n",
        "\n",
        "'",
        '"',
        "`",
        "```",
        "$(",
        "{{",
        "}}",
        "é",
        "\ud800",
        "[…]",
    ],
]
commands = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map(" ".join)
answers = st.builds(
    str.format,
    st.sampled_from(
        ["{}", "`{}`", "``{}``", "```sh\n{}\n```", "~~~bash\n$ {}\n~~~", "```sh\n{}\n```\naccept: x"]
    ),
    commands,
)


@given(answers, commands)
def test_what_is_hidden_and_what_is_shown_are_the_command(answer, label):
    found = parts(answer, label)
    assert len(found) <= MOST
    assert found == parts(answer, label)
    assert all(one.end <= other.start for one, other in pairwise(found))
    for part in found:
        text = command(answer).text
        assert part.text.split() == text[part.start : part.end].replace("\\\n", " ").split()
        assert part.start > 0 or "=" in part.text
        opening, *lines, closing = covered(answer, part).split("\n")
        shown = "\n".join(lines)
        assert shown[: part.start] + text[part.start : part.end] + shown[part.start + len(HIDDEN) :] == text
        assert opening.rstrip("bash") == closing
        assert closing not in shown


@given(answers, commands)
def test_every_facet_of_a_note_is_a_card(answer, label):
    note = Note(kind=Kind.QA, prompt=label, answer=answer, options=True)
    asked = [faces(note, facet) for facet in facets(note)]
    assert len(set(facets(note))) == len(asked)
    assert len({each.front for each in asked}) == len(asked)


@pytest.mark.parametrize(
    "answer",
    [
        "`" * 500_000,
        f"`{'a -b ' * 200_000}`",
        f"```sh\n{'a -b ' * 200_000}\n```",
        f"```sh\n{'a ' * 400}" + "\n```" * 200_000,
        "x" + "\naccept: y" * 200_000,
        *(
            fenced(piece * (990 // len(piece)))
            for piece in ("-a 'b' ", "$(", "{{a ", "$('", '"\\a', "{{a .", "a=")
        ),
    ],
    ids=range(12),
)
def test_long_answers_take_no_time(answer):
    begun = time.perf_counter()
    parts(answer, "label " * 50_000)
    assert time.perf_counter() - begun < 1


def test_the_commands_of_the_shipped_decks_make_good_cards():
    notes = [
        note
        for path in sorted(shipped_decks().glob("*.md"))
        for note in parse(path.read_bytes(), file=path.name, deck=path.stem).notes
        if command(note.answer)
    ]
    made = {note.prompt: [part.text for part in parts(note.answer, note.prompt)] for note in notes}
    assert len(notes) > 150
    assert len(notes) < sum(map(len, made.values())) < 2 * len(notes)
    assert sum(bool(found) for found in made.values()) > len(notes) * 0.7
    assert made["Run nginx in the background as `web`, host port 8080 to container port 80"] == [
        "-d",
        "--name web",
        "-p 8080:80",
    ]
    assert made["Wait in a script until `api` is ready, two minutes at most"] == [
        "--for=condition=Ready",
        "--timeout=120s",
    ]
    for note in notes:
        for part in made[note.prompt]:
            assert not part.startswith(("{{", "docker", "kubectl", "podman", "aws"))
