#!/bin/sh
# All tests of this checkout, with everything that they need. Ends with one line: N passed, N failed.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh scripts/test-packages.txt
npx tsx scripts/build/index.ts
exec npx tsx scripts/test.ts "$@"
