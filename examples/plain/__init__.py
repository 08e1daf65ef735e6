"""Four of the patterns with nothing but aiobotocore, for `examples/code_size.md`.

They do what their namesakes in `examples/patterns` do, and print the same.
"""
