# `make` alone lists what there is.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && command -v $$p && break; done)
BIN := .venv/bin
CATALOGUES := $(wildcard matchmaker/translations/*/LC_MESSAGES/messages.po)
COMPILED := $(CATALOGUES:.po=.mo)
HOST ?= 127.0.0.1
PORT ?= 8000
T ?= tests
export HOST PORT

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.venv/made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install the package python3"; exit 1; }
	@PYTHON=$(PYTHON) .ci/system-packages run
	$(PYTHON) -m venv .venv
	@touch $@

.venv/run: .venv/made requirements.txt setup.cfg
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/run requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

%.mo: %.po .venv/run
	@$(BIN)/pybabel --quiet compile -i $< -o $@

install: .venv/run $(COMPILED) ## build the virtual environment with what the service needs

run: install ## start the service with example data; HOST and PORT choose where it listens
	@MATCHMAKER_MODE=example MATCHMAKER_LOG_FORMAT=text $(BIN)/matchmaker demo up

.PHONY: system-test
system-test:
	@PYTHON=$(PYTHON) .ci/system-packages test

test: system-test .venv/dev $(COMPILED) ## set up and run every test; T=tests/accounts for some, POSTGRES=no without PostgreSQL
	@BIN=$(BIN) T="$(T)" POSTGRES="$(POSTGRES)" .ci/tests

check: .venv/dev $(COMPILED) lint types layers messages ## format, lint, types, layers, translations

lint: .venv/dev ## format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/dev ## types
	$(BIN)/mypy

layers: .venv/dev ## who may import whom
	$(BIN)/lint-imports

messages: .venv/dev ## every sentence is there in every language
	$(BIN)/python -m pytest -q tests/meta/test_messages.py

translations: .venv/dev ## take new sentences into the catalogues
	$(BIN)/pybabel --quiet extract -F babel.cfg -k _l -k lazy_gettext -k lazy_ngettext:1,2 --no-location --sort-output --no-wrap --omit-header -o matchmaker/translations/messages.pot .
	for l in ja ur; do $(BIN)/pybabel --quiet update -N --ignore-obsolete --no-wrap --ignore-pot-creation-date -l $$l -i matchmaker/translations/messages.pot -d matchmaker/translations; done

requirements: .venv/dev ## compile the pinned requirements anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-strip-extras --extra redis --extra build setup.cfg -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-strip-extras --extra redis --extra build --extra models --extra cluster --extra dev -c requirements.txt setup.cfg -o requirements-dev.txt

bench: .venv/dev $(COMPILED) ## measure, as ratios in one run
	$(BIN)/python -m bench.pages
	$(BIN)/python -m bench.match_run
	$(BIN)/python -m bench.readiness
	$(BIN)/python -m bench.matching
	$(BIN)/python -m bench.names
	$(BIN)/python -m bench.preferences

demo: install ## load the example data without starting
	MATCHMAKER_MODE=example $(BIN)/matchmaker demo load

.PHONY: help install run test check lint types layers messages translations requirements bench demo
