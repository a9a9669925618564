# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a module process imports our files from the archive that Ansible sends it. Private; may change at any time."""

from __future__ import annotations

import os
import sys
from zipimport import zipimporter


class SourceImporter(zipimporter):
    """Imports source files from an archive.

    Python's own importer compiles each of them twice, the first time just to learn the name of the file; that is a
    sixth of the time that a module process takes.
    """

    def get_filename(self, fullname: str) -> str:
        """Path of a module's file, archive included. Raises ZipImportError for a module that is not there."""
        ending = f"{os.sep}__init__.py" if self.is_package(fullname) else ".py"
        return os.path.join(self.archive, self.prefix + fullname.rpartition(".")[2] + ending)


def compile_once(loader: object) -> None:
    """Import what comes next like this, where ``loader``, which has imported the caller, reads an archive."""
    if isinstance(loader, zipimporter):
        sys.path_hooks.insert(0, SourceImporter)
        for path in [path for path in sys.path_importer_cache if path.startswith(loader.archive)]:
            del sys.path_importer_cache[path]
