"""Tables of what can be offered to whom, by what they are about."""

from supply.models.recipients import Recipient

__all__ = ["Recipient"]
