# What one types here. VENV=DIR puts the environment elsewhere, PYTHON=… names another Python (3.11 or newer).

VENV ?= .venv
PYTHON ?= $(shell for each in python3.11 python3; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
BIN = $(VENV)/bin
READY = $(VENV)/.ready
PIP = $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: demo test check format-check lint types docs-check proof bench golden lock clean

demo: $(READY)  ## a made-up clinic, and one patient taken through it
	$(BIN)/microsclero demo

test: $(READY)  ## everything but the long proofs, on every core
	$(BIN)/python -m pytest -n auto --dist worksteal

check: format-check lint types docs-check test  ## all that must be green before and after a change

format-check: $(READY)
	$(BIN)/ruff format --check .

lint: $(READY)
	$(BIN)/ruff check .

types: $(READY)
	$(BIN)/mypy

docs-check: $(READY)
	@if [ -f docs/commands.py ]; then $(BIN)/python -m docs.commands --check; fi

proof: $(READY)  ## the long crash and race tests; their figures go to docs/proof.md
	@if [ -f tests/proof.py ]; then $(BIN)/python -m tests.proof; else $(BIN)/python -m pytest -m proof; fi

bench: $(READY)  ## start-up and answers, as ratios
	$(BIN)/python -m benchmarks

golden: $(READY)  ## write the golden files anew; read the difference before keeping it
	MICROSCLERO_GOLDEN=write $(BIN)/python -m pytest $$(grep -rlE 'MICROSCLERO_GOLDEN|as_reviewed' tests --include='test_*.py')

lock: $(READY)  ## work out requirements-dev.lock anew: versions and hashes, nothing else
	$(BIN)/python -m venv build/lock && build/lock/bin/python -m pip install --quiet pip-tools
	build/lock/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate \
		--output-file build/lock/new pyproject.toml requirements-dev.in
	grep -v -e '^#' -e '^$$' -e '^--' build/lock/new > requirements-dev.lock

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements-dev.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes --requirement requirements-dev.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q microsclero
	@touch $@
