"""What a server does by itself or hands out: logs, mail, reports, counters, installers, credentials for vaults."""
