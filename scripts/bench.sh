#!/bin/sh
# Measures Fettle against OpenSSH, apt and Ansible in one run, and writes bench/RESULTS.md.
# With names (start, first, later, transfer, many, memory): only those, without writing.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh scripts/bench-packages.txt
npx tsx scripts/build/index.ts
exec npx tsx bench/run.ts "$@"
