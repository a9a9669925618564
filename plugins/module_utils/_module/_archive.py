# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a module process loads our files from the archive that Ansible sends. Private; may change at any time."""

from __future__ import annotations

import sys
import zipimport


class SourceImporter(zipimport.zipimporter):
    """Loads source files from an archive.

    Python's own importer compiles each of them twice: once to run it, and once just to tell its file name.
    """

    def get_filename(self, fullname: str) -> str:
        """The path of a module's file inside the archive."""
        name = self.prefix + fullname.rpartition(".")[2]
        return f"{self.archive}/{name}{'/__init__' if self.is_package(fullname) else ''}.py"


def load_faster(loader: object) -> None:
    """Let what has not been looked for yet be loaded like this, if ``loader`` shows that we came in an archive."""
    if not isinstance(loader, zipimport.zipimporter):
        return
    sys.path_hooks.insert(0, SourceImporter)
    for path in [path for path in sys.path_importer_cache if path.startswith(loader.archive)]:
        del sys.path_importer_cache[path]
