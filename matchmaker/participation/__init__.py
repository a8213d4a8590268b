"""Applications to take part in an event, and what became of them."""
