"""Personal data: encrypted fields, blind indexes, masks, consent and retention."""
