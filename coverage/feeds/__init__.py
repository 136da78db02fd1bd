"""Who sends workbooks, how often, in which layouts, and the files as they came."""
