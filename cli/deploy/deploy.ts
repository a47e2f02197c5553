import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { FettleError } from '../../engine/core/error.ts'
import { buildRelease } from '../../engine/release/build.ts'
import { deploy as deployRelease } from '../../engine/rollout/deploy/deploy.ts'
import type { Parcel } from '../../engine/rollout/deploy/place-release.ts'
import { stateFolder } from '../folders.ts'
import { bytes } from '../render/bytes.ts'
import { say } from '../write.ts'
import { type AppSite, openAppSite } from './app-site.ts'
import { type RolloutOptions, rollOut } from './rollout.ts'

export interface DeployOptions extends RolloutOptions {
  readonly version: string
  readonly artifact?: string
  readonly asIs?: true
  readonly contracts?: true
  readonly supersede?: true
}

/** Builds a release and brings it to all hosts of an app. */
export const deploy = async (name: string | undefined, options: DeployOptions): Promise<void> => {
  const app = await openAppSite(name, options)
  const parcel = await built(app, options)
  await rollOut(app, options, `${app.name} ${parcel.release}`, (rollout) =>
    deployRelease(rollout, {
      parcel,
      contracts: options.contracts ?? false,
      supersedes: options.supersede ?? false,
    }),
  )
}

const built = async (site: AppSite, { version, artifact, asIs }: DeployOptions): Promise<Parcel> => {
  const app = site.concerned.find((each) => each.app)?.app
  if (!app) throw new FettleError({ code: 'app.unknown', message: `no host has the app "${site.name}"` })
  const into = join(stateFolder(site.folder), 'releases', app.name)
  const started = performance.now()
  const archive = await buildRelease({ app, site: site.folder, version, asIs: asIs ?? false, artifact, into })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  say(`Built ${archive.release}: ${bytes(archive.bytes)}, ${seconds} s`)
  return { ...archive, read: (from) => createReadStream(archive.file, { start: from, highWaterMark: 256 * 1024 }) }
}
