#!/bin/sh
# Make the hashed requirement files anew. The largest set is solved first, so that the others agree with it.
set -eu
cd "$(dirname "$0")/requirements"
solve="uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q"
$solve dev.in -o dev.txt
$solve core.in -c dev.txt -o core.txt
$solve collector.in -c dev.txt -o collector.txt
$solve --no-deps starter.in -o starter.txt
$solve build.in -o build.txt
