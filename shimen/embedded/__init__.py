"""Postgres and valkey from wheels, and the one supervisor that runs a trial street."""
