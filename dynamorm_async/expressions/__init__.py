"""What can be said of an attribute: paths, operators, conditions."""
