"""Personal information: sealed fields, blind index, masks; what is kept of whom, why, and how long."""
