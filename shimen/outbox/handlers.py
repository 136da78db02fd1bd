"""Who does which kind of job. Imports no models, so that apps can register while they load."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shimen.outbox.models import Job


class Work(Protocol):
    """What a handler looks like: it gets the job row and the instant of the run."""

    def __call__(self, *, job: Job, at: dt.datetime) -> None: ...


@dataclass(frozen=True)
class Handler:
    """How one kind of job is done, and for how long a worker may hold it without a sign of life."""

    work: Work
    lease: dt.timedelta
    long: bool


_HANDLERS: dict[str, Handler] = {}


def handle(kind: str, work: Work, *, lease: dt.timedelta = dt.timedelta(minutes=2), long: bool = False) -> None:
    """Register the handler of `kind`; a second, different one is a programming error."""
    known = _HANDLERS.get(kind)
    if known is not None and known.work is not work:
        raise ValueError(f"two handlers for {kind!r}")
    _HANDLERS[kind] = Handler(work=work, lease=lease, long=long)


def handler_of(kind: str) -> Handler | None:
    """The handler of `kind`, or None if no installed app has registered one."""
    return _HANDLERS.get(kind)
