"""SQL adapters of the ports: repositories, unit of work, message log, migrations and the demo portfolio.

The only place that imports sqlalchemy. Nothing happens at import; `bot.bootstrap` builds what it needs from
`bot.store.engine`, `bot.store.unit_of_work` and `bot.store.message_log`.
"""
