"""What a call costs once everything is warm."""
