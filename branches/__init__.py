"""Organised bodies of the party on the street, in the building and in the enterprise."""
