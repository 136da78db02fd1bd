#!/usr/bin/env python
"""The door to every command. In the trial it sees to it that the command finds its database."""

import os
import sys


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shimen.settings")
    from shimen.embedded import commands

    if sys.argv[1:] == ["up"]:
        from shimen.embedded.supervisor import up

        return up()
    with commands.session(sys.argv[1:]):
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
