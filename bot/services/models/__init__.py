"""Models of the assistant: their cards, what a comparison says, the gate, who gets which one."""
