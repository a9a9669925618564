"""Devices that come and go, and the made-up worlds that they show."""
