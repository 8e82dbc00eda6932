# Everything that one does with this repository.  `make` alone says what there is.

SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
UV_VERSION := 0.13.9
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCALE := src/meldpunt/site/locale
CATALOGUES := $(wildcard $(LOCALE)/*/LC_MESSAGES/django.po)
LOCK = var/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header
TESTS ?=

.DEFAULT_GOAL := help
.PHONY: help install up demo test fast lint types contracts check pictures statement bench lock clean

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Stamps: a step is done again when what it depends on is newer than its stamp.
.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/it."; exit 1; }
	@$(PYTHON) -m venv .venv \
		|| { echo "Python has no venv here; on Debian: apt-get install python3-venv."; exit 1; }
	@touch $@

.venv/runtime: .venv/made requirements/runtime.txt pyproject.toml
	@echo "Installing what Meldpunt needs."
	@$(PIP) install --require-hashes -r requirements/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/catalogues: .venv/runtime $(CATALOGUES)
	@if [ -n "$(CATALOGUES)" ]; then $(BIN)/pybabel --quiet compile -f -D django -d $(LOCALE); fi
	@touch $@

.venv/testing: .venv/catalogues requirements/test.txt
	@echo "Installing what the tests need."
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@

install: .venv/catalogues ## make .venv with .venv/bin/meldpunt in it

up: install ## set everything up and run it, in the foreground
	@$(BIN)/meldpunt up

demo: install ## the same, in a house that is filled with an example
	@$(BIN)/meldpunt demo --up

test: .venv/testing ## run all tests; TESTS="tests/policy -k term" for some
	@scripts/needs.sh
	@$(BIN)/pytest -n 2 --dist worksteal $(TESTS)

fast: .venv/testing ## run the tests that start no program
	@$(BIN)/pytest -n 2 --dist worksteal -m "not real" $(TESTS)

lint: .venv/testing ## look for bad habits
	@$(BIN)/ruff check .

types: .venv/testing ## check the types
	@$(BIN)/mypy

contracts: .venv/testing ## check who leans on whom
	@$(BIN)/lint-imports

check: lint types contracts test ## all of that: what a change must pass

pictures: .venv/testing ## every page in Chromium, at four widths, light and dark: var/pictures/index.html; TESTS=desk/ for some
	@$(BIN)/python -m tests.look.pictures $(TESTS)

statement: .venv/testing ## look at every page in all languages and themes, for the accessibility statement
	@$(BIN)/python -m tests.look.statement

bench: .venv/testing ## measure, and print the table with its ratios
	@$(BIN)/python -m bench

lock: var/uv/bin/uv ## write requirements/*.txt anew from requirements/*.in
	@$(LOCK) requirements/runtime.in -o requirements/runtime.txt
	@$(LOCK) requirements/test.in -c requirements/runtime.txt -o requirements/test.txt

var/uv/bin/uv:
	@$(PYTHON) -m venv var/uv
	@var/uv/bin/python -m pip --disable-pip-version-check --quiet install uv==$(UV_VERSION)

clean: ## remove what can be made again; never the data folder
	@rm -rf .venv var/uv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find src tests -name __pycache__ -prune -exec rm -rf {} +
	@find src -name '*.mo' -delete
