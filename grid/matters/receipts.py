"""The receipt of a matter: an address that whoever raised it can open without an account, read how it stands and rate it.

Worked out from the matter's id with the street's key, so nothing is kept and nobody else finds it out; shown as often as needed.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import uuid

from django.conf import settings

from grid.models import Matter

_PROOF = 20  # hexadecimal figures: 80 bits, behind a limit of tries
_FORM = re.compile(rf"([0-9a-f]{{32}})-([0-9a-f]{{{_PROOF}}})")


def receipt_of(matter_id: uuid.UUID) -> str:
    """What stands in the address."""
    return f"{matter_id.hex}-{_proof(matter_id.hex)}"


def find(receipt: str) -> Matter | None:
    """The matter of a receipt; None for one that was mistyped or made up."""
    parts = _FORM.fullmatch(receipt)
    if parts is None or not hmac.compare_digest(_proof(parts[1]), parts[2]):
        return None
    rows = Matter.objects.select_related("street", "merged_into")
    found: Matter | None = rows.filter(pk=uuid.UUID(hex=parts[1])).first()
    return found


def _proof(text: str) -> str:
    return hmac.digest(settings.SHIMEN_INDEX_KEY, f"matter receipt {text}".encode(), hashlib.sha256).hex()[:_PROOF]
