"""Command line of the emulator."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

import orjson

from . import __version__
from .core.facts import NEWEST, OLDEST
from .core.switches import Switches, UnknownSwitch
from .emulator import Emulator
from .methods.setup import create_admin, set_up
from .seeds.seed import SEEDS, SeedError, seed
from .web import tls
from .web.serving import Service
from .web.tls import Tls

EPILOG = "Control calls under /_control/ change all of this while it runs. SIGTERM and SIGINT end it."


def build_parser() -> argparse.ArgumentParser:
    """The options; README.md explains them."""
    parser = argparse.ArgumentParser(prog="comet-emulator", description="A stand-in for a Comet Server.", epilog=EPILOG)
    parser.add_argument("--emulator-version", action="version", version=__version__)
    listening = parser.add_argument_group("where to listen")
    listening.add_argument("--host", default="127.0.0.1", help="address to listen on; default %(default)s")
    listening.add_argument(
        "--port", type=int, default=8060, help="port to listen on, 0 for any free one; default %(default)s"
    )
    listening.add_argument("--port-file", type=Path, metavar="FILE", help="write the port into this file once ready")
    server = parser.add_argument_group("the server")
    server.add_argument("--data", default=":memory:", metavar="DIR", help="keep the state here; default %(default)s")
    server.add_argument(
        "--version", default=NEWEST, help=f"version of Comet Server to be, {OLDEST} or later; default %(default)s"
    )
    server.add_argument(
        "--admin",
        default="admin:admin",
        metavar="NAME:PASSWORD",
        help="first administrator of a new server, or none; default %(default)s",
    )
    server.add_argument("--seed", default="empty", help=f"what a new server starts with: {SEEDS}; default %(default)s")
    server.add_argument("--read-only", action="store_true", help="refuse every call that would change something")
    server.add_argument(
        "--set", action="append", default=[], metavar="SWITCH=VALUE", help="flip a switch; may be repeated"
    )
    faults = parser.add_argument_group("faults")
    faults.add_argument(
        "--fault", action="append", default=[], help="a kind of fault, or JSON as for /_control/fault; may be repeated"
    )
    faults.add_argument("--fault-seed", type=int, metavar="NUMBER", help="the same number, the same faults by chance")
    tls.add_options(parser)
    return parser


def build_emulator(options: argparse.Namespace) -> Emulator:
    """The emulated server that the options describe.

    Raises:
        SeedError | UnknownSwitch | ValueError: an option makes no sense.
    """
    switches = Switches()
    for setting in options.set:
        name, _unused, value = setting.partition("=")
        switches.set(name, value)
    data = None if options.data == ":memory:" else Path(options.data)
    emulator = Emulator(version=options.version, data=data, switches=switches)
    fresh = set_up(emulator)
    if fresh and options.admin != "none":
        name, separator, password = options.admin.partition(":")
        if not separator or not name or not password:
            raise ValueError("--admin wants name:password, or none")
        create_admin(emulator, name, password)
    if fresh:
        seed(emulator, options.seed)
    emulator.live.start()
    emulator.read_only = options.read_only
    plan_faults(emulator, options)
    return emulator


def plan_faults(emulator: Emulator, options: argparse.Namespace) -> None:
    """Plan the faults that the options describe.

    Raises:
        ValueError: one of them makes no sense.
    """
    if options.fault_seed is not None:
        emulator.faults.sow(options.fault_seed)
    for text in options.fault:
        try:
            request = orjson.loads(text) if text.startswith("{") else {"kind": text}
        except orjson.JSONDecodeError:
            raise ValueError(f"--fault wants a kind or a JSON object, not {text!r}") from None
        emulator.faults.plan(request)


def serve(options: argparse.Namespace, emulator: Emulator, files: Tls | None) -> int:
    """Run until told to stop. Returns the exit status."""

    def ready(port: int) -> None:
        if options.port_file is not None:
            options.port_file.write_text(f"{port}\n", encoding="ascii")
        host = f"[{options.host}]" if ":" in options.host else options.host
        print(f"comet-emulator listening on {'https' if files else 'http'}://{host}:{port}/", flush=True)

    try:
        asyncio.run(Service(emulator, options.host, options.port, files).run(ready))
    except OSError as problem:
        print(
            f"comet-emulator: cannot listen on {options.host} port {options.port}: {problem.strerror}", file=sys.stderr
        )
        return 1
    finally:
        emulator.store.close()
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says. Returns the exit status."""
    options = build_parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="comet-emulator-") as directory:
        try:
            files = tls.read_options(options, Path(directory))
            emulator = build_emulator(options)
        except (SeedError, UnknownSwitch, ValueError, OSError) as problem:
            print(f"comet-emulator: {problem}", file=sys.stderr)
            return 2
        return serve(options, emulator, files)


if __name__ == "__main__":
    sys.exit(main())
