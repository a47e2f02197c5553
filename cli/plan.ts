import { runName } from '../engine/store/run-name.ts'
import { exitCodeOf } from './exit-codes.ts'
import { type ConvergeOptions, openSeenSite } from './seen-site.ts'

/** Shows what provision would do, and does nothing. */
export const plan = async (options: ConvergeOptions): Promise<void> => {
  const { site, renderer } = await openSeenSite(options, { keeps: false })
  try {
    const { converge } = await import('./converge.ts')
    const approve = async (plans: Parameters<typeof renderer.showPlan>[0]) => {
      renderer.showPlan(plans)
      return 'no' as const
    }
    const results = await converge({ run: runName(), site, options, emit: renderer.emit, approve })
    process.exitCode = exitCodeOf(results.map(({ outcome }) => outcome))
  } finally {
    renderer.close()
  }
}
