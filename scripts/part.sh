#!/bin/sh
# One part of the tests with everything that it needs, and what was measured as a table at the end:
# part.sh PROJECTS [--all] [--shard K/N] [test files].
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh scripts/test-packages.txt
npx tsx scripts/build/index.ts
exec npx tsx scripts/part.ts "$@"
