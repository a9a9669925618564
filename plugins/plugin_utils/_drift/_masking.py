# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""E-mail addresses, host names and addresses made unreadable, yet told apart. Private; may change at any time.

What is masked keeps its first letters and gets four digits of a hash, always the same: ``a…@e…~1f3c``, ``b…~0a1b``.
The facts tell which members hold hosts; in all other texts they are known by their form. Nothing is masked twice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._model import constants
from ansible_collections.comet.backup.plugins.module_utils._state import _fields, _redact
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field
from ansible_collections.comet.backup.plugins.plugin_utils._drift._hosts import is_address, is_host_name
from ansible_collections.comet.backup.plugins.plugin_utils._drift._spots import Difference, at, options, root
from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import EMAILS, HOSTS

HOST_MEMBERS: Mapping[str, frozenset[str]] = {
    "AdminSecurityOptions": frozenset(("IPWhitelist",)),
    "AzureDestinationLocation": frozenset(("AZBRealm",)),
    "CometDestinationLocation": frozenset(("CometServer",)),
    "CustomRemoteBucketSettings": frozenset(("URL",)),
    "DeviceConfig": frozenset(("FriendlyName",)),
    "EmailOptions": frozenset(("SMTPCustomEhlo", "SMTPHost")),
    "ExternalLDAPAuthenticationSourceServer": frozenset(("Hostname",)),
    "FTPDestinationLocation": frozenset(("FTPServer",)),
    "HTTPConnectorOptions": frozenset(("AutoSSLDomains", "ListenAddress")),
    "OidcConfig": frozenset(("DiscoveryDocumentURL", "GoogleHostedDomain", "Hosts")),
    "Organization": frozenset(("Hosts",)),
    "PSAConfig": frozenset(("URL",)),
    "PublicBrandingProperties": frozenset(("AccountRegisterURL", "DefaultLoginServerURL", "HelpURL")),
    "RatelimitRule": frozenset(("MatchRegex",)),
    "RemoteServerAddress": frozenset(("RemoteAddress",)),
    "S3DestinationLocation": frozenset(("S3Server",)),
    "S3GenericVirtualStorageRole": frozenset(("IAMEndpoint", "S3Endpoint")),
    "SFTPDestinationLocation": frozenset(("SFTPServer",)),
    "SMBDestinationLocation": frozenset(("SMBServer",)),
    "SSHConnection": frozenset(("SSHServer",)),
    "StorjDestinationLocation": frozenset(("SatelliteAddress",)),
    "StorjVirtualStorageRoleSetting": frozenset(("SatelliteAddress",)),
    "SwiftDestinationLocation": frozenset(("AuthURL",)),
    "WebDavDestinationLocation": frozenset(("DavServer",)),
    "WebhookOption": frozenset(("URL",)),
    "WindowsCodeSignProperties": frozenset(("WindowsCodeSignRelicServerURL",)),
}
"""Members whose value is a host, or several, however it looks."""
_DEVICE = "device"
"""The kind whose objects are named after hosts."""
_HOSTISH = re.compile(r"(?:host|hostname|server|address|domain|endpoint|url|uri)s?\Z", re.IGNORECASE)
"""What names of members and entries end with that hold hosts, where the facts say nothing."""

_FORMS = re.compile(
    r"""
    (?<![A-Za-z0-9])(?P<url>[A-Za-z][A-Za-z0-9+.-]{0,30}://(?:<hidden>|[^\s"'<>|\\^`{}])+)
    | \\\\(?P<share>[\w.-]+)(?=\\)
    | (?<![\w.+%-])(?P<email>[\w.+%-](?:[\w.+%'-]{0,200}[\w.+%-])?@(?:\[[0-9A-Fa-f:.]+\]|\w[\w-]*(?:\.[\w-]+)*))
    | \b(?P<directory>[Dd][Cc]=[\w-]+(?:\s*,\s*[Dd][Cc]=[\w-]+)+)
    | (?<![\w:.…~])(?P<address6>(?:[0-9A-Fa-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4}))(?!\w|:\w)
    | (?<![\w.…~])(?P<address>\d{1,3}(?:\.\d{1,3}){3})(?!\w|\.\d)
    | (?<![\w…~-])(?P<host>[\w-]+(?:\.[\w-]+)+)
    """,
    re.VERBOSE,
)
_URL = re.compile(r"([^:]*://)((?:[^/?#]*@)?)(\[[^\]]*\]|[^:/?#]*)((?::\d+)?)(.*)", re.DOTALL)
_PLACE = re.compile(r"(\[[^\]]*\]|[^:/]*)((?::\d+)?)((?:/.*)?)", re.DOTALL)
_WORD = re.compile(r"[^\s,;]+")
_TOKEN = re.compile(r"(?<![\w…~-])[\w-]+(?:\.[\w-]+)*")
_AFTER_URL = ".,;:!?)]}"
_NO_HOST = ("resource", "file")
_MASKED = re.compile(r"…~[0-9a-f]{4}")
_PLAIN = re.compile(r"(?:#?\d+|true|false|yes|no|\$self\$/?)\Z", re.IGNORECASE)
"""Values of members that hold hosts, or seem to, which are none."""


@lru_cache(maxsize=65536)
def _digits(text: str) -> str:
    return sha256(text.strip().rstrip(".").lower().encode("utf-8", "surrogatepass")).hexdigest()[:4]


def _first(text: str) -> str:
    return next((letter for letter in text.lower() if letter.isalnum()), "")


def _host(name: str) -> str:
    """A host by its first letter; an address by what it is."""
    if is_address(name.strip("[]")):
        return f"ip…~{_digits(name.strip('[]'))}"
    return f"{_first(name)}…~{_digits(name)}"


def _tail(text: str) -> str:
    """What follows a host in an address; it may tell as much as the host."""
    return text if text in ("", "/") else f"/…~{_digits(text)}"


def _url(text: str) -> str:
    found = _URL.fullmatch(text)
    if found is None or not found[3] or found[1][: -len("://")].lower() in _NO_HOST or _MASKED.search(text):
        return text
    scheme, login, host, port, tail = found.groups()
    return f"{scheme}{_host(host)}{port}{_tail(login + tail if login else tail)}"


def _email(address: str) -> str:
    local, _at, domain = address.rpartition("@")
    return f"{_first(local)}…@{_first(domain)}…~{_digits(address)}"


class Masks:
    """Masks what is not to be shown; ``show`` are the words of ``_types.SHOWABLE`` that are."""

    def __init__(self, show: Collection[str] = ()) -> None:
        self._emails, self._hosts = EMAILS not in show, HOSTS not in show
        self._known: set[str] = set()

    def learn(self, host: str) -> None:
        """Note a host that messages may name. One that could be any word of a message is not taken for a host there."""
        if self._hosts and re.search(r"[\d-]", host) and re.search(r"[^\W\d_]", host):
            self._known.add(host.lower())

    def learn_address(self, url: str) -> None:
        """Note the host of an address."""
        found = _URL.fullmatch(url)
        self.learn(found[3] if found else "")

    def text(self, text: str) -> str:
        """A text in which e-mail addresses and hosts are known by their form; it can be written as UTF-8."""
        sound = text if text.isprintable() else text.encode("utf-8", "backslashreplace").decode()
        return _FORMS.sub(self._form, sound) if self._emails or self._hosts else sound

    def message(self, text: str) -> str:
        """The same for a sentence, in which hosts that occur elsewhere are known as well."""
        return _TOKEN.sub(self._named, self.text(text))

    def _named(self, found: re.Match[str]) -> str:
        return _host(found[0]) if found[0].lower() in self._known else found[0]

    def name(self, kind: str, name: str) -> str:
        """The name of an object."""
        return self._whole(name) if kind == _DEVICE else self.text(name)

    def path(self, kind: str, path: Sequence[str]) -> tuple[str, ...]:
        """A path: names of entries may tell hosts."""
        spot, words = root(kind), []
        for word in path:
            field = spot.field if spot.names else None
            spot = spot.step(word)
            words.append(self._entry(field, word) if field else self.text(word))
        return tuple(words)

    def difference(self, found: Difference) -> Difference:
        """A difference with its path and both sides masked."""
        spot, field = found.spot, found.spot.field
        before, after = (self.value(field, spot.path[-1], side) for side in (found.before, found.after))
        return replace(found, spot=at(spot.kind, self.path(spot.kind, spot.path)), before=before, after=after)

    def value(self, field: Field | None, word: str, value: Any) -> Any:
        """A value of a member; ``word`` is the option or the name of the entry that holds it."""
        if isinstance(value, list):
            return [self.value(field, word, item) for item in value]
        if isinstance(value, Mapping):
            known = options(field.inner if field else "")
            return {self.text(str(key)): self.value(known.get(key), key, held) for key, held in value.items()}
        if not isinstance(value, str) or value == _redact.MARKER:
            return value
        if field and field.member.reference == _DEVICE:
            return self._whole(value)
        return self._places(value) if _holds_hosts(field, word) else self.text(value)

    def _entry(self, field: Field, word: str) -> str:
        """The name of an entry, which may be what a member says that tells the entries apart."""
        inner = {one.member.name: one for one in options(field.inner).values()}
        told = [inner[name] for key in field.member.key for name in key.split("+") if name in inner]
        choice = any(one.member.enum and word in constants(one.member.enum).choices for one in told)
        return self._places(word) if told and _holds_hosts(told[0], "") and not choice else self.text(word)

    def _whole(self, name: str) -> str:
        """A name that is a host as a whole."""
        if not self._hosts or not name or _MASKED.search(name):
            return name
        self.learn(name)
        return _host(name)

    def _places(self, value: str) -> str:
        """A value that is a host, or a list of them, with whatever belongs to them."""
        return _WORD.sub(lambda found: self._place(found[0]), value) if self._hosts else self.text(value)

    def _place(self, word: str) -> str:
        masked = self.text(word)
        if masked != word or "://" in word or _MASKED.search(word) or _PLAIN.match(word):
            return masked
        found = _PLACE.fullmatch(word)
        host, port, tail = found.groups() if found else (word, "", "")
        if not any(map(str.isalnum, host)):
            return word
        self.learn(host)
        return f"{_host(host)}{port}{_tail(tail)}"

    def _form(self, found: re.Match[str]) -> str:
        form, word = str(found.lastgroup), found[0]
        if form == "email":
            return _email(word) if self._emails else word
        if form == "url":
            address = word.rstrip(_AFTER_URL) if not word.endswith("]") or "[" not in word else word
            rest = word[len(address) :]
            return (_url(address) if self._hosts else self._in_url(address)) + rest
        if not self._hosts:
            return word
        if form == "share":
            return "\\\\" + _host(found["share"])
        fits = {"host": is_host_name, "address": is_address, "address6": is_address}.get(form)
        bare = word[:-1] if word.endswith(":") and not word.endswith("::") else word
        return _host(bare) + word[len(bare) :] if fits is None or fits(bare) else word

    def _in_url(self, address: str) -> str:
        """An address that is shown may name people still."""
        scheme, _dots, rest = address.partition("://")
        return f"{scheme}://{_FORMS.sub(self._form, rest)}"


def _holds_hosts(field: Field | None, word: str) -> bool:
    """Whether the facts say so of a member, or where they do not know it, its name."""
    if field is None or field.kind == _fields.MAP:
        return bool(_HOSTISH.search(word))
    return field.member.name in HOST_MEMBERS.get(field.member.structure, ())
