"""What is known of an entity: the names of its facts, and which word holds when sources disagree. Pure."""
