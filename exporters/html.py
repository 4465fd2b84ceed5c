"""Markdown of notes as HTML: harmless tags, classes instead of styles, nothing fetched from anywhere."""

from __future__ import annotations

import functools
import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from exporters.highlighting import highlighted
from exporters.text import cleaned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.utils import EnvType, OptionsDict

# `img`, `a` and everything else that has attributes comes from markdown alone
_TAGS = {"b": "strong", "i": "em"} | {tag: tag for tag in ("strong", "em", "u", "s", "sub", "sup", "kbd")}
_TAG = re.compile(rf"<(/?)({'|'.join(_TAGS)}|code|br|p)\s*/?>", re.IGNORECASE)
_DEEPEST = 20
_CODE_END = re.compile(r"</code\s*>", re.IGNORECASE)
_SCHEME = re.compile(r"https?://|mailto:", re.IGNORECASE)

_VISIBLE = frozenset({"text", "code_inline", "math"})

# Pandoc's and GitHub's rules together: `$5 and $6`, `$HOME/$USER` and `$1,$2` are not formulas
_MATH = re.compile(
    r"\$\$(?![ \t])(?P<display>[^$`]+)(?<![ \t])\$\$|\$(?P<inline>[^\s$`](?:[^$`\n]*[^\s$`\\,;:(])?)\$"
)
_NOT_BEFORE_MATH = re.compile(r"[\w$}\\]")
_BEHIND_MATH = frozenset(" \n\t.,;:!?)]}\"'*_~|<-")
# What lets a formula open links or load something
_MATH_REFUSED = re.compile(
    r"\\(?:href|url|require|class|cssId|style|data|html|includegraphics|def|let|newcommand)"
)

_BRACES = re.compile(r"(?<=\{)(?=\{)|(?<=\})(?=\})")

_TEX = re.compile(r"\\\((?P<inline>[^`\n]{1,2000}?)\\\)|\\\[(?P<display>[^`]{1,2000}?)\\\]")
_TEX_SIGN = re.compile(r"[\\^_=+<>]|^\w{1,3}$")
_BLOCK_NAME = re.compile(r"\^(?=[\w-]*[A-Za-z])[A-Za-z0-9-]{3,64}[ \t]*(?=\n|$)")
_WIKI_LINK = re.compile(r"\[\[(?![\s\[])(?P<name>[^\[\]\n|]{1,300})(?:\|(?P<alias>[^\[\]\n]{1,300}))?\]\]")
_EMBEDDED = re.compile(r"!\[\[(?P<name>[^\[\]\n|#]{1,300})(?:[|#][^\[\]\n]{0,300})?\]\]")
_ELEMENT = re.compile(r"<img\b(?P<attributes>[^<>]{0,1000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"\b(?P<name>src|alt)\s?=\s?(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"']+))",
    re.IGNORECASE,
)
_RECORDINGS = (".mp3", ".ogg", ".oga", ".opus", ".wav", ".flac", ".m4a")

# One line that begins with a letter and has no character that markdown gives a meaning
_PLAIN = re.compile(r"[^\W\d_][^\\`*_\[\]<>&~$^\n\r\t]*")


@dataclass(frozen=True, slots=True)
class Html:
    """Rendered markdown, and the pictures of which only the description is shown."""

    text: str
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """The pictures and recordings that a text may show.

    Attributes:
        names: Of files, by the reference as it stands in the text, percent-decoded.
        definitions: References by labels that are defined outside of the text.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)


NO_MEDIA = Shelf()


def blocks(markdown: str, shelf: Shelf = NO_MEDIA, marks: str = "", *, mathjax: bool = True) -> Html:
    """Markdown as HTML; a single paragraph goes without its ``<p>``.

    Args:
        markdown: As it stands in the source.
        shelf: What it may show.
        marks: Characters that pass through even inside code, outside of every span.
        mathjax: Formulas stand between the marks of MathJax; else they are code, for a page without scripts.
    """
    markdown = cleaned(markdown)
    if _PLAIN.fullmatch(markdown):
        return Html(html.escape(markdown.strip(), quote=False))
    env = _environment(shelf, marks, mathjax=mathjax)
    tokens = _parser().parse(markdown, env)
    return Html(_rendered(tokens, env).strip("\n"), tuple(env["pictures"]))


def inline(markdown: str) -> Html:
    """One line of markdown as HTML without blocks."""
    markdown = cleaned(markdown)
    if _PLAIN.fullmatch(markdown):
        return Html(html.escape(markdown.strip(), quote=False))
    env = _environment(NO_MEDIA, "")
    return Html(_parser().renderInline(markdown.strip(), env), tuple(env["pictures"]))


def one_line(markdown: str) -> str | None:
    """The visible text of markdown that is one line of text, one code span or one line of code; else None."""
    tokens = _parser().parse(cleaned(markdown), _environment(NO_MEDIA, ""))
    if len(tokens) == 1 and tokens[0].type in ("fence", "code_block"):
        lines = tokens[0].content.strip("\n").split("\n")
        return lines[0].strip() if len(lines) == 1 else None
    if not _is_paragraph(tokens) or any(child.type.endswith("break") for child in _children(tokens[1])):
        return None
    return "".join(child.content for child in _children(tokens[1]) if child.type in _VISIBLE).strip()


def _environment(shelf: Shelf, marks: str, *, mathjax: bool = True) -> EnvType:
    """What the rules below need to know, and where they put what they left out."""
    defined = {
        label: {"href": quote(target), "title": "", "map": [0, 0]}
        for label, target in shelf.definitions.items()
    }
    return {
        "marks": marks,
        "mathjax": mathjax,
        "names": shelf.names,
        "pictures": [],
        "references": defined,
    }


@functools.cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False}, renderer_cls=_Renderer)
    parser.enable(["table", "strikethrough"]).disable("lheading")
    parser.inline.ruler.before("escape", "math", _math_rule)
    parser.inline.ruler.before("escape", "tex", _tex_rule)
    parser.inline.ruler.before("escape", "block_name", _block_name_rule)
    parser.inline.ruler.before("link", "wiki", _wiki_rule)
    parser.inline.ruler.before("link", "embedded", _embedded_rule)
    parser.inline.ruler.before("autolink", "tag", _tag_rule)
    parser.inline.ruler.before("autolink", "element", _element_rule)
    parser.inline.ruler2.after("emphasis", "tag_pairs", _pair_tags)
    parser.core.ruler.push("harmless", _make_harmless)
    return parser


def _rendered(tokens: Sequence[Token], env: EnvType) -> str:
    parser = _parser()
    if _is_paragraph(tokens):
        tokens = _children(tokens[1])
    return str(parser.renderer.render(tokens, parser.options, env))


def _is_paragraph(tokens: Sequence[Token]) -> bool:
    return [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]


def _children(token: Token) -> list[Token]:
    return token.children or []


# --- what is read besides CommonMark -----------------------------------------------------------------------


def _math_rule(state: StateInline, silent: bool) -> bool:
    found = _MATH.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "$" else None
    if not found or not _is_formula(found, state):
        return False
    return _take_formula(state, found, silent)


def _take_formula(state: StateInline, found: re.Match[str], silent: bool) -> bool:
    if not silent:
        token = state.push("math", "", 0)
        token.content = found["display"] or found["inline"]
        token.markup = "$$" if found["display"] else "$"
    state.pos = found.end()
    return True


def _tex_rule(state: StateInline, silent: bool) -> bool:
    r"""TeX's own marks, ``\(…\)`` and ``\[…\]``: their backslashes are no escapes."""
    found = _TEX.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "\\" else None
    if not found or _MATH_REFUSED.search(found[0]) or not _TEX_SIGN.search(found[0][2:-2].strip()):
        return False  # escaped brackets around text
    return _take_formula(state, found, silent)


def _wiki_rule(state: StateInline, silent: bool) -> bool:
    """Obsidian's ``[[note|alias]]`` as its text."""
    found = _WIKI_LINK.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "[" else None
    if not found:
        return False
    if not silent:
        parts = [part.strip(" ^") for part in found["name"].split("#")]
        state.push("text", "", 0).content = (found["alias"] or " › ".join(filter(None, parts))).strip()
    state.pos = found.end()
    return True


def _block_name_rule(state: StateInline, silent: bool) -> bool:
    """Obsidian's name of a block at the end of its line, which is not shown."""
    found = _BLOCK_NAME.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "^" else None
    if not found or not (state.pos == 0 or state.src[state.pos - 1].isspace()):
        return False
    if not silent:
        state.pending = state.pending.rstrip()
    state.pos = found.end()
    return True


def _is_formula(found: re.Match[str], state: StateInline) -> bool:
    before = state.src[found.start() - 1 : found.start()] if found.start() else ""
    behind = state.src[found.end() : found.end() + 1]
    return (
        not _NOT_BEFORE_MATH.match(before)
        and (not behind or behind in _BEHIND_MATH or behind in state.env["marks"])
        and any(character.isalnum() for character in found[0])
        and not _MATH_REFUSED.search(found[0])
    )


def _tag_rule(state: StateInline, silent: bool) -> bool:
    found = _TAG.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "<" else None
    if not found:
        return False
    name, closing = found[2].lower(), bool(found[1])
    if name == "code":
        return not closing and _code_element(state, found.end(), silent=silent)
    if not silent:
        if name in ("br", "p"):
            state.push("hardbreak" if name == "br" else "paragraph_break", "br", 0)
        else:
            # without nesting until its partner is found: markdown-it begins a new scope of emphasis at an element
            token = state.push("tag", _TAGS[name], 0)
            token.content, token.markup = found[0], "close" if closing else "open"
    state.pos = found.end()
    return True


def _embedded_rule(state: StateInline, silent: bool) -> bool:
    """Obsidian's ``![[picture.png|300]]``."""
    found = _EMBEDDED.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "!" else None
    if not found:
        return False
    if not silent:
        _push_image(state, f"[[{found['name'].strip()}]]", found["name"].strip())
    state.pos = found.end()
    return True


def _element_rule(state: StateInline, silent: bool) -> bool:
    """``<img src=…>``; one that cannot be shown and is not described stays text: notes speak of HTML, too."""
    found = _ELEMENT.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "<" else None
    given = (
        {
            each["name"].lower(): html.unescape(each["double"] or each["single"] or each["bare"] or "")
            for each in _ATTRIBUTE.finditer(found["attributes"])
        }
        if found
        else {}
    )
    if not found or not given.get("src"):
        return False
    source = unquote(given["src"])
    if source not in state.env["names"] and not given.get("alt"):
        if not silent:
            state.env["pictures"].append(source)
        return False
    if not silent:
        _push_image(state, source, given.get("alt", ""))
    state.pos = found.end()
    return True


def _push_image(state: StateInline, source: str, description: str) -> None:
    token = state.push("image", "img", 0)
    token.attrs = {"src": quote(source)}
    token.children = [Token("text", "", 0, content=description)]


def _code_element(state: StateInline, start: int, *, silent: bool) -> bool:
    end = _CODE_END.search(state.src, start, state.posMax)
    if not end:
        return False
    if not silent:
        token = state.push("code_inline", "code", 0)
        token.content = html.unescape(state.src[start : end.start()].replace("\n", " "))
    state.pos = end.end()
    return True


def _pair_tags(state: StateInline) -> None:
    """Keep the tags that nest with each other and with emphasis; the rest is text, as in ``List<b>``."""
    stack: list[Token] = []
    for token in state.tokens:
        if token.type != "tag":
            _follow_nesting(token, stack)
        elif token.markup == "open":
            stack.append(token)
        elif not _close_tag(token, stack):
            _as_text(token)
    for token in stack:
        if token.type == "tag":
            _as_text(token)


def _follow_nesting(token: Token, stack: list[Token]) -> None:
    if token.nesting == 1:
        stack.append(token)
    elif token.nesting == -1:
        while stack and stack[-1].type == "tag":
            _as_text(stack.pop())
        if stack:
            stack.pop()


def _close_tag(token: Token, stack: list[Token]) -> bool:
    """Pair a closing tag with the nearest of its name that no markdown lies around."""
    depth = len(stack)
    # nobody nests so deep, and looking further takes a minute on a file of tags alone
    deepest = max(0, depth - _DEEPEST)
    while depth > deepest and stack[depth - 1].type == "tag":
        depth -= 1
        if stack[depth].tag == token.tag:
            for left_open in stack[depth + 1 :]:
                _as_text(left_open)
            stack[depth].nesting, token.nesting = 1, -1
            del stack[depth:]
            return True
    return False


def _as_text(token: Token) -> None:
    token.type, token.tag = "text", ""


def _make_harmless(state: StateCore) -> None:
    """Links only to the web and to mail; alignment as a class instead of a style."""
    for token in state.tokens:
        if alignment := token.attrs.pop("style", None):
            token.attrs["class"] = "dq-" + str(alignment).removeprefix("text-align:")
        if token.children:
            token.children = list(_with_recordings(token.children))


def _with_recordings(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens with links to recordings as their text and the recording, and without other links to files."""
    hiding, recording = False, ""
    for token in tokens:
        if token.type == "link_open":
            href = str(token.attrs.get("href", ""))
            hiding, token.attrs = not _SCHEME.match(href), {"href": href}
            recording = unquote(href) if hiding and href.lower().endswith(_RECORDINGS) else ""
        if token.type in ("link_open", "link_close"):
            token.hidden = hiding
        yield token
        if token.type == "link_close" and recording:
            yield Token("recording", "", 0, content=recording)


# --- what is written otherwise than markdown-it does -------------------------------------------------------


class _Renderer(RendererHTML):
    """Writes HTML. Quotation marks in text stay themselves: Anki's browser searches the HTML."""

    def text(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        return html.escape(tokens[idx].content, quote=False)

    def code_inline(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        return f"<code>{html.escape(tokens[idx].content, quote=False)}</code>"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:  # noqa: ARG002  markdown-it's name
        token = tokens[idx]
        language = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
        code = highlighted(token.content.rstrip("\n"), language, env["marks"])
        return f"<pre><code>{code}</code></pre>\n"

    code_block = fence

    def math(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:  # noqa: ARG002
        if not env["mathjax"]:
            return self.code_inline([Token("code_inline", "code", 0, content=tokens[idx].content.strip())], 0)
        # a blank between braces changes no formula, and two of them together mean something to Anki
        formula = _BRACES.sub(" ", tokens[idx].content.strip())
        formula = html.escape(formula, quote=False)
        return rf"\[{formula}\]" if tokens[idx].markup == "$$" else rf"\({formula}\)"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        source = unquote(str(tokens[idx].attrs.get("src", "")))
        described = self.renderInlineAsText(tokens[idx].children, options, env).strip()
        if name := env["names"].get(source):
            return _sound(name) if _is_sound(name) else f'<img src="{name}" alt="{html.escape(described)}">'
        env["pictures"].append(source)
        return html.escape(
            f"[{described or source.strip('[]').rsplit('/', 1)[-1] or 'picture'}]", quote=False
        )

    def recording(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:  # noqa: ARG002
        name = env["names"].get(tokens[idx].content)
        if not name:
            env["pictures"].append(tokens[idx].content)
            return ""
        return f" {_sound(name)}"

    def paragraph_break(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        inside = 0 < idx < len(tokens) - 1 and tokens[idx - 1].type != "paragraph_break"
        return "<br><br>" if inside else ""


def _is_sound(name: str) -> bool:
    return name.endswith(_RECORDINGS)


def _sound(name: str) -> str:
    """As Anki plays it."""
    return f"[sound:{name}]"
