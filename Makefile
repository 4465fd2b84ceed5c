PYTHON ?= .venv/bin/python

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/'

check: test lint types layers  ## everything that must pass

test:  ## run the tests
	$(PYTHON) -m pytest

lint:  ## formatting and lint
	$(PYTHON) -m ruff format --check . && $(PYTHON) -m ruff check .

types:  ## mypy, strict
	$(PYTHON) -m mypy

layers:  ## imports point one way
	$(PYTHON) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

fix:  ## format, and mend what can be mended
	$(PYTHON) -m ruff format . && $(PYTHON) -m ruff check --fix .

bench:  ## floors and peers in one run
	$(PYTHON) benchmarks/run.py

.PHONY: help check test lint types layers fix bench
