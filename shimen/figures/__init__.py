"""Every published number: its definition, its value, the rows behind it, and frozen editions."""
