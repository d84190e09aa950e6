"""Transcripts of phone calls as recognisers and call centres write them."""
