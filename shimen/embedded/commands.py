"""Which management commands need the embedded servers, and a session that provides them."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence

from shimen.embedded import layout as places

_WITHOUT_DATABASE = frozenset(
    {
        "",
        "check",
        "collectstatic",
        "compilemessages",
        "diffsettings",
        "findstatic",
        "help",
        "makemessages",
        "test",
        "up",
        "version",
    }
)


def needs_servers(arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Whether `manage.py <arguments>` wants the trial's own database."""
    if environment.get("SHIMEN_MODE", "trial") != "trial" or environment.get("SHIMEN_DATABASE_URL"):
        return False
    if {"-h", "--help", "--version"} & set(arguments):
        return False
    command = arguments[0] if arguments else ""
    return command not in _WITHOUT_DATABASE or "--database" in arguments


@contextlib.contextmanager
def session(arguments: Sequence[str]) -> Iterator[None]:
    """Run the body with servers, if the command needs them and they do not run yet."""
    if not needs_servers(arguments, os.environ):
        yield
        return
    from django.db import ProgrammingError
    from psycopg.errors import UndefinedTable

    from shimen.embedded import services
    from shimen.embedded.identity import IdentityError
    from shimen.embedded.layout import LayoutError
    from shimen.embedded.processes import ServiceError

    layout = places.at()
    try:
        with services.running(layout) as tools:
            # dbshell and pg_dump must be those of the server's version.
            os.environ["PATH"] = f"{tools}{os.pathsep}{os.environ.get('PATH', '')}"
            yield
    except (IdentityError, LayoutError, ServiceError) as refusal:
        sys.exit(str(refusal))
    except ProgrammingError as error:
        if not isinstance(error.__cause__, UndefinedTable):
            raise
        sys.exit("库里还没有建表。先运行 make run，它会建好表、载入示例街道；或者运行 manage.py migrate。")
