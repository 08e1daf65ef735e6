"""Tables as values: what models want, what is there, the requests between.  Pure."""
