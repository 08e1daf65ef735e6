"""Where the microseconds of one call go."""
