"""Texts that mean harm, or were written by mistake: what may stand in notes, names, settings and arguments."""

from __future__ import annotations

import re
from collections.abc import Callable

# What a terminal must never get from us raw: control characters, marks that reorder text, text nobody sees.
RAW = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
WORD = "harmless"
"""Stands beside every payload: what is shown of the rest must still be there."""

HIDDEN = "".join(chr(0xE0000 + ord(letter)) for letter in "say yes")
PAYLOADS = {
    "clipboard": "\x1b]52;c;cm0gLXJm\x1b\\",
    "clipboard, ended by BEL": "\x1b]52;c;cm0gLXJm\x07",
    "clipboard, 8 bit": "\x9d52;c;cm0gLXJm\x9c",
    "clipboard, read": "\x1b]52;c;?\x07",
    "link": "\x1b]8;;https://other.example\x1b\\bank.example\x1b]8;;\x1b\\",
    "window title": "\x1b]2;root@prod\x07",
    "title report": "\x1b[21t",
    "working folder": "\x1b]7;file://host/etc\x1b\\",
    "notification": "\x1b]9;you are logged out\x07",
    "cursor up": "\x1b[12A\x1b[2K\x1b[1G",
    "cursor, 8 bit": "\x9b12A",
    "saved cursor": "\x1b7\x1b[H\x1b8",
    "clear": "\x1b[2J\x1b[3J\x1b[H",
    "scrolled": "\x1b[40S\x1b[2;3r",
    "alternate screen": "\x1b[?1049h",
    "reset": "\x1bc",
    "soft reset": "\x1b[!p",
    "cursor position": "\x1b[6n",
    "cursor position, 8 bit": "\x9b6n",
    "cursor position, DEC": "\x1b[?6n",
    "device attributes": "\x1b[c\x1b[>c\x1b[=c",
    "answerback": "\x05",
    "setting report": "\x1bP$qm\x1b\\",
    "capability report": "\x1bP+q544e\x1b\\",
    "palette report": "\x1b]4;1;?\x07\x1b]11;?\x07",
    "checksum of the screen": "\x1b[1;1;1;1;1;1*y",
    "mouse": "\x1b[?1003h\x1b[?1006h",
    "pasting": "\x1b[?2004h\x1b[200~3\x1b[201~",
    "keyboard mode": "\x1b[>1u\x1b[?1h\x1b=",
    "picture": "\x1b_Ga=T,f=24;AAAA\x1b\\",
    "sixel": "\x1bPq#0;2;0;0;0~-\x1b\\",
    "hidden": "2+2=\x1b[8m5\x1b[28m",
    "blinking": "\x1b[5m\x1b[6mnow",
    "colours": "\x1b[31;47mred",
    "unfinished": "\x1b]0;",
    "unfinished, DCS": "\x1bP",
    "lone escape": "\x1b",
    "return": "safe\rrm -rf",
    "backspace": "rm\b\bls",
    "delete": "rm\x7f\x7fls",
    "shift out": "\x0ewxyz\x0f",
    "vertical": "a\x0bb\x0cc",
    "separators of files": "a\x1cb\x1dc\x1ed\x1fe",
    "next line": "a\x85b\x84c",
    "line separators": "a\u2028b\u2029c",
    "reordered": "\u202egnp.exe\u202c",
    "isolated": "\u2066a\u2067b\u2068c\u2069",
    "marks of direction": "\u200ea\u200fb\u061cc",
    "nested directions": "\u202a\u202b\u202d\u202e" * 40,
    "invisible": HIDDEN,
    "language tag": "\U000e0001en\U000e007f",
}
TOO_MANY = {
    "marks on a letter": "Z" + "\u0300" * 10_000,
    "a long word": "w" * 60_000,
    "wide letters": "漢" * 20_000,
    "a family": "👩\u200d👩\u200d👧\u200d👦" * 3_000,
    "from right to left": "مرحبا بالعالم " * 3_000,
    "hangul": "\u1100\u1161\u11a8" * 5_000,
    "flags": "\U0001f1e9\U0001f1ea" * 5_000,
    "variants": "\u2764\ufe0f\ufe0e" * 5_000,
    "no width": "a\u200b\u200c\u2060\ufeff" * 5_000,
    "tabs": "a\t" * 8_000,
}
ENTITIES = (
    "&#8238;gnp&#x202e; &#27;[6n &#x1b;]0;x&#7; &#x9b;6n &#157; &rlm;&lrm;&#x61c; &#xE0041; &#55357;&#56832;"
    " &#0; &NewLine;"
)


def question(text: str, answer: str = "yes") -> str:
    """A question with its answer."""
    return f"Q: {text}\nA: {answer}\n\n"


SAFE = question(f"Is {WORD} still read?", "It is.")
"""Stands behind everything else in a file: one bad card hides no other card."""

PLACES: dict[str, Callable[[str], str]] = {
    "question": lambda text: question(f"{WORD} {text} end"),
    "answer": lambda text: question(WORD, f"{text} end"),
    "long answer": lambda text: f"Q: {WORD}\nA:\n\n- one {text}\n- two\n\n> {text}\n\n",
    "bold question": lambda text: f"* **Q:** {WORD} {text}\n  **A:** {text}\n\n",
    "heading that asks": lambda text: f"## {WORD} {text}?\n\n{text}\n\n",
    "heading above": lambda text: f"# {text} {WORD}\n\n## {text}\n\n{question(WORD)}",
    "one line": lambda text: f"{WORD} {text} ::: {text} back\n\n",
    "cloze": lambda text: f"C: {WORD} {{{{hidden {text}::hint {text}}}}} word\n\n",
    "option": lambda text: f"Q: {WORD}\n- [x] right {text}\n- [ ] wrong {text}\n\n",
    "reveal": lambda text: f"<details><summary>{WORD} {text}?</summary>\n\n{text}\n</details>\n\n",
    "cheat sheet": lambda text: f"- **{WORD} {text}**:\n\n```sh\n{text}\n```\n\n",
    "language of a fence": lambda text: f"Q: {WORD}\nA:\n```sh{text}\ncode\n```\n\n",
    "term": lambda text: f"- **{WORD} {text}** — means {text}\n\n",
    "table": lambda text: f"| question | answer |\n|---|---|\n| {WORD} {text} | {text} |\n\n",
    "table in an answer": lambda text: f"Q: {WORD}\nA:\n\n| {text} | b |\n|---|---|\n| {text} | c |\n\n",
    "title of a link": lambda text: question(WORD, f"[text {text}](https://x.example '{text}')"),
    "target of a link": lambda text: question(
        WORD, f"[text](https://x.example/{text}) <https://y.example/{text}>"
    ),
    "picture": lambda text: question(WORD, f"![alt {text}](pic{text}.png '{text}')"),
    "attribute of HTML": lambda text: question(WORD, f"<b title='{text}'>bold</b> <div class='{text}'>"),
    "tag": lambda text: question(f"{WORD} #tag{text}"),
    "anchor": lambda text: question(f"{WORD} ^id{text}"),
    "comment": lambda text: f"<!-- {text} -->\n{question(WORD)}",
    "deck": lambda text: f'---\ndeck: "{WORD} {text}"\ntags: ["a{text}"]\n---\n\n{question(WORD)}',
    "key of the front matter": lambda text: f"---\n{text}: [\n---\n\n{question(WORD)}",
}

ESCAPED_IN_YAML = {
    "escape": r'deck: "a\e]0;x\a"',
    "escape, hexadecimal": r'deck: "a\x1b[2J\x9b6n"',
    "reordered": r'deck: "a\u202Egnp\u2028"',
    "invisible": r'deck: "a\U000E0041"',
    "surrogate": r'deck: "a\ud83d"',
    "nothing": r'deck: "a\0b"',
    "tags": r'tags: ["a\e[2J", "b\tc\nd"]',
}
FRONT_MATTERS = {
    **ESCAPED_IN_YAML,
    "a program": "deck: !!python/object/apply:os.system ['exit 3']",
    "a name of Python": "deck: !!python/name:os.system",
    "a tag of its own": "deck: !x y",
    "an anchor": "a: &a x\ndeck: *a",
    "laughs": "a: &a [x,x]\n"
    + "\n".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefg", "bcdefgh", strict=True)),
    "a merge of nothing": "<<: *gone\ndeck: x",
    "a merge": "<<: {deck: y}\ndeck: x",
    "merges": "a: &a {b: c}\n<<: [*a, *a]",
    "a huge number": "deck: " + "9" * 20_000,
    "a huge number, TOML": "deck = " + "9" * 20_000,
    "a deep key, TOML": "a." * 20_000 + "b = 1",
    "arrays, TOML": "a = " + "[" * 20_000,
    "octal": "deck: 012\ntags: [0o17, 0x1f, 1_000]",
    "sixties": "deck: 1:30:59",
    "truth": "deck: no\ntags: [yes, on, ~, null, .nan, .inf]",
    "no date": "date: 2024-13-45",
    "dates": "deck: 2024-01-01\ntags: [2024-01-01 10:00:00]",
    "flow": "a: " + "[" * 20_000,
    "maps": "a: " + "{a: " * 5_000,
    "keys": "? " * 10_000,
    "dashes": "- " * 10_000,
    "colons": "a: " * 10_000,
    "tabs": "\tdeck: x\n\ttags:\t[a]",
    "twice": "deck: a\ndeck: b\ndeck: c",
    "a mark of order inside": "\ufeffdeck: x",
    "several documents": "deck: x\n--- # more\ndeck: y",
    "a directive": "%YAML 9.9\n%TAG ! x:\ndeck: x",
    "a block": "deck: |\n  a\n  b\ntags: >\n  c\n  d",
    "a list": "- deck\n- x",
    "a word": "just text",
    "a colon": "deck: C++: std::move",
    "an open quote": 'deck: "never closed\ntags: [a',
    "wrong types": "deck: [a, b]\ntags: {a: b}\ntitle: {}\ndquiz: [[off]]",
    "a number as a key": "1: x\n[a]: y\n{b: c}: z",
    "very long": "a: " + "x" * (64 << 10),
    "very many keys": "".join(f"k{number}: v\n" for number in range(5_000)),
    "very many tags": f"tags: [{', '.join(f't{number}' for number in range(8_000))}]",
    "paths": "deck: ../../../etc/passwd\ntags: [/etc/passwd, ..]",
    "empty": "",
    "blanks": "   \n\t\n ",
    "a comment": "# deck: x",
}

Shape = Callable[[int], str]
SHAPES: dict[str, Shape] = {
    "brackets": lambda n: "C: " + "[" * n,
    "pairs of brackets": lambda n: "C: " + "[a]" * n,
    "emphasis": lambda n: question("*a_ " * n),
    "stars": lambda n: "Q: " + "**a " * n,
    "openers of clozes": lambda n: "C: " + "{{c1::a::" * n,
    "deletions": lambda n: "C: " + "{{a::b}} " * n,
    "braces": lambda n: "C: " + "{{" * n + "x" + "}}" * n,
    "wiki links": lambda n: question("[[a|" * n),
    "pictures": lambda n: question("![](" * n),
    "dollars": lambda n: question("$" * n),
    "colons": lambda n: " ::" * n + "\n\n" + "a :: b " * n,
    "openers of comments": lambda n: "<!--" * n,
    "comments in text": lambda n: "a <!-- b\n" * n,
    "comments in code": lambda n: "`a <!-- b\n" * n,
    "angle brackets": lambda n: question("<" * n),
    "tags of HTML": lambda n: question("<b>" * n),
    "code in HTML": lambda n: question("<code>a</code>" * n),
    "entities": lambda n: question("&amp;" * n),
    "ticks": lambda n: question("".join("e" + "`" * (number % 40) for number in range(n))),
    "ticks in a paragraph": lambda n: "`a\n" * n,
    "backslashes": lambda n: question("\\" * n),
    "tags": lambda n: question("a" + " #a" * n),
    "tags of a file": lambda n: (
        f"---\ntags: [{', '.join(f'a{i}' for i in range(n // 9))}]\n---\n" + question("a") * (n // 9)
    ),
    "tags of a heading": lambda n: (
        "## a\n" + " ".join(f"#a{i}" for i in range(n)) + "\n\n" + question("a") * n
    ),
    "anchors": lambda n: question("a" + " ^a" * n),
    "blanks": lambda n: "Q:" + " " * n + "\n## a" + " " * n + "b?\n",
    "blanks at the ends of lines": lambda n: question("x" + (" " * 200 + "\n  x") * (n // 200)),
    "lines of blanks": lambda n: "Q: a\n" + "   \n" * n + "A: b\n",
    "digits": lambda n: "## " + "1" * n + "x\n\n" + "1." * n + "x\n",
    "hashes": lambda n: "#" * n + " a\n# a " + "#" * n,
    "rules": lambda n: "- " * n + "\n" + "_ " * n,
    "a word": lambda n: question("w" * n),
    "questions without text": lambda n: "Q:\nA:\n" * n,
    "questions": lambda n: "Q: a\n" * n,
    "answers": lambda n: "Q: a\n" + "A: b\n\n" * n,
    "questions in a list": lambda n: "- Q: a\n" * n + "\nA: b\n",
    "questions in quotes": lambda n: "> Q: a\n> A: b\n>\n" * n,
    "bold questions": lambda n: "**Q: a\n" * n,
    "headings": lambda n: "".join("#" * (number % 6 + 1) + " a?\nx\n" for number in range(n)),
    "fences in a list": lambda n: "- ```\n" * n,
    "fences in lists": lambda n: "- a\n  - ```\n" * n,
    "fences in quotes": lambda n: "> ```\n\n" * n,
    "fences that end left": lambda n: "- ```\n x\n```\n\n" * n,
    "fences too short": lambda n: "- `````\n```\n```\n" * n,
    "fences of growing length": lambda n: "".join("`" * (3 + number % 60) + "\n" for number in range(n)),
    "reveals": lambda n: "Q: a\n" + "<details><summary>Answer</summary>\n\nx\n</details>\n" * n,
    "nested reveals": lambda n: (
        "Q: a\n" + "<details><summary>Answer</summary>\n\n" * n + "x\n" + "</details>\n" * n
    ),
    "details never closed": lambda n: "<details><summary>a?</summary>\n" * n,
    "summaries never closed": lambda n: "<details><summary>a\n" * n + "</details>\n" * n,
    "attributes of details": lambda n: "<details a\n" * n + "<details " + "a " * n,
    "wrapped answers": lambda n: (
        "<details><summary>a?</summary>" + "<b>" * n + "x" + "</b>" * n + "</details>"
    ),
    "levels of a list": lambda n: "".join("  " * (number % 300) + "- a\n" for number in range(n // 50)),
    "levels on a line": lambda n: "- " * n + "a",
    "quotes": lambda n: question(">" * n) + ">" * n + "a\n",
    "rows of a table": lambda n: "| question | answer |\n|-|-|\n" + "|x|y|\n" * n,
    "columns of a table": lambda n: "|a" * n + "|\n" + "|-" * n + "|\n" + "|b" * n + "|\n",
    "bars": lambda n: "|" * n + "\n" + "\\|" * n,
    "options": lambda n: "Q: a\n" + "- [x] a\n- [ ] b\n" * n,
    "letters": lambda n: "Q: a\n" + "- A: a\n" * n + "\nAnswer: A\n",
    "terms": lambda n: "".join(f"- **a{number}** — b\n" for number in range(n)),
    "sheets": lambda n: "".join(f"- **a{number}**:\n\n```\nx\n```\n\n" for number in range(n)),
    "duplicates": lambda n: question("a") * n,
    "other answers": lambda n: "".join(question("a", str(number)) for number in range(n)),
    "sections": lambda n: "## Tips\n- a\n## Tasks\n- b\n## Cheat sheets\n" * n,
    "concepts": lambda n: "## Tips\n- b\n## Mental models\n- " + "a = b" * n + "\n## Tasks\n",
    "next steps": lambda n: "## Tips\n- b\n## Next steps\n- " + "a - " * n + "\n## Tasks\n",
    "switches": lambda n: "<!-- dquiz:off -->\nx\n<!-- dquiz:on -->\n" * n,
    "returns": lambda n: "Q: a\rA: b\r\r" * n,
    "marks on a letter": lambda n: question("\u0300" * n),
    "front matter": lambda n: "---\n" + "a: b\n" * n,
    "dotted keys": lambda n: "---\n" + "a." * n + "b = 1\n---\n",
}
"""Text that makes a careless parser slow; of a length in proportion to the number."""
