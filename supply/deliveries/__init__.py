"""Verbs on direct deliveries: asked for, accepted, sent, brought, rated."""
