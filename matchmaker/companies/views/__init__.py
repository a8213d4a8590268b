"""Pages of companies and what belongs to them."""
