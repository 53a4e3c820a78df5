#!/usr/bin/env bash
# Solves the pinned requirement files anew: `just lock`. One set of files serves Python 3.11 to 3.13 on every system, with
# hashes, and names no index. The largest set is solved first and the smaller ones are held to it, so that all agree
# (tests/architecture/test_pinned_requirements.py). With --upgrade everything is taken as new as it goes.
set -euo pipefail
cd "$(dirname "$0")/requirements"

uv=(uv)
if ! command -v uv >/dev/null; then  # the solver's version is part of the result's form
    apart=$(mktemp -d)
    trap 'rm -rf "$apart"' EXIT
    python3 -m venv "$apart"
    "$apart/bin/python" -m pip install --quiet uv==0.13.9
    uv=("$apart/bin/python" -m uv)
fi

solve() {
    "${uv[@]}" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --no-annotate --no-header "$@"
}

solve dev.in -o dev.txt "$@"
solve core.in -c dev.txt -o core.txt "$@"
solve collector.in -c dev.txt -o collector.txt "$@"
solve postgres.in -c dev.txt -o postgres.txt "$@"
solve exports.in -c dev.txt -o exports.txt "$@"
solve build.in -c dev.txt -o build.txt "$@"
solve --no-deps starter.in -o starter.txt "$@"
