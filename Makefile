# Everything a person or a machine runs. `make help` lists it; tests/tools/gate.py holds the steps of `make test`.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# The first Python that is new enough and can make virtual environments. `make venv PYTHON=…` takes another one.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)

VENV := .venv
RUN := $(VENV)/bin/python
CORES ?= oldest,newest
GATE := $(RUN) tests/tools/gate.py --cores $(CORES)
READY := $(VENV)/.ready
LINK := $(VENV)/collections/ansible_collections/comet/backup

.PHONY: help venv test lint unit promises sanity integration browser molecule docs build bench soak mutants demo emulator format derived changelog lock clean distclean

help: ## list these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

venv: $(READY) ## create .venv with all tools; `.venv/bin/ansible-playbook` then finds comet.backup

$(READY): tests/requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer (with venv and ensurepip) is needed but was not found." >&2; exit 1; }
	@rm -f $@
	@echo "Creating $(VENV) with $(PYTHON)"
	@$(RUN) -c pass 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@$(RUN) -m pip install -qq --disable-pip-version-check --requirement tests/requirements.txt
	@mkdir -p $(dir $(LINK)) && ln -sfn ../../../.. $(LINK)
	@touch $@

test: venv ## everything that gates a change
	@$(GATE)

lint: venv ## facts, derived lists, ruff, mypy, yamllint, changelog, ansible-lint
	@$(GATE) lint

unit: venv ## the fast tests, with coverage
	@$(GATE) unit

promises: venv ## the promises under every switch of the emulator, and both doors
	@$(GATE) promises

sanity: venv ## ansible-test sanity; CORES=oldest,newest or 2.16 or all
	@$(GATE) sanity

integration: venv ## real ansible-playbook runs against the emulator; CORES as above
	@$(GATE) integration

browser: venv ## HTML reports in a real browser: Chromium or Chrome, which is installed if root runs this on Debian
	@$(GATE) browser

molecule: venv ## the roles against the emulator
	@$(GATE) molecule

docs: venv ## lint of the documentation
	@$(GATE) docs

build: venv ## build the artefact, install it into an empty path, check it as Galaxy does
	@$(GATE) build

bench: venv ## speed, as ratios within one run
	@$(RUN) tests/bench/bench.py

soak: venv ## everything that can go wrong, by chance, for most of an hour; options in SOAK, such as SOAK=--publish
	@$(RUN) tests/soak/soak.py $(SOAK)

mutants: venv ## changes of the code that no test notices; options in MUTANTS, such as MUTANTS=_state/_plan.py
	@$(RUN) tests/soak/mutants.py $(MUTANTS)

demo: venv ## the main job end to end in the terminal
	@$(RUN) tests/demo/demo.py

emulator: venv ## a Comet Server to play with on http://127.0.0.1:8060 (admin / admin)
	@PYTHONPATH=tests/emulator $(RUN) -m comet_emulator --port 8060 --data :memory: --seed demo

format: venv ## put the Python files into shape
	@$(RUN) -m ruff check --quiet --fix; $(RUN) -m ruff format

derived: venv ## write what is derived from the code (meta/runtime.yml, plugins/action, a page of docs, the emulator's COVERAGE.md)
	@$(RUN) tests/tools/derived.py --write
	@$(RUN) tests/emulator/write_coverage.py

changelog: venv ## turn the fragments into the changelog of the version in galaxy.yml
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" antsibull-changelog release

lock: ## pin the newest versions of tests/requirements.in in tests/requirements.txt
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install -qq --disable-pip-version-check --requirement tests/requirements.in
	{ echo '# Written by `make lock` from tests/requirements.in; change that file instead.'; \
	  build/lock/bin/python -m pip freeze; } > build/lock/requirements.txt
	mv build/lock/requirements.txt tests/requirements.txt

clean: ## remove what the commands above made, but not the virtual environments
	rm -rf build .ansible .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.* tests/output
	find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +

distclean: clean ## remove the virtual environments too
	rm -rf .venv .venv-core
