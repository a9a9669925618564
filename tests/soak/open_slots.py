# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slots in documents that the API stores as a whole and gives no lock for: there the last one to write wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ansible_collections.comet.backup.tests.soak.slots import Document, Slot, by_task, number_in
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import config_of, tenant_id
from ansible_collections.comet.backup.tests.unit.promises.behind_tenants import template, webhook
from ansible_collections.comet.backup.tests.unit.promises.case import Options

Reader = Callable[[EmulatedServer], int | None]


def part(read: Callable[[EmulatedServer], Document | None], member: str) -> Reader:
    """Reads the number in a member of a document."""
    return lambda server: number_in((read(server) or {}).get(member))


def where(tenant: str) -> Options:
    """The option that names the tenant, for tasks of a tenant."""
    return {"tenant": tenant} if tenant else {}


def hook(name: str, tenant: str = "") -> Slot:
    """A webhook, which is stored together with all others."""

    def options(number: int) -> Options:
        return {"name": name, "webhook_url": f"https://hooks.example/{number}", **where(tenant)}

    return by_task(name, "comet_webhook", options, part(webhook(name, tenant), "URL"))


def storage(name: str, tenant: str = "") -> Slot:
    """A storage template, which is stored together with all others."""

    def options(number: int) -> Options:
        return {"name": name, "type": "comet", "remote_address": f"https://s.example/{number}", **where(tenant)}

    return by_task(name, "comet_storage_template", options, part(template(name, tenant), "RemoteAddress"))


def settings(member: str, tenant: str) -> Callable[[EmulatedServer], Document | None]:
    """Reads settings of the server or of a tenant."""

    def read(server: EmulatedServer) -> Document | None:
        held = server.client.call("AdminOrganizationList")[tenant_id(server)] if tenant else config_of(server)
        found: Document | None = held.get(member)
        return found

    return read


def brand(option: str, member: str, tenant: str = "") -> Slot:
    """A text of the branding."""
    read = part(settings("Branding", tenant), member)
    return by_task(option, "comet_branding", lambda number: {option: f"No {number}", **where(tenant)}, read)


def mail(option: str, member: str, tenant: str = "") -> Slot:
    """A text of the e-mail settings."""
    read = part(settings("Email", tenant), member)
    return by_task(option, "comet_email_options", lambda number: {option: f"No {number}", **where(tenant)}, read)


def in_group(name: str) -> Slot:
    """A user in a group: odd numbers put it in, even ones take it out."""

    def options(number: int) -> Options:
        return {"name": "Staff", "users" if number % 2 else "users_absent": [name]}

    def read(server: EmulatedServer) -> int | None:
        found = server.client.call("AdminUserGroupsGet", GroupID="staff", IncludeUsers=True)
        return int(name in found["Users"])

    return replace(by_task(name, "comet_user_group", options, read), shows=is_odd)


def is_odd(number: int) -> int:
    """Whether a number stands for being in the group."""
    return number % 2


def of_config(name: str, option: str, member: str, block: str) -> Slot:
    """A number of the configuration that no smaller call holds: it is stored as a whole, and the server restarts."""

    def options(number: int) -> Options:
        return {block: {option: number}}

    def read(server: EmulatedServer) -> Any:
        return config_of(server)[name].get(member)

    return by_task(option, "comet_server_config", options, read)


def prepare(server: EmulatedServer) -> None:
    """What these slots are in."""
    call = server.client.call
    call("AdminOrganizationSet", Organization={"Name": "ACME", "Hosts": ["acme.example"]})
    call("AdminUserGroupsSet", GroupID="staff", Group={"Name": "Staff"})
    for name in ("bob", "carol", "dave"):
        call("AdminAddUser", TargetUser=name, TargetPassword="correct horse")


FAMILIES: dict[str, Callable[[], list[Slot]]] = {
    "webhooks": lambda: [hook("a"), hook("b"), hook("c")],
    "templates": lambda: [storage("a"), storage("b"), storage("c")],
    "branding": lambda: [brand("product_name", "ProductName"), brand("company_name", "CompanyName")],
    "email": lambda: [mail("from_name", "FromName"), mail("smtp_username", "SMTPUsername")],
    "tenant": lambda: [
        *(hook("a", "ACME"), hook("b", "ACME"), storage("a", "ACME")),
        *(brand("product_name", "ProductName", "ACME"), mail("from_name", "FromName", "ACME")),
    ],
    "group": lambda: [in_group("bob"), in_group("carol"), in_group("dave")],
    "configuration": lambda: [
        of_config("SessionSettings", "expired_in_seconds", "ExpiredInSeconds", "session_settings"),
        of_config("LoginProtection", "failure_threshold", "FailureThreshold", "login_protection"),
    ],
}
"""Documents without a lock, and slots in each."""
