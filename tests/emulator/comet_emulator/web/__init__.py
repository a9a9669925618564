"""The server on its socket: HTTP, web sockets, webhooks, control calls, and restarts that really go away."""
