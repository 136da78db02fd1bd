"""What the database refuses under parallel writes, said as the constraint says it.

Verbs look first and say a fuller sentence; two people at once may both have looked. Then the exclusion or unique
constraint decides, and its own message reaches the one who came second.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import IntegrityError, transaction

from shimen.errors import DomainError


@contextmanager
def refused_as(error: type[DomainError], *, field: str | None = None) -> Iterator[None]:
    """Run what writes in a savepoint; a broken constraint of ours becomes `error` with the constraint's sentence.

    >>> with refused_as(MemberError):
    ...     member.save()
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as broken:
        sentence = sentence_of(broken)
        if not sentence:
            raise
        raise error(sentence, field=field) from broken


def sentence_of(broken: IntegrityError) -> str:
    """The message of the constraint that was broken, '' for one that is not of this app."""
    name = getattr(getattr(broken.__cause__, "diag", None), "constraint_name", None)
    return _sentences().get(name or "", "")


@functools.cache
def _sentences() -> dict[str, str]:
    return {
        constraint.name: str(constraint.violation_error_message)
        for model in apps.get_app_config("branches").get_models()
        for constraint in model._meta.constraints
    }
