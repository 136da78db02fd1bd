"""The write verbs on entities and workers, the words of sources behind them, and their history."""
