"""What the database refuses, said in the sentence that stands at its constraint.

Two people may write at the same moment: a verb has looked and found nothing in the way, and the constraint sees what the
other one has committed meanwhile. The sentence is the constraint's own (`violation_error_message`).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models.constraints import BaseConstraint

from shimen.errors import DomainError


@contextmanager
def as_sentences(error: type[DomainError], *, field: str | None = None) -> Iterator[None]:
    """Raise `error` with the sentence of the constraint that the writes inside run into.

    The writes are undone to where the block began; a constraint without a sentence and any other failure propagate.

    >>> with as_sentences(MemberError, field="phone"):
    ...     member.save()
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as found:
        sentence = sentence_of(found)
        if not sentence:
            raise
        raise error(sentence, field=field) from found


def sentence_of(found: IntegrityError) -> str:
    """The sentence of the constraint that was broken; '' where it has none of its own."""
    name = getattr(getattr(found.__cause__, "diag", None), "constraint_name", None)
    return _sentences().get(name or "", "")


@functools.cache
def _sentences() -> dict[str, str]:
    """By the names of the constraints, which are unique in the schema; Django's own English words are none."""
    own = BaseConstraint.default_violation_error_message
    return {
        constraint.name: str(constraint.violation_error_message)
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message != own
    }
