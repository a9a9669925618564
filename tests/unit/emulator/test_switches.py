"""Every switch changes what it says; a switch without a test here is found by the first test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.comet.backup.tests.unit.emulator import (
    device_probes,
    event_probes,
    job_probes,
    object_probes,
    server_probes,
)
from comet_emulator.core.switches import BY_NAME, Switches, UnknownSwitch

CASES: dict[str, Callable[[Any], Any]] = {
    **object_probes.PROBES,
    **event_probes.PROBES,
    **device_probes.PROBES,
    **job_probes.PROBES,
    **server_probes.PROBES,
}
VALUES = {
    **object_probes.VALUES,
    **event_probes.VALUES,
    **device_probes.VALUES,
    **job_probes.VALUES,
    **server_probes.VALUES,
}


def other_value(name: str) -> Any:
    """A value of the switch that is not its default."""
    switch = BY_NAME[name]
    if name in VALUES:
        return VALUES[name]
    if isinstance(switch.default, bool):
        return not switch.default
    return next(choice for choice in switch.choices if choice != switch.default)


def test_every_switch_is_probed() -> None:
    assert set(CASES) == set(BY_NAME)


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_switch_has_an_effect(server: Any, name: str) -> None:
    probe = CASES[name]
    seen = probe(server)
    server.control("restore", {"name": "first day"})
    server.switch(**{name: other_value(name)})
    assert probe(server) != seen


def test_unknown_switch_or_value() -> None:
    switches = Switches()
    with pytest.raises(UnknownSwitch, match=r"there are .*omit_when_zero"):
        switches.set("nonsense", 1)
    with pytest.raises(UnknownSwitch, match="one of 400, 403, 404, 409, 500"):
        switches.set("hash_mismatch_status", "200")
    with pytest.raises(UnknownSwitch, match="true or false"):
        switches.set("omit_when_zero", "perhaps")
    with pytest.raises(UnknownSwitch, match="an integer"):
        switches.set("latency_ms", "long")


def test_readme_lists_every_switch() -> None:
    readme = (Path(__file__).resolve().parents[2] / "emulator" / "README.md").read_text(encoding="utf-8")
    table = readme.split("\n## Switches\n")[1].split("\n## ")[0]
    for switch in BY_NAME.values():
        default = str(switch.default).lower() if isinstance(switch.default, bool) else switch.default
        (line,) = [line for line in table.splitlines() if line.startswith(f"| `{switch.name}` |")]
        assert f"| `{default}` |" in line
        assert line.endswith(f"| {switch.meaning} |")
