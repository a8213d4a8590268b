"""What to do next, and search."""
