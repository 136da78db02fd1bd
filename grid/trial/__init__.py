"""The made-up year of matters and meetings."""
