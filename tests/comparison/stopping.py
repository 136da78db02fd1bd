"""A Celery app whose workers stop at a named place of the comparison and wait there to be killed.

`celery --app tests.comparison.stopping worker --beat`, with STOP_AT as `module:name` and STOP_IN a folder: on reaching
the place for the first time the worker makes the file `reached` there and reads from the pipe `go`. Leases and the
sweeper's pauses last a second, so that nobody has to wait for what comes after a crash.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib
import os
from pathlib import Path
from typing import Any

import django
from django.apps import apps

from shimen.celery import app

SHORT = dt.timedelta(seconds=1)

if not apps.ready:
    django.setup()


def _hurry() -> None:
    from shimen.outbox import handlers, jobs

    for kind, handler in list(handlers._HANDLERS.items()):
        handlers._HANDLERS[kind] = dataclasses.replace(handler, lease=SHORT)
    jobs._GRACE = jobs._FIRST_PAUSE = SHORT
    app.conf.beat_schedule = {"outbox-sweep": {"task": "outbox.sweep", "schedule": SHORT}}


def stop_at(place: str, folder: Path) -> None:
    """Let the process wait when it comes to `module:name`, once for all processes."""
    module, name = place.split(":")
    owner: Any = importlib.import_module(module)
    *path, last = name.split(".")
    for part in path:
        owner = getattr(owner, part)
    real = getattr(owner, last)

    def stopping(*args: Any, **kwargs: Any) -> Any:
        reached = folder / "reached"
        if not reached.exists():
            reached.touch()
            with (folder / "go").open() as go:
                go.read()
        return real(*args, **kwargs)

    setattr(owner, last, stopping)


_hurry()
if os.environ.get("STOP_AT"):
    stop_at(os.environ["STOP_AT"], Path(os.environ["STOP_IN"]))
