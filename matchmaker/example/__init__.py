"""Example data, one-click sign-in and the mailbox page; wired in example mode only."""
