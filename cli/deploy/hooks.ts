import { execa } from 'execa'
import type { App } from '../../engine/core/app.ts'
import { FettleError } from '../../engine/core/error.ts'
import type { Rollout } from '../../engine/rollout/deploy/rollout.ts'
import type { AppSite } from './app-site.ts'

/** Runs the hooks of an app on this machine, in the site's folder. */
export const hooksOf = ({ name, folder, environment, concerned }: AppSite): Rollout['hook'] => {
  const hooks: App['hooks'] | undefined = concerned.find(({ app }) => app)?.app?.hooks
  return async (when, { release, version }) => {
    const hook = hooks?.[when]
    if (!hook) return
    const hosts = concerned.flatMap(({ app, view }) => (app ? [view.name] : []))
    const env = {
      FETTLE_APP: name,
      FETTLE_RELEASE: release,
      FETTLE_VERSION: version,
      FETTLE_ENVIRONMENT: environment,
      FETTLE_HOSTS: hosts.join(','),
    }
    const { exitCode, all } = await execa('sh', ['-c', hook], {
      cwd: folder,
      env,
      all: true,
      reject: false,
      stdin: 'ignore',
    })
    if (exitCode === 0) return
    throw new FettleError({
      code: 'hook.failed',
      message: `the hook ${when} the rollout failed with exit status ${exitCode ?? 'unknown'}: ${hook}`,
      detail: all.split('\n').slice(-20).join('\n'),
      hint: when === 'before' ? 'no host was touched' : 'all hosts have the release',
    })
  }
}
