import { readFile, stat } from 'node:fs/promises'
import type { ParsedKey, utils } from 'ssh2'

export type ParseKey = typeof utils.parseKey

/** What a key file turned out to be. */
export type KeyFile =
  | { readonly type: 'private'; readonly path: string; readonly key: ParsedKey }
  /** Its passphrase has not been asked for yet. `publicKey` is known where the `.pub` file lies beside it. */
  | { readonly type: 'locked'; readonly path: string; readonly text: string; readonly publicKey: Buffer | undefined }
  /** Its private half may be in the agent. */
  | { readonly type: 'public'; readonly path: string; readonly publicKey: Buffer }
  | { readonly type: 'absent'; readonly path: string }
  | { readonly type: 'unusable'; readonly path: string; readonly why: string; readonly hint?: string }

export const readKeyFiles = (paths: readonly string[], parseKey: ParseKey): Promise<KeyFile[]> =>
  Promise.all(paths.map((path) => readKeyFile(path, parseKey)))

const readKeyFile = async (path: string, parseKey: ParseKey): Promise<KeyFile> => {
  try {
    const [text, { mode, uid }] = await Promise.all([readFile(path, 'utf8'), stat(path)])
    const parsed = parseKey(text)
    const isOpen = (mode & 0o077) !== 0 && uid === process.getuid?.()
    if (!(parsed instanceof Error) && !parsed.isPrivateKey())
      return { type: 'public', path, publicKey: parsed.getPublicSSH() }
    if (isOpen) return { type: 'unusable', path, why: 'others may read it', hint: `chmod 600 ${path}` }
    if (!(parsed instanceof Error)) return { type: 'private', path, key: parsed }
    if (!/no passphrase given/.test(parsed.message)) return { type: 'unusable', path, why: parsed.message }
    return { type: 'locked', path, text, publicKey: await publicHalf(path, parseKey) }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? { type: 'absent', path } : { type: 'unusable', path, why: message }
  }
}

const publicHalf = async (path: string, parseKey: ParseKey): Promise<Buffer | undefined> => {
  const parsed = parseKey(await readFile(`${path}.pub`, 'utf8').catch(() => ''))
  return parsed instanceof Error ? undefined : parsed.getPublicSSH()
}

export const publicKeyOf = (file: KeyFile): Buffer | undefined => {
  if (file.type === 'private') return file.key.getPublicSSH()
  return file.type === 'locked' || file.type === 'public' ? file.publicKey : undefined
}

type AskPassphrase = (keyFile: string) => Promise<string>

/** By who asks, then by file: with many hosts a passphrase is asked, and its costly key derivation done, once. */
const unlocked = new WeakMap<AskPassphrase, Map<string, Promise<ParsedKey | Error>>>()

/** The key behind its passphrase, or why it cannot be had. */
export const unlock = (
  { path, text }: KeyFile & { readonly type: 'locked' },
  ask: AskPassphrase,
  parseKey: ParseKey,
): Promise<ParsedKey | Error> => {
  const known = unlocked.get(ask) ?? new Map<string, Promise<ParsedKey | Error>>()
  unlocked.set(ask, known)
  const key = known.get(path) ?? ask(path).then((passphrase) => parseKey(text, passphrase))
  known.set(path, key)
  return key
}
