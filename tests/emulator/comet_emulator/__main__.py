"""Command line of the emulator."""

from __future__ import annotations

import argparse
import asyncio
import ssl
import sys
from pathlib import Path

from . import __version__
from .emulator import Emulator
from .facts import NEWEST, OLDEST
from .methods.setup import create_admin, set_up
from .seed import SEEDS, SeedError, seed
from .serving import Service
from .switches import Switches, UnknownSwitch


def build_parser() -> argparse.ArgumentParser:
    """The options; README.md explains them."""
    parser = argparse.ArgumentParser(prog="comet-emulator", description="A stand-in for a Comet Server.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8060, help="port to listen on, 0 for any free one")
    parser.add_argument("--port-file", type=Path, help="write the port into this file once ready")
    parser.add_argument("--tls-certificate", type=Path, help="speak HTTPS with this certificate (PEM)")
    parser.add_argument("--tls-key", type=Path, help="key of the certificate (PEM)")
    parser.add_argument("--data", default=":memory:", help="directory for the state, or :memory:")
    parser.add_argument("--version", default=NEWEST, help=f"version of Comet Server to be, from {OLDEST}")
    parser.add_argument("--admin", default="admin:admin", help="first administrator as name:password, or none")
    parser.add_argument("--seed", default="empty", help=f"what an empty server starts with: {SEEDS}")
    parser.add_argument("--read-only", action="store_true", help="refuse every call that would change something")
    parser.add_argument("--set", action="append", default=[], metavar="SWITCH=VALUE", help="flip a switch")
    parser.add_argument("--emulator-version", action="version", version=__version__)
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
    emulator.read_only = options.read_only
    return emulator


def read_tls(options: argparse.Namespace) -> tuple[Path, Path] | None:
    """The files of certificate and key, tried once, or None for plain HTTP.

    Raises:
        ValueError: only one is given, or they are no usable pair.
    """
    certificate, key = options.tls_certificate, options.tls_key
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise ValueError("--tls-certificate and --tls-key belong together")
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
    except OSError as problem:
        raise ValueError(f"cannot use {certificate} with {key}: {problem}") from None
    return certificate, key


def main(arguments: list[str] | None = None) -> int:
    """Run until told to stop. Returns the exit status."""
    options = build_parser().parse_args(arguments)
    try:
        tls = read_tls(options)
        emulator = build_emulator(options)
    except (SeedError, UnknownSwitch, ValueError) as problem:
        print(f"comet-emulator: {problem}", file=sys.stderr)
        return 2

    def ready(port: int) -> None:
        if options.port_file is not None:
            options.port_file.write_text(f"{port}\n", encoding="ascii")
        host = f"[{options.host}]" if ":" in options.host else options.host
        print(f"comet-emulator listening on {'https' if tls else 'http'}://{host}:{port}/", flush=True)

    try:
        asyncio.run(Service(emulator, options.host, options.port, tls).run(ready))
    except OSError as problem:
        print(
            f"comet-emulator: cannot listen on {options.host} port {options.port}: {problem.strerror}", file=sys.stderr
        )
        return 1
    finally:
        emulator.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
