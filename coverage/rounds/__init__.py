"""The verbs on rounds: opened and closed, planned, arranged."""
