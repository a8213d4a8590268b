"""Long work: the job row as the truth, the queue that wakes the worker, the outbox."""
