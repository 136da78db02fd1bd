"""Verbs on coupons: batches, issuing, merchants' phones, redeeming once, settling."""
