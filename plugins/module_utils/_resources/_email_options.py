# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a server or a tenant sends e-mail. Private; may change at any time."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.module_utils._resources._checks import CHECKS
from ansible_collections.comet.backup.plugins.module_utils._resources._fragment import homes_of
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource

EMAIL_OPTIONS = Resource(
    kind="email_options",
    plural="email_options",
    structure="EmailOptions",
    homes=homes_of("Email", "AdminMetaEmailOptions", "EmailOptions"),
    references=(TENANT,),
    checks=CHECKS,
)
