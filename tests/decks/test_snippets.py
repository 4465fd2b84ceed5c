"""The code in the decks is true: commands have the flags they are given, and files are what their programs read.

Not covered, since no registry that ``install`` uses has the program: ``eksctl``, ``tilt``, ``skaffold``, ``crictl``,
``etcdctl``, ``buildctl``; the fields of custom resources, whose schemas no package has; the values of flags.
"""

from __future__ import annotations

import ast

import validators
import yaml
from deck_files import every_deck, fences, scripts, spans
from flags import findings
from shell_commands import commands, heredocs


def assert_none(findings):
    assert not (listed := list(findings)), "\n".join(["", *listed])


def documents(file):
    """Place and value of every YAML document of a deck, also of those that a script has in a heredoc."""
    texts = [(snippet.place, snippet.code) for snippet in fences(file, "yaml", "yml")]
    texts += [
        (script.below(line), text)
        for script in scripts(file)
        for line, text in heredocs(script.code)
        if "apiVersion:" in text
    ]
    return [(place, document) for place, text in texts for document in yaml.safe_load_all(text)]


def is_compose(code):
    document = next(yaml.safe_load_all(code))
    return isinstance(document, dict) and "services" in document and "apiVersion" not in document


@every_deck
def test_every_flag_of_a_command_exists(file, manuals):
    assert_none(
        f"{snippet.below(command.line)}: {finding}"
        for snippet in [*scripts(file), *spans(file)]
        for command in commands(snippet.code)
        for finding in findings(command.words, manuals)
    )


@every_deck
def test_dockerfiles_parse(file, programs):
    assert_none(
        f"{snippet.place}: {finding}"
        for snippet in fences(file, "dockerfile")
        for finding in validators.dockerfile(programs, snippet.code)
    )


@every_deck
def test_compose_files_keep_to_the_schema(file, programs):
    assert_none(
        f"{snippet.place}: {finding}"
        for snippet in fences(file, "yaml", "yml")
        if is_compose(snippet.code)
        for finding in validators.compose_file(programs, snippet.code)
    )


@every_deck
def test_manifests_keep_to_the_schemas(file, programs):
    found = [
        (place, document)
        for place, document in documents(file)
        if isinstance(document, dict) and {"apiVersion", "kind"} <= document.keys()
    ]
    said = validators.manifests(programs, [document for _, document in found])
    assert_none(f"{place}: {finding}" for (place, _), finding in zip(found, said, strict=True) if finding)


@every_deck
def test_templates_of_charts_parse(file, programs, tmp_path):
    assert_none(
        f"{snippet.place}: {finding}"
        for snippet in fences(file, "gotemplate")
        for finding in validators.template(programs, snippet.code, tmp_path)
    )


@every_deck
def test_python_and_starlark_parse(file):
    for snippet in fences(file, "python", "starlark"):
        assert ast.parse(snippet.code, snippet.place).body
