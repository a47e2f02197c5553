import type { Fact } from '../../core/fact.ts'
import { stateDirectory } from './manifest.ts'

/** Where rollouts that have not ended are noted, a file for each app. */
export const rolloutDirectory = `${stateDirectory}/deploys`

/** Apps of which a rollout has not ended on the host. */
export const unfinishedRollouts: Fact<null, readonly string[]> = {
  name: 'unfinished rollouts',
  script: () => `for each in ${rolloutDirectory}/*; do [ ! -f "$each" ] || printf '%s\\n' "\${each##*/}"; done`,
  parse: (output) => [output.split('\n').filter((name) => /^[a-z][a-z0-9-]*$/.test(name))],
}

export const rolloutNotices = (apps: readonly string[]): readonly string[] =>
  apps.map(
    (app) => `a rollout of ${app} has not ended: fettle resume ${app} goes on, fettle abort ${app} takes it back`,
  )
