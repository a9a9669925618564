# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTML reports in a real browser that reaches no network, and what they do there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route

from ansible_collections.comet.backup.plugins.plugin_utils._drift import _html
from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import Document, Finding, Server
from ansible_collections.comet.backup.tests.unit import drift_samples as samples

PATIENCE = 20_000
"""Milliseconds that a page may take for one step."""
FINDING = "details.finding"
SHOWN = f"{FINDING}:not([hidden])"


@dataclass
class Report:
    """A report that a browser shows. ``troubles`` are requests, errors, messages and dialogs; there should be none."""

    page: Page
    address: str
    troubles: list[str] = field(default_factory=list)

    def open(self, fragment: str = "") -> None:
        """Open the page anew, as a link does whose address ends with the fragment."""
        self.page.goto("about:blank")
        self.page.goto(self.address + fragment)

    @property
    def fragment(self) -> str:
        """What the address carries after its path."""
        return str(self.ask("() => location.href")).removeprefix(self.address)

    def names(self) -> list[str]:
        """The names of the objects of the findings that are shown, in their order."""
        return self.page.locator(f"{SHOWN} > summary b").all_inner_texts()

    def count(self) -> int:
        """How many findings are shown."""
        return self.page.locator(SHOWN).count()

    def opened(self) -> int:
        """How many of them are open."""
        return self.page.locator(f"{SHOWN}[open]").count()

    def status(self) -> str:
        """What the page says about how much is shown."""
        return self.page.locator("#shown").inner_text()

    def choice(self, facet: str, value: str) -> str:
        """The text of a choice: an option or a button, with the number of findings that it would show."""
        option = self.page.locator(f'select[data-facet="{facet}"] option[value="={value}"]')
        button = self.page.locator(f'button[data-facet="{facet}"][data-value="{value}"]')
        return option.or_(button).text_content() or ""

    def toggle(self, value: str) -> None:
        """Press the button of a severity, a status or a type."""
        self.page.locator(f'button[data-value="{value}"]').click()

    def ask(self, script: str, argument: Any = None) -> Any:
        """Return what a JavaScript function makes of the page."""
        return self.page.evaluate(script, argument)


class Desk:
    """Writes reports into files, and opens them in contexts of their own."""

    def __init__(self, browser: Browser, directory: Path) -> None:
        self._browser = browser
        self._directory = directory
        self._contexts: list[BrowserContext] = []
        self.reports: list[Report] = []

    def show(self, document: Document, fragment: str = "", **settings: Any) -> Report:
        """Open the report from its file. ``settings`` are those of a browser context of Playwright."""
        file = self._directory / f"report-{len(self.reports)}.html"
        file.write_bytes(_html.render(document).encode())
        context = self._browser.new_context(**settings)
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE)
        report = Report(context.new_page(), file.as_uri())
        self.reports.append(report)
        _watch(context, report)
        report.open(fragment)
        return report

    def close(self) -> None:
        """Close all pages."""
        for context in self._contexts:
            context.close()


def _watch(context: BrowserContext, report: Report) -> None:
    """Let the page have nothing but its own file, and note whatever it should not do."""

    def answer(route: Route) -> None:
        if route.request.url.split("#")[0] == report.address:
            route.continue_()
        else:
            report.troubles.append(f"request: {route.request.url}")
            route.abort()

    def refuse(dialog: Dialog) -> None:
        report.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    context.set_offline(True)
    context.route("**/*", answer)
    page = report.page
    page.on("console", lambda message: report.troubles.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: report.troubles.append(f"error: {error}"))
    page.on("popup", lambda popup: report.troubles.append(f"window: {popup.url}"))
    page.on("dialog", refuse)


def crossed() -> Document:
    """One finding for each way in which two servers, tenants, kinds, severities and statuses go together: 32 in all."""
    servers: list[Server] = []
    for name in ("east", "west"):
        found = [
            _crossed(name, tenant, kind, severity, status)
            for tenant in ("", "ACME")
            for kind in ("policy", "storage_vault")
            for severity in ("protection", "cosmetic")
            for status in ("new", "still")
        ]
        servers.append(samples.server(name, found))
    return samples.document(servers, compared_with=samples.EARLIER)


def _crossed(server: str, tenant: str, kind: str, severity: str, status: str) -> Finding:
    name = "-".join((server, tenant or "none", kind, severity, status))
    change = samples.member(("description",), f"was {name}", f"is {name}", severity, status)
    return samples.finding(kind, name, [change], tenant=tenant, severity=severity, status=status)
