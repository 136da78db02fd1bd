"""What pages post, read into the terms of the verbs."""
