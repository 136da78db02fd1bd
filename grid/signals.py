"""What the grid announces to its own rooms. Sent inside the transaction, so that the answer commits or fails with it."""

from __future__ import annotations

from django.dispatch import Signal

# A meeting was closed with this line of its agenda decided: `item` (AgendaItem), `meeting`, `outcome` (the item's), `words`
# (its minutes and resolutions in one text), `actor`, `at`. What the item stands for is in `item.key`.
item_decided = Signal()
# A meeting is not held after all: `meeting`, `actor`, `at`. What other rooms had put on its agenda is theirs again.
meeting_cancelled = Signal()
# A matter's turn on a level has begun: `leg`, `matter` (not saved yet), `at`.
leg_begun = Signal()
# It has ended: `leg`, `actor`, `at`.
leg_ended = Signal()
