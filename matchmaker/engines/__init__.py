"""The engines: plain Python over frozen data, usable without the application."""
