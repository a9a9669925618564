# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tree of a whole server, from what was read of it. Private; may change at any time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._module._export_names import is_name
from ansible_collections.comet.backup.plugins.module_utils._module._export_reading import Reading
from ansible_collections.comet.backup.plugins.module_utils._module._export_users import Users
from ansible_collections.comet.backup.plugins.module_utils._module._exported import (
    NO_ORIGIN,
    Document,
    Exported,
    Label,
    Place,
    secret,
)
from ansible_collections.comet.backup.plugins.module_utils._module._tree import SERVER, TENANTS
from ansible_collections.comet.backup.plugins.module_utils._resources._admin_user import ADMIN_USER
from ansible_collections.comet.backup.plugins.module_utils._resources._bucket import BUCKET
from ansible_collections.comet.backup.plugins.module_utils._resources._news import NEWS
from ansible_collections.comet.backup.plugins.module_utils._resources._policy import POLICY
from ansible_collections.comet.backup.plugins.module_utils._resources._psa import PSA
from ansible_collections.comet.backup.plugins.module_utils._resources._server_config import SERVER_CONFIG
from ansible_collections.comet.backup.plugins.module_utils._resources._shared_quota import SHARED_QUOTA
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._resources._update_campaign import UPDATE_CAMPAIGN
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._resources._user_group import USER_GROUP
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource

NAMED = (POLICY, SHARED_QUOTA, USER_GROUP)
"""Kinds of which tenants and the top level hold a list, with nothing odd about them."""
ORDER = (
    *("policies", "psas", "shared_quotas", "user_groups", "admin_users", "users", "buckets", "news"),
    "update_campaign",
)
"""Lists of a tenant, or of the top level, as they follow on its own options."""
KINDS = (
    *("server_config", "tenant", "policy", "psa", "shared_quota", "user_group", "admin_user", "user"),
    *("storage_vault", "protected_item", "schedule", "bucket", "news", "update_campaign"),
)

NEW_SERVER: Document = {
    "Branding": dict.fromkeys(
        (
            *("BrandingStyleType", "BrandName", "TopColor", "AccentColor", "ProductName", "CompanyName", "BuildMode"),
            "PackageIdentifier",
        ),
        True,
    ),
    "ConstellationRole": {"RoleEnabled": True},
    "Email": dict.fromkeys(("FromEmail", "FromName", "Mode"), True),
    "LoginProtection": dict.fromkeys(("FailureThreshold", "CooldownSeconds"), True),
    "SoftwareBuildRole": dict.fromkeys(("RoleEnabled", "MaxBuilders"), True),
}
"""Settings in which a new server holds something."""
NEW_TENANT_ADMIN: Document = {
    "Permissions": dict.fromkeys(
        (
            *("AllowEditBranding", "AllowEditEmailOptions", "AllowEditRemoteStorage", "AllowEditWebhooks"),
            "AllowEditExternalAuthSources",
        ),
        True,
    )
}
"""What an administrator of a tenant may do when nobody says otherwise."""


class TreeExport:
    """Builds the tree of one server, with secrets as places.

    ``sections`` are the definitions by the ID of their tenant, that of the server under the home of the login;
    ``names`` are the names of the tenants among them.
    """

    def __init__(self, reading: Reading, exported: Exported, kinds: Iterable[str]) -> None:
        self.reading = reading
        self.exported = exported
        self.kinds = frozenset(kinds)
        self.counts: Counter[str] = Counter()
        self.sections: dict[str, dict[str, Any]] = {}
        self.names: dict[str, str] = {}
        self._places: dict[str, Place] = {}
        self._labels: dict[tuple[str, str], Label] = {}

    def build(self, tenants: Mapping[str, Document]) -> None:
        """Fill the sections, those of ``tenants`` (by ID) beside that of the server."""
        home = self.reading.home
        self._places[home] = Place((SERVER,), SERVER)
        self.sections[home] = self._server()
        named = self.reading.names(TENANT, "") or {}
        for key, document in sorted(tenants.items(), key=_by_name(TENANT)):
            self.names[key] = TENANT.called(document)
            self._places[key] = Place((self.names[key] or key,), f"{TENANTS}[{named.get(key, key)}]")
            self.sections[key] = self._tenant(key, document, named)
        for resource in NAMED:
            self._list(resource)
        self._tenant_admins()
        self._users()
        self._buckets()
        self._news()
        self._campaign()
        for key, section in self.sections.items():
            self.sections[key] = _ordered(section)

    def _wants(self, resource: Resource) -> bool:
        return resource.kind in self.kinds

    def label(self, resource: Resource, tenant: str) -> Label:
        """What options of a kind write for other objects, whose names count in a tenant."""
        key = (resource.kind, tenant)
        if key not in self._labels:
            self._labels[key] = self._make_label(resource, tenant)
        return self._labels[key]

    def _make_label(self, resource: Resource, tenant: str) -> Label:
        kinds = resource.related

        def label(kind: str, key: str) -> str | None:
            names = self.reading.names(kinds[kind], "" if kind == TENANT.kind else tenant) if kind in kinds else None
            return key if names is None else names.get(key)

        return label

    def _server(self) -> dict[str, Any]:
        home = self.reading.home
        config = self.reading.config if self._wants(SERVER_CONFIG) or self._wants(PSA) else None
        section: dict[str, Any] = {}
        if config is not None and self._wants(SERVER_CONFIG):
            admins = [admin for admin in self._admins() if not admin.get("OrganizationID")]
            self.counts[ADMIN_USER.kind] += len(admins)
            self.counts[SERVER_CONFIG.kind] += 1
            document, label = {**config, "AdminUsers": admins}, self.label(SERVER_CONFIG, "")
            skip = frozenset(("Organizations", "PSAConfigs"))
            place = self._places[home]
            section = self.exported.options(SERVER_CONFIG.structure, document, place, label, skip, NEW_SERVER)
        if self._wants(PSA):
            held = config.get("PSAConfigs") if config is not None else (self.reading.objects(PSA) or {}).values()
            section.update(self._psas(list(held or ()), home))
        return section

    def _tenant(self, key: str, document: Document, named: Mapping[str, str]) -> dict[str, Any]:
        section = _address(TENANT, key, TENANT.called(document), named)
        if self._wants(TENANT):
            self.counts[TENANT.kind] += 1
            label = self.label(TENANT, key)
            skip = frozenset(("PSAConfigs", "Name"))
            section.update(self.exported.options(TENANT.structure, document, self._places[key], label, skip))
        if self._wants(PSA):
            section.update(self._psas(document.get("PSAConfigs") or (), key))
        return section

    def _psas(self, held: Iterable[Document], tenant: str) -> dict[str, Any]:
        """Connections by type and address. A type that occurs once needs no address to be told."""
        held = sorted(held, key=_connection)
        types = Counter(one.get("Type") or 0 for one in held)
        told = Counter(map(_connection, held))
        place, shown = self._places[tenant], []
        for one in held:
            if told[_connection(one)] > 1:
                self.exported.troubles.append(("connections that nothing tells apart", place.option("psas").where))
                continue
            inner = place.item("psas", " ".join(filter(None, map(str, _connection(one)))), PSA.kind)
            options = self.exported.options(PSA.structure, one, inner, self.label(PSA, tenant))
            if types[one.get("Type") or 0] > 1:
                options = {"type": options["type"], "url": one.get("URL") or "", **options}
            shown.append(options)
        self.counts[PSA.kind] += len(shown)
        return {PSA.plural: shown} if shown else {}

    def _list(self, resource: Resource) -> None:
        """Objects with nothing odd about them, by name."""
        found = self.reading.objects(resource) if self._wants(resource) else None
        for key, document in sorted((found or {}).items(), key=_by_name(resource)):
            tenant = str(document.get(resource.tenant) or "")
            if self._leads_nowhere(tenant, f"{resource.plural}[{resource.called(document) or key}]"):
                continue
            named = self.reading.names(resource, tenant) or {}
            place = self._places[tenant].item(resource.plural, named.get(key, key), resource.kind)
            skip = frozenset((resource.tenant, resource.name))
            options = self.exported.options(resource.structure, document, place, self.label(resource, tenant), skip)
            address = _address(resource, key, resource.called(document), named)
            self._add(resource, tenant, {**address, **options})

    def _admins(self) -> list[Document]:
        """All administrators that somebody has made; an external source makes its own anew."""
        config = self.reading.config if self._wants(ADMIN_USER) else None
        known = (config or {}).get("AdminUsers") or ()
        return sorted((admin for admin in known if not admin.get("ExternalAuthenticationSource")), key=_username)

    def _tenant_admins(self) -> None:
        """Administrators of tenants; those of the top level are part of the configuration."""
        for admin in self._admins():
            tenant = str(admin.get("OrganizationID") or "")
            if not tenant or self._leads_nowhere(tenant, f"admin_users[{_username(admin)}]"):
                continue
            place = self._places[tenant].item(ADMIN_USER.plural, _username(admin), ADMIN_USER.kind)
            label, skip = self.label(ADMIN_USER, tenant), frozenset(("OrganizationID",))
            options = self.exported.options(ADMIN_USER.structure, admin, place, label, skip, NEW_TENANT_ADMIN)
            self._add(ADMIN_USER, tenant, options)

    def _users(self) -> None:
        origins = self._origins() if self._wants(USER) else {}
        users = Users(self.exported, self.kinds, self.counts)
        shown: list[tuple[str, str, dict[str, Any]]] = []
        for name, profile in self.reading.users() if self._wants(USER) else ():
            tenant = str(profile.get("OrganizationID") or "")
            if self._leads_nowhere(tenant, f"users[{name}]"):
                continue
            place = self._places[tenant].item(USER.plural, name, USER.kind)
            origin = origins.get(tenant, NO_ORIGIN)
            shown.append((name, tenant, users.options(name, profile, place, self.label(USER, tenant), origin)))
        for _name, tenant, options in sorted(shown, key=_first):
            self._add(USER, tenant, options)

    def _origins(self) -> dict[str, Document]:
        """What new users come with, by tenant: the default policy, until something else is said."""
        found = (self.reading.objects(POLICY) or {}).items()
        defaults = ((key, one) for key, one in sorted(found) if one.get("DefaultUserPolicy"))
        return {
            str(one.get("OrganizationID") or ""): {"PolicyID": key, "Policy": one.get("Policy") or {}}
            for key, one in defaults
        }

    def _buckets(self) -> None:
        config = self.reading.config or {}
        role = (config.get("StorageRole") or {}).get("RoleEnabled", True)
        found = self.reading.objects(BUCKET) if self._wants(BUCKET) and role else None
        for key, bucket in sorted((found or {}).items()):
            tenant = str(bucket.get("OrganizationID") or "")
            if self._leads_nowhere(tenant, f"buckets[{key}]"):
                continue
            place = self._places[tenant].item(BUCKET.plural, key, BUCKET.kind)
            kept = {"key_hash_format": bucket["ReadWriteKeyFormat"]} if bucket.get("ReadWriteKeyFormat") else {}
            self._add(BUCKET, tenant, {"id": key, "key_hash": secret(place.option("key_hash")), **kept})

    def _news(self) -> None:
        """News of the login's own tenant, or the top level: nobody else can post there."""
        found = (self.reading.objects(NEWS) if self._wants(NEWS) else None) or {}
        home = self.reading.home
        own = {NEWS.called(one) for one in found.values() if (one.get("OrganizationID") or "") == home}
        for text in sorted(filter(is_name, own)):
            self._add(NEWS, home, {"text": text})

    def _campaign(self) -> None:
        """The update campaign, if one runs."""
        role = ((self.reading.config or {}).get("SoftwareBuildRole") or {}).get("RoleEnabled")
        if not role or not self._wants(UPDATE_CAMPAIGN) or UPDATE_CAMPAIGN.reading is None:
            return
        status = self.reading.document(UPDATE_CAMPAIGN.kind, UPDATE_CAMPAIGN.reading.method) or {}
        found = UPDATE_CAMPAIGN.hooks.inspect(self.reading.server, Wish(True), Found("", status))
        if status.get("Active"):
            place = self._places[self.reading.home].option(UPDATE_CAMPAIGN.kind)
            options = self.exported.options(
                UPDATE_CAMPAIGN.structure, found.document or {}, place, self.label(UPDATE_CAMPAIGN, "")
            )
            self.counts[UPDATE_CAMPAIGN.kind] += 1
            self.sections[self.reading.home][UPDATE_CAMPAIGN.kind] = {"active": True, **options}

    def _add(self, resource: Resource, tenant: str, options: dict[str, Any]) -> None:
        self.counts[resource.kind] += 1
        self.sections[tenant].setdefault(resource.plural, []).append(options)

    def _leads_nowhere(self, tenant: str, where: str) -> bool:
        """Whether an object is in a tenant that is not exported, or does not exist."""
        if tenant in self.sections:
            return False
        if tenant not in self.reading.tenants():
            self.exported.troubles.append(("a tenant that does not exist", where))
        return True


def _address(resource: Resource, key: str, name: str, named: Mapping[str, str]) -> dict[str, Any]:
    """How a task addresses an object: by its name, with its ID where that does not tell enough."""
    own = {resource.naming: name} if is_name(name) else {}
    return own if named.get(key, key) != key else {**own, "id": key}


def _ordered(section: Mapping[str, Any]) -> dict[str, Any]:
    own = {option: value for option, value in section.items() if option not in ORDER}
    return {**own, **{option: section[option] for option in ORDER if option in section}}


def _by_name(resource: Resource) -> Any:
    def order(item: tuple[str, Document]) -> tuple[str, ...]:
        name = resource.called(item[1])
        return name.casefold(), name, item[0]

    return order


def _username(admin: Document) -> str:
    return str(admin.get("Username") or "")


def _connection(psa: Document) -> tuple[str, str]:
    kind = _model.constants("PSA_TYPE").name_of(psa.get("Type") or 0)
    return str(kind), str(psa.get("URL") or "")


def _first(item: tuple[str, str, dict[str, Any]]) -> tuple[str, str]:
    return item[0].casefold(), item[0]
