"""The command line, `dynamorm`: tables, queries, plans and files, from a shell.

Comes with the extra `cli`.  `__main__` is where it begins.
"""
