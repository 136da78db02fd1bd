"""What a verb raises when the world does not allow what was asked."""

from __future__ import annotations


class DomainError(Exception):
    """A refusal with a Chinese sentence fit for the user: what is wrong and what to do.

    Each module of verbs has a subclass of its own beside its functions. `field` names the form field the sentence
    belongs to, if there is one. Views turn it into a form error (HTTP 422); anything else propagates.
    """

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
