"""What a fresh process pays for its first item."""
