# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptions of the server's own configuration."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    "ServerConfigOptions": {
        "": "Whole configuration of the server. Storing it restarts the server.",
        "AdminUsers": "Administrators. Logins through an external source add accounts here by themselves.",
        "AuthenticationRole": "The management console, which keeps users and job history.",
        "Branding": "Look of the web interface and the backup software at the top level.",
        "ConstellationRole": "The cluster manager of the top level.",
        "OverseerRole": "Old name of the cluster manager's settings; ignored since 23.3.",
        "Email": "How the server sends e-mail.",
        "ExperimentalOptions": "IDs of early-access features to switch on.",
        "ExternalAdminUserSources": "LDAP and OpenID Connect sources for administrator logins, by source ID.",
        "IPRateLimit": "Limits on bandwidth by address; not a limit on requests.",
        "LoginProtection": "Slows down callers after failed logins (24.9 and later).",
        "License": "Licence of the server.",
        "ListenAddresses": "Addresses on which the server listens. A wrong entry can make it unreachable after the restart.",
        "Organizations": "Tenants by ID. Tenants can also be changed one by one, without a restart.",
        "PSAConfigs": "Connections to ticketing and billing systems (PSA).",
        "SelfBackup": "Backups of the server's own configuration and databases.",
        "SessionSettings": "How long sessions of the web interface last.",
        "SoftwareBuildRole": "Building and download of installers of the backup software.",
        "StorageRole": "The storage gateway, which stores backup data for devices.",
        "TrustXForwardedFor": "Takes the caller's address from X-Forwarded-For. Only behind a proxy, else allow-lists can be evaded.",
        "WebhookOptions": "Webhooks that receive the server's events, by a key of your choice.",
        "AuditFileOptions": "Files to which the server's events are written, by a key of your choice.",
    },
    "AuthenticationRoleOptions": {
        "": "The management console, which keeps users, policies and job history.",
        "RoleEnabled": "Switches the management console on.",
        "DatabaseCheckLevel": "Thoroughness of the job database check at start, from V(1) for none to V(5) for slowest; V(0) is the default.",
        "GenerateMissedBackupEvents": "Records a missed job for each scheduled backup that did not run. Best left off on replicas.",
        "NoMissedBackupEventsBefore": "Unix time in seconds before which no missed job is recorded.",
        "GenerateScheduledEmails": "Sends the reports that are due at set times.",
        "PruneLogsAfterDays": "Days for which job history and server logs are kept; older ones are deleted. Backups are not affected.",
        "RemoteStorage": "Storage templates of the top level, from which vaults are made.",
        "ReplicateTo": "Servers to which users and policies are copied, in one direction. Logs and tenants are not copied.",
        "GlobalOverrides": "Settings imposed on all users.",
    },
    "GlobalOverrideOptions": {
        "": "Settings imposed on all users.",
        "RandomDelaySecs": "Longest random delay in seconds before scheduled jobs start, at most 18000; V(0) for none.",
    },
    "StorageRoleOptions": {
        "": "The storage gateway, which stores backup data for devices.",
        "RoleEnabled": "Switches the storage gateway on.",
        "Storage": "Where the gateway keeps its buckets.",
        "LocalStorage": "Local directories for buckets; deprecated since 17.3.5 in favour of the storage location.",
        "ReplicateTo": "Servers to which buckets and their content are copied, in one direction.",
    },
    "LocalStorageDirectory": {
        "": "A local directory for buckets, as used before 17.3.5.",
        "Path": "Path of the directory on the server.",
    },
    "ReplicaServer": {
        "": "A server or storage that receives copies.",
        "Description": "Name of the target.",
        "ReplicaDeletionStrategy": "What is deleted on the replica when it is deleted here, V(none), V(circular) or V(complete).",
    },
    "RatelimitOptions": {
        "": "Limits on bandwidth by address.",
        "Rules": "The limits, each for the addresses that its pattern matches.",
    },
    "RatelimitRule": {
        "": "A limit on bandwidth for some addresses.",
        "MatchRegex": "Go regular expression for the addresses that the limit applies to.",
        "BytesPerSecond": "Bandwidth in bytes per second.",
    },
    "LoginProtectionOptions": {
        "": "Protection against guessing of passwords (24.9 and later).",
        "Enabled": "Switches the protection on.",
        "FailureThreshold": "Number of failed logins after which a caller must wait, at least 1.",
        "CooldownSeconds": "Seconds that the caller must wait, at least 1.",
    },
    "LicenseOptions": {
        "": "Licence of the server.",
        "Email": "E-mail address that goes with the licence.",
        "SerialNumber": "Serial number of the server, secret. No two running servers may share one.",
    },
    "HTTPConnectorOptions": {
        "": "An address on which the server listens, with its certificate. Without certificate it is plain HTTP.",
        "ListenAddress": "Address and port, as V(ip:port) or V(:port) for all addresses. IPv6 goes in square brackets.",
        "SSLCertPath": "Path of the certificate, or of the certificate with its chain, in PEM form.",
        "SSLIntermediate": "Path of the intermediate certificates in PEM form; empty if the certificate file holds them.",
        "SSLCertKey": "Path of the certificate's private key in PEM form, not encrypted. Treated as a secret, write-only.",
        "AutoSSLDomains": "Host names, joined by commas, for certificates from Let's Encrypt. Needs port 443 and public DNS.",
        "SSLPfxPath": "Path of a PKCS12 file that holds certificate and key.",
        "SSLPfxPassword": "Password of the PKCS12 file, write-only.",
    },
    "SessionOptions": {
        "": "How long sessions last.",
        "ExpiredInSeconds": "Seconds until a session ends, at most 48 hours; V(0) for the default of 30 minutes.",
    },
    "SelfBackupOptions": {
        "": "Backups of the server's own data.",
        "Targets": "The self-backups, each with its own schedule, retention and place.",
    },
    "SelfBackupTarget": {
        "": "A self-backup of the server.",
        "Schedule": "Times at which the self-backup runs.",
        "ScheduleTimezone": "Time zone of these times, as an IANA name.",
        "RetentionPolicy": "Which of the archives are kept.",
    },
    "SelfBackupExportOptions": {
        "": "What an archive of the server's data holds and where it goes.",
        "Location": "Storage location for the archive.",
        "EncryptionKey": "Password that encrypts the archive, write-only. Without it the archive cannot be restored.",
        "EncryptionKeyFormat": "How the password is stored; V(0) for plain text, which the server re-encodes.",
        "Compression": "How strongly the archive is compressed, from level 1 to 5; the default is 4.",
        "ExcludeJobsDB": "Leaves out the job history, often the largest part.",
        "IncludeServerLogs": "Adds the server's logs to the archive.",
        "RestrictToSingleOrgID": "Tenant to which the archive is limited, empty for the whole server.",
        "Index": "Number of the self-backup.",
    },
}
