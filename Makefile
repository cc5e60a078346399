# OberaConnect. Bare `make` prints the commands.

.DEFAULT_GOAL := help
.PHONY: help setup second-engine up down ps logs health demo key keys test lint bench lock
MAKEFLAGS += --no-print-directory

# How the platform runs: embedded is the run without Docker.
MODE ?= embedded
S ?=
FOLLOW ?=
ARGS ?=

embedded := docker/embedded.sh
bin := .venv/bin
code := shared services docker tests

# Settings given on the command line (make up THREADS=8) go into the environment of what is called.
export

help: ## Show the commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  Settings: .env (written by the first start), each explained in .env.example"

setup: ## Make the environment, the settings and the folders; changes nothing that is there
	@$(embedded) setup

second-engine: setup ## Add a second parser for Office files and messages (about 740 MB)
	@$(embedded) second-engine

up: ## Start the platform and wait until it works
ifneq ($(MODE),embedded)
	@echo "MODE=$(MODE): this release runs without Docker only. Type: make up" >&2; exit 2
endif
	@if [ -f docker-compose.yml ] && docker info >/dev/null 2>&1; then \
		echo "A Docker engine is here; the run with it is not part of this release. Starting without it."; fi
	@$(embedded) up

down: ## Stop the platform; the data stays
	@$(embedded) down

ps: ## Show what runs, since when, with how much memory
	@$(embedded) ps

logs: ## Show the logs: make logs S=rag-engine FOLLOW=1
	@$(embedded) logs $(if $(FOLLOW),--follow) -- $(S)

health: ## Ask every service whether it works
	@$(embedded) health

demo: up ## Ingest the samples, ask ten questions and show the answers with their sources
	@$(embedded) run demo $(ARGS)

key: ## Make an API key: make key ARGS='create --name n8n'
	@$(embedded) run oberaconnect.keys $(if $(ARGS),$(ARGS),--help)

keys: ## List the API keys
	@$(embedded) run oberaconnect.keys list

bench: up ## Measure speed, memory and the quality of search
	@$(embedded) run bench $(ARGS)

test: lint ## Check the code and run all tests
	@$(embedded) test $(ARGS)

lint: ## Check style, types and who imports whom
	@$(embedded) develop
	@$(bin)/ruff check .
	@$(bin)/ruff format --check .
	@MYPYPATH=tests/fakes/packages $(bin)/mypy --namespace-packages --explicit-package-bases \
		--exclude tests/fakes/packages $(code)
	@PYTHONPATH=shared:$(subst $() ,:,$(wildcard services/*)) $(bin)/lint-imports

lock: ## Resolve the requirements anew: make lock ARGS=--upgrade
	@$(embedded) develop
	@PATH="$(CURDIR)/$(bin):$$PATH" docker/lock.sh $(ARGS)
