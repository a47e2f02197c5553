import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import type { Fact } from '../../../engine/core/fact.ts'
import * as facts from '../../../engine/facts/index.ts'
import { runScript } from './ask.ts'

const root = mkdtempSync(join(tmpdir(), 'fettle-hostile-'))
afterAll(() => rmSync(root, { recursive: true }))

const canary = join(root, 'canary')
const about: readonly Fact<string, unknown>[] = [
  facts.authorizedKeys,
  facts.dependants,
  facts.groups,
  facts.packages,
  facts.path,
  facts.sysctl,
  facts.text,
  facts.units,
  facts.users,
]

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(`$(: >${canary})`, `\`: >${canary}\``, `;: >${canary};`, "'", '"', '\n', '\\', '-', '*', ' '),
      fc.string(),
    ),
  )
  .map((parts) => parts.join(''))
  .filter((query) => !query.includes('\0'))

/** Builtins are enough to make the canary; tools are kept out of reach. */
test.each(about.map((fact) => [fact.name, fact] as const))('no question about %s becomes a command', (_, fact) => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), (queries) => {
      try {
        runScript(fact.script(queries), { PATH: root })
      } catch {
        // Without tools a script may well fail.
      }
      expect(existsSync(canary)).toBe(false)
    }),
    { numRuns: 15 },
  )
})
