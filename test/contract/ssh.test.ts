import { afterAll, beforeAll } from 'vitest'
import { connectSsh } from '../../engine/transport/ssh/connect.ts'
import { sessionContract } from './session.contract.ts'
import { type Sshd, startSshd } from './support/sshd.ts'

let sshd: Sshd
beforeAll(async () => {
  sshd = await startSshd()
})
afterAll(() => sshd.stop())

sessionContract('ssh', async () => ({ session: await connectSsh(sshd.target), cut: () => sshd.cut() }))
