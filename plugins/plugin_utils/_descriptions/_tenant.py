# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptions of tenants and of what both tenants and the server have: webhooks, event files, PSA, cluster manager."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    "Organization": {
        "": "A tenant: a separate zone of the server with users, administrators, policies and branding of its own.",
        "AuditFileOptions": "Files to which the tenant's events are written, by a key of your choice.",
        "Branding": "Look of the tenant's web interface and backup software.",
        "ConstellationRole": "Cluster manager of the tenant.",
        "Email": "How the tenant sends e-mail.",
        "ExperimentalOptions": "IDs of early-access features to switch on for the tenant.",
        "Hosts": "Host names under which the tenant is reached, without scheme or port. Each must be unique on the server.",
        "Name": "Name of the tenant. The server does not insist that it is unique.",
        "IsSuspended": "Suspends the tenant.",
        "PSAConfigs": "Connections to ticketing and billing systems (PSA).",
        "RemoteStorage": "Storage templates of the tenant, from which its users' vaults are made.",
        "SoftwareBuildRole": "Building and download of the tenant's installers.",
        "WebhookOptions": "Webhooks that receive the tenant's events, by a key of your choice.",
    },
    "WebhookOption": {
        "": "A web address to which the server posts events.",
        "URL": "Address to post to. Anything but an answer of 200 makes the server try again. It may hold a token.",
        "CustomHeaders": "Extra headers for each post, by name; write-only. Headers that the server sets itself cannot be replaced.",
        "Level": "How much of an event is sent, V(full) for all its data or V(none) for the bare event.",
        "WhiteListedEventTypes": "Types of events to send; empty for all.",
    },
    "FileOption": {
        "": "A file on the server to which events are written.",
        "Filename": "Beginning of the file's name. The file is kept beside the server's logs.",
        "AllowEventTypes": "Types of events to write; empty for all.",
        "Level": "How much of an event is written, V(full) for all its data or V(none) for the bare event.",
        "PruningEnabled": "Deletes old files.",
        "PruningLimit": "Days to keep files when old ones are deleted; V(0) for the days for which the server keeps job logs.",
    },
    "PSAConfig": {
        "": "Connection to a system for ticketing and billing (PSA).",
        "AlertsDisabled": "Sends no alerts. Meant for Gradient.",
        "CustomHeaders": "Extra headers for each request to the PSA, by name; write-only.",
        "PartnerKey": "API key for the PSA, write-only.",
        "Type": "Kind of PSA, V(generic), V(gradient) or V(syncro).",
        "URL": "Address or subdomain of the PSA. It may hold a token.",
        "GroupedBy": "What the data sent to the PSA is grouped by.",
    },
    "PSAGroupedBy": {
        "": "How the data sent to a PSA is grouped.",
        "Users": "Groups by user.",
        "Tenants": "Groups by tenant.",
        "AccountName": "Groups by the descriptive name of the account.",
    },
    "ConstellationRoleOptions": {
        "": "The cluster manager, which compares buckets with the users that need them across several servers.",
        "RoleEnabled": "Switches the cluster manager on. Only one server of a cluster should have it.",
        "DeleteUnusedData": "Deletes buckets that no user needs. With a server missing from the list, buckets still in use are deleted.",
        "Servers": "Every server of the cluster, this one included.",
    },
    "SoftwareBuildRoleOptions": {
        "": "Building and download of installers of the backup software.",
        "RoleEnabled": "Lets the server build and offer installers.",
        "AllowUnauthenticatedDownloads": "Offers the installers to anyone, without login.",
        "MaxBuilders": "Number of installers built at a time (24.3.8 and later).",
    },
}
