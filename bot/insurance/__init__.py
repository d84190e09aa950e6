"""The pure business model: parties, policies, claims, complaints. No I/O, no clock, no Rasa."""
