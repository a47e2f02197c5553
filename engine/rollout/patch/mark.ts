import { stateDirectory } from '../../converge/state/manifest.ts'
import { command } from '../../core/shell.ts'

/** On a host from when it is begun until it is back: what had failed before, and where it was taken out of rotation. */
const file = `${stateDirectory}/patching`

/** Shell that tells what is noted: `begun yes`, `failed cron.service`, `out 3000`. */
export const askMark = `
[ ! -e ${file} ] || { echo begun yes && cat ${file}; }`

/** Shell that notes, durably, that a host is begun, with the units that had failed before. */
export const noteBegun = (failed: readonly string[]): string => `
{ ${failed.map((unit) => command('echo', `failed ${unit}`)).join('; ') || ':'}; } >${file}~ && sync ${file}~ && mv -f ${file}~ ${file}`

/** Shell that notes, durably, what is about to be taken out of rotation. */
export const noteOut = (ports: readonly number[]): string =>
  `printf 'out %s\\n' ${ports.join(' ')} >>${file} && sync ${file}`

/** Shell that notes that the host is back. */
export const noteDone = `rm -f ${file}`
