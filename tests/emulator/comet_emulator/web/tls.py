"""HTTPS: certificates from files, or from a private authority made for one run."""

from __future__ import annotations

import argparse
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AUTO = "auto"
NAMES = ("localhost", "127.0.0.1", "::1")
"""What a certificate of the private authority is good for when no names are given."""


@dataclass(frozen=True, slots=True)
class Tls:
    """Files (PEM) that a server speaks HTTPS with; clients must show a certificate of ``client_authority`` if set."""

    certificate: Path
    key: Path
    client_authority: Path | None = None

    def settings(self) -> dict[str, Any]:
        """The same as settings of uvicorn."""
        settings: dict[str, Any] = {"ssl_certfile": self.certificate, "ssl_keyfile": self.key}
        if self.client_authority is not None:
            settings.update(ssl_ca_certs=self.client_authority, ssl_cert_reqs=ssl.CERT_REQUIRED)
        return settings


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options about HTTPS; README.md explains them."""
    group = parser.add_argument_group("HTTPS, plain HTTP without these options")
    group.add_argument("--tls-certificate", type=Path, metavar="FILE", help="certificate of the server (PEM)")
    group.add_argument("--tls-key", type=Path, metavar="FILE", help="its key (PEM)")
    group.add_argument(
        "--tls",
        metavar="auto[:NAME,...]",
        help="make a private authority and a certificate for these host names or addresses"
        f" (default {','.join(NAMES)}); needs the package trustme",
    )
    group.add_argument(
        "--tls-ca-file", type=Path, metavar="FILE", help="with --tls auto: write the authority's certificate here"
    )
    group.add_argument(
        "--tls-client-ca", type=Path, metavar="FILE", help="refuse clients without a certificate of this authority"
    )
    group.add_argument(
        "--tls-client-file",
        type=Path,
        metavar="FILE",
        help="with --tls auto: write a client certificate with its key here, and refuse clients without one",
    )


def read_options(options: argparse.Namespace, directory: Path) -> Tls | None:
    """What the options ask for, tried once, or None for plain HTTP. New keys are written into ``directory``.

    Raises:
        ValueError: options do not fit together, or files are not usable.
    """
    if options.tls is None:
        if options.tls_ca_file or options.tls_client_file:
            raise ValueError("--tls-ca-file and --tls-client-file belong to --tls auto")
        tls = _from_files(options)
    elif options.tls_certificate or options.tls_key:
        raise ValueError("--tls auto makes its own certificate; leave --tls-certificate and --tls-key out")
    else:
        tls = _from_authority(options, directory)
    if tls is not None:
        _try(tls)
    return tls


def _from_files(options: argparse.Namespace) -> Tls | None:
    certificate, key = options.tls_certificate, options.tls_key
    if certificate is None and key is None:
        if options.tls_client_ca:
            raise ValueError("--tls-client-ca needs HTTPS: --tls auto, or --tls-certificate and --tls-key")
        return None
    if certificate is None or key is None:
        raise ValueError("--tls-certificate and --tls-key belong together")
    return Tls(certificate, key, options.tls_client_ca)


def _from_authority(options: argparse.Namespace, directory: Path) -> Tls:
    word, _unused, names = options.tls.partition(":")
    if word != AUTO:
        raise ValueError(f"--tls wants auto or auto:NAME,..., not {options.tls!r}")
    if options.tls_client_ca and options.tls_client_file:
        raise ValueError("--tls-client-ca and --tls-client-file exclude each other")
    try:
        import trustme
    except ImportError:
        raise ValueError("--tls auto needs the package trustme (pip install trustme)") from None
    authority = trustme.CA()
    server = authority.issue_cert(*(names.split(",") if names else NAMES))
    tls = Tls(directory / "server.pem", directory / "server.key", options.tls_client_ca)
    server.private_key_pem.write_to_path(tls.key)
    for number, blob in enumerate(server.cert_chain_pems):
        blob.write_to_path(tls.certificate, append=number > 0)
    if options.tls_ca_file:
        authority.cert_pem.write_to_path(options.tls_ca_file)
    if options.tls_client_file:
        authority.issue_cert(common_name="client").private_key_and_cert_chain_pem.write_to_path(options.tls_client_file)
        authority.cert_pem.write_to_path(directory / "clients.pem")
        tls = Tls(tls.certificate, tls.key, directory / "clients.pem")
    return tls


def _try(tls: Tls) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(tls.certificate, tls.key)
    except OSError as problem:
        raise ValueError(f"cannot use {tls.certificate} with {tls.key}: {problem}") from None
    try:
        if tls.client_authority is not None:
            context.load_verify_locations(tls.client_authority)
    except OSError as problem:
        raise ValueError(f"cannot use {tls.client_authority}: {problem}") from None
