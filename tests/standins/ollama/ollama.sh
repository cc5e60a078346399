#!/bin/sh
exec python -m tests.standins.ollama.cli "$@"
