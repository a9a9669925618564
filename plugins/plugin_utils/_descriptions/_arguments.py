# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptions of options that are no members of a structure, for kinds that are described in several modules.

Kind -> option -> sentences. The pages of other kinds describe such options themselves.
"""

from __future__ import annotations

ARGUMENTS: dict[str, dict[str, list[str]]] = {
    "email_report": {
        "email": [
            "Address that receives the reports, exactly as the user has it. Needed together with O(user).",
        ],
    },
    "storage_vault": {
        "storage_template": [
            "Name or ID of the storage template, in the tenant of the user, that a new vault is made from.",
            "The server makes the vault with a place and credentials of its own, so this option goes with none that says "
            "where the vault is. A vault that exists is not touched by it, and never requested a second time.",
            "A vault that still bears the name of the template, and that nobody has changed or used since it was made, "
            "is what an interrupted run leaves. It is taken for the one that is meant and gets its name.",
        ],
        "self_address": [
            "Address of the server that is written into a new vault, as devices reach it.",
            "If left out, the address that this task uses, with a warning where that leads nowhere but to the machine "
            "itself. Allowed only together with O(storage_template). It counts when a vault is made from a template that "
            "stands for the storage of this server; that of an existing vault is changed by O(comet_server).",
        ],
        "device": [
            "Name or ID of the user's device that a new vault is tied to. Allowed only together with "
            "O(storage_template), and needs server version 24.12.2 or newer. The devices of an existing vault are those "
            "of O(associated_devices).",
        ],
    },
}
