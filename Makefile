# make demo: start everything. make test: the whole suite. make help: the rest.
# Each step that prepares something leaves a stamp, so that a warm run goes straight to its work.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

PORT ?= 8000
export PORT
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -q
# Two workers at least: a test that leans on another one shows here first.
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$(( n < 2 ? 2 : n > 8 ? 8 : n )))
ASSETS := quittance/ui/static/ui/dist/manifest.json
# Tailwind reads the templates and the Python files of ui, so they are sources of the assets too.
ASSET_SOURCES := $(shell find frontend/src frontend/build frontend/vite.config.js -type f) quittance/ui/icons.txt \
	$(shell find quittance -name '*.html' -path '*/templates/*') $(wildcard quittance/ui/*.py quittance/ui/templatetags/*.py)

.PHONY: help demo demo-reset test test-sqlite test-postgres test-journeys lint check features coverage mutate bench simulate simulate-planted assets lock

help: ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1 - \2/p' $(MAKEFILE_LIST)

demo: .venv/.base $(ASSETS) ## start web, worker and sandbox with demo data, until Ctrl-C
	@exec $(BIN)/quittance demo

demo-reset: .venv/.base $(ASSETS) ## the same, with the demo data made anew
	@exec $(BIN)/quittance demo --anew

test: test-sqlite test-postgres test-journeys ## the whole suite: SQLite, PostgreSQL, real browser

test-sqlite: .venv/.dev $(ASSETS)
	$(PYTEST) -n $(WORKERS) --dist worksteal --db=sqlite --ignore=tests/journeys

test-postgres: .venv/.dev $(ASSETS)
	$(PYTEST) -n $(WORKERS) --dist worksteal --db=postgres --ignore=tests/journeys

test-journeys: .venv/.dev $(ASSETS)
	@chromium=$$(scripts/chromium); set -x; QUITTANCE_CHROMIUM=$$chromium $(PYTEST) -n 2 --db=sqlite tests/journeys

lint: .venv/.dev $(ASSETS) ## every lint, without the tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint quittance
	$(BIN)/codespell
	QUITTANCE_MODE=test QUITTANCE_DATABASE_URL=sqlite://:memory: DJANGO_SETTINGS_MODULE=quittance.config.settings $(BIN)/python -W error -m django makemigrations --check --dry-run

check: lint test ## all of it: what CI runs

coverage: .venv/.dev ## every branch of the rooms where money is counted is taken by a test
	$(BIN)/python -m tests.support.covered

mutate: .venv/.mutate ## plant small mistakes in bills and settling, see whether a test notices: MINUTES=… ONLY=…
	$(BIN)/python -m tests.mutation.run --minutes $(or $(MINUTES),25) $(if $(ONLY),--only $(ONLY))

features: .venv/.dev ## write docs/features.md: every row of the product, its tests, their last result
	$(BIN)/python -m tests.support.features

bench: .venv/.dev $(ASSETS) ## requests per second beside the bare framework, on both databases
	$(BIN)/python -m tests.bench

simulate: .venv/.dev $(ASSETS) ## run the simulator: STEPS=… SEED=… DB=sqlite|postgres; what was done adds up in var/simulator
	@$(BIN)/python -m tests.simulator.run --steps $(or $(STEPS),20000) --db $(or $(DB),sqlite) $(if $(SEED),--seed $(SEED)) $(SIMULATE)

simulate-planted: .venv/.dev $(ASSETS) ## plant each bug that a tired engineer could write and see which invariant catches it
	@$(BIN)/python -m tests.simulator.planted.run

assets: $(ASSETS) ## build the front end

lock: .uv/bin/uv ## make the hashed requirement locks anew, with today's versions
	compile() { .uv/bin/uv pip compile -q --upgrade --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 "$$@"; }; \
	compile requirements/uv.in -o requirements/uv.txt; \
	compile pyproject.toml requirements/build.in --extra demo -o requirements/base.txt; \
	compile pyproject.toml requirements/build.in --extra demo --group dev -o requirements/dev.txt; \
	compile requirements/mutate.in -o requirements/mutate.txt

.venv/.base: requirements/base.txt requirements/uv.txt
	@scripts/environment base

.venv/.dev: requirements/dev.txt requirements/uv.txt
	@scripts/environment dev

.venv/.mutate: requirements/mutate.txt .venv/.dev
	@scripts/environment mutate

.uv/bin/uv: | .venv/.base

frontend/node_modules/.installed: frontend/package-lock.json
	@echo "Installing the front end's packages ..." >&2
	@cd frontend && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.installed

$(ASSETS): frontend/node_modules/.installed $(ASSET_SOURCES)
	@echo "Building the assets ..." >&2
	@cd frontend && npm run --silent build -- --logLevel=warn
	@touch $@
