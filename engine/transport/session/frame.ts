import { randomBytes } from 'node:crypto'
import type { RunOptions } from '../../core/ports.ts'
import { quote } from '../../core/shell.ts'

/** What to write to a shell's stdin so that it runs one script, and how to find the script's output in its streams. */
export interface Frame {
  readonly text: string
  /** Printed on both streams just before the script's own output, followed by the shell's process id and a newline. */
  readonly begin: string
  /** Printed on both streams just after it, followed by the exit status and a newline. */
  readonly end: string
}

/** Same answers on every host: English words, UTF-8, system programs found, files made as root makes them. */
export const prelude = `export LC_ALL=C.UTF-8 PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
umask 022
cd /
`

/** The script's shell has opened the pipe a second time; a daemon that it starts must not keep the first open. */
const inShell = (script: string): string =>
  `printf %s ${quote(`exec 3<&-;${script}`)} 2>/dev/null | sh /dev/fd/3 3<&0 </dev/null`

const inFork = (script: string): string => `(eval ${quote(script)}) </dev/null`

/**
 * The script gets a shell process of its own, so that `exit`, `exec`, a syntax error or `kill $$` end only the script.
 * It travels through a pipe: it is in no argument vector, no environment and no file. The marks are random and
 * unknown to the script, which cannot forge them.
 */
export const frame = (script: string, { forked }: Pick<RunOptions, 'forked'> = {}): Frame => {
  const nonce = randomBytes(16).toString('hex')
  const begin = `${nonce}<`
  const end = `${nonce}>`
  const text = [
    `printf '${begin}%s\\n' "$$"`,
    `printf '${begin}\\n' >&2`,
    forked ? inFork(script) : inShell(script),
    `printf '${end}%s\\n' "$?"`,
    `printf '${end}\\n' >&2`,
  ].join('; ')
  return { text: `${text}\n`, begin, end }
}
