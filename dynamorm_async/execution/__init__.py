"""Runs compiled queries: retries, deadlines and pages over any transport."""
