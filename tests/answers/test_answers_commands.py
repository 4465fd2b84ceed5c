"""Commands on the edge of what the shell does: what is the same there is the same here, and nothing else."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import time
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.answers.commands import aligned, compare
from quiz.answers.forms import words_of
from quiz.answers.lexing import read
from quiz.answers.verdicts import Reason, Verdict


def outcome(expected, typed, **how):
    verdict, reason = compare(expected, typed, **how)
    return str(reason or verdict)


SAME = [
    (r"find . -name \*.py", "find . -name '*.py'"),
    ("echo 'it'\\''s'", 'echo "it\'s"'),
    ('echo "$(find . -name "*.py" | wc -l)"', "echo \"$( find . -name '*.py'|wc -l )\""),
    ("echo `date`", "echo  `date`"),
    ("a && b; c", "a&&b ;c"),
    ("a; b", "a\nb"),
    ("a |\nb", "a | b"),
    ("a; b", "a\n\n\nb\n"),
    ("(cd x && make)", "( cd x&&make )"),
    ("FOO=bar make", 'FOO="bar" make'),
    ("make 2>/dev/null", "make 2> /dev/null"),
    ("git checkout HEAD~1", "git checkout 'HEAD~1'"),
    ("git show HEAD@{1}", "git show 'HEAD@{1}'"),
    ("echo a#b", "echo 'a#b'"),
    ("ls # all of them, don't ask", "ls"),
    ("rm {} \\;", "rm '{}' ';'"),
    ("echo “hi”", 'echo "hi"'),
    ("ls −l", "ls -l"),
    ("ls ‐l", "ls -l"),
    ("ls\u00a0-l", "ls -l"),
    ("ls \u200b-l\u200b", "ls -l"),
    ("ls -l \\\r\n -a", "ls -l -a"),
    ("ｌｓ　－l", "ls -l"),
    ("echo ''", 'echo ""'),
    ("ls -l --all", "ls '-l' \"--all\""),
    ("kubectl exec p -- ls -la", "kubectl exec p -- ls -l -a"),
    ("docker run -it -dp 80:80 x", "docker run -itdp80:80 x"),
    ("cat <<EOF > f\nit's\nEOF", "cat <<EOF >f\nit's\nEOF\n"),
    ("cat <<-EOF; ls\n\tdon't\n\tEOF\nid", "cat <<- EOF;ls\ndon't\nEOF\nid"),
    ("$ docker ps", "docker ps"),
    ("``echo `date` ``", "echo `date`"),
    ("~~~\nls -l\n~~~", "ls -l"),
]

OTHERWISE = [
    ("find . -name '*.py'", "find . -name '*.pyc'", "words"),
    ("echo '{a,b}'", "echo {a,b}", "quoting"),
    ("echo {1..3}", "echo '{1..3}'", "quoting"),
    ("echo '#x'", "echo #x", "quoting"),
    ("echo '#x'", "echo '#y'", "words"),
    ("ls ~/x", "ls '~/x'", "quoting"),
    ("cd ~/x", 'cd "~"/x', "quoting"),
    ("docker run --env-file ~/x y", "docker run --env-file=~/x y", "words"),
    ('echo "`date`"', "echo '`date`'", "quoting"),
    ('echo "$x"', "echo $x", "quoting"),
    ('echo "${x}y"', "echo '${x}y'", "quoting"),
    ('echo "$x"y', 'echo "$xy"', "quoting"),
    ("echo $'a\\n'", "echo '$a\\n'", "quoting"),
    ("FOO='a b' make", "'FOO=a b' make", "quoting"),
    ("git commit -m 'fix it'", "git commit -m fix it", "quoting"),
    ("a | b", "a '|' b", "quoting"),
    ("a && b", "a ; b", "words"),
    ("a && b", "a & b", "words"),
    ("a && b", "a || b", "words"),
    ("a && b", "b && a", "order"),
    ("a > b", "a >> b", "words"),
    ("a 2>&1", "a 2>& 1", "words"),
    ("a 2>b", "a 2 >b", "words"),
    ("a <(b)", "a < (b)", "words"),
    ("a --f=<(b)", "a --f= <(b)", "words"),
    ("(a; b)", "a; b", "words"),
    ("a $(b)", "a $(b", "unclosed quote"),
    ("a `b`", "a `b", "unclosed quote"),
    ("cat <<EOF\n$x\nEOF", "cat <<'EOF'\n$x\nEOF", "quoting"),
    ("cat <<EOF\na\nEOF", "cat <<EOF\nb\nEOF", "words"),
    ("cat << EOF\n$x\nEOF", "cat << 'EOF'\n$x\nEOF", "quoting"),
    ("cat <<EOF\n\ta\nEOF", "cat <<EOF\na\nEOF", "words"),
    ("rm -- -rf", "rm -rf", "words"),
    ("grep -- -it f", "grep -- -i -t f", "words"),
    ("grep -- --foo bar", "grep -- --foo=bar", "words"),
    ("docker run --rm -d x", "docker run --rm=-d x", "words"),
    ("ls -l", "ls - l", "words"),
    ("ls -l", "ls l", "words"),
    ("ls -l", "", "words"),
    ("ls -l", "ls –-l", "words"),
    ("LS_COLORS= ls", "LS_COLORS=ls", "words"),
    ("chmod 644 f", "chmod 0644 f", "words"),
    ("echo аbc", "echo abc", "words"),
    ("head -n5 f", "head -n 5 f", "words"),
    ("a --b=c", "a --b c", "words"),
]

LIVE = [
    ("docker logs {{container}}", "docker logs $c", "same"),
    ("docker logs {{container}}", "docker logs web db", "words"),
    ("docker logs {{container}}", "docker logs -f", "words"),
    ("docker logs {{container}}", "docker logs |", "words"),
    ("docker logs {{container}}", "docker logs ''", "words"),
    ("docker logs {{container}} | less", "docker logs web | less", "same"),
    ("rm {{a b ...}}", "rm", "words"),
    ("rm {{a b ...}}", "rm -rf a", "words"),
    ("rm {{a b ...}}", "rm a; ls", "words"),
    ("rm {{a b ...}} {{c d ...}}", "rm a b c", "same"),
    ("ssh {{host}} {{ls -l}}", "ssh web ps -e", "same"),
    ("ls {{[-a|--all]}}", "ls -b", "words"),
    ("ls --color={{[auto|never]}}", "ls --color=never", "same"),
    ("head {{[-n|--lines]}} {{5}} f", "head --lines=7 f", "same"),
    ("head {{[-n|--lines]}} {{5}} f", "head -nx f", "words"),
    ("docker inspect -f '{{json .Mounts}}' {{c}}", "docker inspect -f '{{json .State}}' web", "words"),
    ("docker inspect -f '{{json .Mounts}}' {{c}}", "docker inspect -f '{{json .Mounts}}' web", "same"),
    ("t '{{range .x}}{{.y}}{{end}}'", "t '{{range .x}}{{.y}}z'", "words"),
    (r"docker ps --format '\{\{.Names\}\}'", "docker ps --format '{{.Names}}'", "same"),
    (r"docker ps --format '\{\{x\}\}'", "docker ps --format y", "words"),
    ("echo {{ x }}", "echo y", "words"),
    ("cp {{./a}} {{../b}}", "cp c d", "same"),
    ("kill -{{9}} {{pid}}", "kill -15 4711", "same"),
    ("tar {{[cf|--create --file]}} {{x}} .", "tar --create --file=y .", "same"),
    ("rm {{f}} -r", "rm -r x", "order"),
    ("docker tag {{image}} {{host}}/{{image}}", "docker tag a b/c", "same"),
    ("docker tag {{image}} {{host}}/{{image}}", "docker tag a bc", "words"),
    ("docker logs {{container}} -f", "docker logs -f web", "order"),
    ("grep -i '{{a}}' {{f}}", "grep -i 'a f", "unclosed quote"),
    ("Docker logs {{c}}", "docker logs web", "letter case"),
    ("docker rm $(docker ps -f {{x}} -q)", "docker rm $(docker ps -f 'a b' -q)", "same"),
    ("docker rm $(docker ps -f {{x}} -q)", "docker rm $(docker ps -f a b -q)", "words"),
    ("docker rm $(docker ps -f {{x}} -q)", "docker rm $(docker ps -f -a -q)", "words"),
    ("docker rm $(docker ps {{x}})", "docker rm $(docker ps a; ls)", "words"),
    ("docker rm $(docker ps {{x}})", "docker rm $(docker ps a) b)", "words"),
    ("docker rm {{x}}", "docker rm $(docker ps -q | head -1)", "same"),
    ("docker rm {{x}} -f", 'docker rm "`docker ps -q`" -f', "same"),
    ("docker rm `docker ps {{x}}`", "docker rm `docker ps a`", "same"),
    ("docker rm `docker ps {{x}}`", "docker rm `docker ps a` `docker ps b`", "words"),
    ("diff {{a}} {{b}}", "diff <(sort a) <(sort b)", "same"),
    ("diff {{a}}", "diff a <(sort b)", "words"),
]

FREE = [
    ("docker run -d -p 80:80 --name web nginx", "docker run --name=web -d -p 80:80 nginx", "words"),
    ("docker run -d -p 80:80 --rm nginx", "docker run -p 80:80 -d --rm nginx", "same"),
    ("docker run -it --rm -p 80:80 nginx", "docker run --rm -i -t -p 80:80 nginx", "same"),
    ("docker run -d --name web -p 80:80 nginx", "docker run --name=web -d -p 80:80 nginx", "same"),
    ("docker run -d -p 80:80 --rm nginx | cat", "docker run -p 80:80 -d --rm nginx | cat", "order"),
    ("a -x b c -y -z d", "a -y -x b c -z d", "order"),
    ("docker run -d -p {{80}}:{{80}} --rm {{image}}", "docker run -p 1:2 -d --rm x", "same"),
    ("run docker -a -b c", "docker run -a -b c", "order"),
    ("a -x 1 -x 2 -z d", "a -x 1 -x 1 -z d", "words"),
    ("a b", "b a", "order"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_both_are_the_same_whichever_is_expected(one, other):
    assert outcome(one, other) == "same"
    if not one.startswith("docker run"):  # a joined value is accepted and not expected
        assert outcome(other, one) == "same"


@pytest.mark.parametrize(("expected", "typed", "reason"), OTHERWISE)
def test_it_differs_for_this_reason(expected, typed, reason):
    assert outcome(expected, typed) == reason


@pytest.mark.parametrize(("expected", "typed", "said"), LIVE)
def test_placeholders_stand_for_what_they_say(expected, typed, said):
    assert outcome(expected, typed, placeholders=True) == said


@pytest.mark.parametrize(("expected", "typed", "said"), FREE)
def test_options_may_move_only_where_it_is_harmless(expected, typed, said):
    assert outcome(expected, typed, placeholders=True, free=True) == said


def test_braces_are_text_where_placeholders_are_not_live():
    assert outcome("echo {{x}}", "echo y") == "words"
    assert outcome("echo {{x}}", "echo  {{x}}") == "same"


def test_an_answer_that_no_shell_can_read_is_compared_as_text():
    assert outcome("don't  panic", "don't panic") == "same"
    assert outcome("don't panic", "dont panic") == "words"
    assert outcome("don't panic", "Don't panic") == "letter case"
    assert outcome("# only a remark", "ls") == "words"


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash to ask")
@pytest.mark.parametrize("alphabet", ["'\"\\a* ", "\"${a'", "{,a}'\"", "~/a:='", "#a '\\"])
def test_what_is_read_alike_is_alike_to_bash(alphabet, tmp_path):
    lines = ["".join(letters) for n in range(1, 6) for letters in itertools.product(alphabet, repeat=n)]
    groups = defaultdict(list)
    for line in lines:
        tokens = read(f"show {line}")
        if tokens is not None and not re.search(r"\$(?![a{'\"])|\$['\"]$", line):  # where bash reads oddly
            groups[tuple(words_of(tokens))].append(line)
    shared = [line for group in groups.values() if len(group) > 1 for line in group]
    for name in ("a", "aa"):
        (tmp_path / name).touch()
    script = """a='x y'; HOME=/home; show() { printf '<%s>' "$@"; }
        while IFS= read -r -d '' line; do eval "show $line" 2>&1 || echo; printf '\\0'; done"""
    given = "\0".join([*shared, ""]).encode()
    ended = subprocess.run(
        ["bash", "-c", script], check=True, input=given, capture_output=True, cwd=tmp_path, timeout=60
    )
    said = dict(zip(shared, ended.stdout.decode().split("\0"), strict=False))
    assert len(said) == len(shared) > 100
    unlike = [group for group in groups.values() if len({said.get(line) for line in group}) > 1]
    assert unlike == []


# --- any input -----------------------------------------------------------------------------------------------------

SHELL = st.text(
    alphabet="ab1 -=.~'\"\\$(){}[]<>|&;*?#`\n\t\r–—“’{{}}\u200b\U000f0000\U00100000é", max_size=60
)


@given(SHELL, SHELL, st.booleans(), st.booleans())
@settings(max_examples=300)
def test_nothing_that_is_typed_breaks_it(expected, typed, placeholders, free):
    found = compare(expected, typed, placeholders=placeholders, free=free)
    assert (found.reason is None) == (found.verdict is not Verdict.DIFFERS)
    aligned(expected, typed, placeholders=placeholders)


@given(SHELL)
@settings(max_examples=300)
def test_whatever_it_says_of_itself_with_blanks_around_is_right(line):
    assert compare(line, f"  {line}\n").verdict is Verdict.EQUAL


@given(SHELL, SHELL)
@settings(max_examples=300)
def test_only_the_expected_command_with_forms_of_options_lets_the_other_way_round_differ(one, other):
    if compare(one, other).verdict is not Verdict.DIFFERS and "-" not in one + other + "–—":
        assert compare(other, one).verdict is not Verdict.DIFFERS


LONG = [
    "a ",
    "-ab ",
    "'a' ",
    '"$(a) ',
    '"" ',
    "$(",
    "`",
    "{a,",
    "{a..",
    "~:",
    "x=~a:",
    "((",
    "${",
    "$'",
    "\\",
    "<<a\n",
    "{{x}} ",
    "{{a b ...}} ",
    "{{[a|b]}}",
    "{{",
    "a\u0316\u0301",
    "\u2014",
    "2>",
    "#",
    "```",
]


@pytest.mark.parametrize("piece", LONG)
@pytest.mark.parametrize("expected", ["rm {{a b ...}} {{c d ...}} x", "rm"])
def test_time_grows_with_the_length_and_not_its_square(piece, expected):
    def seconds(times: int) -> float:
        typed = f"rm {piece * times}x"
        began = time.process_time()
        compare(expected, typed, placeholders=True)
        compare(typed, f"{expected} x", placeholders=True)
        return time.process_time() - began

    seconds(50)
    short, long = (min(seconds(times) for _ in range(2)) for times in (100, 800))
    assert long < 0.05 + 24 * short


def test_a_diff_of_very_long_commands_is_not_computed_in_full():
    began = time.process_time()
    diff = aligned("echo " + "a b " * 5000, "echo " + "b a " * 5000)
    assert diff.differing == 10_000
    assert time.process_time() - began < 5


def test_reasons_are_told_from_the_first_that_explains_all():
    assert compare("ls -L", "ls -l").reason is Reason.LETTER_CASE
    assert compare("echo '*' A", "echo * a").reason is Reason.WORDS
