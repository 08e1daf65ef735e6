"""What it costs to make a request."""
