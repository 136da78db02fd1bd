"""What the ground announces to the apps above it. Sent inside the transaction: the answer commits or fails with the fact."""

from __future__ import annotations

from django.dispatch import Signal

# Places went over to other areas: `street`, `moves` ({(old area id, new area id): [place ids]}), `actor`, `at`. Whatever
# stands at these places and belonged to the old area follows them.
places_reassigned = Signal()
