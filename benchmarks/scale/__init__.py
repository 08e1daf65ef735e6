"""What happens as things grow."""
