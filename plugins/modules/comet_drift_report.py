#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_drift_report: documentation alone; an action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_drift_report
short_description: Report what differs between servers and what is written of them
version_added: 1.0.0
description:
  - Takes what M(comet.backup.comet_apply) has found in check mode on any number of servers, and makes one report of it.
  - A report says which members of which objects differ, with what the server has and what is written. It also says
    which objects are missing, and which nobody has written down. Each finding is graver or less grave.
    V(protection) is what keeps backups safe, such as retention, schedules, quotas and who may log in. V(functional) and
    V(cosmetic) are the others.
  - Compared with an earlier report, it says what is new, what is still there, and what is gone.
  - The same report is written as JSON for programs, as a page in HTML, as Markdown for a merge request, and as JUnit
    XML for systems that run tests. A summary is shown on the screen.
  - It runs on the controller in every case, and speaks to no server.
  - There are no secrets in a report. E-mail addresses and host names are masked, unless O(show) says otherwise.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._attributes.LOCAL
  - comet.backup._attributes
attributes:
  check_mode:
    support: full
    details:
      - No file is written, and the result says which would be.
  diff_mode:
    support: none
    details:
      - The report itself is about differences.
  idempotent:
    support: none
    details:
      - A report holds the time at which it was made.
options:
  servers:
    description:
      - The servers in the order in which the report is to tell of them. Required unless O(validate_only=true).
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - What to call the server, such as its name in the inventory. No two may have the same.
        type: str
        required: true
      result:
        description:
          - What M(comet.backup.comet_apply) returned for the server in check mode.
            With its option O(comet.backup.comet_apply#module:unmanaged) the report also tells of objects that are not
            written anywhere.
        type: dict
      message:
        description:
          - Why there is no result, where there is none.
        type: str
      unreachable:
        description:
          - Whether the server could not be reached.
        type: bool
        default: false
  dest:
    description:
      - Folder to write into. It is made if it is not there. A relative path is taken from where Ansible was started.
      - All files are written, or none of them. What is there is replaced.
      - If left out, nothing is written.
    type: path
  basename:
    description:
      - Name of the files without their ending, which is C(.json), C(.md), C(.html) or C(.xml).
    type: str
    default: drift
  formats:
    description:
      - Which files to write.
    type: list
    elements: str
    choices: [json, markdown, html, junit]
    default: [json, markdown, html, junit]
  mode:
    description:
      - Permissions of the files, as octal digits in quotes.
    type: raw
    default: '0644'
  previous:
    description:
      - An earlier report in JSON to compare with. It must be there, unless it is the very file that is about to be
        written, which is not there before the first run.
    type: path
  tolerate:
    description:
      - What is told, but does not count. These are severities, types of findings, or V(uncompared) for servers and
        objects that could not be compared.
    type: list
    elements: str
    choices: [protection, functional, cosmetic, drifted, missing, unwanted, unmanaged, failed, uncompared]
    default: []
  show:
    description:
      - What not to mask. V(emails) are addresses of e-mail, V(hosts) are names and addresses of machines.
    type: list
    elements: str
    choices: [emails, hosts]
    default: []
  title:
    description:
      - Heading of the report.
    type: str
    default: Drift
  validate_only:
    description:
      - Only looks whether the options can be used. The folder has to be one that can be written into, and the earlier
        report one that can be read. Useful before a run that takes long.
    type: bool
    default: false
notes:
  - M(comet.backup.comet_drift_status) makes an exit status of a verdict.
seealso:
  - ref: ansible_collections.comet.backup.docsite.drift
    description: Which servers have drifted, how to read the report, and how to be told.
  - module: comet.backup.comet_apply
    description: Finds what differs.
  - module: comet.backup.comet_drift_status
    description: Ends a host by the verdict on it.
"""

EXAMPLES = r"""
- name: Before all else, look whether the report can be written
  comet.backup.comet_drift_report:
    dest: "{{ playbook_dir }}/reports"
    previous: "{{ playbook_dir }}/reports/drift.json"
    validate_only: true

- name: Look what would change
  comet.backup.comet_apply:
    objects:
      tenants:
        - name: ACME
          policies:
            - name: Gold
              settings:
                prevent_delete_storage_vault: true
  register: europe
  check_mode: true

- name: Write the report, and compare it with the one of the run before
  comet.backup.comet_drift_report:
    servers:
      - name: europe
        result: "{{ europe }}"
      - name: asia
        message: No route to this server
        unreachable: true
    dest: "{{ playbook_dir }}/reports"
    previous: "{{ playbook_dir }}/reports/drift.json"
    tolerate: [cosmetic]
  register: report

- name: The servers with drift
  ansible.builtin.debug:
    msg: "{{ report.verdicts | dict2items | selectattr('value.verdict', 'eq', 'drift') | map(attribute='key') }}"

- name: Only the page, under another name, readable by few, with e-mail addresses and host names as they are
  comet.backup.comet_drift_report:
    servers:
      - name: europe
        result: "{{ europe }}"
    dest: "{{ playbook_dir }}/reports"
    basename: europe
    formats: [html]
    mode: '0640'
    show: [emails, hosts]
    title: Drift in Europe
"""

RETURN = r"""
msg:
  description: What was found and written, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: 98 differences on 3 of 5 servers; 2 tolerated; 3 new, 97 still there, 4 gone; 4 files written
drift:
  description: Whether there is any drift that is not tolerated.
  returned: success, unless O(validate_only=true)
  type: bool
  sample: true
totals:
  description: How many there are of what, over all servers. The report has the same for each server.
  returned: success, unless O(validate_only=true)
  type: dict
  sample:
    servers: 5
    compared: 4
    uncompared: 1
    objects: 50015
    unchanged: 49900
    findings: 100
    drift: 98
    tolerated: 2
    types: {drifted: 90, missing: 5, unwanted: 1, unmanaged: 2, failed: 2}
    severities: {protection: 90, functional: 9, cosmetic: 1}
    new: 3
    still: 97
    gone: 4
    unknown: 0
verdicts:
  description:
    - What came of each server, by its name, with a sentence. V(clean), V(drift), or V(unknown) where something could
      not be compared.
  returned: success, unless O(validate_only=true)
  type: dict
  sample:
    europe: {verdict: drift, msg: "drift: 2 differences in 10,003 objects (1 protection, 1 functional)"}
    asia: {verdict: unknown, msg: "not compared: No route to this server"}
files:
  description: The files that were written, or would be, by format.
  returned: success
  type: dict
  sample: {json: /srv/reports/drift.json, html: /srv/reports/drift.html}
summary:
  description: The lines that were shown on the screen.
  returned: success, unless O(validate_only=true)
  type: list
  elements: str
  sample:
    - "Drift: 2 differences on 1 of 2 servers"
    - "  europe  drift     2 differences in 10,003 objects (1 protection, 1 functional)"
    - "  asia    no drift  40 objects"
    - ""
    - "What to look at first (server has -> written):"
    - "protection  europe: user alice (ACME): maximum_devices: 5 -> 3"
    - "functional  europe: webhook old (ACME) is there, and is not to be"
report:
  description:
    - The whole report, as the file in JSON has it. Its format has a version, so that programs know what to expect, and
      a JSON Schema, which is C(docs/schemas/drift-report-1.json) in the collection.
  returned: success, unless O(validate_only=true)
  type: dict
  sample:
    format: comet.backup.drift
    version: 1
    generated: "2026-11-22T10:00:00Z"
    servers: []
"""
