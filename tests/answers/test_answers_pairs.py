"""The pairs of commands by which the checker is specified."""

from __future__ import annotations

import pytest

from quiz.answers.commands import compare

DOCKER = "docker run -d -p 8080:80 --name web nginx"
FREE = {"free": True}
LIVE = {"placeholders": True}

PAIRS = [
    (DOCKER, DOCKER, "equal", {}),
    (DOCKER, "docker  run -d -p 8080:80   --name web nginx", "same", {}),
    (DOCKER, f"`{DOCKER}`", "same", {}),
    (DOCKER, f"```sh\n{DOCKER}\n```", "same", {}),
    (DOCKER, f"$ {DOCKER}", "same", {}),
    (DOCKER, DOCKER.replace(" -", " \\\n  -"), "same", {}),
    (DOCKER, DOCKER.replace(" ", "\\\n"), "same", {}),
    (DOCKER, "docker run –d –p 8080:80 —name web nginx", "same", {}),
    (DOCKER, "docker run -d -p 8080:80 --name=web nginx", "same", {}),
    (DOCKER, "docker run -dp 8080:80 --name web nginx", "same", {}),
    (DOCKER, "docker run -p 8080:80 -d --name web nginx", "order", {}),
    (DOCKER, "docker run -p 8080:80 -d --name web nginx", "same", FREE),
    (DOCKER, "docker run --name web -d -p 8080:80 nginx", "order", {}),
    (DOCKER, "docker run --name web -d -p 8080:80 nginx", "order", FREE),
    (DOCKER, "docker run -d --publish 8080:80 --name web nginx", "words", {}),
    (DOCKER, "docker run -d -p 80:8080 --name web nginx", "words", {}),
    (DOCKER, "Docker run -d -p 8080:80 --name web nginx", "letter case", {}),
    (DOCKER, "docker container run -d -p 8080:80 --name web nginx", "words", {}),
    (DOCKER, f"sudo {DOCKER}", "words", {}),
    (DOCKER, "docker run -d -p 8080:80 nginx", "words", {}),
    ("docker run -it alpine sh", "docker run -i -t alpine sh", "same", {}),
    ("docker run -it alpine sh", "docker run -ti alpine sh", "words", {}),
    ("tar -czf a.tgz dir", "tar -cfz a.tgz dir", "words", {}),
    (
        "kubectl create deploy w --image=nginx --dry-run=client",
        "kubectl create deploy w --image=nginx --dry-run client",
        "words",
        {},
    ),
    ("head -n 5 f", "head -n5 f", "same", {}),
    ("sed -i.bak 's/a/b/' f", "sed -i .bak 's/a/b/' f", "words", {}),
    ("find . -name '*.py'", 'find . -name "*.py"', "same", {}),
    ("find . -name '*.py'", "find . -name *.py", "quoting", {}),
    ('echo "$HOME"', "echo '$HOME'", "quoting", {}),
    ("awk '{print $1}' f", 'awk "{print $1}" f', "quoting", {}),
    ("grep -E 'foo$' f", "grep -E foo$ f", "same", {}),
    ("find . -name x -delete", "find . -delete -name x", "order", {}),
    ("find . -name x -delete", "find . -delete -name x", "order", FREE),
    ("ls | wc -l", "ls|wc -l", "same", {}),
    ("make >log 2>&1", "make > log 2>&1", "same", {}),
    ("make >log 2>&1", "make 2>&1 >log", "order", {}),
    ("docker logs {{[-f|--follow]}} {{container}}", "docker logs -f web", "same", LIVE),
    ("docker logs {{[-f|--follow]}} {{container}}", "docker logs --follow web", "same", LIVE),
    ("docker logs {{container}}", "docker logs", "words", LIVE),
    ("rm {{path/to/file1 path/to/file2 ...}}", "rm a b c", "same", LIVE),
    ('git commit -m "{{message}}"', "git commit -m 'fix it'", "same", LIVE),
    ("git commit -m 'fix it'", "git commit -m 'fix it", "unclosed quote", {}),
    ("docker inspect -f '{{.State}}' w", "docker inspect -f '{{.Name}}' w", "words", {}),
    ("docker inspect -f '{{.State}}' w", "docker inspect -f '{{.Name}}' w", "words", LIVE),
]


@pytest.mark.parametrize(("expected", "typed", "outcome", "how"), PAIRS)
def test_the_pair_has_its_verdict(expected, typed, outcome, how):
    verdict, reason = compare(expected, typed, **how)
    assert (reason or verdict) == outcome
