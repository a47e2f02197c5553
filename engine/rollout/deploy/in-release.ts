import type { App } from '../../core/app.ts'
import { command } from '../../core/shell.ts'

/**
 * Shell that runs a command of the user's as the app's user in the folder of a release, with the variables that its
 * instances have. What it says is passed on.
 */
export const inRelease = (app: App, release: string, body: string): string => {
  const folder = `${app.root}/releases/${release}`
  const properties = [
    `User=${app.user}`,
    `Group=${app.group}`,
    `WorkingDirectory=${folder}`,
    `EnvironmentFile=${folder}/.release`,
    ...(app.environment === null ? [] : [`EnvironmentFile=${app.environment}`]),
  ]
  return command(
    ...['systemd-run', '--quiet', '--collect', '--wait', '--pipe', `--description=${app.name}: ${body}`.slice(0, 200)],
    ...properties.flatMap((property) => ['-p', property]),
    ...[`--setenv=SHARED=${app.root}/shared`, '/bin/sh', '-c', body],
  )
}
