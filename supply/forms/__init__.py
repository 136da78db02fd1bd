"""What the pages of supply post, read into the terms of the verbs."""
