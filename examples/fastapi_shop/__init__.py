"""A shop as a service: users, products, and orders that take from the stock."""
