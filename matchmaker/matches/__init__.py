"""Match runs, suggestions and the officers' review."""
