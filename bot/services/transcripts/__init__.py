"""Recorded phone calls, read in batches: what was asked, what was complained of, who was left without help."""
