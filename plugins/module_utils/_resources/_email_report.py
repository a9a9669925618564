# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports by e-mail: of a user to one address, or those that a policy gives its users. Private; may change any time."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.module_utils._resources._checks import CHECKS
from ansible_collections.comet.backup.plugins.module_utils._resources._policy import POLICY
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Home, Hooks, Resource

_COUNTS = "ShouldOverrideDefaultReports"


class EmailReportHooks(Hooks):
    """Reports of one's own replace the default ones, so a task has to say which these are."""

    def lacking(self, wish: Wish) -> str:
        """Nobody means no reports at all by leaving them out."""
        return "" if "Reports" in wish.patch else "reports: needed; an empty list means that none is sent"


EMAIL_REPORT = Resource(
    kind="email_report",
    plural="email_reports",
    structure="DefaultEmailReportPolicy",
    named=True,
    id_option="email",
    homes=(
        Home(path=("OverrideEmailSettings",), owner=USER),
        Home(path=("Policy", "DefaultEmailReports"), owner=POLICY, sole=True, counts=_COUNTS),
    ),
    hidden=(_COUNTS,),
    references=(TENANT, USER, POLICY),
    checks=CHECKS,
    hooks=EmailReportHooks(),
)
