# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a module process imports our files from the archive that Ansible sends it. Private; may change at any time."""

from __future__ import annotations

import atexit
import gc
import json
import os
import sys
from functools import partial
from types import CodeType
from zipimport import zipimporter

from ansible.module_utils import basic

from ansible_collections.comet.backup.plugins.module_utils._module._compiled import Compiled, place


class SourceImporter(zipimporter):
    """Imports source files from an archive, and compiles each at most once.

    Python's own importer compiles each of them twice, the first time just to learn the name of the file.
    """

    def __init__(self, path: str, compiled: Compiled) -> None:
        super().__init__(path)
        self._compiled = compiled

    def get_filename(self, fullname: str) -> str:
        """Path of a module's file, archive included. Raises ZipImportError for a module that is not there."""
        ending = f"{os.sep}__init__.py" if self.is_package(fullname) else ".py"
        return os.path.join(self.archive, self.prefix + fullname.rpartition(".")[2] + ending)

    def get_code(self, fullname: str) -> CodeType:
        """A module's code. Raises ZipImportError and SyntaxError."""
        path = self.get_filename(fullname)
        begins = len(self.archive) + 1
        return self._compiled.code(path[begins:], self.get_data(path))


def import_faster(loader: object) -> None:
    """Import like this from now on, where ``loader``, which has imported the caller, reads an archive."""
    if not isinstance(loader, zipimporter):
        return
    # What is imported stays until the process ends, which is soon: looking for garbage in it would only take time, also
    # at the end.
    gc.disable()
    atexit.register(gc.freeze)
    compiled = Compiled(place(_directory(), os.path.basename(loader.archive)))
    atexit.register(compiled.save)
    sys.path_hooks.insert(0, partial(SourceImporter, compiled=compiled))
    for path in [path for path in sys.path_importer_cache if path.startswith(loader.archive)]:
        del sys.path_importer_cache[path]


def _directory() -> object:
    """The directory for temporary files of this user (remote_tmp), if Ansible has told it."""
    try:
        return json.loads(basic._ANSIBLE_ARGS)["ANSIBLE_MODULE_ARGS"]["_ansible_remote_tmp"]
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
