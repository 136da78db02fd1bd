"""What organisations and members announce to the other rooms of this app and to the apps above. Sent inside the transaction."""

from __future__ import annotations

from django.dispatch import Signal

# An organisation stands since its founding was filed, or does not any more because that was taken back: `organisation`, `actor`, `at`.
filing_changed = Signal()
# An organisation ends on a day: `organisation`, `on` (the first day on which it does not stand), `actor`, `at`.
organisation_dissolved = Signal()
# That was taken back: `organisation`, `on` (the day on which it had ended), `actor`, `at`.
organisation_restored = Signal()
# A membership ends: `member`, `on` (the first day on which it does not hold), `actor`, `at`.
member_left = Signal()
# That was taken back: `member`, `on`, `actor`, `at`.
member_back = Signal()
