import { setTimeout as sleep } from 'node:timers/promises'
import { FettleError } from '../../core/error.ts'
import type { Text } from '../../core/secret.ts'
import { runCommand } from './command.ts'
import { sendMail } from './mail.ts'
import type { Message } from './message.ts'
import { postWebhook } from './webhook.ts'

/** A channel whose secrets are known. */
export type OpenChannel =
  | { readonly by: 'webhook'; readonly url: Text }
  | { readonly by: 'mail'; readonly to: readonly string[]; readonly from: string; readonly server: Text }
  | { readonly by: 'command'; readonly argv: readonly string[] }

export interface Delivery {
  readonly name: string
  readonly channel: OpenChannel
  readonly folder: string
  readonly message: Message
}

/** Milliseconds before each further try. */
const waits = [1_000, 5_000]

/** Tells somebody, and tries again where that fails. Errors: `notify.failed`. */
export const deliver = async (delivery: Delivery): Promise<void> => {
  for (const wait of [...waits, null]) {
    try {
      return await deliverOnce(delivery)
    } catch (error) {
      if (wait === null) throw failed(delivery, error as Error)
      await sleep(wait)
    }
  }
}

const deliverOnce = ({ channel, folder, message }: Delivery): Promise<void> => {
  if (channel.by === 'webhook') return postWebhook(channel.url, message)
  if (channel.by === 'mail') return sendMail(channel, message)
  return runCommand(channel.argv, folder, message)
}

const failed = ({ name, message }: Delivery, error: Error): FettleError =>
  new FettleError(
    {
      code: 'notify.failed',
      message: `${name} could not be told: ${message.subject}`,
      detail: error.message,
      hint: 'look at notify: in site.yml; fettle jobs log has what happened',
    },
    error,
  )
