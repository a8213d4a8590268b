"""What is done with companies and what belongs to them."""
