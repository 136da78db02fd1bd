"""Where things are: street, areas, places, addresses, and the working-day calendar."""
