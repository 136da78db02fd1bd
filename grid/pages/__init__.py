"""What pages show beyond a row."""
