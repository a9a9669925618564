"""Parameters for every method of the facts: valid ones, as few or as many as it takes, and wrong ones."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import requests
from answer_shapes import JSON, OPEN_ENUMERATIONS, facts, is_failure, members, parse_version

Document = dict[str, Any]

PASSWORD = "demo-password"
ADMIN = {"Username": "admin", "AuthType": "Password", "Password": "admin"}
DEPTH = 8
"""How deep documents are filled; a structure may contain a list of its own kind."""

MEMBERS: Document = {
    "Organization.Hosts": ["complete.example.com"],
    "IPWhitelist": "",
    "ListenAddress": "127.0.0.1:8060",
    "LocalTimezone": "Europe/Berlin",
    "OrganizationID": "",
    "RestrictToSingleOrgID": "",
    "PasswordFormat": 0,
    "URL": "http://127.0.0.1:1/",
}
"""Values for members that mean something, by name or structure and name; the others are filled by their types."""


def exists(parameter: Document, version: str) -> bool:
    """Whether a server of this version reads the parameter."""
    return parse_version(parameter["since"]) <= parse_version(version)


def enumeration(owner: str, member: str, declared_in: str | None) -> tuple[list[Any], bool]:
    """Values of a member that the facts name, and whether it may have no others."""
    semantics = facts("fields_semantics")
    meaning = semantics.get(f"{owner}.{member}") or semantics.get(f"{declared_in}.{member}") or {}
    group = meaning.get("enum", "")
    constants = facts("constants").get(group, {"values": {}})
    values = [value for name, value in constants["values"].items() if name not in constants.get("markers", [])]
    return values, bool(values) and group not in OPEN_ENUMERATIONS and not meaning.get("bitset")


def filled(type_name: str, version: str, special: Document | None = None, depth: int = DEPTH) -> Any:
    """A value of the type with every member of the version, none of them zero apart from those in ``special``.

    Those are ``MEMBERS`` unless others are given.
    """
    special = MEMBERS if special is None else special
    kind, _unused, inner = type_name.partition("<")
    if kind == "list":
        return [filled(inner[:-1], version, special, depth - 1)] if depth > 0 else []
    if kind == "map":
        return {"1": filled(inner[:-1].partition(",")[2].strip(), version, special, depth - 1)} if depth > 0 else {}
    if type_name not in facts("structures"):
        return {"string": "text", "int": 1, "bool": True, "float": 0.5, "bytes": "AQ==", "any": {"a": 1}}[type_name]
    document = {}
    for name, entry in members(type_name, version).items():
        values = [value for value in enumeration(type_name, name, entry["from"])[0] if value]
        if name in special or f"{type_name}.{name}" in special:
            value = special.get(name, special.get(f"{type_name}.{name}"))
        elif values and not entry["type"].startswith("map<"):
            value = [values[0]] if entry["type"].startswith("list<") else values[0]
        else:
            value = filled(entry["type"], version, special, depth - 1)
        if value or not entry["omit_when_zero"]:
            document[name] = value
    return document


@dataclass
class World:
    """A server with something of everything.

    ``names`` are values of parameters, by method and parameter, parameter and type, or parameter alone. ``touched``
    says that the server may have changed since its prepared state was put back.
    """

    http: requests.Session
    url: str
    user: str = ""
    password: str = PASSWORD
    names: Document = field(default_factory=dict)
    touched: bool = True

    def send(
        self, method: str, parameters: Document, login: dict[str, str] | None = None, **options: Any
    ) -> requests.Response:
        """Call a method by its name in the facts."""
        entry = facts("methods")[method]
        form = dict(self.login_for(method) if login is None else login)
        url = self.url.rstrip("/") + entry["path"]
        if entry["http_method"] == "GET":
            return self.http.get(url, timeout=20)
        if "upload" in parameters or any(parameter["encoding"] == "file" for parameter in entry["params"]):
            headers = {f"X-Comet-Admin-{name}": value for name, value in form.items()}
            files = {"upload": parameters["upload"]} if "upload" in parameters else {"other": b""}
            return self.http.post(url, headers=headers, files=files, timeout=20)
        for name, value in parameters.items():
            form[name] = json.dumps(value) if isinstance(value, (dict, list, bool)) else value
        return self.http.post(url, data=form, timeout=20, **options)

    def ask(self, method: str, **parameters: Any) -> Any:
        """The parsed answer of a call that prepares something."""
        self.touched = True
        response = self.send(method, parameters)
        assert response.status_code == 200, response.text
        assert not is_failure(response.json()), response.text
        return response.json()

    def login_for(self, method: str) -> dict[str, str]:
        """Credentials of an account that may call the method."""
        auth = facts("methods")[method]["auth"]
        if auth == "none":
            return {}
        if auth == "user":
            return {"Username": self.user, "AuthType": "Password", "Password": self.password}
        return ADMIN

    def control(self, name: str, body: Any = None) -> Any:
        """A control call: POST with a JSON body if there is one, else GET."""
        self.touched = True
        verb = "GET" if body is None else "POST"
        response = self.http.request(verb, f"{self.url}_control/{name}", json=body, timeout=20)
        assert response.status_code == 200, response.text
        return response.json()

    def restore(self, method: str) -> None:
        """Put the prepared state back, unless nothing has changed since; the method is what is called next."""
        if self.touched:
            self.control("restore", {"name": "prepared"})
        self.touched = facts("methods")[method]["mutates"]

    def wait(self) -> None:
        """Until the server is back from a restart."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                self.ask("AdminMetaVersion")
                return
            except requests.ConnectionError:
                time.sleep(0.02)
        raise AssertionError("the server did not come back")

    @staticmethod
    def known(method: str, version: str) -> set[str]:
        """Names of the parameters that a server of this version reads."""
        return {entry["name"] for entry in facts("methods")[method]["params"] if exists(entry, version)}

    def parameters(self, method: str, version: str, *, complete: bool) -> Document:
        """Valid parameters: those required, or all that the version has."""
        return {
            parameter["name"]: self._value(method, parameter, version, complete)
            for parameter in facts("methods")[method]["params"]
            if exists(parameter, version) and (parameter["required"] or complete)
        }

    def _value(self, method: str, parameter: Document, version: str, complete: bool) -> Any:
        name = parameter["name"]
        keys = (f"{method}.{name}", f"{name}:{parameter['type']}", name)
        known = next((self.names[key] for key in keys if key in self.names), None)
        if known is None:
            constants = facts("constants").get(parameter.get("enum") or "", {"values": {}})["values"]
            return next(iter(constants.values()), None) or filled(parameter["type"], version)
        if complete and parameter["type"] in facts("structures"):
            return {**filled(parameter["type"], version), **known}
        return known


def wrong_values(parameter: Document, version: str) -> Iterator[Any]:
    """Texts that are no value of the parameter's type."""
    if parameter["encoding"] == "int":
        yield from ("one", "1.5")
    elif parameter["encoding"] == "bool":
        yield "perhaps"
    elif parameter["encoding"] == "json":
        yield "{"
        yield "7" if parameter["type"] != "int" else '"7"'
        yield "{}" if parameter["type"].startswith("list<") else "[]"
    if parameter["encoding"] == "string" and parameter.get("enum", "") not in {"", *OPEN_ENUMERATIONS}:
        yield "no such value"
    unlisted = _unlisted(parameter["type"], version)
    if unlisted:
        yield json.dumps(unlisted)


def _unlisted(structure: str, version: str) -> Document:
    """A document with a value outside the closed enumeration of one of its own members, if it has such a member."""
    for name, entry in members(structure, version).items() if structure in facts("structures") else ():
        values, closed = enumeration(structure, name, entry["from"])
        if closed and entry["type"] in ("int", "string"):
            return {name: max(values) + 1 if entry["type"] == "int" else "no such value"}
    return {}


def is_json(response: requests.Response) -> bool:
    """Whether the answer says that it is JSON."""
    return response.headers.get("Content-Type", "").partition(";")[0] == JSON
