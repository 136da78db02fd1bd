"""Department workbooks of the trial street, as departments really send them, and what should be found in each."""
