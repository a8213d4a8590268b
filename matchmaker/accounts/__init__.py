"""People: sign-up, sign-in, second factor, sessions, staff invitations."""
