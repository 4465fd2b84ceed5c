"""What is taken off a text before it is shown or compared: leading marks, numbers, attributes, placeholders."""

from __future__ import annotations

import re

from quiz.cues.inline import masked, unescape, without_bold

EMOJI = "\U0001f000-\U0001faff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\u25a0-\u25ff"
_LEADING = re.compile(
    rf"(?:[{EMOJI}][\ufe0e\ufe0f\u200d\u20e3]*|[0-9#*]\ufe0f?\u20e3\ufe0f?|[\ufe0e\ufe0f\u200d]|\[[ xX]\](?=\s|$)|\s)+"
)
_TRAILING = re.compile(rf"[{EMOJI}\ufe0e\ufe0f\u200d\s]+$")
_EMOJI_LED = re.compile(rf"\s*(?:[{EMOJI}]|[0-9#*]\ufe0f?\u20e3)")
_NUMBER = re.compile(r"\d+\\?[.)](?:\s+|$)")
_MOST_NUMBERS = 4  # in front of one title: a bound, since each is cut off a copy of the text
_MOST_SOURCES = 4  # links in parentheses behind one question
_LONGEST_REMARK = 80  # with its marks and what stands before it: a bound for the expression
_REMARK = re.compile(r"\s+[*_]{0,3}\([^()]{1,60}\)[*_]{0,3}$")
_ASKED_BEFORE = re.compile(r"(?<=\S)[?？؟]\s+(?=\S)")
_QUESTION_NUMBER = re.compile(r"(?P<bold>\*\*|__)?Q\d{1,4}\\?[.)](?(bold)(?P=bold))\s+(?=\S)")
_EMPHASIS = re.compile(r"\*+|_{2,}|`")
_WORD = re.compile(r"\w")


def is_emoji_led(text: str) -> bool:
    """Whether an emoji or a keycap stands first."""
    return _EMOJI_LED.match(text) is not None


def without_lead(text: str) -> str:
    """The text without emoji, keycaps, ticks and task boxes in front (T1); a text of nothing else stays."""
    match = _LEADING.match(text)
    rest = text[match.end() :] if match else text
    return rest if rest.strip() else text.strip()


def without_trail(text: str) -> str:
    """The text without emoji and blanks at its end."""
    tail = text[-64:]  # a bound for the expression, which is quadratic in long runs of blanks
    return text[: len(text) - len(tail)] + _TRAILING.sub("", tail)


def asks(text: str) -> bool:
    """Whether a text ends in a question mark; emoji, emphasis, a link's target and sources after it are ignored."""
    text = _before_sources(text)
    if text.endswith(")"):
        head = text.rpartition("](")[0]
        text = head or text
    return without_trail(text).endswith(("?", "？", "؟"))


def without_sources(text: str) -> str:
    """A question without the links in brackets behind it that say where it is from: ``… ? ([Docs](https://…))``."""
    if not without_trail(text).endswith("))"):
        return text
    bare = _before_sources(text)
    return bare if asks(bare) else text


def asks_with_remark(text: str) -> bool:
    """Whether a text asks, a remark in brackets behind its question mark aside: ``… ? *(hard)*``."""
    bare = without_trail(text)
    head = bare[:-_LONGEST_REMARK]
    return asks(text) or asks(head + _REMARK.sub("", bare[-_LONGEST_REMARK:]))


def is_remark(text: str) -> bool:
    """Whether a text is a remark in brackets and nothing else."""
    return len(text) < _LONGEST_REMARK and _REMARK.fullmatch(" " + text.strip()) is not None


def _before_sources(text: str) -> str:
    text = without_trail(text).rstrip("*_ ")
    for _ in range(_MOST_SOURCES):
        if not text.endswith("))") or " ([" not in text:
            break
        text = text[: text.rindex(" ([")].rstrip("*_ ")
    return text


# No verbs of manuals, such as build, configure, create and use: numbered steps of a tutorial ask nothing
_ASKING_WORDS = """
what why how when where who whom whose which
is isn't are aren't am was wasn't were weren't do don't does doesn't did didn't can can't could couldn't should
shouldn't would wouldn't will won't shall may might must has hasn't have haven't had
analyse analyze calculate compare compute contrast convert count debug define demonstrate derive describe design
determine diagnose differentiate difference differences discuss distinguish draw elaborate enumerate estimate
evaluate explain find give guess identify illustrate imagine implement interpret justify list mention merge name
optimise optimize outline predict print propose prove refactor reverse rewrite rotate say show sketch solve sort
state suggest summarise summarize suppose swap talk tell troubleshoot walk write
"""
_ASKING = frozenset(_ASKING_WORDS.split())
_BEFORE_QUESTION_WORD = frozenset(
    {"about", "at", "by", "for", "from", "in", "into", "of", "on", "to", "under", "with"}
)
_QUESTION_WORDS = frozenset({"what", "which", "whom", "whose", "where", "when"})
_FIRST_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_FEW = 400  # characters in which the first words of a title are looked for


def asks_or_tells(text: str) -> bool:
    """Whether a title asks something: it ends in ``?``, or begins with a question word, an auxiliary or an imperative.

    Marks and numbers in front of it are ignored.
    """
    return asks(text) or begins_as_question(text)


def begins_as_question(text: str) -> bool:
    """Whether a title begins with a question word, an auxiliary or an imperative such as explain."""
    words = _FIRST_WORDS.findall(reduced(text[:_FEW]))[:2]
    first = [word.replace("’", "'") for word in words]
    if not first:
        return False
    is_asked = first[0] in _ASKING or first[0].partition("'")[0] in _QUESTION_WORDS | {"who", "how"}
    return is_asked or (first[0] in _BEFORE_QUESTION_WORD and first[-1] in _QUESTION_WORDS)


def answers_itself(text: str) -> bool:
    """Whether a text goes on behind a question mark with what asks nothing: ``What is a list? A sequence.`` does."""
    sentences = _ASKED_BEFORE.split(masked(text))
    return len(sentences) > 1 and not asks_with_remark(text) and not begins_as_question(sentences[-1])


def without_question_number(text: str) -> str:
    """The text without a leading ``Q12.`` or ``Q12)``."""
    match = _QUESTION_NUMBER.match(text)
    return text[match.end() :] if match else text


def without_number(text: str) -> str:
    """The text without a leading ``12.`` or ``12)``."""
    match = _NUMBER.match(text)
    return text[match.end() :] if match and match.end() < len(text) else text


def is_numbered(text: str) -> bool:
    """Whether a number and text behind it stand first, leading emoji and bold around it aside."""
    text = without_bold(without_lead(text))
    return without_number(text) != text


def title(text: str) -> str:
    """A heading or title as a question: leading emoji, number and bold around it go, the rest stays as written."""
    for _ in range(_MOST_NUMBERS):
        previous = text
        text = without_bold(without_number(without_lead(text).strip()))
        if text == previous:
            break
    return text


def cell_title(text: str) -> str:
    """A table cell as a prompt: without the marks in front of it (T1)."""
    return without_bold(without_lead(text).strip())


def plain_title(text: str) -> str:
    """A heading as a name: without emoji, number, emphasis around it and escapes."""
    return unescape(title(text)).strip()


def reduced(text: str) -> str:
    """A heading or header cell as bare words, for recognition only."""
    text = unescape(text)
    for _ in range(_MOST_NUMBERS):
        previous = text
        text = without_number(without_lead(_EMPHASIS.sub("", text)).strip())
        if text == previous:
            break
    return text.rstrip("_ :.").casefold()


def word_count(text: str) -> int:
    """Words that hold a letter or a digit."""
    return sum(1 for word in text.split() if _WORD.search(word))


# --- attributes ----------------------------------------------------------------------------------------------------

_TAG = re.compile(r"#([^\W\d_][\w/-]*)$")
_ANCHOR = re.compile(r"\^([A-Za-z0-9-]+)$")
_TAGS_ONLY = re.compile(r"\s*#[^\W\d_][\w/-]*(?:\s+#[^\W\d_][\w/-]*)*\s*")

_MOST_TAGS = 64  # of one line: a bound, since each is cut off a copy of the line
RESERVED = frozenset({"both", "typed", "skip"})


class Attributes:
    """Tags and the anchor from the end of a question line.

    Attributes:
        tags: As written, without ``#``, the reserved ones among them.
        anchor: The ``^id`` without its caret.
    """

    __slots__ = ("anchor", "tags")

    def __init__(self, tags: tuple[str, ...] = (), anchor: str | None = None) -> None:
        self.tags = tags
        self.anchor = anchor

    def __or__(self, other: Attributes) -> Attributes:
        return Attributes(self.tags + other.tags, self.anchor or other.anchor)


NO_ATTRIBUTES = Attributes()


def split_attributes(text: str) -> tuple[str, Attributes]:
    """Take ``#tag`` and ``^id`` off the end of a line: after a blank, and never the whole line."""
    text = text.rstrip()
    tags: list[str] = []
    anchor = None
    while len(tags) < _MOST_TAGS:
        head, _, last = text.rpartition(" ")
        if not head.strip() or last[:1] not in ("#", "^"):
            break
        tag, mark = _TAG.match(last), _ANCHOR.match(last)
        if tag:
            tags.insert(0, tag[1])
        elif mark and anchor is None:
            anchor = mark[1]
        else:
            break
        text = head.rstrip()
    return text, Attributes(tuple(tags), anchor) if tags or anchor else NO_ATTRIBUTES


def tags_alone(text: str) -> tuple[str, ...]:
    """The tags of a line that holds nothing else, or none."""
    if "#" not in text or not _TAGS_ONLY.fullmatch(text):
        return ()
    return tuple(word[1:] for word in text.split())


# --- placeholders --------------------------------------------------------------------------------------------------

_PLACEHOLDERS = frozenset({"todo", "tbd", "to be completed", "answer here"})
_LONGEST = 60  # of a line that can be a placeholder, with all the punctuation around it
_NO_WORD = re.compile(r"[\W_]+")


def is_placeholder(line: str) -> bool:
    """Whether a line says that the answer is yet to come, whatever its case, punctuation or emphasis."""
    return len(line) <= _LONGEST and _NO_WORD.sub(" ", line).strip().casefold() in _PLACEHOLDERS


def is_no_answer(text: str) -> bool:
    """Whether an answer is empty or only a placeholder."""
    return all(not line.strip() or is_placeholder(line) for line in text.split("\n"))
