"""Servicing requests: one engine, each transaction a declaration on it (business flows F07-F23)."""
