"""Who did or saw what: history context, access log, sealing."""
