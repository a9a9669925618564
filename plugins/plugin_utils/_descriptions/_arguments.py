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
            "The server makes the vault with a place and credentials of its own. A vault that exists is not touched by "
            "this option, and never requested a second time.",
            "A vault that is not in use yet and still bears the name of the template, as an interrupted run may have "
            "left it, is taken for the one that is meant and gets its name.",
        ],
        "self_address": [
            "Address of the server that is written into a new vault, as devices reach it.",
            "If left out, the address that this task uses. Counts only together with O(storage_template), for templates "
            "that stand for the storage of this server.",
        ],
        "device": [
            "Name or ID of the user's device that a new vault is tied to. Counts only together with "
            "O(storage_template), and needs server version 24.12.2 or newer.",
        ],
    },
}
