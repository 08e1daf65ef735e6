"""What is asked: the immutable query builder."""
