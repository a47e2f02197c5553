#!/bin/sh
# What belongs to a machine of its own, on virtual machines: minutes each, more where the processor has to be emulated.
# vm.sh [vitest arguments], as in: vm.sh -t trixie.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh scripts/vm-packages.txt
npx tsx scripts/build/index.ts
exec npx vitest run --config test/vm/vitest.config.ts "$@"
