"""Stand-ins of servers that we do not own, for tests and for trying the product. Nothing of the product imports them."""
