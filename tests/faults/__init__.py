"""What may go wrong around a run, made to go wrong: ends at any line, runs at once, planted faults."""
