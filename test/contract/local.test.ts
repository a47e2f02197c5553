import type { Target } from '../../engine/core/ports.ts'
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
    return { session: { run: recorder.run, close } }
  },
  { [titles.streaming]: 'an answer comes whole' },
)
