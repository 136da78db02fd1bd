"""What the verbs of supply are called in the log (`shimen.audit.reading`)."""

from __future__ import annotations

VERBS: dict[str, str] = {}
# Words for what stands in a line of the log beside its verb.
KEYS: dict[str, str] = {}
