"""Quality reviews: which conversations are looked at, how they are scored, what follows."""
