import { expect, it } from 'vitest'
import type { Session, Target } from '../../engine/core/ports.ts'
import { connectLocal } from '../../engine/transport/local.ts'
import { recording } from '../../engine/transport/recording.ts'
import { sessionContract, titles } from './session.contract.ts'

const here: Target = {
  name: 'here',
  address: 'localhost',
  transport: 'local',
  become: false,
  hostKeys: 'strict',
  deadlines: { connect: 5000, idle: 15_000 },
}

sessionContract('local', async () => ({ session: await connectLocal(here) }))

sessionContract(
  'recording',
  async () => {
    const real = await connectLocal(here)
    const recorder = recording((script, { signal, timeout }) =>
      real.run(script, { ...(signal && { signal }), ...(timeout !== undefined && { timeout }) }),
    )
    const close = async () => {
      await Promise.all([recorder.close(), real.close()])
    }
    return { session: { ...recorder, close } }
  },
  { [titles.streaming]: 'an answer comes whole', [titles.feeding]: 'an answer depends on the script alone' },
)

it('lets one signal stop many sessions without a warning', async () => {
  const warnings: string[] = []
  const warn = (warning: Error) => warnings.push(warning.message)
  process.on('warning', warn)
  const stop = new AbortController()
  const sessions = await Promise.all(Array.from({ length: 15 }, () => connectLocal(here)))
  const begun: string[] = []
  const onLine = (line: string) => begun.push(line)
  const run = (session: Session) => session.run('echo begun; sleep 60', { signal: stop.signal, onLine })
  const codes = sessions.map((session) => run(session).catch((error) => error.code))
  await expect.poll(() => begun.length).toBe(sessions.length)
  stop.abort()
  expect(await Promise.all(codes)).toEqual(sessions.map(() => 'cancelled'))
  process.off('warning', warn)
  expect(warnings).toEqual([])
})
