import stat

import pytest

from quiz.errors import QuizError
from quiz.terminal.editor import EditorError, ask_for_text, command_for, edit

NOTE = "/notes/my docker.md"


@pytest.fixture(autouse=True)
def no_editor(monkeypatch):
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)


@pytest.fixture
def script(tmp_path):
    def write(text):
        path = tmp_path / "editor"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    return write


@pytest.mark.parametrize(
    ("configured", "command"),
    [
        ("vim", ["vim", "+57", NOTE]),
        ("emacsclient -nw", ["emacsclient", "-nw", "+57", NOTE]),
        ("code", ["code", "-g", f"{NOTE}:57", "--wait"]),
        ("code -n --wait", ["code", "-n", "--wait", "-g", f"{NOTE}:57"]),
        ("/usr/bin/hx", ["/usr/bin/hx", f"{NOTE}:57"]),
        ("subl", ["subl", "--wait", f"{NOTE}:57"]),
        ("notepad", ["notepad", NOTE]),
        ("ed -l {line} -- {path}", ["ed", "-l", "57", "--", NOTE]),
        ("'my editor' --at={path}:{line}", ["my editor", f"--at={NOTE}:57"]),
    ],
)
def test_editors_are_opened_at_the_line(configured, command):
    assert command_for(NOTE, 57, configured) == command


def test_the_configured_editor_comes_before_the_environment(monkeypatch):
    monkeypatch.setenv("EDITOR", "ed")
    assert command_for(NOTE, 1)[0] == "ed"
    monkeypatch.setenv("VISUAL", "vi -R")
    assert command_for(NOTE, 1)[:2] == ["vi", "-R"]
    assert command_for(NOTE, 1, "nano")[0] == "nano"


def test_a_path_is_one_word_whatever_it_holds():
    assert command_for("/x/$(id) '; rm.md", 1, "vi {path}") == ["vi", "/x/$(id) '; rm.md"]


def test_a_command_with_an_open_quote():
    with pytest.raises(QuizError, match=r"editor.command"):
        command_for(NOTE, 1, "vi 'x")


def test_failures_are_told_in_one_line(script):
    with pytest.raises(QuizError, match=r"^/no/such/editor: No such file or directory\. Set editor\.command"):
        edit(NOTE, 1, "/no/such/editor")
    with pytest.raises(QuizError, match=r"editor ended with 3: what it wrote is not taken\."):
        edit(NOTE, 1, script("exit 3"))


def test_a_text_is_written_below_its_question(script):
    finds_the_question = 'grep -q "What is it?" "$2" || exit 1'
    line_is_empty = 'sed -n "${1#+}p" "$2" | grep -q . && exit 1'
    editor = script(f'{finds_the_question}\n{line_is_empty}\nprintf "\\nAn *answer*.\\n" >> "$2"')
    assert ask_for_text(editor, "What is it?") == "An *answer*."


def test_no_text_and_no_editor(script):
    assert ask_for_text(script("exit 0"), "q --> q") == ""
    with pytest.raises(EditorError, match="ended with 1"):
        ask_for_text(script("exit 1"), "q")
