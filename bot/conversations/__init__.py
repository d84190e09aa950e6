"""Message log, ownership and the dispatcher: every message stored before it is acknowledged, answered once, in order."""
