import { FettleError, type Problem } from '../core/error.ts'
import { type Secret, secretOf } from '../core/secret.ts'
import { vaultHeader } from '../core/secret-reference.ts'
import { type Parsed, parseSource } from './parse-source.ts'
import { problemWith } from './trouble.ts'
import { isMapping } from './value.ts'

/** How files are read that Ansible Vault has encrypted. */
export interface Unsealing {
  /** Errors: `secret.locked`, `secret.invalid`. */
  open(text: string): string
  /** Hears of each text in them. */
  found(secret: Secret): void
}

export const isSealed = (text: string): boolean => text.startsWith(vaultHeader)

/** Reads an encrypted file of variables; every text in it is a secret, and no problem shows a line of it. */
export const parseSealed = (file: string, text: string, unsealing: Unsealing | undefined): Parsed => {
  const { source } = parseSource('inventory', file, '')
  if (!unsealing) return { source, problems: [locked(file)] }
  try {
    const parsed = parseSource('inventory', file, unsealing.open(text))
    const value = kept(parsed.source.value, unsealing)
    return { source: { ...parsed.source, sealed: true, value }, problems: parsed.problems.map(withoutWords) }
  } catch (error) {
    if (!(error instanceof FettleError)) throw error
    const [{ code, message, hint }] = error.problems
    return { source, problems: [problemWith(file, { code, message: `${file}: ${message}`, hint })] }
  }
}

const locked = (file: string): Problem =>
  problemWith(file, {
    code: 'secret.locked',
    message: `${file} is encrypted with Ansible Vault`,
    hint: 'give its password with --vault-password-file or $ANSIBLE_VAULT_PASSWORD_FILE',
  })

const withoutWords = ({ frame: _, code, message, ...problem }: Problem): Problem => ({
  ...problem,
  code,
  message: code === 'inventory.syntax' ? 'not valid YAML, once decrypted' : message,
})

const kept = (value: unknown, unsealing: Unsealing): unknown => {
  if (Array.isArray(value)) return value.map((item) => kept(item, unsealing))
  if (isMapping(value))
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, kept(part, unsealing)]))
  if (typeof value !== 'string' || value === '') return value
  const secret = secretOf(value)
  unsealing.found(secret)
  return secret
}
