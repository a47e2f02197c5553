import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FettleError } from '../../../engine/core/error.ts'
import type { Connect, Session } from '../../../engine/core/ports.ts'
import type { Machine } from '../../unit/converge/support/machine.ts'

/** A machine whose runs can be made to die at one exact place: between two steps, or within what is done for one. */
export interface Mortal {
  /** The way in for one more controller. */
  controller(): Connect
  /** The boundaries that were passed since the last call of this, by name. */
  passed(): string[]
  /** From here on the connection dies with whatever runs there at the boundary of this number, counted from 1. */
  dieAt(number: number): void
  /** Whether it has. */
  isDead(): boolean
  /** Who was here until now never comes back, and nobody else dies. */
  bury(): void
}

/** Kills the whole process group of the session, as a crash of whoever is at its other end would end it, but exactly here. */
const boundaryScript = (folder: string) => `#!/bin/sh
echo "$*" >>${folder}/passed
[ "$(wc -l <${folder}/passed)" = "$(cat ${folder}/fatal)" ] || exit 0
: >${folder}/dead
read -r stat </proc/self/stat
set -- \${stat##*) }
kill -9 "-$3"
`

/** What the service manager was told to do has happened, and nobody knows yet. */
const systemctlScript = (folder: string) => `#!/bin/sh
${folder}/bin/systemctl.real "$@"
status=$?
[ "$1" = show ] || ${folder}/bin/at_boundary "told systemd to $1" >/dev/null
exit $status
`

export const mortal = (machine: Machine): Mortal => {
  const { folder } = machine
  const at = (name: string) => join(folder, name)
  machine.write('bin/at_boundary', boundaryScript(folder), 0o755)
  renameSync(at('bin/systemctl'), at('bin/systemctl.real'))
  machine.write('bin/systemctl', systemctlScript(folder), 0o755)
  const reset = () => {
    writeFileSync(at('passed'), '')
    writeFileSync(at('fatal'), '0')
    rmSync(at('dead'), { force: true })
  }
  reset()
  const isDead = () => existsSync(at('dead'))
  let generation = 0
  const controller = (): Connect => {
    const born = generation
    const gone = () => isDead() || born < generation
    return async (target, signal) => {
      if (gone()) throw dead
      return withBoundaries(await machine.connect(target, signal), gone)
    }
  }
  return {
    controller,
    isDead,
    passed: () => {
      const names = readFileSync(at('passed'), 'utf8').split('\n').slice(0, -1)
      reset()
      return names
    },
    dieAt: (number) => {
      reset()
      writeFileSync(at('fatal'), String(number))
    },
    bury: () => {
      generation++
      reset()
    },
  }
}

const dead = new FettleError({ code: 'connection.lost', message: 'whoever was connected has died' })

/** Looking has no boundaries: it changes nothing. */
const withBoundaries = (session: Session, isGone: () => boolean): Session => ({
  run: (script, options) => {
    if (isGone()) return Promise.reject(dead)
    return session.run(options?.forked ? script : marked(script), options)
  },
  feed: (script, bytes, options) => (isGone() ? Promise.reject(dead) : session.feed(script, bytes, options)),
  close: () => session.close(),
})

/** Where `runBatch` says that a job begins or has ended, around a whole script, and once intents are on the disk. */
const marked = (script: string): string => {
  const inside = script
    .replaceAll(
      /^printf '\\n[0-9a-f]{24} begin (\d+)\\n' >&2$/gm,
      (line, index) => `at_boundary 'before job ${index}'\n${line}`,
    )
    .replaceAll(
      /^printf '\\n[0-9a-f]{24} end (\d+) %d\\n' "\$status"$/gm,
      (line, index) => `at_boundary 'after job ${index}'\n${line}`,
    )
    .replaceAll(/sync -d \S+\/manifest\b/g, (line) => `{ ${line} && at_boundary 'intents are recorded'; }`)
  return `at_boundary 'before a script'\n${inside}\nended=$?\nat_boundary 'after a script'\n(exit $ended)`
}
