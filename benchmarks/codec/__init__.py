"""What it costs to make items of instances, and back."""
