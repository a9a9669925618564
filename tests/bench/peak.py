# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a program and tell how much memory its largest process had: ``peak.py PROGRAM ARGUMENT...``.

The kernel notes the high-water mark of each process (``VmHWM`` of /proc) and hands the largest one up when a process is
waited for, which Ansible does for its workers. So this is exact: nothing is sampled, and no peak falls between two
looks. Shared pages count as the process's own, in the empty run as in the full one. This script is small on purpose,
because a new process starts with the mark of the one that made it.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys

KIBIBYTE = 1024


def main() -> int:
    """Run, and print one line of JSON; the program's own exit status."""
    done = subprocess.run(sys.argv[1:], check=False)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * KIBIBYTE
    print(json.dumps({"peak_bytes": peak}))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
