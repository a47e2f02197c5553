import type { Connect } from '../core/ports.ts'

export { type Answer, type Answers, type Recording, type Row, recording } from './recording.ts'

/** Connects as the target says. Each transport is loaded when it is first used. */
export const connect: Connect = async (target, signal) => {
  if (target.transport === 'local') {
    const { connectLocal } = await import('./local.ts')
    return connectLocal(target, signal)
  }
  const { connectSsh } = await import('./ssh/connect.ts')
  return connectSsh(target, signal)
}
