"""What is asked about runs, suggestions, decisions and assignments."""
