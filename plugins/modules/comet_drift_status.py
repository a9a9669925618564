#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_drift_status: documentation alone; an action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_drift_status
short_description: Let a playbook end by what was found on its servers
version_added: 1.0.0
description:
  - Ends a host by what M(comet.backup.comet_drift_report) has found on it, so that the exit status of
    C(ansible-playbook) tells a scheduler whether there is drift.
  - Without drift the host passes. If all of them do, the status is 0.
  - With drift the host has failed. The status is 2, unless another host is unreachable.
  - A host of which it is not known counts as unreachable, so that the status is 4, whatever came of others.
  - It runs on the controller in every case, and speaks to no server.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._attributes.LOCAL
  - comet.backup._attributes
attributes:
  check_mode:
    support: full
    details:
      - It does the same in check mode.
  diff_mode:
    support: none
    details:
      - The module changes nothing that could be shown.
  idempotent:
    support: full
    details:
      - The module changes nothing.
options:
  verdict:
    description:
      - What came of the host. V(clean) lets it pass, V(drift) lets it fail, and V(unknown) makes it unreachable.
    type: str
    required: true
    choices: [clean, drift, unknown]
  msg:
    description:
      - What to say about it. If left out, a sentence for the verdict.
    type: str
notes:
  - Nothing else in a play should fail, where its exit status is to mean drift. P(comet.backup.drift#role) rescues
    every other error and gives it the verdict V(unknown).
seealso:
  - ref: ansible_collections.comet.backup.docsite.drift
    description: Which servers have drifted, how to read the report, and how to be told.
  - module: comet.backup.comet_drift_report
    description: Comes to the verdicts.
"""

EXAMPLES = r"""
- name: End a server without drift
  comet.backup.comet_drift_status:
    verdict: clean

- name: Look what would differ
  comet.backup.comet_apply:
    objects:
      tenants: []
  register: drift_result
  check_mode: true

- name: Come to a verdict
  comet.backup.comet_drift_report:
    servers:
      - name: "{{ inventory_hostname }}"
        result: "{{ drift_result }}"
  register: report

- name: End each server by its verdict
  comet.backup.comet_drift_status:
    verdict: "{{ report.verdicts[inventory_hostname].verdict }}"
    msg: "{{ report.verdicts[inventory_hostname].msg }}"
"""

RETURN = r"""
msg:
  description: What was found, or what is wrong with the options.
  returned: always
  type: str
  sample: "drift: 2 differences in 10,003 objects (1 protection, 1 functional)"
verdict:
  description: The verdict, as the option has it.
  returned: unless an option has the wrong name or value
  type: str
  sample: drift
"""
