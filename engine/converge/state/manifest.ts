import { FettleError } from '../../core/error.ts'
import type { Fact } from '../../core/fact.ts'
import type { Asks } from '../../core/resource.ts'
import { quote } from '../../core/shell.ts'

/** Where a host keeps what Fettle must know of it. Root only. */
export const stateDirectory = '/var/lib/fettle'
export const manifestFile = `${stateDirectory}/manifest`
/** A line of its own: `{"key":"…"}`, 32 bytes in hexadecimal. */
export const keyFile = `${stateDirectory}/key`

const format = 1

/** What Fettle placed on a host, and what is owed there: the fold of the manifest's lines. */
export interface Manifest {
  readonly owned: ReadonlyMap<string, Owned>
  /** By unit: the versions of its inputs with which it last started or reloaded. */
  readonly paid: ReadonlyMap<string, ReadonlyMap<string, Input>>
  readonly owed: ReadonlyMap<string, Owed>
  /** By key: the change that cut the way in when it was last tried, and was taken back. */
  readonly refused: ReadonlyMap<string, string>
  /** Made on the host, and kept nowhere else; null where nothing private was described yet. */
  readonly key: string | null
  /** Lines in the file; it is written anew when they outgrow what they say. */
  readonly lines: number
}

/** Something that Fettle made or took over, recorded before it did. */
export interface Owned {
  readonly site: string
  readonly role: string
  /** Adopted things were there before. */
  readonly origin: 'created' | 'adopted'
  /** As Fettle left it; null where it has no version. */
  readonly version: string | null
  /** Taking it away could cut the way in, as making it could. */
  readonly guarded?: true
}

export interface Input {
  readonly version: string | null
  readonly asks: Asks
}

/** A moment on a host that no change of its clock moves. */
export interface Moment {
  readonly bootId: string
  /** Seconds since that boot. */
  readonly uptime: number
}

export interface Owed {
  readonly asks: Asks
  /** Keys of the inputs. */
  readonly because: readonly string[]
  readonly at: Moment
}

/**
 * One line of the manifest. Lines are only appended; the last word on a key holds. Of the inputs of a unit a line names
 * those that changed since the line before; null for what is none any more.
 */
export type ManifestLine =
  | ({ readonly own: string } & Owned)
  | { readonly drop: string }
  | ({ readonly owe: string } & Owed)
  | { readonly refused: string; readonly change: string }
  | { readonly pay: string; readonly inputs: Readonly<Record<string, Input | null>> }

export const emptyManifest: Manifest = {
  owned: new Map(),
  paid: new Map(),
  owed: new Map(),
  refused: new Map(),
  key: null,
  lines: 0,
}

export const manifestFact: Fact<null, Manifest> = {
  name: 'manifest',
  script: () => `
key=
[ ! -e ${keyFile} ] || key=${keyFile}
[ ! -e ${manifestFile} ] || cat ${manifestFile} $key`,
  parse: (output) => [foldManifest(output)],
}

/** A line torn by a crash stands alone, because every append begins on a new line; it is passed over. */
export const foldManifest = (text: string): Manifest => {
  const owned = new Map<string, Owned>()
  const paid = new Map<string, ReadonlyMap<string, Input>>()
  const owed = new Map<string, Owed>()
  const refused = new Map<string, string>()
  let key: string | null = null
  const lines = text.split('\n').filter((line) => line !== '')
  for (const line of lines) {
    const entry = parseLine(line)
    if (!entry) continue
    if ('format' in entry) checkFormat(entry.format)
    else if ('key' in entry) key = entry.key
    else if ('own' in entry) {
      owned.set(entry.own, entry)
      refused.delete(entry.own)
    } else if ('drop' in entry) owned.delete(entry.drop)
    else if ('refused' in entry) refused.set(entry.refused, entry.change)
    else if ('owe' in entry) owed.set(entry.owe, mergeOwed(owed.get(entry.owe), entry))
    else if ('pay' in entry) {
      owed.delete(entry.pay)
      paid.set(entry.pay, withChanges(paid.get(entry.pay), entry.inputs))
    }
  }
  return { owned, paid, owed, refused, key, lines: lines.length }
}

const withChanges = (
  before: ReadonlyMap<string, Input> | undefined,
  changes: Readonly<Record<string, Input | null>>,
) => {
  const after = new Map(before)
  for (const [key, input] of Object.entries(changes)) {
    if (input) after.set(key, input)
    else after.delete(key)
  }
  return after
}

const parseLine = (line: string): ManifestLine | { format: number } | { key: string } | null => {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

const checkFormat = (found: number) => {
  if (found === format) return
  throw new FettleError({
    code: 'manifest.format',
    message: `the host's state is in format ${found}, this Fettle reads format ${format}`,
    hint: found > format ? 'a newer Fettle wrote it: use that one' : 'run the Fettle that wrote it once more',
  })
}

const mergeOwed = (before: Owed | undefined, { asks, because, at }: Owed): Owed =>
  before
    ? {
        asks: before.asks === 'restart' ? 'restart' : asks,
        because: [...new Set([...before.because, ...because])],
        at,
      }
    : { asks, because, at }

/** The lines that say the same as a manifest, without its history. */
export const manifestLines = (manifest: Manifest): ManifestLine[] => [
  ...[...manifest.owned].map(([own, record]) => ({ ...record, own })),
  ...[...manifest.paid].map(([pay, inputs]) => ({ pay, inputs: Object.fromEntries(inputs) })),
  ...[...manifest.owed].map(([owe, record]) => ({ ...record, owe })),
  ...[...manifest.refused].map(([refused, change]) => ({ refused, change })),
]

export const textOf = (lines: readonly ManifestLine[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('')

const appendScript = (lines: readonly ManifestLine[], then: string): string => `
[ -s ${manifestFile} ] || {
  (umask 077 && mkdir -p ${stateDirectory}/former) && chmod 0700 ${stateDirectory} &&
  (umask 077 && printf '%s\\n' '{"format":${format}}' > ${manifestFile})
} &&
printf '\\n%s' ${quote(textOf(lines))} >> ${manifestFile} &&
${then} || {
  echo 'what is done could not be recorded in ${manifestFile}' >&2
  false
}`

/**
 * Shell that appends what was done, starting the manifest where there is none. A power cut may take the record, since
 * not knowing it costs no more than a reload.
 */
export const recordScript = (lines: readonly ManifestLine[]): string => appendScript(lines, ':')

/** The same for what is about to be done, which is durable when the shell goes on. */
export const durableScript = (lines: readonly ManifestLine[]): string => appendScript(lines, `sync -d ${manifestFile}`)

/** Shell that writes the manifest anew, without its history. */
export const compactScript = (manifest: Manifest): string => `
(umask 077 && printf '{"format":${format}}\\n%s' ${quote(textOf(manifestLines(manifest)))} > ${manifestFile}.new) &&
sync ${manifestFile}.new && mv -f ${manifestFile}.new ${manifestFile} && sync ${stateDirectory}`

/** Whether history has outgrown what it says. */
export const isOutgrown = (manifest: Manifest): boolean => manifest.lines > 50 + 2 * manifestLines(manifest).length
