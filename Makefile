# Two commands do everything on a machine that has Python 3.11 to 3.13, git and make:
#   make demo   installs Linewalker into .venv and runs the whole main job on the sample newswire
#   make test   installs what the tests need and runs them
# `make check` is what CI runs: the tests, then lint, types and import contracts.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	if $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then echo $$p; break; fi; done)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
DEMO ?= linewalker-demo
# Test files run side by side; each worker may load the language model (1 GB).
WORKERS ?= 2

.PHONY: demo test test-all check lint types imports lock clean

# The runtime lock is enough for the demo; the development lock holds the same pins and the test tools.
$(VENV)/.runtime: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Linewalker needs Python 3.11, 3.12 or 3.13 on the PATH (or: make PYTHON=/path/to/python)"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.development: requirements-dev.lock $(VENV)/.runtime
	$(PIP) install --require-hashes --requirement requirements-dev.lock
	touch $@

demo: $(VENV)/.runtime
	$(BIN)/linewalker demo $(DEMO)

test: $(VENV)/.development
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

# With the tests marked slow: twice as long; before a release, and after a change of what they are about.
test-all: $(VENV)/.development
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m ""

lint: $(VENV)/.development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.development
	$(BIN)/mypy

imports: $(VENV)/.development
	$(BIN)/lint-imports

check: test lint types imports

# Needs uv; see docs/howto/develop.md.
lock:
	uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --output-file requirements.lock
	uv pip compile pyproject.toml --extra build --extra dev --constraint requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) build dist $(DEMO) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
