"""Pure: the numbers that decide something about supply."""
