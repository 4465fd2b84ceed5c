"""--where: each field of the query language, and how fields are joined."""

from __future__ import annotations

import pytest

DOCKER = """Q: What is an image? #build #senior
A: A stack of layers.

Q: Which command lists all containers? #run
A: `docker ps -a`

Q: Which parts has an image? #build/parts #mid
A:
- layers
- a manifest

Q: Why is it slow?
A:
"""
KUBERNETES = "Q: What is a pod? #run\nA: The smallest unit.\n"


@pytest.fixture(autouse=True)
def notes(desk, environment, dquiz):
    environment |= {"DQUIZ_DATABASE": str(desk.database), "DQUIZ_COLLECTION__SHIPPED": "false"}
    docker = desk.write("docker.md", DOCKER)
    pods = desk.write("k8s/pods.md", KUBERNETES)
    assert dquiz("sync", docker.parent).code == 0
    assert dquiz("answer", f"{docker}:1", "good").code == 0
    assert dquiz("answer", f"{docker}:4", "again").code == 0
    assert dquiz("suspend", f"{docker}:7").code == 0
    assert dquiz("bury", f"{pods}:1").code == 0
    assert dquiz("flag", f"{pods}:1", "--color", "2").code == 0


SHORT = {
    "What is an image?": "image",
    "Which command lists all containers?": "list",
    "Which parts has an image?": "parts",
    "Why is it slow?": "slow",
    "What is a pod?": "pod",
}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("deck:k8s", "pod"),
        ("deck:docker", "image list parts slow"),
        ("tag:build", "image parts"),
        ("tag:run", "list pod"),
        ("level:senior", "image"),
        ("file:pods.md", "pod"),
        ("shape:command", "list"),
        ("shape:list", "parts"),
        ("is:new", "parts slow pod"),
        ("is:learning", "image list"),
        ("is:suspended", "parts"),
        ("is:buried", "pod"),
        ("is:flagged", "pod"),
        ("is:marked", ""),
        ("is:leech", ""),
        ("is:draft", "slow"),
        ("is:changed", ""),
        ("is:retired", ""),
        ("r>0.5", "image list"),
        ("s<1", "list"),
        ("d>5", "list"),
        ("lapses>=1", ""),
        ("lapses<=0 reps>=1", "image list"),
        ("due<=3d", "image list"),
        ("added:1d is:draft", "slow"),
        ("rated:1d", "image list"),
        ("rated:1d:again", "list"),
        ("-is:new", "image list"),
        ('"stack of layers"', "image"),
        ("layers manifest", "parts"),
        ("level:senior or is:flagged", "image pod"),
        ("(tag:run or tag:build) -is:new", "image list"),
        ("-(tag:run or tag:build)", "slow"),
    ],
)
def test_a_query_finds(dquiz, query, expected):
    rows = dquiz("cards", "--where", query, "--json").data or []
    assert sorted({SHORT[row["prompt"]] for row in rows}) == sorted(expected.split())


def test_a_file_that_holds_no_card_is_told_with_those_that_do(dquiz):
    ended = dquiz("search", "file:nets.md")
    assert ended.code == 0
    assert "docker.md" in ended.out + ended.err
