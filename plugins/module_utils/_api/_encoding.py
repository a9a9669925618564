# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters of a call as form fields, checked against the facts; JSON both ways. Private; may change at any time."""

from __future__ import annotations

import contextlib
import difflib
import gc
import json
import math
import string
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn

from ansible_collections.comet.backup.plugins.module_utils._api._errors import BadParameter
from ansible_collections.comet.backup.plugins.module_utils._api._model import (
    Method,
    Parameter,
    UnknownFact,
    method,
    method_names,
)

try:
    import orjson
except ImportError:
    orjson = None  # type: ignore[assignment]

_UNQUOTED = (string.ascii_letters + string.digits + "_.-~").encode()
# Longer JSON is worth stopping the garbage collection for.
LARGE_JSON = 1 << 16


def dump_json(value: Any) -> bytes:
    """Compact JSON. Raises TypeError, ValueError or RecursionError; for numbers that JSON does not have, too."""
    if orjson is None:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8")
    # Names of map entries may be a subclass of text (Ansible marks its values), which orjson refuses by default.
    options = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
    text = orjson.dumps(value, default=_plain_number, option=options)
    # That is how it writes a number that is none, which only looking can tell from what is null.
    if b"null" in text:
        _refuse_no_number(value)
    return text


def _refuse_no_number(value: Any) -> None:
    """Raises ValueError where a document holds a float that is not finite."""
    if isinstance(value, dict):
        for item in value.values():
            _refuse_no_number(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _refuse_no_number(item)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number that is not finite has no place in JSON")


def _plain_number(value: Any) -> float:
    """A marked number as a plain one: orjson takes subclasses of all that Ansible marks but of floats."""
    if isinstance(value, float):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def load_json(text: bytes) -> Any:
    """What the JSON says. Raises ValueError or RecursionError."""
    with undisturbed() if len(text) > LARGE_JSON else contextlib.nullcontext():
        return _DECODER.decode(text.decode("utf-8")) if orjson is None else orjson.loads(text)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} has no place in JSON")


# As strict as orjson, so that it does not matter which of them is installed.
_DECODER = json.JSONDecoder(parse_constant=_no_number)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """No garbage collection, which would look at all that was made so far again and again: most of the time it takes.

    Who finds the collection stopped leaves it alone, so that of several threads none stops it for good.
    """
    running = gc.isenabled()
    if running:
        gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def encode_form(form: Mapping[str, str]) -> bytes:
    """The fields as ``application/x-www-form-urlencoded``: what the standard library makes, in a fifth of the time.

    Raises UnicodeEncodeError for text that is not Unicode.
    """
    return b"&".join(_quoted(name) + b"=" + _quoted(value) for name, value in form.items())


def _quoted(text: str) -> bytes:
    """Each kind of byte that needs it is replaced at once; the signs that stand for others, percent and plus, first."""
    quoted = text.encode("utf-8")
    unsafe = set(quoted.translate(None, _UNQUOTED))
    for byte in sorted(unsafe, key=b"+%".find, reverse=True):
        quoted = quoted.replace(bytes((byte,)), b"+" if byte == ord(" ") else b"%%%02X" % byte)
    return quoted


def nearest_name(word: str, known: Iterable[str]) -> str:
    """The known name that a mistyped one most likely means, in any case of letters; empty if none is close."""
    by_lower = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower(), by_lower, n=1)
    return by_lower[close[0]] if close else ""


def encode(method: Method, parameters: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, bytes]]:
    """Form fields and files for a call; None means not given.

    Documents are only checked for being dictionaries: a server may know members that the facts do not. Raises
    BadParameter, whose text never repeats a value.
    """
    given = {name: value for name, value in parameters.items() if value is not None}
    for name in given:
        if name not in method.parameters:
            raise _unknown(method, name)
    for name, parameter in method.parameters.items():
        if parameter.required and name not in given:
            raise BadParameter(f"{method.name} needs the parameter {name}.", method.name, name)
    form: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for name, value in given.items():
        parameter = method.parameters[name]
        _check(method, parameter, value)
        if parameter.type.name == "file":
            files[name] = bytes(value)
        else:
            form[name] = _text(method, parameter, value)
    return form, files


def _unknown(method: Method, name: str) -> BadParameter:
    near = nearest_name(name, method.parameters)
    hint = f"did you mean {near}?" if near else f"it takes {', '.join(sorted(method.parameters)) or 'none'}."
    return BadParameter(f"{method.name} has no parameter {name}; {hint}", method.name, name, near)


def _check(method: Method, parameter: Parameter, value: Any) -> None:
    """Refuse a value of the wrong kind. The server tells ``{}`` from ``[]``, and so do we."""
    kind = parameter.type.name if parameter.type.kind == "scalar" else parameter.type.kind
    wanted, fits = {
        "string": ("text", isinstance(value, str)),
        "int": ("a whole number", isinstance(value, int) and not isinstance(value, bool)),
        "bool": ("true or false", isinstance(value, bool)),
        "file": ("bytes", isinstance(value, (bytes, bytearray))),
        "list": ("a list", isinstance(value, (list, tuple))),
        "map": ("a dictionary", isinstance(value, dict)),
        "structure": (f"a dictionary ({parameter.type.name})", isinstance(value, dict)),
    }.get(kind, ("", True))
    if not fits:
        raise BadParameter(
            f"The parameter {parameter.name} of {method.name} must be {wanted}, not {type(value).__name__}.",
            method.name,
            parameter.name,
        )


def _text(method: Method, parameter: Parameter, value: Any) -> str:
    """The value as it stands in the form."""
    try:
        if isinstance(value, str):
            value.encode("utf-8")
            return str(value)
        if isinstance(value, bool):
            return "1" if value else "0"
        return dump_json(value).decode("utf-8")
    except (TypeError, ValueError, RecursionError):
        raise BadParameter(
            f"The parameter {parameter.name} of {method.name} holds a value that cannot be written as JSON in UTF-8, "
            "such as NaN or half a character.",
            method.name,
            parameter.name,
        ) from None


def find_method(name: str) -> Method:
    """The method of the facts; BadParameter with the nearest name if there is none."""
    try:
        return method(name)
    except UnknownFact:
        near = nearest_name(name, method_names())
        hint = f"; did you mean {near}?" if near else "."
        raise BadParameter(f"The API has no method {name}{hint}", method=name, nearest=near) from None
