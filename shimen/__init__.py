"""The project, and the ground that every app stands on."""
