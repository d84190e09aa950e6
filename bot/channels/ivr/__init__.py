"""The phone hotline: a gateway's call events in, what to say and to listen for out."""
