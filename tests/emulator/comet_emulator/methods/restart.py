"""Restarting and stopping the server."""

from __future__ import annotations

from ..core.routing import Call, handles
from ..emulator import Stored


@handles("AdminMetaRestartService")
def restart(call: Call) -> Stored:
    """Answer, go away, come back."""
    call.after_reply = lambda: call.emulator.end_run(True, call.caller.username)
    return call.ok()


@handles("AdminMetaShutdownService")
def shut_down(call: Call) -> Stored:
    """Answer and end the process."""
    call.after_reply = lambda: call.emulator.end_run(False, call.caller.username)
    return call.ok()
