# Every target sets up what it needs. PYTHON picks the interpreter, TORCH=cpu the small build of torch,
# ARGS are handed to longtail: make bench ARGS="--seeds 5"
# the first interpreter that runs and is new enough: a name on the path may be a stub of a version manager
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
TORCH ?= default
SUITE ?= quick
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
CPU_TORCH := --index-url https://download.pytorch.org/whl/cpu

# longtail's four folders are imported as longtail.*: a checkout on the path would hide other packages
export PYTHONSAFEPATH := 1
export MLFLOW_DISABLE_TELEMETRY := true
export DO_NOT_TRACK := true

.PHONY: help setup bench tune plan test test-all check format report compare mlflow perf strategies clean

help: ## show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

setup: $(VENV)/.longtail $(VENV)/.dev ## create .venv and install longtail with its tools (TORCH=cpu: small build of torch)

$(BIN)/python:
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "longtail needs Python 3.11 or newer, found $(or $(PYTHON),none): make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "creating $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.longtail: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing longtail and what it needs (once; some minutes)"
	@if [ "$(TORCH)" = cpu ]; then $(PIP) --no-deps $(CPU_TORCH) torch; fi # what torch needs comes from the user's own index
	@$(PIP) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.longtail
	@echo "installing the tools for tests and checks (once)"
	@$(PIP) --editable '.[dev]'
	@touch $@

bench: $(VENV)/.longtail ## run the quick suite and write the report
	@$(BIN)/longtail run $(SUITE) $(ARGS)

plan: $(VENV)/.longtail ## show what the quick suite would run and cost
	@$(BIN)/longtail plan $(SUITE) $(ARGS)

tune: $(VENV)/.longtail ## tune the baseline's settings that the suite ships (SUITE=quick)
	@$(BIN)/longtail tune $(SUITE) $(ARGS)

test: $(VENV)/.dev ## run the tests that are quick
	@$(BIN)/python -m pytest -n 2 $(ARGS)

test-all: $(VENV)/.dev ## run every test
	@$(BIN)/python -m pytest -n 2 -m 'not benchmark' $(ARGS)

check: $(VENV)/.dev ## format, lint, types, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy -p longtail
	@PYTHONPATH=.typing $(BIN)/lint-imports
	@$(BIN)/longtail list strategies --into docs/strategies/README.md --check

format: $(VENV)/.dev ## format the code and sort its imports
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

report: $(VENV)/.longtail ## write the newest run's report again
	@$(BIN)/longtail report $(ARGS)

compare: $(VENV)/.longtail ## compare the newest run with the baseline
	@$(BIN)/longtail compare baseline latest $(ARGS)

mlflow: $(VENV)/.longtail ## open the MLflow UI on 127.0.0.1
	@$(BIN)/longtail mlflow ui $(ARGS)

strategies: $(VENV)/.longtail ## write the table of strategies into docs/strategies/README.md
	@$(BIN)/longtail list strategies --into docs/strategies/README.md

perf: $(VENV)/.dev ## run the timings
	@$(BIN)/python -m pytest -m benchmark tests/performance $(ARGS)

clean: ## remove the environment and caches; runs/ stays
	@rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks .grimp_cache .import_linter_cache
