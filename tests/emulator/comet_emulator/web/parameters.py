"""Parameters of a call: read from the form and checked against the facts, as the real server's parser would."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

import orjson

from ..core.errors import ApiError
from ..core.facts import Method, Parameter
from ..core.routing import Request
from ..core.shapes import INTEGERS
from ..emulator import Emulator

TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
INTEGER = re.compile(r"[+-]?[0-9]{1,19}")


def parse_form(body: bytes) -> dict[str, str]:
    """Fields of an ``application/x-www-form-urlencoded`` body; of a repeated field the first counts.

    Raises:
        ApiError: 400, the body is no form.
    """
    form: dict[str, str] = {}
    try:
        for name, value in parse_qsl(body.decode("utf-8"), keep_blank_values=True):
            form.setdefault(name, value)
    except ValueError:
        raise ApiError(400, "Malformed request: the body is not a form") from None
    return form


def read_parameters(emulator: Emulator, method: Method, request: Request) -> dict[str, Any]:
    """The method's parameters by name, in their own types; optional ones that were not sent are absent.

    Raises:
        ApiError: 400, one is missing or malformed.
    """
    values: dict[str, Any] = {}
    for parameter in method.parameters:
        if parameter.since > emulator.version:
            continue
        if parameter.encoding == "file":
            text: str | None = None if request.upload is None else ""
        else:
            text = request.form.get(parameter.name)
        if text is None or (text == "" and not parameter.required and parameter.encoding != "string"):
            if parameter.required:
                raise ApiError(400, f"Malformed request: missing parameter {parameter.name}")
            continue
        values[parameter.name] = request.upload if parameter.encoding == "file" else _convert(emulator, parameter, text)
    return values


def _convert(emulator: Emulator, parameter: Parameter, text: str) -> Any:
    problem = f"Malformed request: {parameter.name}: expected "
    if parameter.encoding == "int":
        if not INTEGER.fullmatch(text) or int(text) not in INTEGERS:
            raise ApiError(400, problem + "an integer")
        return int(text)
    if parameter.encoding == "bool":
        if text not in TRUE and text not in FALSE:
            raise ApiError(400, problem + "true or false")
        return text in TRUE
    if parameter.encoding == "json":
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError:
            raise ApiError(400, problem + "JSON") from None
        return emulator.take(parameter.type, value, parameter.name)
    allowed = emulator.facts.enumerations.get(parameter.enumeration)
    if allowed and text and text not in allowed and emulator.switches["check_enumerations"]:
        raise ApiError(400, problem + f"a value of {parameter.enumeration}")
    return text
