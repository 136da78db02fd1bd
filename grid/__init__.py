"""The chain of matters, councils and grid meetings."""
