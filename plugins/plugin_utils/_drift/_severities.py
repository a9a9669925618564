# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How grave it is when something of a server is not as written: facts, as plain data. Private; may change at any time.

Protection: its change can make backups stop, be deleted or be read by others, or decides who may log in and do such
things. Cosmetic: only people see it. All else is functional.
"""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import COSMETIC, FUNCTIONAL, PROTECTION

STRUCTURES: Mapping[str, str] = {
    # Who may log in, and what they may do then.
    "AdminSecurityOptions": PROTECTION,
    "AdminUserPermissions": PROTECTION,
    "AllowedAdminUser": PROTECTION,
    "ExternalAuthenticationSource": PROTECTION,
    "ExternalLDAPAuthenticationSourceServer": PROTECTION,
    "ExternalLDAPAuthenticationSourceSettings": PROTECTION,
    "LoginProtectionOptions": PROTECTION,
    "OidcClaim": PROTECTION,
    "OidcConfig": PROTECTION,
    "SessionOptions": PROTECTION,
    # How the server is reached, and whether it runs.
    "HTTPConnectorOptions": PROTECTION,
    "LicenseOptions": PROTECTION,
    # Where backups go, how they are encrypted, and whether they can be deleted.
    "AmazonAWSVirtualStorageRoleSettings": PROTECTION,
    "AzureDestinationLocation": PROTECTION,
    "B2DestinationLocation": PROTECTION,
    "B2VirtualStorageRoleSettings": PROTECTION,
    "BucketProperties": PROTECTION,
    "CometDestinationLocation": PROTECTION,
    "ConstellationRoleOptions": PROTECTION,
    "CustomRemoteBucketSettings": PROTECTION,
    "DestinationConfig": PROTECTION,
    "DestinationLocation": PROTECTION,
    "FTPDestinationLocation": PROTECTION,
    "ImpossibleCloudIAMTemplateSettings": PROTECTION,
    "ImpossibleCloudPartnerTemplateSettings": PROTECTION,
    "LocalDestinationLocation": PROTECTION,
    "LocalStorageDirectory": PROTECTION,
    "ObjectLockStorageTemplateSettings": PROTECTION,
    "RemoteServerAddress": PROTECTION,
    "RemoteStorageOption": PROTECTION,
    "ReplicaServer": PROTECTION,
    "S3DestinationLocation": PROTECTION,
    "S3GenericVirtualStorageRole": PROTECTION,
    "SFTPDestinationLocation": PROTECTION,
    "SMBDestinationLocation": PROTECTION,
    "SharedStorageQuota": PROTECTION,
    "SpannedDestinationLocation": PROTECTION,
    "StorageRoleOptions": PROTECTION,
    "StorjDestinationLocation": PROTECTION,
    "StorjVirtualStorageRoleSetting": PROTECTION,
    "SwiftDestinationLocation": PROTECTION,
    "WebDavDestinationLocation": PROTECTION,
    # What is backed up, when, and for how long it is kept.
    "BackupRuleConfig": PROTECTION,
    "BackupRuleEventTriggers": PROTECTION,
    "DaysOfWeekConfig": PROTECTION,
    "DefaultSourceWithOSRestriction": PROTECTION,
    "ExtraFileExclusion": PROTECTION,
    "HourSchedConfig": PROTECTION,
    "RetentionPolicy": PROTECTION,
    "RetentionRange": PROTECTION,
    "ScheduleConfig": PROTECTION,
    "SelfBackupExportOptions": PROTECTION,
    "SelfBackupOptions": PROTECTION,
    "SelfBackupTarget": PROTECTION,
    "SourceConfig": PROTECTION,
    # What users may do, and by which rules they live.
    "GroupPolicy": PROTECTION,
    "StorageVaultProviderPolicy": PROTECTION,
    "UserPolicy": PROTECTION,
    "UserProfileConfig": PROTECTION,
    # What only people see.
    "NewsEntry": COSMETIC,
    "PrivateBrandingProperties": COSMETIC,
    "PublicBrandingProperties": COSMETIC,
    "WebInterfaceBrandingProperties": COSMETIC,
    # All else works differently, or less well.
    "AdminEmailOptions": FUNCTIONAL,
    "AuthenticationRoleOptions": FUNCTIONAL,
    "BackupJobAdvancedOptions": FUNCTIONAL,
    "DefaultEmailReportPolicy": FUNCTIONAL,
    "DeviceConfig": FUNCTIONAL,
    "EmailOptions": FUNCTIONAL,
    "EmailReportConfig": FUNCTIONAL,
    "EmailReportingOption": FUNCTIONAL,
    "FileOption": FUNCTIONAL,
    "GlobalOverrideOptions": FUNCTIONAL,
    "MacOSCodeSignProperties": FUNCTIONAL,
    "Organization": FUNCTIONAL,
    "PSAConfig": FUNCTIONAL,
    "PSAGroupedBy": FUNCTIONAL,
    "ProtectedItemEngineTypePolicy": FUNCTIONAL,
    "RatelimitOptions": FUNCTIONAL,
    "RatelimitRule": FUNCTIONAL,
    "SSHConnection": FUNCTIONAL,
    "SearchClause": FUNCTIONAL,
    "ServerConfigOptions": FUNCTIONAL,
    "SoftwareBuildRoleOptions": FUNCTIONAL,
    "TimeSpan": FUNCTIONAL,
    "UpdateCampaignOptions": FUNCTIONAL,
    "UserCustomEmailSettings": FUNCTIONAL,
    "UserGroup": FUNCTIONAL,
    "WebhookOption": FUNCTIONAL,
    "WindowsCodeSignProperties": FUNCTIONAL,
}
"""By structure, for all its members that have no severity of their own."""

MEMBERS: Mapping[str, Mapping[str, str]] = {
    "AdminUserPermissions": {"HideCloudStorageBranding": COSMETIC},
    "AdminEmailOptions": {"FromName": COSMETIC},
    "AuthenticationRoleOptions": {"RoleEnabled": PROTECTION},
    "B2DestinationLocation": {"MaxConnections": FUNCTIONAL},
    "BackupJobAdvancedOptions": {
        "AllowZeroFilesSuccess": PROTECTION,
        "AutoRetentionLevel": PROTECTION,
        "StopAfter": PROTECTION,
        "Tags": COSMETIC,
    },
    "BackupRuleConfig": {"Description": COSMETIC},
    "DestinationConfig": {"Description": COSMETIC, "RebrandStorage": COSMETIC},
    "DestinationLocation": {"Tag": COSMETIC},
    "DeviceConfig": {"FriendlyName": COSMETIC},
    # Reports have schedules, too, but nothing is protected by them.
    "EmailReportConfig": {"SummaryFrequency": FUNCTIONAL},
    "EmailReportingOption": {"LanguageCode": COSMETIC, "LocalTimezone": COSMETIC},
    "ExternalAuthenticationSource": {"Description": COSMETIC},
    "FTPDestinationLocation": {"FTPMaxConnections": FUNCTIONAL},
    "GroupPolicy": {"Description": COSMETIC},
    "LicenseOptions": {"Email": FUNCTIONAL},
    "OidcConfig": {"DisplayName": COSMETIC},
    # Devices find a tenant's server by its host names.
    "Organization": {"Hosts": PROTECTION, "IsSuspended": PROTECTION, "Name": COSMETIC},
    "PrivateBrandingProperties": {"BuildMode": FUNCTIONAL, "PackageIdentifier": FUNCTIONAL},
    # New devices log in to the address that the software begins with.
    "PublicBrandingProperties": {
        "AccountRegisterURL": FUNCTIONAL,
        "AdminHidePreBuiltClientOption": FUNCTIONAL,
        "DefaultLoginServerURL": PROTECTION,
        "ProductName": FUNCTIONAL,
    },
    "RemoteServerAddress": {"Description": COSMETIC},
    "RemoteStorageOption": {"Description": COSMETIC, "RebrandStorage": COSMETIC},
    "ReplicaServer": {"Description": COSMETIC},
    "ScheduleConfig": {"RandomDelaySecs": FUNCTIONAL},
    "SelfBackupExportOptions": {
        "Compression": FUNCTIONAL,
        "ExcludeJobsDB": FUNCTIONAL,
        "IncludeServerLogs": FUNCTIONAL,
    },
    # With it, anybody behind no proxy can pretend to call from an address that is allowed.
    "ServerConfigOptions": {"TrustXForwardedFor": PROTECTION},
    "SharedStorageQuota": {"Description": COSMETIC},
    "SourceConfig": {"Description": COSMETIC},
    "UserGroup": {"Name": COSMETIC},
    "UserPolicy": {
        "DefaultEmailReports": FUNCTIONAL,
        "HideAppImport": FUNCTIONAL,
        "HideAppVersion": COSMETIC,
        "HideCloudStorageBranding": COSMETIC,
        "ModeScheduleSkipAlreadyRunning": FUNCTIONAL,
        "PreventChangeAccountName": FUNCTIONAL,
        "PreventChangeEmailSettings": FUNCTIONAL,
        "PreventNewProtectedItem": FUNCTIONAL,
        "PreventRequestStorageVault": FUNCTIONAL,
        "PreventViewDeviceNames": FUNCTIONAL,
        "ProtectedItemEngineTypes": FUNCTIONAL,
        "RandomDelaySecs": FUNCTIONAL,
    },
    "UserProfileConfig": {
        "AccountName": COSMETIC,
        "Emails": FUNCTIONAL,
        "GroupID": FUNCTIONAL,
        "LanguageCode": COSMETIC,
        "LocalTimezone": COSMETIC,
        "OverrideEmailSettings": FUNCTIONAL,
        "SendEmailReports": FUNCTIONAL,
    },
}
"""By structure and member; it holds for all that the member holds."""

OPTIONS: Mapping[str, Mapping[str, str]] = {
    "bucket": {"key_hash": PROTECTION, "key_hash_format": PROTECTION},
    "storage_template": {"replacement": PROTECTION},
    "storage_vault": {"device": PROTECTION, "self_address": PROTECTION, "storage_template": PROTECTION},
    "user": {"store_recovery_code": PROTECTION, "user_password": PROTECTION},
    "branding": {"files": COSMETIC},
}
"""Options that are no members, by kind."""

KINDS: Mapping[str, str] = {
    "admin_user": PROTECTION,
    "branding": COSMETIC,
    "bucket": PROTECTION,
    "build_options": FUNCTIONAL,
    "constellation": PROTECTION,
    "device": PROTECTION,
    "email_options": FUNCTIONAL,
    "email_report": FUNCTIONAL,
    "external_auth_source": PROTECTION,
    "news": COSMETIC,
    "policy": PROTECTION,
    "protected_item": PROTECTION,
    "psa": FUNCTIONAL,
    "replication": PROTECTION,
    "schedule": PROTECTION,
    "self_backup": PROTECTION,
    "server_config": PROTECTION,
    "shared_quota": PROTECTION,
    "storage_template": PROTECTION,
    "storage_vault": PROTECTION,
    "tenant": PROTECTION,
    "update_campaign": FUNCTIONAL,
    "user": PROTECTION,
    "user_group": FUNCTIONAL,
    "webhook": FUNCTIONAL,
}
"""By kind, for an object that is missing, not to be there, not described, or could not be compared."""
