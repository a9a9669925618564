# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases of what the server has as a whole, and of settings that it and each tenant have once."""

from __future__ import annotations

from ansible_collections.comet.backup.tests.unit.promises.behind import add_tenants, config, listed, write_config
from ansible_collections.comet.backup.tests.unit.promises.behind_server import (
    add_replicas,
    add_self_backups,
    campaign,
    configured,
    is_in_srv,
    is_second_site,
    settings,
    write_campaign,
    write_configured,
    write_settings,
)
from ansible_collections.comet.backup.tests.unit.promises.case import CANARY, Case
from ansible_collections.comet.backup.tests.unit.promises.cases_of_tenants import HOOK, MAIL, TEMPLATE

SITE = {
    "description": "A",
    "type": "comet",
    "remote_address": "https://a.example.com/",
    "username": "cluster",
    "password": f"{CANARY}-cluster",
}
PILOTS = {"rule_field": "UserProfileConfig.Username", "rule_operator": "str_startswith", "rule_value": "pilot-"}

CASES_OF_SERVER = (
    Case(
        module="comet_news",
        title="news",
        address={"text": "Maintenance on Saturday\nfrom 20:00 UTC"},
        create={},
        reads=1,
        read=listed("AdminNewsGetAll", "TextContent", "Maintenance on Saturday\nfrom 20:00 UTC"),
    ),
    Case(
        module="comet_server_config",
        title="server-config-fragments",
        address={},
        create={
            "email": MAIL,
            "webhook_options": [HOOK],
            "authentication_role": {"storage_templates": [{"name": "Local"}, TEMPLATE]},
        },
        change={"branding": {"product_name": "Vault"}, "email": {"from_name": "Backup team"}},
        diff=(
            {"branding": {"product_name": "Comet Backup"}, "email": {"from_name": "Comet Backup"}},
            {"branding": {"product_name": "Vault"}, "email": {"from_name": "Backup team"}},
        ),
        reads=1,
        read=config,
        write=write_config,
        meanwhile={"Branding": {"HelpURL": "https://help.example.com"}},
        fills=frozenset({"storage_templates"}),
    ),
    Case(
        module="comet_server_config",
        title="server-config-whole",
        address={},
        create={"email": MAIL, "session_settings": {"expired_in_seconds": "8h"}},
        change={"trust_x_forwarded_for": True, "listen_addresses": [{"listen_address": "127.0.0.1:8060"}]},
        diff=({"trust_x_forwarded_for": False}, {"trust_x_forwarded_for": True}),
        reads=1,
        read=config,
        write=write_config,
        meanwhile={"LoginProtection": {"FailureThreshold": 5}},
    ),
    *(
        Case(
            module="comet_email_options",
            title=f"email-options{'-of-tenant' if tenant else ''}",
            address={"tenant": tenant} if tenant else {},
            create=MAIL,
            change={"mode": "smtp_ssl", "smtp_host": "smtp.example.com", "smtp_port": 465},
            diff=(
                {"mode": mode, "smtp_host": "mail.example.com", "smtp_port": 0},
                {"mode": "smtp_ssl", "smtp_host": "smtp.example.com", "smtp_port": 465},
            ),
            reads=2 if tenant else 1,
            read=settings("Email", tenant),
            write=write_settings("Email", "AdminMetaEmailOptionsSet", "EmailOptions", tenant),
            meanwhile={"SMTPUsername": "somebody"},
            before=add_tenants,
        )
        for tenant, mode in (("", "builtin"), ("ACME", "inherit"))
    ),
    *(
        Case(
            module="comet_branding",
            title=f"branding{'-of-tenant' if tenant else ''}",
            address={"tenant": tenant} if tenant else {},
            create={
                "product_name": "Vault",
                "windows_code_sign_pkcs12_password": f"{CANARY}-signing",
                "macos_code_sign": {"apple_id": "signing@example.com", "apple_id_pass": f"{CANARY}-apple"},
            },
            change={"product_name": "Safe", "macos_code_sign": {"level": "sign_notarise"}},
            diff=(
                {"product_name": "Vault", "macos_code_sign": {"level": "sign"}},
                {"product_name": "Safe", "macos_code_sign": {"level": "sign_notarise"}},
            ),
            reads=2 if tenant else 1,
            read=settings("Branding", tenant),
            write=write_settings("Branding", "AdminMetaBrandingConfigSet", "BrandingConfig", tenant),
            meanwhile={"HelpURL": "https://help.example.com"},
            before=add_tenants,
        )
        for tenant in ("", "ACME")
    ),
    *(
        Case(
            module="comet_build_options",
            title=f"build-options{'-of-tenant' if tenant else ''}",
            address={"tenant": tenant} if tenant else {},
            create={"allow_unauthenticated_downloads": True},
            change={"allow_unauthenticated_downloads": False},
            diff=({"allow_unauthenticated_downloads": True}, {"allow_unauthenticated_downloads": False}),
            reads=2 if tenant else 1,
            read=settings("SoftwareBuildRole", tenant),
            write=write_settings("SoftwareBuildRole", "AdminMetaBuildConfigSet", "SoftwareBuildRoleConfig", tenant),
            meanwhile={"MaxBuilders": 7},
            before=add_tenants,
        )
        for tenant in ("", "ACME")
    ),
    *(
        Case(
            module="comet_constellation",
            title=f"constellation{'-of-tenant' if tenant else ''}",
            address={"tenant": tenant} if tenant else {},
            create={"servers": [SITE], "delete_unused_data": True},
            change={"servers": [{**SITE, "remote_address": "https://b.example.com/"}], "delete_unused_data": False},
            diff=(
                {"servers": {"A": {"remote_address": "https://a.example.com/"}}, "delete_unused_data": True},
                {"servers": {"A": {"remote_address": "https://b.example.com/"}}, "delete_unused_data": False},
            ),
            reads=2 if tenant else 1,
            read=settings("ConstellationRole", tenant),
            write=write_settings(
                "ConstellationRole", "AdminMetaConstellationConfigSet", "ConstellationRoleOptions", tenant
            ),
            meanwhile={"Colour": "blue"},
            before=add_tenants,
        )
        for tenant in ("", "ACME")
    ),
    Case(
        module="comet_update_campaign",
        title="update-campaign",
        address={},
        create={
            "active": True,
            "upgrade_older": True,
            "apply_device_filter": True,
            "device_filter": {"clause_type": "not_or", "clause_children": [PILOTS]},
        },
        change={"force_upgrade_running": True, "upgrade_older": False},
        diff=(
            {"force_upgrade_running": False, "upgrade_older": True},
            {"force_upgrade_running": True, "upgrade_older": False},
        ),
        reads=1,
        read=campaign,
        write=write_campaign,
        meanwhile={"DowngradeNewer": True},
    ),
    *(
        Case(
            module="comet_replication",
            title=f"replication-of-{role}",
            address={"name": "Second site", "role": role},
            create={
                "type": "comet",
                "remote_address": "https://second.example.com/",
                "replication_username": "replicator",
                "replication_password": f"{CANARY}-replica",
            },
            change={"replica_deletion_strategy": "complete", "remote_address": "https://third.example.com/"},
            diff=(
                {"replica_deletion_strategy": "", "remote_address": "https://second.example.com/"},
                {"replica_deletion_strategy": "complete", "remote_address": "https://third.example.com/"},
            ),
            reads=1,
            read=configured((member, "ReplicateTo"), is_second_site),
            write=write_configured((member, "ReplicateTo"), is_second_site),
            meanwhile={"Username": "somebody"},
            before=add_replicas,
            elsewhere={"name": "Third site", "role": role},
            beside=1,
        )
        for role, member in (("authentication", "AuthenticationRole"), ("storage", "StorageRole"))
    ),
    Case(
        module="comet_self_backup",
        title="self-backup",
        address={"location": {"type": "local", "localcopy_path": "/srv/self-backup"}},
        create={
            "encryption_key": f"{CANARY}-archive",
            "exclude_jobs_db": True,
            "schedule": [{"frequency_type": "daily", "seconds_past": "03:30"}],
            "schedule_timezone": "Europe/Berlin",
        },
        change={"exclude_jobs_db": False, "schedule_timezone": "UTC"},
        diff=(
            {"exclude_jobs_db": True, "schedule_timezone": "Europe/Berlin"},
            {"exclude_jobs_db": False, "schedule_timezone": "UTC"},
        ),
        reads=1,
        read=configured(("SelfBackup", "Targets"), is_in_srv),
        write=write_configured(("SelfBackup", "Targets"), is_in_srv),
        meanwhile={"Compression": 5},
        before=add_self_backups,
        elsewhere={"location": {"type": "local", "localcopy_path": "/srv/nowhere"}},
        beside=1,
    ),
)
