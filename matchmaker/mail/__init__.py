"""E-mail: rendering in the recipient's language, and sending."""
