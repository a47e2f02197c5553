import { writeFileSync } from 'node:fs'
import { type Load, type LoadOptions, startLoad } from './load.ts'

/**
 * A load in a process of its own: its first message says what to send, the second one that it is enough; it answers both.
 * In a session of its own the kernel gives it a share of the processors of its own, whatever else is tried beside it.
 */
let load: Load | undefined

process.on('message', async (options: LoadOptions) => {
  if (load) {
    process.send?.(await load.stop())
    process.disconnect()
    return
  }
  load = startLoad(options)
  process.send?.('started')
})

// Nobody is left who would stop it.
process.once('disconnect', () => process.exit())

/** Before others in that share: a load that is late itself measures nothing. */
const goFirst = (): void => {
  try {
    writeFileSync('/proc/self/autogroup', '-10')
  } catch {
    // This kernel has no such groups, or does not let us.
  }
}

goFirst()
