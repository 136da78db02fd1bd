"""Tables of what can be offered to whom, by what they are about."""

__all__: list[str] = []
