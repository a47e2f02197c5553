import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { FramedShell } from '../../../engine/transport/session/framed-shell.ts'
import type { Ending } from '../../../engine/transport/session/process.ts'

const program = () => {
  let end = (_: Ending) => {}
  const ended = new Promise<Ending>((resolve) => {
    end = resolve
  })
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() }
  return { ...streams, ended, end, kill: () => {} }
}

test('a program that ends before it is told anything is heard', async () => {
  const sudo = program()
  const shell = new FramedShell(sudo)
  sudo.stderr.write('sudo: a password is required\n')
  await new Promise(setImmediate)
  sudo.end({ type: 'exited', exit: 1 })
  expect(await shell.run('true')).toEqual({ type: 'unstarted', exit: 1, said: 'sudo: a password is required\n' })
})
