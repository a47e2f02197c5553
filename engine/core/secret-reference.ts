import type { Problem } from './error.ts'
import { Secret } from './secret.ts'

/** Characters that a generated value may have. */
export const alphabets = {
  alphanumeric: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  hex: '0123456789abcdef',
  digits: '0123456789',
} as const

export type Alphabet = keyof typeof alphabets

/** Where the value of a secret is to be had. */
export type Reference =
  | { readonly from: 'secret'; readonly name: string }
  | { readonly from: 'env'; readonly name: string }
  | { readonly from: 'file'; readonly path: string }
  | { readonly from: 'cmd'; readonly command: string }
  /** Without a name it is called like the setting. One that lasts is never made anew: what it opens would stay shut. */
  | {
      readonly from: 'generate'
      readonly name: string
      readonly length: number
      readonly alphabet: Alphabet
      readonly lasting?: true
    }
  | { readonly from: 'vault'; readonly text: string }
  | { readonly from: 'sops'; readonly file: string; readonly path: readonly string[] }

/** A secret that settings refer to, before its value is there. */
export interface WantedSecret {
  readonly secret: Secret
  readonly reference: Reference
  /** `mysql.rootPassword` */
  readonly setting: string
  /** The problem, at the place where the reference stands. */
  problem(trouble: Pick<Problem, 'code' | 'message' | 'detail' | 'hint'>): Problem
}

/** What may name a secret in the environment's file. */
export const secretName = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/

export const vaultHeader = '$ANSIBLE_VAULT;'

const schemes: Readonly<Record<string, (rest: string) => Reference | undefined>> = {
  secret: (name) => (secretName.test(name) ? { from: 'secret', name } : undefined),
  env: (name) => (/^[A-Za-z_]\w*$/.test(name) ? { from: 'env', name } : undefined),
  file: (path) => (path === '' ? undefined : { from: 'file', path }),
  cmd: (command) => (command.trim() === '' ? undefined : { from: 'cmd', command: command.trim() }),
  sops: (rest) => {
    const [, file, path] = /^([^#]+)#([^#]+)$/.exec(rest) ?? []
    return file && path ? { from: 'sops', file, path: path.split('.') } : undefined
  },
}

/** `generate`, `generate:NAME`, `generate:NAME length=40 alphabet=hex lasting=yes`. */
const readGenerate = (text: string): Reference | undefined => {
  const [, name = '', options = ''] = /^generate(?::(\S*))?((?:\s+\w+=\w+)*)$/.exec(text.trim()) ?? ['', ' ']
  const given = Object.fromEntries([...options.matchAll(/(\w+)=(\w+)/g)].map(([, key, value]) => [key, value]))
  const { length = '32', alphabet = 'alphanumeric', lasting = 'no', ...others } = given
  const isSound =
    (name === '' || secretName.test(name)) &&
    /^\d{1,3}$/.test(length) &&
    Number(length) >= 8 &&
    Object.hasOwn(alphabets, alphabet) &&
    ['yes', 'no'].includes(lasting) &&
    Object.keys(others).length === 0
  if (!isSound) return undefined
  const recipe = { length: Number(length), alphabet: alphabet as Alphabet }
  return { from: 'generate', name, ...recipe, ...(lasting === 'yes' && { lasting: true }) }
}

/** Reads `env:DB_PASSWORD` and the like. Undefined for what is no reference, also for one with a mistake in it. */
export const readReference = (text: string): Reference | undefined => {
  if (text.startsWith(vaultHeader)) return { from: 'vault', text }
  if (/^generate\b/.test(text)) return readGenerate(text)
  const [, scheme = '', rest = ''] = /^([a-z]+):(.*)$/s.exec(text) ?? []
  return Object.hasOwn(schemes, scheme) ? schemes[scheme]?.(rest) : undefined
}

/** How a reference may be written, for those who wrote another. */
export const referenceForms =
  'write secret:NAME, generate, env:NAME, file:PATH, cmd:COMMAND or sops:FILE#KEY; `fettle secrets set NAME` keeps one'

const references = new WeakMap<Secret, Reference>()

/** A secret whose value is still to be had. */
export const awaited = (reference: Reference): Secret => {
  const secret = new Secret()
  references.set(secret, reference)
  return secret
}

export const referenceOf = (secret: Secret): Reference | undefined => references.get(secret)
