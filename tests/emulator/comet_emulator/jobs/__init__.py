"""Jobs from begin to end, schedules, retention and snapshots."""
