# Everything a person needs, from a fresh clone. Works with make 3.81 and any POSIX shell.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_HOME := ./.magpie
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
PACKAGES := models pipelines service eval
SOURCES := $(PACKAGES) tests

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test lint format

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.installed ## Make the environment in .venv (PYTHON=python3.12 chooses another Python)

demo: $(VENV)/.installed ## Build a sample library, read it, and answer questions about it
	@$(BIN)/magpie --home $(DEMO_HOME) demo

serve: $(VENV)/.installed ## Serve the search page on the demo's library
	@$(BIN)/magpie --home $(DEMO_HOME) serve

test: $(VENV)/.installed-dev lint ## Run lint, types, import contracts and all tests
	@$(BIN)/python -m pytest $(TESTS)

lint: $(VENV)/.installed-dev ## Run lint, types and import contracts
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/ruff format --check --quiet $(SOURCES)
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(VENV)/.installed-dev ## Sort imports and format the code
	@$(BIN)/ruff check --fix --quiet $(SOURCES)
	@$(BIN)/ruff format --quiet $(SOURCES)

# Said before anything is installed: an old Python or a missing module is the commonest trouble.
$(VENV)/.python:
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
	  echo "There is no $(PYTHON) here. Install Python 3.11 or newer (Debian, Ubuntu: apt install"; \
	  echo "python3 python3-venv; macOS: brew install python@3.12), or name one: make setup PYTHON=..."; \
	  exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Magpie needs Python 3.11 or newer; $(PYTHON) is `$(PYTHON) -V 2>&1`."; \
	  echo "Install a newer one (Debian, Ubuntu: apt install python3.12 python3.12-venv; macOS: brew"; \
	  echo "install python@3.12) and name it: make setup PYTHON=python3.12"; \
	  exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python lacks the venv module. Debian, Ubuntu: apt install python3-venv; elsewhere:"; \
	  echo "reinstall Python with ensurepip, or name another: make setup PYTHON=..."; \
	  exit 1; }
	@"$(PYTHON)" -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.python pyproject.toml
	@echo "Installing Magpie into $(VENV) (once; about a minute)"
	@$(PIP) install --editable ".[sample]"
	@touch $@

# torch comes first and by itself, so that pip may take a CPU build that it is pointed to.
$(VENV)/.installed-dev: $(VENV)/.installed pyproject.toml
	@echo "Installing what the tests need (once; torch is large)"
	@$(PIP) install torch==2.13.0
	@$(PIP) install --editable ".[sample,torch,dev]"
	@touch $@
