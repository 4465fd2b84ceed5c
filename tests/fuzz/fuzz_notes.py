"""Feeds the reader of notes with what a fuzzer makes up, guided by the code that it reaches.

    pip install atheris
    python tests/fuzz/fuzz_notes.py --write-seeds /tmp/seeds
    python tests/fuzz/fuzz_notes.py -max_total_time=600 -timeout=2 -rss_limit_mb=1024 \\
        -dict=/tmp/seeds/words.dict /tmp/found /tmp/seeds/notes

Atheris has wheels for some Pythons on Linux only, which is why it is no dependency of the tests. Everything behind the
first option is for libFuzzer: it adds what reaches new code to the first folder, and writes an input that breaks a
promise to ``crash-…``. Slow input needs length, which a fuzzer seldom finds: `test_hostile_notes` measures that.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

WORDS = [
    "Q: ", "A: ", "C: ", "**Q:** ", "**A:** ", "* ", "- ", "1. ", "> ", "# ", "## ", "?", "```", "~~~", "`",
    "---\n", "\n\n", "\r\n", "\r", "{{", "}}", "::", " :: ", " ::: ", "c1::", "[", "]", "](", "- [x] ",
    "- [ ] ", "- A: ", "Answer: A", "<!--", "-->", "<!-- dquiz:off -->", "<!-- dquiz:on -->", "<details>",
    "<summary>", "</summary>", "</details>", "<b>", "<br>", "| question | answer |\n|-|-|\n", "|", " #tag",
    " ^id", " #skip", "TODO", "**a** \u2014 b", "**a**:", "deck: ", "tags: [", "dquiz: ", "## Tips\n",
    "## Tasks\n", "## Cheat sheets\n", "## Interview Q&A\n", "\ufeff", "\u2028", "\t", "    ",
]  # fmt: skip


def main() -> None:
    """Write the seeds, or fuzz."""
    if sys.argv[1:2] == ["--write-seeds"]:
        write_seeds(Path(sys.argv[2]))
        return
    import atheris

    with atheris.instrument_imports(include=["quiz"]):
        import quiz.notes  # noqa: F401
    atheris.enabled_hooks.add("RegEx")
    atheris.enabled_hooks.add("str")
    atheris.Setup(sys.argv, keep_every_promise)
    atheris.Fuzz()


def write_seeds(folder: Path) -> None:
    """A note of each kind, a broken one of each kind, and the words of the grammar as a dictionary."""
    from trust.hostile import FRONT_MATTERS, PAYLOADS, PLACES, SAFE, SHAPES

    notes = [make("text") for make in PLACES.values()] + [make(7) for make in SHAPES.values()]
    notes += [f"---\n{matter[:500]}\n---\n\n{SAFE}" for matter in FRONT_MATTERS.values()]
    notes += [PLACES["long answer"](payload) for payload in PAYLOADS.values()]
    (folder / "notes").mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(notes):
        (folder / "notes" / f"{number}.md").write_bytes(text.encode("utf-8", "surrogatepass"))
    (folder / "words.dict").write_text("".join(f'"{escaped_word(word)}"\n' for word in WORDS))


def escaped_word(word: str) -> str:
    """A word as libFuzzer's dictionaries have it."""
    return "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}" for byte in word.encode()
    )


def keep_every_promise(data: bytes) -> None:
    """Any bytes: the same notes each time, on true lines; their faces safe to show; drafts answered or refused."""
    from trust.hostile import RAW

    from quiz.cues import faces, facets
    from quiz.errors import AnswerRefusedError
    from quiz.notes import inline_html_to_markdown, insert_answer, parse
    from quiz.visible import escaped, visible

    deck = parse(data, file="note.md", deck="note")
    assert parse(data, file="note.md", deck="note") == deck, "twice the same"
    lines = data.count(b"\n") + data.count(b"\r") + 1
    assert all(1 <= problem.line <= lines for problem in deck.problems)
    for note in deck.notes:
        assert 1 <= note.line <= note.end <= lines
        assert note.prompt.strip()
        for facet in facets(note):
            sides = faces(note, facet)
            text = inline_html_to_markdown(f"{sides.front}\n{sides.back}")
            assert not RAW.search(visible(text))
            written = escaped(json.dumps(text, ensure_ascii=False))
            assert not RAW.search(written)
            assert json.loads(written) == text
    for note in [note for note in deck.notes if note.draft][:1]:
        try:
            insert_answer(data, note, "an answer", deck="note")
        except AnswerRefusedError:
            continue


if __name__ == "__main__":
    main()
