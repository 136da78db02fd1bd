"""The verbs on what happens at a door: visits, what they found, questions put, demands brought home."""
