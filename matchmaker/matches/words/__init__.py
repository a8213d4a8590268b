"""The engine's reasons in sentences, in the reader's language."""
