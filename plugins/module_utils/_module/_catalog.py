# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module by name, and the kind it serves. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.comet.backup.plugins.module_utils._module._action import ActionTask
from ansible_collections.comet.backup.plugins.module_utils._module._apply import ApplyTask
from ansible_collections.comet.backup.plugins.module_utils._module._call import CallTask
from ansible_collections.comet.backup.plugins.module_utils._module._export import ExportTask
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask, ReportsTask
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._sole import SoleInfoTask
from ansible_collections.comet.backup.plugins.module_utils._module._task import Task
from ansible_collections.comet.backup.plugins.module_utils._module._users import PROTECTED_ITEM_TASK, USER_TASK
from ansible_collections.comet.backup.plugins.module_utils._resources._admin_user import ADMIN_USER
from ansible_collections.comet.backup.plugins.module_utils._resources._branding import BRANDING
from ansible_collections.comet.backup.plugins.module_utils._resources._bucket import BUCKET
from ansible_collections.comet.backup.plugins.module_utils._resources._build_options import BUILD_OPTIONS
from ansible_collections.comet.backup.plugins.module_utils._resources._constellation import CONSTELLATION
from ansible_collections.comet.backup.plugins.module_utils._resources._device import DEVICE
from ansible_collections.comet.backup.plugins.module_utils._resources._email_options import EMAIL_OPTIONS
from ansible_collections.comet.backup.plugins.module_utils._resources._email_report import EMAIL_REPORT
from ansible_collections.comet.backup.plugins.module_utils._resources._external_auth_source import EXTERNAL_AUTH_SOURCE
from ansible_collections.comet.backup.plugins.module_utils._resources._install_token import INSTALL_TOKEN
from ansible_collections.comet.backup.plugins.module_utils._resources._news import NEWS
from ansible_collections.comet.backup.plugins.module_utils._resources._policy import POLICY
from ansible_collections.comet.backup.plugins.module_utils._resources._protected_item import PROTECTED_ITEM
from ansible_collections.comet.backup.plugins.module_utils._resources._psa import PSA
from ansible_collections.comet.backup.plugins.module_utils._resources._replication import REPLICATION
from ansible_collections.comet.backup.plugins.module_utils._resources._schedule import SCHEDULE
from ansible_collections.comet.backup.plugins.module_utils._resources._self_backup import SELF_BACKUP
from ansible_collections.comet.backup.plugins.module_utils._resources._server_config import SERVER_CONFIG
from ansible_collections.comet.backup.plugins.module_utils._resources._shared_quota import SHARED_QUOTA
from ansible_collections.comet.backup.plugins.module_utils._resources._storage_template import STORAGE_TEMPLATE
from ansible_collections.comet.backup.plugins.module_utils._resources._storage_vault import STORAGE_VAULT
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._resources._update_campaign import UPDATE_CAMPAIGN
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._resources._user_group import USER_GROUP
from ansible_collections.comet.backup.plugins.module_utils._resources._webhook import WEBHOOK
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource

KINDS = (
    ADMIN_USER,
    BRANDING,
    BUCKET,
    BUILD_OPTIONS,
    CONSTELLATION,
    DEVICE,
    EMAIL_OPTIONS,
    EMAIL_REPORT,
    EXTERNAL_AUTH_SOURCE,
    NEWS,
    POLICY,
    PROTECTED_ITEM,
    PSA,
    REPLICATION,
    SCHEDULE,
    SELF_BACKUP,
    SERVER_CONFIG,
    SHARED_QUOTA,
    STORAGE_TEMPLATE,
    STORAGE_VAULT,
    TENANT,
    UPDATE_CAMPAIGN,
    USER,
    USER_GROUP,
    WEBHOOK,
)

CONTENTS: Mapping[str, tuple[Resource, ...]] = {
    task.resource.kind: tuple(inner.resource for inner in task.contents) for task in (USER_TASK, PROTECTED_ITEM_TASK)
}
"""Kinds whose objects a task may describe along with the object that they are in, by its kind."""

LISTED = [resource for resource in KINDS if resource.homes or not resource.singleton]
"""The kinds whose objects an info module finds by itself."""

_SINGLE: Mapping[str, ResourceTask] = {
    **{resource.kind: ResourceTask(resource) for resource in KINDS},
    **{task.resource.kind: task for task in (USER_TASK, PROTECTED_ITEM_TASK)},
}

TASKS: Mapping[str, Task] = {
    **{f"comet_{kind}": task for kind, task in _SINGLE.items()},
    **{f"comet_{resource.kind}_info": InfoTask(resource) for resource in LISTED},
    "comet_server_info": ReportsTask(SERVER_CONFIG),
    "comet_update_campaign_info": SoleInfoTask(UPDATE_CAMPAIGN),
    "comet_install_token": ActionTask(INSTALL_TOKEN),
    "comet_api": CallTask(),
    "comet_export": ExportTask(),
    "comet_apply": ApplyTask(_SINGLE, POLICY.kind, USER.kind, "PolicyID"),
}
