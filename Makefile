# Everything a person does with this project. Needs Python 3.11, pip and make; each target sets up what it needs.
PYTHON ?= python3.11
PORT ?= 8080
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test check lint bench lock

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/:/'

$(READY): requirements-uv.lock requirements-dev.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: apt-get install python3.11 python3.11-venv, or make PYTHON=path"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements-dev.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $(READY)

setup: $(READY)  ## make .venv with everything for work on the project

demo: $(READY)  ## start the playground on http://127.0.0.1:8080 (PORT=… for another port)
	$(BIN)/python -m bot demo --port $(PORT)

# Databases of tests are made durable write by write: where there is room in memory they needn't wait for a disk.
MEMORY := $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 2000000 { print "PYTEST_DEBUG_TEMPROOT=/dev/shm" }')

test: $(READY)  ## run all tests
	@command -v chromium >/dev/null || echo "The browser tests will be skipped: apt-get install chromium fonts-noto-color-emoji"
	$(MEMORY) $(BIN)/python -m pytest -q -n auto --dist worksteal

lint: $(READY)  ## check format, lint, types and who imports whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test  ## run all checks

bench: $(READY)  ## measure, as ratios within one run
	$(BIN)/python -m bench

LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --python-version 3.11

lock: $(READY)  ## write the lock files anew from pyproject.toml
	echo uv | $(LOCK) - -o requirements-uv.lock
	$(LOCK) --extra postgres pyproject.toml -o requirements.lock
	$(LOCK) --all-extras --group dev pyproject.toml -o requirements-dev.lock
