import { FettleError, type Problem, throwAll } from '../engine/core/error.ts'
import { isSecret, secretOf, type Text } from '../engine/core/secret.ts'
import { readReference } from '../engine/core/secret-reference.ts'
import type { Channel, Job } from '../engine/schedule/job.ts'
import { deliver, type OpenChannel } from '../engine/schedule/notify/deliver.ts'
import { messageOf } from '../engine/schedule/notify/message.ts'
import type { Notice, SchedulerEvent } from '../engine/schedule/ports.ts'
import { fromCommand, fromEnvironment, fromFile } from '../engine/secrets/sources.ts'
import type { JobSite } from './job-site.ts'
import { hideSecrets, masked } from './masking.ts'

export type Channels = ReadonlyMap<string, OpenChannel>

/** Gives channels the secrets that they refer to, and hides those from then on. Errors: `secret.*`, all at once. */
export const openChannels = async ({ schedule, folder, file }: JobSite): Promise<Channels> => {
  const problems: Problem[] = []
  const opened = new Map<string, OpenChannel>()
  for (const [name, channel] of schedule.channels) {
    try {
      opened.set(name, await openChannel(channel, folder))
    } catch (error) {
      if (!(error instanceof FettleError)) throw error
      const [{ message, ...problem }] = error.problems
      problems.push({ ...problem, message: `notify: "${name}": ${message}`, position: { file } })
    }
  }
  throwAll(problems)
  await hideSecrets([...opened.values()].flatMap((each) => Object.values(each).filter(isSecret)))
  return opened
}

const openChannel = async (channel: Channel, folder: string): Promise<OpenChannel> => {
  if (channel.by === 'webhook') return { ...channel, url: await open(channel.url, folder) }
  return channel.by === 'mail' ? { ...channel, server: await open(channel.server, folder) } : channel
}

const open = async (text: string, folder: string): Promise<Text> => {
  const reference = readReference(text)
  if (reference?.from === 'env') return secretOf(fromEnvironment(reference.name))
  if (reference?.from === 'file') return secretOf(await fromFile(reference.path, folder))
  if (reference?.from === 'cmd') return secretOf(await fromCommand(reference.command, folder))
  return text
}

export interface Notifying {
  readonly site: JobSite
  readonly channels: Channels
  readonly tell: (event: SchedulerEvent) => void
}

/** Tells those whom a job wants told, each whatever becomes of the others. */
export const notify = async ({ site, channels, tell }: Notifying, job: Job, notice: Notice): Promise<void> => {
  const message = masked(messageOf(site.name, notice, new Date()))
  const tellOne = async (name: string): Promise<void> => {
    const channel = channels.get(name)
    if (!channel) return
    try {
      await deliver({ name, channel, folder: site.folder, message })
      tell({ type: 'job.notified', notice, channel: name })
    } catch (error) {
      if (!(error instanceof FettleError)) throw error
      tell({ type: 'trouble', problem: error.problems[0] })
    }
  }
  await Promise.all(job.notify.map(tellOne))
}
