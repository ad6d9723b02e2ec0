# One word for each habit. `make check` is what CI runs.

PYTHON ?= $(if $(wildcard .venv/bin/python),.venv/bin/python,python3)
CODE := pipelinegen tests docs examples bench

.PHONY: check lint types test emulator fix coverage schema docs recordings golden bench build

check: lint types test

lint:
	$(PYTHON) -m ruff check $(CODE)
	$(PYTHON) -m ruff format --check $(CODE)

types:
	$(PYTHON) -m mypy

test: .gates/ready .emulator/ready
	$(PYTHON) -m pytest -q -n auto

# checkers of templates that want other versions of what the tests need live apart
.gates/ready: tests/gates.txt
	$(PYTHON) -m venv .gates
	.gates/bin/pip install --quiet --requirement $<
	touch $@

# AWS in a process of this machine, for tests and for trying deploy
.emulator/ready: tests/emulator.txt
	$(PYTHON) -m venv .emulator
	.emulator/bin/pip install --quiet --requirement $<
	touch $@

emulator: .emulator/ready
	.emulator/bin/python -m tests.emulator.serve

fix:
	$(PYTHON) -m ruff check --fix $(CODE)
	$(PYTHON) -m ruff format $(CODE)

coverage:
	$(PYTHON) -m pytest -q --cov --cov-report=term-missing

# what the tables tell: the JSON Schema, the reference pages
schema docs:
	$(PYTHON) docs/generate.py $@

# what a person sees of a deploy, driven in a pseudo-terminal
recordings: .emulator/ready
	$(PYTHON) -m docs.record

# rewrite what the golden tests compare with, and the templates beside the examples
golden:
	$(PYTHON) -m pytest -q --update

# start-up and compile times, against the budgets of the design
bench:
	$(PYTHON) bench/run.py

build:
	$(PYTHON) -m build
