# OberaConnect. Bare `make` prints the commands.

.DEFAULT_GOAL := help
.PHONY: help setup doctor up down ps logs health demo key keys audit expose scale models pull upgrade config cert swarm \
	backup restore verify second-engine asterisk test test-long test-stack lint bench bench-stack lock
MAKEFLAGS += --no-print-directory

# How the platform runs: docker or embedded (without Docker). Unset: whatever runs here already, else docker where it is.
MODE ?=
PROFILE ?=
S ?=
N ?=
FOLLOW ?=
OFF ?=
FILE ?=
YES ?=
ARGS ?=

# Asked only by the commands that need to know.
mode = $(or $(shell docker/mode.sh),$(error MODE is docker or embedded))
is_docker = $(filter docker,$(mode))
embedded := docker/embedded.sh
stack := docker/stack.sh
run = $(if $(is_docker),$(stack),$(embedded))
only_docker = $(if $(is_docker),,@echo "'make $@' belongs to the run with Docker, and none is in use here. See: make doctor MODE=docker" >&2; exit 2)
needs_file = $(if $(FILE),,@echo "Name the backup: make $@ FILE=var/backups/…" >&2; exit 2)
bin := .venv/bin
code := shared services docker tests

# Settings given on the command line (make up THREADS=8) go into the environment of what is called.
export

help: ## Show the commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  Settings: .env (written by the first start), each explained in .env.example"

setup: ## Make the settings and the folders; without Docker also the environment; changes nothing that is there
	@$(run) setup

doctor: ## Name what stands in the way of a start with Docker, and what mends it
	@$(stack) doctor $(PROFILE)

up: ## Start the platform and wait until it works: make up PROFILE="local-llm chat"
	@$(run) up $(if $(is_docker),$(PROFILE),$(if $(PROFILE),--profile "$(PROFILE)"))

down: ## Stop the platform; the data stays
	@$(run) down

ps: ## Show what runs, since when, with how much memory
	@$(run) ps

logs: ## Show the logs: make logs S=rag-engine FOLLOW=1
	@$(run) logs $(if $(FOLLOW),--follow) -- $(S)

health: ## Ask every service whether it works
	@$(run) health $(if $(is_docker),$(PROFILE))

demo: up ## Ingest the samples, ask ten questions, and prove a telephone system by calls
	$(if $(is_docker),,@$(embedded) asterisk || true)
	@$(run) run demo $(ARGS)

key: ## Make an API key: make key ARGS='create --name n8n'
	@$(if $(is_docker),$(stack) key,$(embedded) run oberaconnect.keys) $(if $(ARGS),$(ARGS),--help)

keys: ## List the API keys
	@$(if $(is_docker),$(stack) key,$(embedded) run oberaconnect.keys) list

audit: ## Check that nothing in the audit of agents was changed: make audit [ARGS='verify --client acme']
	@$(if $(is_docker),$(stack) audit,$(embedded) run agents.audit_command) $(if $(ARGS),$(ARGS),verify)

expose: ## Open the platform to the network, with keys; make expose OFF=1 goes back (Docker)
	$(only_docker)
	@$(stack) expose $(if $(OFF),--off)

scale: ## Run more containers of a service: make scale S=rag-engine N=3 (Docker)
	$(only_docker)
	@$(stack) scale $(S) $(N)

models: ## Pull the models of the setting MODELS into Ollama (Docker)
	$(only_docker)
	@$(stack) models

pull: ## Fetch the images that are not made here (Docker)
	$(only_docker)
	@$(stack) pull $(PROFILE)

upgrade: ## Fetch and build newer images and start them (Docker)
	$(only_docker)
	@$(stack) upgrade $(PROFILE)

config: ## Show the project as Compose understands it, without secrets (Docker)
	$(only_docker)
	@$(stack) config $(PROFILE)

cert: ## Get the certificate, from the staging server first (Docker, profile ssl)
	$(only_docker)
	@$(stack) cert $(ARGS)

swarm: ## Print the platform as a stack for Docker Swarm: make swarm N=2 > stack.json (Docker)
	$(only_docker)
	@$(stack) swarm $(N)

backup: ## Save everything into one file below var/backups: make backup [FILE=…]
	@$(stack) run backup --run $(mode) create $(FILE)

restore: ## Bring back what a backup holds: make restore FILE=… [YES=1]
	$(needs_file)
	@$(stack) run backup --run $(mode) restore "$(FILE)" $(if $(YES),--yes)

verify: ## Restore a backup into a throw-away platform and compare: make verify FILE=…
	$(needs_file)
	@$(stack) run backup --run $(mode) verify "$(FILE)"

second-engine: ## Add a second parser for Office files and messages (about 740 MB; without Docker)
	@$(embedded) setup
	@$(embedded) second-engine

asterisk: ## Fetch the Asterisk on which call flows are proven (without Docker; the image brings its own)
	@$(embedded) asterisk

bench: up ## Measure speed, memory and the quality of search
	@$(embedded) develop
	@$(run) run bench $(ARGS)

bench-stack: ## Measure the containers: sizes, memory, what the gateway adds (Docker)
	$(only_docker)
	@$(stack) run bench.containers

test: lint ## Check the code and run all tests
	@$(embedded) test -- -m "not long" -n 4 --no-loadscope-reorder $(ARGS)

test-long: ## Test what takes minutes: processes that are killed, backup and restore without Docker, proofs of ten customers
	@$(embedded) develop
	@$(embedded) test -- tests/long tests/integration -m long -n 3 --no-loadscope-reorder $(ARGS)

test-stack: ## Test the run with Docker on a real engine; says so where there is none
	@$(embedded) develop
	@tests/stack/run.sh $(ARGS)

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
