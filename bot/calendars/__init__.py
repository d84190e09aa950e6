"""Legal clocks: working days, deadlines, pauses. Time is an argument; data files are loaded on request."""
