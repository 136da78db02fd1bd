"""What the pages of coverage show beyond a row: read, never written."""
