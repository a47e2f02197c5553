import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Fact } from '../../../engine/core/fact.ts'

/** Runs a script in the local POSIX shell, as the engine does: in a subshell in the C locale, with stdin closed. */
export const runScript = (script: string, env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: 'C' }): string =>
  execFileSync('/bin/sh', ['-c', `(${script}\n)`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], env })

/** Asks this machine. */
export const ask = <Query, Answer>(fact: Fact<Query, Answer>, ...queries: Query[]): readonly Answer[] =>
  fact.parse(runScript(fact.script(queries)), queries)

/** Reads what a real host once said. */
export const recall = <Query, Answer>(
  fact: Fact<Query, Answer>,
  name: string,
  ...queries: Query[]
): readonly Answer[] => fact.parse(readFileSync(new URL(`captured/${name}.txt`, import.meta.url), 'utf8'), queries)
