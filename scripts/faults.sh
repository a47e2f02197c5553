#!/bin/sh
# Injects faults: npm run test:faults [-- --all] [-- --shard K/N]. What was measured is a table at the end.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh scripts/test-packages.txt
npx tsx scripts/build/index.ts
exec npx tsx scripts/part.ts boundaries,faults "$@"
