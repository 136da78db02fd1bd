"""The chain of disposal: levels, who moves what from which state to which, and by when. Pure."""
