"""No command reaches the network, starts a program or evaluates text, whatever the notes say."""

from __future__ import annotations

import subprocess
import sys

import pytest

WATCHED = """
import sys
seen = []
def watch(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.bind", "os.system", "os.exec",
                 "os.posix_spawn", "os.fork", "os.forkpty", "subprocess.Popen", "urllib.Request", "pickle.find_class",
                 "ctypes.dlopen", "webbrowser.open"}:
        seen.append(event)
sys.addaudithook(watch)
from quiz.cli import main
code = 0
sys.argv = ["dquiz", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    code = end.code or 0
print("\\nevents:", sorted(set(seen)), "code:", code, file=sys.stderr)
"""

HOSTILE = """\
---
deck: !!python/object/apply:os.system ["touch pwned"]
---
Q: What does `$(touch pwned)` do? ![x](http://example.org/x.png) <img src=http://example.org/y.png>
A: `touch pwned` <script>fetch("http://example.org")</script> {{7*7}} ${HOME} [x](file:///etc/passwd)

Q: __import__('os').system('touch pwned')
A: eval(1)
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "{notes}"),
        ("sync", "{notes}"),
        ("review", "{notes}", "--plain"),
        ("cards", "--json"),
        ("search", "touch"),
        ("due",),
        ("decks",),
        ("log",),
        ("doctor",),
        ("backup",),
        ("config",),
        ("paths",),
        ("export", "anki", "{out}", "{notes}"),
        ("import", "{out}", "--to", "{imported}"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_no_command_leaves_the_process(desk, environment, arguments, tmp_path):
    desk.write("note.md", HOSTILE)
    names = {"notes": desk.notes, "out": tmp_path / "x.apkg", "imported": tmp_path / "imported"}
    if arguments[0] == "import":
        run(environment, ["export", "anki", str(names["out"]), str(desk.notes)], tmp_path)
    result = run(environment, [argument.format(**names) for argument in arguments], tmp_path)
    assert "events: [] code: 0" in result.stderr, result.stderr
    assert not list(tmp_path.rglob("pwned")) + list(desk.home.rglob("pwned"))


def run(environment, arguments, folder):
    return subprocess.run(
        [sys.executable, "-c", WATCHED, *arguments],
        env=environment,
        input="\n3\n" * 6 + "q\n",
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=60,
        check=False,
    )


def test_the_watch_sees_a_program_that_is_started(environment, tmp_path):
    script = WATCHED.replace(
        "from quiz.cli import main", "import subprocess; main = lambda: subprocess.run(['true'])"
    )
    result = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert "subprocess.Popen" in result.stderr


def test_what_is_made_is_for_the_user_alone(desk, environment, tmp_path):
    desk.asks("note.md", "Is it there?")
    home = tmp_path / "fresh"
    fresh = {**environment, "DQUIZ_HOME": str(home)}
    del fresh["DQUIZ_DATABASE"]
    for arguments in (["sync", str(desk.notes)], ["review", "--plain"], ["backup"]):
        assert "code: 0" in run(fresh, arguments, tmp_path).stderr
    open_to_others = [path for path in home.rglob("*") if path.stat().st_mode & 0o077]
    assert open_to_others == []
