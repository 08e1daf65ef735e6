"""The tests: a folder per layer, and what they share."""
