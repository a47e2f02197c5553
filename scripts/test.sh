#!/bin/sh
# Tests of this checkout, with everything that they need: npm test, or npm run test:all [-- --shard K/N], which tries
# every fault and every boundary. Ends with one line: N passed, N failed.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh scripts/test-packages.txt
npx tsx scripts/build/index.ts
exec npx tsx scripts/test.ts "$@"
