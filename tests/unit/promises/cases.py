# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All cases, put together: one entry of a table gives a module all promises. A module may have several entries."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.tests.unit.promises.case import steps_of
from ansible_collections.comet.backup.tests.unit.promises.cases_of_accounts import CASES_OF_ACCOUNTS
from ansible_collections.comet.backup.tests.unit.promises.cases_of_server import CASES_OF_SERVER
from ansible_collections.comet.backup.tests.unit.promises.cases_of_tenants import CASES_OF_TENANTS
from ansible_collections.comet.backup.tests.unit.promises.cases_of_users import CASES_OF_USERS

CASES = (*CASES_OF_ACCOUNTS, *CASES_OF_USERS, *CASES_OF_TENANTS, *CASES_OF_SERVER)
STEPS = tuple(step for case in CASES for step in steps_of(case))
RESOURCE_MODULES = frozenset(name for name, task in TASKS.items() if isinstance(task, ResourceTask))
