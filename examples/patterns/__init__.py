"""Small programs, one per pattern: `python -m examples.patterns counters`."""
