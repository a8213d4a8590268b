"""What is done to the ground of answers, to papers, and to the answers themselves."""
