import { sha256 } from '../core/hash.ts'
import { isSecret, mark, reveal, type Text } from '../core/secret.ts'
import { isPublic } from '../facts/path.ts'
import { check } from './check.ts'

/** What is known of content without showing it. */
export const sumOf = (content: Text): string => sha256(reveal(content))
export const bytesOf = (content: Text): number => Buffer.byteLength(reveal(content))

/** Refuses what is no text, and text that a secret was lost in. */
export const checkContent = (of: string, content: Text): void => {
  const text = reveal(content)
  check(!text.includes('\0'), `${of} holds a NUL, and so is no text`)
  check(
    !text.includes(mark),
    `${of} was made of a secret as if it were text`,
    'use a template, or the tag `joined` before the literal: both know secrets',
  )
}

/** Refuses a secret where others could read it. */
export const checkKept = (path: string, content: Text, mode: string): void =>
  check(
    !isSecret(content) || !isPublic(mode),
    `${path} has secret content, and mode ${mode} lets everybody read it`,
    'say mode "0600", or "0640" and the group that needs it',
  )

/** Refuses a secret in a unit: systemd tells every user what is in one. */
export const checkUnitContent = (name: string, content: Text): void => {
  checkContent(name, content)
  check(
    !isSecret(content),
    `${name} has secret content, and systemd shows units to everybody`,
    'put the secret into a private file, and name it with EnvironmentFile= or LoadCredential=',
  )
}
