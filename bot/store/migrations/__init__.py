"""Schema changes, one module each; see `bot.store.migrate`."""
