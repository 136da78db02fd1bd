"""What coverage announces to the apps above it. Sent inside the transaction: the answer commits or fails with the fact."""

from __future__ import annotations

from django.dispatch import Signal

# A visit brought a demand home, solved on the spot or passed on: `demand`, `actor`, `at`.
demand_raised = Signal()
# Asked: which of these demands (`ids`) go on as something of one's own? A receiver returns {id: coverage.visits.taken_up.TakenUp}, with
# the answers given there where `in_full`.
demands_taken_up = Signal()
# The visit that brought it was withdrawn within its five minutes: `demand`, `actor`, `at`.
demand_withdrawn = Signal()
# A doubt was asked at the door, or seen without a word (`answer` None): `question`, `answer` (a VisitAnswer), `actor`, `at`.
question_answered = Signal()
# The visit that answered a question was withdrawn: `question`, `visit`, `at`.
question_reopened = Signal()
# An entity was found closed or moved, or left the registry: `entity`, `how` ("closed", "moved", "removed"), `actor`, `at`.
entity_closed = Signal()
# Two entries were made one: `kept`, `absorbed`, `merge`, `actor`, `at`. Rows move by `coverage.registry.relations`.
entities_merged = Signal()
# That was taken back: the same.
entities_unmerged = Signal()
