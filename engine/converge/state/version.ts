import { createHmac } from 'node:crypto'
import type { Session } from '../../core/ports.ts'
import type { Declaration, Stamp } from '../../core/resource.ts'
import type { Item } from '../plan/describe.ts'
import { keyFile, type Manifest, manifestFact, stateDirectory } from './manifest.ts'

/** How a version is written down that nobody may guess from. */
const prefix = 'keyed:'

/**
 * A stamp as it is written down and compared. A bare hash of a short secret can be guessed, so the versions of private
 * things are keyed with a key of the host's own; without one there is no version.
 */
export const recorded = <Found extends Stamp | null | undefined>(
  stamp: Found,
  { key }: Pick<Manifest, 'key'>,
): Found => {
  if (!stamp?.private) return stamp
  const version = key === null ? '' : createHmac('sha256', Buffer.from(key, 'hex')).update(stamp.version).digest('hex')
  return { ...stamp, version: prefix + version }
}

/** Whether a version was of something private. */
export const isKeyed = (version: string | null | undefined): boolean => version?.startsWith(prefix) ?? false

const isPrivate = ({ resource, spec }: Declaration): boolean => resource.stampAfter?.(spec)?.private ?? false

const makeKey = `
umask 077
[ -s ${keyFile} ] || {
  mkdir -p ${stateDirectory} && key=$(od -An -v -tx1 -N32 /dev/urandom | tr -d ' \\n') && [ \${#key} -eq 64 ] &&
  printf '{"key":"%s"}\\n' "$key" >${keyFile}.new && sync ${keyFile}.new && mv -f ${keyFile}.new ${keyFile}
} || exit
cat ${keyFile}`

/** The manifest with the host's key, which the host makes when something private is described for the first time. */
export const withKey = async (session: Session, manifest: Manifest, described: readonly Item[]): Promise<Manifest> => {
  if (manifest.key !== null || !described.some(({ declaration }) => isPrivate(declaration))) return manifest
  const { stdout } = await session.run(makeKey)
  const [{ key = null } = {}] = manifestFact.parse(stdout, [null])
  return { ...manifest, key }
}
