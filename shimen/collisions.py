"""What the database refuses, said in the sentence that stands at its constraint.

Two people may write at the same moment: a verb has looked and found nothing in the way, and the constraint sees what the
other one has committed meanwhile. The sentence is the constraint's own (`violation_error_message`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, models, transaction

from shimen.errors import DomainError


@contextmanager
def as_sentences(error: type[DomainError], *tables: type[models.Model], field: str | None = None) -> Iterator[None]:
    """Raise `error` with the sentence of the constraint of one of `tables` that the writes inside run into.

    The writes are undone to where the block began; any other failure of the database propagates.
    """
    sentences = {
        str(constraint.name): str(constraint.violation_error_message)
        for table in tables
        for constraint in table._meta.constraints
    }
    try:
        with transaction.atomic():
            yield
    except IntegrityError as found:
        name = getattr(getattr(found.__cause__, "diag", None), "constraint_name", None)
        if name not in sentences:
            raise
        raise error(sentences[name], field=field) from found
