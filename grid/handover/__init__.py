"""Handing matters over to the district's platform, and taking back what it answers."""
