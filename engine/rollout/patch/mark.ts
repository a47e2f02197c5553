import { stateDirectory } from '../../converge/state/manifest.ts'

/** On a host from when it is begun until it is back: the ports at which it was taken out of rotation. */
const file = `${stateDirectory}/patching`

/** Shell that tells whether a host was begun, and where it is out: `begun yes`, `out 3000`. */
export const askMark = `
[ ! -e ${file} ] || { echo begun yes && sed 's/^/out /' ${file}; }`

/** Shell that notes, durably, that a host is begun. */
export const noteBegun = `: >>${file} && sync ${file}`

/** Shell that notes, durably, what is about to be taken out of rotation. */
export const noteOut = (ports: readonly number[]): string =>
  `printf '%s\\n' ${ports.join(' ')} >>${file} && sync ${file}`

/** Shell that notes that the host is back. */
export const noteDone = `rm -f ${file}`
