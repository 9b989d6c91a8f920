# Magpie's commands; `make help` lists them. Works with GNU make 3.81 and any POSIX shell.

SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= python3
ARGS ?=

# The demo and the page keep what they read here, apart from your own library.
MAGPIE_HOME ?= $(CURDIR)/.magpie
export MAGPIE_HOME

BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-input
# Pinned in pyproject.toml; installed alone and first, so that pip takes the build it is set up for.
TORCH := $(shell sed -n 's/^ *"\(torch==[^"]*\)".*/\1/p' pyproject.toml)

.PHONY: help setup demo serve test lint dev clean

help: ## List these commands
	@echo "Magpie reads what is inside photos and documents, and answers questions about them."
	@echo
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

setup: .venv/.installed ## Install Magpie into .venv (PYTHON=python3.12 chooses the Python)
	@echo "Magpie is set up in .venv; next: make demo"

demo: .venv/.installed ## Build a sample library, read it, and ask it questions
	@$(BIN)/magpie demo $(ARGS)

serve: .venv/.installed ## Open the search page on what the demo has read
	@$(BIN)/magpie serve $(ARGS)

test: lint ## Check everything: lint, types, import rules, tests (ARGS="-k search" selects)
	$(BIN)/python -m pytest $(ARGS)

lint: .venv/.installed-dev ## Check style, types and import rules only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

dev: .venv/.installed-dev ## Install all that tests, training and lint need (with torch)
	@echo "Everything is set up in .venv; next: make test"

clean: ## Remove the environment and the caches (./.magpie stays)
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/.made:
	@sh .ci/check-python.sh "$(PYTHON)"
	@echo "Making an environment in .venv with $$("$(PYTHON)" --version) ..."
	@"$(PYTHON)" -m venv .venv
	@touch $@

.venv/.installed: .venv/.made pyproject.toml
	@echo "Installing Magpie and what it needs; the first time this takes a minute or two ..."
	@$(INSTALL) --editable ".[sample]"
	@touch $@

.venv/.installed-dev: .venv/.made pyproject.toml
	@echo "Installing $(TORCH); this is the largest part ..."
	@$(INSTALL) "$(TORCH)"
	@echo "Installing Magpie with its tools for tests and training ..."
	@$(INSTALL) --editable ".[dev,documents,duplicates,images,ocr,postgres,s3,sample,speech,torch,video]"
	@touch .venv/.installed $@
