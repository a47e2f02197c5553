import { type Asker, probeUntilHealthy, type Question } from '../rotation/probe.ts'
import { withLastWords } from './last-words.ts'
import type { AppHost } from './site.ts'

/** As `probeUntilHealthy`; where it does not become healthy, with what it said itself. */
export const probeInstance = (
  host: Pick<AppHost, 'held'>,
  unit: string,
  askers: readonly Asker[],
  question: Question,
): Promise<void> =>
  probeUntilHealthy(askers, question).catch(async (error) => {
    throw await withLastWords(host, unit, error)
  })

/** Asks from the host itself. */
export const itself = ({ name, held }: Pick<AppHost, 'name' | 'held'>): Asker => ({
  host: name,
  ask: (script) => held.ask(script),
})
