# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptions of storage templates and of the remote servers and services they use."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    "RemoteStorageOption": {
        "": "A storage template, from which storage vaults are made. Later changes do not reach vaults that exist already.",
        "Description": "Name of the template.",
        "StorageLimitEnabled": "Gives new vaults a size limit.",
        "StorageLimitBytes": "Size limit of new vaults in bytes, while the limit is on.",
        "RebrandStorage": "Hides the kind of storage from users in new vaults.",
        "ID": "ID of the template, free to choose at creation and fixed from then on (24.12 and later).",
        "Default": "Makes this the default template (24.12 and later).",
    },
    "RemoteServerAddress": {
        "": "A remote server or service. The type decides which of the settings count.",
        "Type": "Kind of server or service.",
        "Description": "Name of the entry.",
        "RemoteAddress": "URL of the remote server. A storage template takes V($self$) for the storage gateway of this same server.",
        "Username": "Administrator name on the remote server.",
        "Password": "Password on the remote server, write-only.",
        "LDAP": "Settings for the type V(ldap).",
        "OIDC": "Settings for the type V(oidc) (23.6 and later).",
        "B2": "Settings for the type V(b2).",
        "Wasabi": "Settings for the type V(wasabi).",
        "Custom": "Settings for the type V(custom), storage that a web service of your own provides.",
        "S3": "Settings for the type V(s3_generic), a service compatible with Amazon S3 that also offers IAM.",
        "AWS": "Settings for the type V(aws).",
        "Storj": "Settings for the type V(storj).",
        "ImpPartner": "Settings for the type V(impossiblecloud_partner) (24.3 and later).",
        "ImpUser": "Settings for the type V(impossiblecloud_iam) (24.3 and later).",
    },
    "ObjectLockStorageTemplateSettings": {
        "": "Locking of stored objects against deletion, for vaults made from the template.",
        "UseObjectLock": "Old switch for object lock; use C(object_lock_mode) instead.",
        "ObjectLockMode": "Whether stored objects are locked against deletion, V(on), V(off) or V(legacy).",
        "ObjectLockDays": "Number of days for which objects are locked.",
        "RemoveDeleted": "Whether deleted objects are also removed from the bucket.",
    },
    "AmazonAWSVirtualStorageRoleSettings": {
        "": "Master bucket at Amazon S3. Each vault gets a part of it and an access key for that part only.",
        "MasterBucket": "Name of the bucket that all vaults share.",
        "AccessKey": "ID of the master access key, which must be allowed to make other keys.",
        "SecretKey": "Secret part of the master access key, write-only.",
    },
    "WasabiVirtualStorageRoleSettings": {
        "": "Master bucket at Wasabi. Each vault gets a part of it and an access key for that part only.",
    },
    "S3GenericVirtualStorageRole": {
        "": "Master bucket at an S3-compatible service with IAM. Each vault gets an access key of its own.",
        "S3Endpoint": "Address of the S3 service.",
        "IAMEndpoint": "Address of the IAM service that makes access keys.",
        "Region": "Region of the service, if it needs one to be named (24.3 and later).",
        "Prefix": "Prefix for the data of the vaults, empty for none (24.6 and later).",
    },
    "B2VirtualStorageRoleSettings": {
        "": "Master bucket at Backblaze B2. Each vault gets a part of it and an application key for that part only.",
        "MasterBucket": "Name of the bucket that all vaults share.",
        "KeyID": "ID of the master application key.",
        "AppKey": "Master application key, write-only.",
        "HideDeletedFiles": "Hides files in new vaults instead of deleting them. Clean-up is then left to the bucket's lifecycle rules.",
    },
    "StorjVirtualStorageRoleSetting": {
        "": "Storj bucket for the vaults of the template.",
        "SatelliteAddress": "Address of the Storj satellite.",
        "APIKey": "API key for the satellite, write-only.",
        "Passphrase": "Encryption passphrase of the Storj data, write-only.",
        "Bucket": "Name of the bucket that all vaults share.",
    },
    "ImpossibleCloudPartnerTemplateSettings": {
        "": "Impossible Cloud storage through a partner account.",
        "Region": "Region in which vaults are made.",
        "AccessKey": "Access key of the partner account, write-only.",
    },
    "ImpossibleCloudIAMTemplateSettings": {
        "": "Impossible Cloud storage through a user account with IAM.",
        "AccessKey": "ID of the master access key.",
        "SecretKey": "Secret part of the master access key, write-only.",
        "Region": "Region in which vaults are made.",
    },
    "CustomRemoteBucketSettings": {
        "": "A web service of your own that provides the storage for each new vault.",
        "URL": "Address that the server calls for a new vault. It may hold a token.",
        "CustomHeaders": "Extra headers for the call, by name; write-only (23.12 and later).",
        "CustomBody": "Body of the call, write-only (24.5 and later).",
        "CustomBodyType": "Form of the body, V(none), V(form), V(urlenc) or V(json) (24.5 and later).",
    },
}
