"""Who calls: passwords, second factors, security keys, external directories, sessions, permissions."""
