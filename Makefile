# Everything that people and CI do here. `make` alone lists it.
#
# PORT, HUSTAR_DATA, DEMO and every other setting may be given in the environment or behind the target:
#   make run PORT=9000 HUSTAR_DATA=/tmp/hustar DEMO=0

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PYTEST := $(BIN)/python -m pytest
KILLS ?= 2000
ARGS ?=
COMPOSE ?= docker compose
export HUSTAR_DOMAIN ?= localhost
# A variable as docker-compose.yml sees it: from the environment, else from .env.
said = $(or $($(1)),$(shell sed -n 's/^$(1)=//p' .env))
# Seven hundred modules: a process that may not keep their bytecode compiles them at every start, for two seconds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run test test-fast lint fmt engines bench chaos migrate backup restore docs screenshots api-diff kafka-jars lock clean \
	up down logs smoke secrets image pin-images compose-test

help: ## List what can be done
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  \033[1m%-11s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(INSTALLED) ## Make the environment in .venv from the lock file; instant when it is there
	@:

run: $(INSTALLED) ## Start all four services on SQLite and the embedded log
	@exec $(BIN)/python -m services $(ARGS)

# The kills come first, both engine pairs at once: they print their seed and what died; with them what cannot be measured. Everything else runs in five
# processes, long tests first: on two processors they wait for engines, browsers and time-outs about half of the time.
test: $(INSTALLED) ## Run every test on both engine pairs, with the coverage gate
	@$(PYTEST) -m "chaos or compiles" -n 2 -rP tests/chaos tests/matching/test_solving.py
	@COVERING=1 $(PYTEST) -m "not chaos and not compiles" -n 5 --durations=25 $(ARGS)
	@$(BIN)/python -m tests.covering.gate

test-fast: $(INSTALLED) ## Run what needs no engine, no browser and no patience
	@$(PYTEST) -q -n 2 -m "not engines and not browser and not slow and not unhurried and not chaos" $(ARGS)

lint: $(INSTALLED) ## Check format, style, types and the direction of imports
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy --num-workers 2
	$(BIN)/lint-imports

fmt: $(INSTALLED) ## Format, and repair what can be repaired by itself
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

engines: $(INSTALLED) ## Keep a real PostgreSQL and a real Kafka up until Ctrl-C
	@exec $(BIN)/python -m infra.local

bench: $(INSTALLED) ## Measure against the floors and peers of this machine; writes tests/benchmarks/RESULTS.md
	@$(BIN)/uv pip install --no-config --quiet --python $(BIN)/python --require-hashes -r tests/benchmarks/peers.lock
	@$(BIN)/python -m tests.benchmarks $(ARGS)

chaos: $(INSTALLED) ## Kill real processes at random, KILLS times, and check that nothing is lost
	@CHAOS_KILLS=$(KILLS) $(PYTEST) -m chaos -s --timeout=0 $(ARGS)

migrate: $(INSTALLED) ## Bring the databases of all services up to this release
	@$(BIN)/hustar migrate $(ARGS)

backup: $(INSTALLED) ## Back up every database and the log, consistent and verified, below HUSTAR_BACKUPS
	@$(BIN)/hustar backup $(ARGS)

restore: $(INSTALLED) ## Put a backup back: make restore FROM=backups/<name>; ARGS=--replace where something is there
	@test -n "$(FROM)" || { echo "Say which: make restore FROM=backups/<name>" >&2; exit 2; }
	@$(BIN)/hustar restore "$(FROM)" $(ARGS)

docs: $(INSTALLED) ## Write OpenAPI, AsyncAPI, schemas and the README's settings anew from the code
	@$(BIN)/python -m infra.docs.generate
	@$(BIN)/python -m infra.docs.settings_table

screenshots: $(INSTALLED) ## Take the pictures of the pages anew from the demo that runs on PORT
	@$(BIN)/python -m infra.docs.pictures http://127.0.0.1:$(or $(PORT),8000)

api-diff: $(INSTALLED) ## Compare the interfaces with those committed: what would break a caller fails
	@$(BIN)/python -m infra.docs.compare $(ARGS)

kafka-jars: $(INSTALLED) ## Pin the broker's jars anew after a change of infra/local/kafka/pom.xml
	@$(BIN)/python -c "from infra.local.kafka.jars import pin; pin()"

lock: $(INSTALLED) ## Compile requirements.lock anew from pyproject.toml, and the benchmarks' peers
	@$(BIN)/uv pip compile -q pyproject.toml --extra dev --generate-hashes --universal --python-version 3.11 \
		--no-emit-index-url --no-header -o requirements.lock
	@$(BIN)/uv pip compile -q pyproject.toml --extra bench --constraints requirements.lock --generate-hashes --universal \
		--python-version 3.11 --no-emit-index-url --no-header -o tests/benchmarks/peers.lock
	@$(BIN)/uv pip compile -q pyproject.toml --constraints requirements.lock --generate-hashes --universal --python-version 3.11 \
		--no-emit-index-url --no-header -o infra/image/requirements.lock
	@echo hatchling | $(BIN)/uv pip compile -q - --constraints requirements.lock --generate-hashes --universal \
		--python-version 3.11 --no-emit-index-url --no-header --no-annotate -o infra/image/build.lock

image: ## Build the product's image and the identity provider's
	@$(COMPOSE) build migrate identity

secrets: ## Make the secret files that docker-compose.yml expects; what is there is kept
	@HUSTAR_DATABASE_PREFIX=$(call said,HUSTAR_DATABASE_PREFIX) KAFKA_SECURITY_PROTOCOL=$(call said,KAFKA_SECURITY_PROTOCOL) \
		infra/compose/secrets.sh $(call said,HUSTAR_SECRETS) $(HUSTAR_DOMAIN)

up: secrets ## Start everything in containers; PROFILES="observability tools" for more
	@$(COMPOSE) $(foreach profile,$(PROFILES),--profile $(profile)) up --detach --build --wait
	@echo "https://$(HUSTAR_DOMAIN):$(call said,HUSTAR_HTTPS_PORT)/"

down: ## Stop the containers; data stays in their volumes
	@$(COMPOSE) --profile "*" down

logs: ## Follow the containers' logs; ARGS=reporting-worker for one of them
	@$(COMPOSE) logs --follow --tail 100 $(ARGS)

smoke: ## Ask the running containers through the gateway whether all of it answers
	@infra/compose/smoke.sh https://$(HUSTAR_DOMAIN):$(call said,HUSTAR_HTTPS_PORT) $(call said,HUSTAR_SECRETS)

pin-images: ## Ask the registries for the digests of the tags in .env and write them there
	@infra/compose/pin-images.sh .env

compose-test: $(INSTALLED) ## Boot docker-compose.yml with Docker or podman, rehearse it, keep the result in infra/docs
	@$(BIN)/python -m tests.compose $(ARGS)

clean: ## Remove what was made here, except var/ and the environment
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .covered infra/local/cache
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# The environment: Python 3.11 or newer, uv from the lock with its hashes, then everything else by uv.
$(INSTALLED): requirements.lock pyproject.toml
	@set -euo pipefail; \
	python=""; \
	for candidate in $${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do \
		if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python="$$candidate"; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo "Python 3.11 or newer is needed: install it, or name it with PYTHON=..." >&2; exit 1; fi; \
	if ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "Making $(VENV) with $$("$$python" --version) ..."; \
		rm -rf $(VENV); \
		"$$python" -m venv $(VENV) || { echo "This Python cannot make environments (Debian: apt-get install python3-venv)." >&2; exit 1; }; \
	fi; \
	if [ ! -x $(BIN)/uv ]; then \
		awk '/^uv==/ {inside = 1} inside {print} inside && !/\\$$/ {exit}' requirements.lock > $(VENV)/uv.txt; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(VENV)/uv.txt; \
	fi; \
	echo "Installing what requirements.lock names ..."; \
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock; \
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps --editable .; \
	$(BIN)/python -m compileall -q -j 0 services shared infra; \
	touch $(INSTALLED)
