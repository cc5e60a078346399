#!/bin/sh
# Resolve every set of requirements to exact versions with hashes. No index address is written, so that the
# files install from any mirror. Development holds all others: the services are resolved inside its versions.
set -eu
cd "$(dirname "$0")/.."
compile() {
    out=$1
    shift
    uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-package oberaconnect \
        --python-version 3.11 --no-annotate --custom-compile-command "make lock" "$@" --output-file "requirements/$out.txt"
}
services="data-processing rag-engine engineering-api call-flow agents"
projects=""
for service in $services; do projects="$projects services/$service/pyproject.toml"; done
# shellcheck disable=SC2086
compile development $projects --group dev --group embedded "$@"
# shellcheck disable=SC2086
compile embedded $projects --group embedded --constraint requirements/development.txt
for service in $services; do
    compile "$service" "services/$service/pyproject.toml" --constraint requirements/development.txt
done
# The scanner has an image and a folder of its own.
uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 --no-annotate \
    --custom-compile-command "make lock" docker/scan/requirements.in --constraint requirements/development.txt \
    --output-file docker/scan/requirements.txt
# What the services share, for the layer that their images share.
compile shared shared/pyproject.toml --constraint requirements/development.txt
# Unstructured, for whoever wants the second engine. Not held to the versions of development: it wants an older filelock.
compile second-engine services/data-processing/pyproject.toml --extra second-engine
