"""What a file says: its sheets, its headings, what each of its rows is. No registry here."""
