"""Chinese text: folding, numbers, dates, identifiers, masking. Pure: no input or output, no clock, no Rasa."""
