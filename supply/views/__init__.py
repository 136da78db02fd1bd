"""Pages of supply; each module lists its own addresses in URLS."""
