"""What is done with runs, suggestions, decisions and assignments."""
