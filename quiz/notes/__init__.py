"""Markdown text as values: which notes a file holds, and how an answer or an anchor is written into it."""

from quiz.cues.inline import inline_html_to_markdown
from quiz.notes.duplicates import cross_file_problems, shared_by_files
from quiz.notes.frontmatter import deck_name
from quiz.notes.reading import parse
from quiz.notes.rewriting import replace_text
from quiz.notes.writing import insert_anchor, insert_anchors, insert_answer, insert_tags, remove_anchors

__all__ = [
    "cross_file_problems",
    "deck_name",
    "inline_html_to_markdown",
    "insert_anchor",
    "insert_anchors",
    "insert_answer",
    "insert_tags",
    "parse",
    "remove_anchors",
    "replace_text",
    "shared_by_files",
]
