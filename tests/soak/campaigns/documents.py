# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents as odd as a server may hold them, of every structure, and wishes for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import KINDS
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.tests.soak import laws, oddities
from ansible_collections.comet.backup.tests.soak.asked import asked
from ansible_collections.comet.backup.tests.soak.campaign import Campaign, Figures, SoakedServer, on_one_server
from ansible_collections.comet.backup.tests.soak.exports import Exporter
from ansible_collections.comet.backup.tests.soak.judges import Rules
from ansible_collections.comet.backup.tests.soak.on_server import Planter
from ansible_collections.comet.backup.tests.unit.promises.case import Case
from ansible_collections.comet.backup.tests.unit.promises.cases import CASES

Example = Callable[[st.DataObject], Figures]

STRUCTURES = tuple(_model.structure_names())
"""All that the API sends or takes."""
MANAGED = tuple(
    sorted(
        {kind.structure for kind in KINDS}
        | {field.inner for kind in KINDS for field in _fields.settable(kind.structure) if field.inner}
    )
)
"""Those that tasks can describe, at any depth."""
SHARE = 8
"""A run looks at one in so many structures; so many runs in a row at all of them."""
EXAMPLES, ON_SERVER = 8, 4
"""How many documents of each structure a run draws, and how many of each object it puts on the server."""
CASES_EACH, EXPORTS = 3, 3
"""How many objects a run puts on the server, and how many runs there are for each that exports."""
RULES = st.builds(Rules, always=st.booleans(), exclusive=st.booleans())


def shared(structures: tuple[str, ...], number: int) -> tuple[str, ...]:
    """The structures that a run looks at."""
    return structures[number % SHARE :: SHARE]


def draw(number: int, count: int, example: Example) -> Figures:
    """The figures of ``count`` examples, which follow from the number; of one that breaks a promise, the least."""
    figures: Figures = Counter()

    @seed(number)
    @settings(
        max_examples=count,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        deadline=None,
        database=None,
        print_blob=False,
        report_multiple_bugs=False,
    )
    @given(st.data())
    def examples(data: Any) -> None:
        figures.update(example(data))

    examples()
    return figures


def showing(name: str) -> Example:
    """Documents of a structure are shown."""
    return lambda data: laws.of_document(name, data.draw(oddities.documents(name)))


def asking(name: str) -> Example:
    """Something is asked for documents of a structure that tasks can describe."""

    def example(data: st.DataObject) -> Figures:
        plain, odd = data.draw(oddities.documents(name, False)), data.draw(oddities.documents(name))
        document = data.draw(st.sampled_from((odd, plain, None)))
        options, rules = data.draw(asked(name, document)), data.draw(RULES)
        return laws.of_round_trip(name, plain) + laws.of_wish(name, document, options, rules)

    return example


class Documents:
    """Runs on one server."""

    def __init__(self, server: SoakedServer) -> None:
        self.server = server

    def run(self, number: int) -> Figures:
        """A share of all structures in memory, some objects on the server, and now and then a whole server."""
        figures: Figures = Counter()
        for name in shared(STRUCTURES, number):
            figures += draw(number, EXAMPLES, showing(name)) + Counter({f"structures.{name}": 1})
        for name in shared(MANAGED, number):
            figures += draw(number, EXAMPLES, asking(name)) + Counter({f"managed.{name}": 1})
        for case in (CASES[(number * CASES_EACH + turn) % len(CASES)] for turn in range(CASES_EACH)):
            figures += self._planted(number, case)
        if number % EXPORTS == 0:
            exporter = Exporter(self.server)
            exporter.prepare(number)
            figures += draw(number, ON_SERVER, exporter.example)
        return figures

    def _planted(self, number: int, case: Case) -> Figures:
        planter = Planter(self.server, case)
        planter.prepare()
        found = draw(number, ON_SERVER, planter.example)
        self.server.switch(empty_collections="empty", omit_when_zero=True, check_enumerations=True)
        return found + Counter({f"kinds.{case.resource.kind}": 1})


CAMPAIGN = Campaign(
    name="documents",
    title="Odd documents",
    text="""
Documents of every structure of the API are made by chance, as odd as a server may ever hold them: with members that
nobody knows, nulls and zeros, members missing, deep nesting, huge lists, maps with strange keys, values no enumeration
has, numbers at the limits, texts in any script. Tasks ask by chance for parts of them, in one spelling or another, and
for anything else. What comes of it is judged by rules written apart from the code: applied twice nothing changes and
nothing is written; check mode tells what the real run does and touches nothing; what nobody knows and what no task
names is there afterwards; the diff is empty exactly when nothing differs. Every secret is hidden, wherever it is, and
nothing else is. Objects of every kind go through a server, and whole servers are exported and applied as they are.
What breaks a promise is reduced to the smallest document and the smallest task that do.
""",
    rows={
        "documents": "Documents shown",
        "secrets": "Secrets hidden in them",
        "structures.*": f"Structures of the API that they were of, of {len(STRUCTURES)}",
        "wishes": "Tasks for documents in memory",
        "managed.*": f"Structures that these described, of {len(MANAGED)} that tasks can describe",
        "round trips": "Documents asked for as they are shown",
        "on server": "Documents on a server with a task for each",
        "kinds.*": f"Kinds of objects that these were of, of {len(KINDS)}",
        "calls": "Tasks run for these",
        "exports": "Exports applied as they are",
        "made odd": "Objects made odd before them",
    },
    opened=on_one_server(lambda server: Documents(server).run),
    seconds=240,
    quick=(1, 2, 3),
)
