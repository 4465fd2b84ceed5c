"""What commands of ``aws`` take, by the AWS CLI itself: its help needs a pager, and a second to start.

Each line of standard input is a path such as ``["ecs", "list-tasks"]``; each line of standard output is what a
``Manual`` holds, or null if there is no such command.
"""

import json
import sys

from awscli.clidriver import create_clidriver


def flags(command):
    """Each argument with whether it takes a value."""
    return {f"--{name}": each.cli_type_name != "boolean" for name, each in command.arg_table.items()}


def look_up(command, path):
    found = flags(command)
    for word in path:
        if word not in command.subcommand_table:
            return None
        command = command.subcommand_table[word]
        found |= flags(command)
    return {"flags": {"--help": False, **found}, "has_commands": bool(command.subcommand_table)}


driver = create_clidriver()
for line in sys.stdin:
    sys.stdout.write(f"{json.dumps(look_up(driver, json.loads(line)))}\n")
    sys.stdout.flush()
