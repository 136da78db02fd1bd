"""What Celery wakes in supply. Wrappers only: everything here is safe to run twice or not at all."""

from __future__ import annotations
