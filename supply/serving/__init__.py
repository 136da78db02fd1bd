"""Whom supply serves, and who has had nothing for how long."""
