"""The declarations, one module a transaction or a family of them."""
