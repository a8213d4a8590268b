"""What people type about companies and what belongs to them."""
