"""What is printed, typed and copied by hand: tokens, short codes, receipt numbers. Pure.

The alphabet leaves out what looks alike on paper (0 O, 1 I L): 31 signs, a prime, so that a weighted sum as check sign
notices every single wrong sign and every two neighbours exchanged.
"""

from __future__ import annotations

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
TOKEN_LENGTH = 16  # 79 bits: nobody finds a door by trying
SHORT_LENGTH = 6
RECEIPT_LENGTH = 10  # nine random signs (44 bits) and the check sign


def new_token() -> str:
    """What stands in the address of a code. It means nothing and is the same for no two codes."""
    return _random(TOKEN_LENGTH)


def is_token(text: str) -> bool:
    """Whether an address may be one of ours at all."""
    return len(text) == TOKEN_LENGTH and set(text) <= set(ALPHABET)


def new_short() -> str:
    """What a person types where no camera is at hand."""
    return _random(SHORT_LENGTH)


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def in_groups(text: str, size: int = 3) -> str:
    """K7M2P9 → K7M 2P9, as it is printed."""
    return " ".join(text[at : at + size] for at in range(0, len(text), size))


def tidy(typed: str) -> str:
    """What somebody typed, as the signs that count: half width, upper case, without blanks and dashes."""
    text = unicodedata.normalize("NFKC", typed).upper()
    return "".join(sign for sign in text if sign.isalnum() and sign.isascii())


def receipt_from(digest: bytes) -> str:
    """The receipt number that belongs to a keyed digest (at least 8 bytes)."""
    value = int.from_bytes(digest[:8], "big")
    signs = []
    for _ in range(RECEIPT_LENGTH - 1):
        value, at = divmod(value, len(ALPHABET))
        signs.append(ALPHABET[at])
    body = "".join(signs)
    return body + check_sign(body)


def check_sign(body: str) -> str:
    """The sign that makes the weighted sum a multiple of 31."""
    total = sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(body, 2))
    return ALPHABET[-total % len(ALPHABET)]


def is_receipt(text: str) -> bool:
    """Whether tidied text has the shape of a receipt number and its check sign is right."""
    known = len(text) == RECEIPT_LENGTH and set(text) <= set(ALPHABET)
    return known and check_sign(text[:-1]) == text[-1]
