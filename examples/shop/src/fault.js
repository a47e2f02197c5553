import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a release can be built to do wrong. */
export const faults = [
  'never-healthy',
  'dies-after-20s',
  'dies-of-data',
  'ignores-sigterm',
  'slow-start',
  'migration-fails',
]

const startsAfter = 15_000
const diesAfter = 20_000

/** Written by the build, and only where SHOP_FAULT asked for it. */
const file = new URL('fault.json', import.meta.url)

/** What this release does wrong on purpose; null in every release that is meant for customers. */
const fault = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).fault : null

export const isNeverReady = fault === 'never-healthy'
export const ignoresStop = fault === 'ignores-sigterm'
export const failsMigration = fault === 'migration-fails'

/** Milliseconds that a start takes longer than it has to. */
export const startDelay = fault === 'slow-start' ? startsAfter : 0

const die = () => {
  process.stderr.write('dying, because this release was built to\n')
  process.exit(1)
}

/** Of data is: as soon as the shared folder has a file `poison`, which no other release minds. */
export const dieIfMeantTo = (shared) => {
  if (fault === 'dies-after-20s') setTimeout(die, diesAfter)
  if (fault === 'dies-of-data') setInterval(() => existsSync(join(shared, 'poison')) && die(), 100)
}
