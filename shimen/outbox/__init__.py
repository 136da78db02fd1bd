"""Work that must not be lost: job rows written in the business transaction, and the sweeper that re-sends them."""
