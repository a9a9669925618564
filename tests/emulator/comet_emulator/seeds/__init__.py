"""What a new server starts with."""
