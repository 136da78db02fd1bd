"""What goes back to a department: its own sheet with what was found."""
