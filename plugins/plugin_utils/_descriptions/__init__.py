# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Short descriptions of the members of the API's structures, for documentation of options and return values.

A member is described once, at the structure that declares it, not again at structures that inherit it.
The empty member name describes the structure itself.
"""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.plugin_utils._descriptions import (
    _admin,
    _branding,
    _email,
    _job,
    _policy,
    _schedule,
    _server,
    _storage,
    _tenant,
    _user,
    _vault,
)

_PARTS = (_admin, _branding, _email, _job, _policy, _schedule, _server, _storage, _tenant, _user, _vault)

#: Structure name -> member name in the API's spelling -> text. Plain data, not to be changed by callers.
DESCRIPTIONS: dict[str, dict[str, str]] = {
    structure: members for part in _PARTS for structure, members in part.TEXTS.items()
}


def describe(structure: str, member: str) -> str:
    """Return the text for a member, in the API's spelling, of the structure that declares it ("" for the structure).

    The text may hold Ansible's ``V()`` markup. Raises KeyError, saying what is missing, if there is no text.
    """
    if structure not in DESCRIPTIONS:
        raise KeyError(f"structure {structure} has no descriptions; add it to a part of _descriptions")
    if member not in DESCRIPTIONS[structure]:
        what = f"member {member}" if member else "the structure itself"
        raise KeyError(f"{what} of {structure} has no description; members belong to the structure that declares them")
    return DESCRIPTIONS[structure][member]
