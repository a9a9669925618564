"""A stand-in for a Comet Server, faithful enough that the vendor's own client libraries cannot tell.

Start it with ``python -m comet_emulator``; README.md lists commands, switches and control calls.
"""

from __future__ import annotations

__version__ = "0.1.0"
