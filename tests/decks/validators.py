"""What the programs that read files of a kind say of one: nothing if it is well."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from programs import Programs

# hadolint's codes for what is no Dockerfile, and for a flag that RUN does not have; its advice is not asked for
_WRONG = {"DL1000", "SC2215"}
_HEREDOC = re.compile(r"(<<-?[\"']?(\w+)[\"']?\n.*?^\2\n)", re.DOTALL | re.MULTILINE)


def dockerfile(programs: Programs, code: str) -> list[str]:
    """Instructions and their flags, by hadolint's parser."""
    apart = _HEREDOC.sub(
        r"\1\n", code
    )  # hadolint 2.15 wants an empty line below a heredoc, BuildKit does not
    done = programs.run("hadolint", "--no-fail", "--format", "json", "-", text=apart)
    return [_one_line(each["message"]) for each in json.loads(done.stdout) if each["code"] in _WRONG]


def compose_file(programs: Programs, code: str) -> list[str]:
    """Keys and values by the schema inside Docker Compose, and whether what is named is there."""
    # asked for no more than the names of services, it does not look for the files that an ``env_file`` names
    done = programs.run("docker", "compose", "--file", "-", "config", "--services", text=code)
    return [_one_line(done.stderr)] if done.returncode else []


def manifests(programs: Programs, documents: Sequence[dict[str, Any]]) -> list[str]:
    """What is wrong with each Kubernetes manifest, by the published schemas; empty for those that are well."""
    lines = "".join(f"{json.dumps(each, default=str)}\n" for each in documents)
    script = Path(__file__).with_name("manifests_by_schema.py")
    done = programs.run("python", script, text=lines)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def template(programs: Programs, code: str, folder: Path) -> list[str]:
    """Syntax and functions of a chart's template, by helm; what its values would be is not known."""
    (folder / "templates").mkdir(parents=True, exist_ok=True)
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: snippet\nversion: 0.1.0\n", encoding="utf-8")
    (folder / "templates/snippet.yaml").write_text(code, encoding="utf-8")
    done = programs.run("helm", "template", "snippet", folder)
    return re.findall(r"^Error: (parse error at .*)", done.stderr, re.MULTILINE)


def _one_line(message: str) -> str:
    return " ".join(message.split())
