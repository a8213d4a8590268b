"""What the market asks, what exporters hold, what closes the gap."""
