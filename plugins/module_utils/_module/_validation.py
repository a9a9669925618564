# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether options fit a spec, and what is wrong where they do not. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator, ValidationResult

from ansible_collections.comet.backup.plugins.module_utils._module._shown import shown
from ansible_collections.comet.backup.plugins.module_utils._state._errors import nearest


class Validator:
    """ansible-core's own validation for one argument spec and its ``rules``, such as required_one_of."""

    def __init__(self, spec: Mapping[str, Any], rules: Mapping[str, Any]) -> None:
        self.spec = spec
        self._whole = ArgumentSpecValidator(spec, **rules)

    def validate(self, given: Mapping[str, Any]) -> ValidationResult:
        """The options as ansible-core reads them.

        It trips over a number where it looks for suboptions; then we look ourselves, when the options become a patch.
        """
        try:
            return self._whole.validate(dict(given))
        except TypeError:
            return ArgumentSpecValidator(without_suboptions(self.spec)).validate(dict(given))


def complaint(validation: ValidationResult, spec: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    """What is wrong with the options, by name; an unknown one comes with the valid one that is nearest."""
    unknown = sorted(".".join((one,) if isinstance(one, str) else one) for one in validation.unsupported_parameters)
    if unknown:
        return shown(
            ". ".join(f"{path} is not an option of this module{nearest_option(path, spec)}" for path in unknown)
        )
    # Where a text stands for a dictionary, ansible-core forgets to say which; without the suboptions it does not.
    stated = {name: value for name, value in given.items() if value is not None}
    plain = ArgumentSpecValidator(without_suboptions(spec)).validate(stated)
    return shown(str(plain.errors.msg if plain.errors.errors else validation.errors.msg))


def nearest_option(path: str, spec: Mapping[str, Any]) -> str:
    """The end of a message about an unknown option."""
    *above, name = path.split(".")
    for step in above:
        spec = spec.get(step, {}).get("options") or {}
    return nearest(name, spec)


NOT_SHOWN = "(not shown)"


def names_only(given: Mapping[str, Any]) -> dict[str, str]:
    """Options that do not fit, without their values: nobody could tell which of them are secret."""
    return dict.fromkeys(given, NOT_SHOWN)


def without(unseen: Sequence[str], given: Mapping[str, Any]) -> dict[str, Any]:
    """The options without the values of some."""
    return {name: NOT_SHOWN if name in unseen and value else value for name, value in given.items()}


def without_suboptions(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The spec of the first level alone. What is below is checked again when the options become a patch."""
    return {name: {key: value for key, value in option.items() if key != "options"} for name, option in spec.items()}
