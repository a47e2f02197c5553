import { check, checkPath } from './check.ts'

/** A place that packages come from, in apt's deb822 form. There is no way to say one without a key. */
export type Source = {
  /** Of the files: `/etc/apt/sources.list.d/NAME.sources`, `/etc/apt/keyrings/NAME.asc`. */
  readonly name: string
  readonly uris: readonly string[]
  readonly suites: readonly string[]
  /** Empty for a flat repository, whose suite ends in a slash. */
  readonly components: readonly string[]
  /** Default: the host's own. */
  readonly architectures?: readonly string[]
} & (
  | {
      /** The public key, armored or in base64. */
      readonly key: string
      readonly signedBy?: never
    }
  | {
      /** A keyring that is on the host: `/usr/share/keyrings/debian-archive-keyring.gpg`. */
      readonly signedBy: string
      readonly key?: never
    }
)

export const sourceText = (spec: Source, signedBy: string): string =>
  [
    'Types: deb',
    `URIs: ${spec.uris.join(' ')}`,
    `Suites: ${spec.suites.join(' ')}`,
    ...(spec.components.length > 0 ? [`Components: ${spec.components.join(' ')}`] : []),
    ...(spec.architectures ? [`Architectures: ${spec.architectures.join(' ')}`] : []),
    `Signed-By: ${signedBy}`,
    '',
  ].join('\n')

export const checkSource = (spec: Source): void => {
  const words = [...spec.uris, ...spec.suites, ...spec.components, ...(spec.architectures ?? [])]
  for (const word of words)
    check(/^[^\s\p{Cc}]+$/u.test(word), `apt source ${spec.name}: ${JSON.stringify(word)} is not one word`)
  check(spec.uris.length > 0 && spec.suites.length > 0, `apt source ${spec.name} needs at least one URI and one suite`)
  check(
    (spec.components.length === 0) === spec.suites.every((suite) => suite.endsWith('/')),
    `apt source ${spec.name} needs components, unless its suites end in a slash`,
  )
  check((spec.key === undefined) !== (spec.signedBy === undefined), `apt source ${spec.name} needs a key or a keyring`)
  if (spec.signedBy !== undefined) checkPath(spec.signedBy)
}

export const checkSourceName = (name: string): void =>
  check(/^[\w][\w.-]*$/.test(name), `${JSON.stringify(name)} is not a name for an apt source`)
