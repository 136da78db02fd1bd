"""What the pages of supply show beyond a row."""
