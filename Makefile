# The manual of this project: `make run` serves the office, `make test` checks everything. Both set up what they need first.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:

PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
export PIP_ROOT_USER_ACTION := ignore

# Stamps say what was done for which version of which file; `make clean` forgets them.
MADE := .make
WEB_SOURCES := package.json $(shell find web/assets -type f 2>/dev/null)
PACKAGES := $(wildcard engine/__init__.py api/__init__.py web/__init__.py)

.PHONY: help setup run test check lint types layers tests check-processes bench messages lock clean

help:
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

setup: $(MADE)/system $(MADE)/installed $(MADE)/web ## everything that run and test need: system packages, Python, front end

run: setup ## serve on 127.0.0.1, with demo data on a fresh database (PORT=8080, HOST=...)
	@$(BIN)/simyandu init
	@$(BIN)/simyandu demo --if-empty
	@exec $(BIN)/simyandu serve --host $(HOST) --port $(PORT)

test: setup ## style, types, layers, and all tests
	@$(MAKE) --no-print-directory check tests

check: lint types layers ## style, types and layers only

lint: $(MADE)/installed
	@$(BIN)/ruff check .

types: $(MADE)/installed
	@$(BIN)/mypy

layers: $(MADE)/installed
	@$(BIN)/lint-imports

tests: $(MADE)/installed
	@$(BIN)/pytest -n 2 --dist worksteal -q $(ARGS)

check-processes: $(MADE)/installed ## is every SOP that ships sound?
	@$(BIN)/simyandu processes check

bench: $(MADE)/installed ## how fast, next to the floor and to peers
	@$(BIN)/simyandu bench

messages: $(MADE)/installed ## collect the texts of the pages for translation and compile them
	@$(BIN)/pybabel -q extract -F web/babel.cfg --no-location --sort-output --project=SIMYANDU -o web/i18n/messages.pot .
	@$(BIN)/pybabel -q update --no-fuzzy-matching -i web/i18n/messages.pot -d web/i18n
	@$(BIN)/pybabel -q compile -d web/i18n

lock: ## renew the locks from setup.cfg; changes only what must change (ARGS=--upgrade for all)
	@$(MADE)/lock/bin/python --version >/dev/null 2>&1 || { python3 -m venv $(MADE)/lock; $(MADE)/lock/bin/pip install -q pip-tools; }
	@compile="$(MADE)/lock/bin/pip-compile -q $(ARGS) --allow-unsafe --generate-hashes --strip-extras --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host"; \
	$$compile --extra test --extra setup -o requirements.lock setup.cfg; \
	$$compile -o requirements-node.lock requirements-node.in

clean: ## forget what was set up (the data in var/ stays)
	rm -rf $(MADE) $(VENV) node_modules web/static/build *.egg-info

$(MADE)/system: .ci/system
	@mkdir -p $(MADE)
	@bash .ci/system
	@touch $@

$(PY): | $(MADE)/system
	@bash .ci/python $(VENV)

$(MADE)/libraries: requirements.lock $(PY)
	@echo "Installing Python libraries..."
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(MADE)/installed: $(MADE)/libraries setup.cfg pyproject.toml $(PACKAGES)
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(MADE)/node_modules: package-lock.json $(MADE)/libraries
	@echo "Installing front-end packages..."
	@PATH="$$(bash .ci/node $(VENV)):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(MADE)/web: $(MADE)/node_modules $(WEB_SOURCES)
	@PATH="$$(bash .ci/node $(VENV)):$$PATH" npm run --silent build
	@touch $@
