import type { Fact } from '../../core/fact.ts'
import { stateDirectory } from './manifest.ts'

const file = `${stateDirectory}/rotation`

/** Ports of instances that a run has taken out of rotation and not put back. */
export const outOfRotation: Fact<null, readonly number[]> = {
  name: 'out of rotation',
  script: () => `[ ! -e ${file} ] || cat ${file}`,
  parse: (output) => [[...new Set(output.split('\n').flatMap((line) => (/^\d+$/.test(line) ? [Number(line)] : [])))]],
}

/** Shell that notes which instances are about to be taken out of rotation, durably. */
export const noteOut = (ports: readonly number[]): string =>
  `printf '%s\\n' ${ports.join(' ')} >>${file} && sync ${file}`

/** Shell that notes that all of them are back. */
export const noteBack = `rm -f ${file}`
