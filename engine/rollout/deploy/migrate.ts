import { FettleError } from '../../core/error.ts'
import { quote } from '../../core/shell.ts'
import { inRelease } from './in-release.ts'
import type { DeploySite } from './site.ts'

/**
 * Runs the app's migration with the new release: once, on one host, as a unit that ends by itself. Where it has run on
 * any host, or an earlier try has, it is not run again. Errors: `migration.failed`.
 */
export const migrate = async (site: DeploySite, release: string): Promise<void> => {
  const [host] = site.hosts
  const command = host?.app.migrate
  const hasRun = site.hosts.some(({ state }) =>
    state.releases.some((placed) => placed.release === release && placed.migrated),
  )
  if (!host || !command || hasRun) return
  const folder = quote(`${host.app.root}/releases/${release}`)
  const body = `${inRelease(host.app, release, command)} && : >${folder}/.migrated && sync ${folder}/.migrated`
  try {
    await host.held.detached(`migrate to ${release}: ${command}`, body)
  } catch (error) {
    if (!(error instanceof FettleError) || error.code !== 'step.failed') throw error
    const { detail } = error.problems[0]
    throw new FettleError({
      code: 'migration.failed',
      host: host.name,
      message: `the migration of ${release} failed: ${command}`,
      ...(detail && { detail }),
      hint: 'no instance has the new release; how far the migration came, its own words tell',
    })
  }
}

/** Marks a release after whose migration the one before cannot run any more. */
export const markContracting = async ({ hosts }: DeploySite, release: string): Promise<void> => {
  await Promise.all(
    hosts.map(({ app, held }) => {
      const mark = quote(`${app.root}/releases/${release}/.contracts`)
      return held.step(`mark ${release} as contracting`, `: >${mark} && sync ${mark}`)
    }),
  )
}
