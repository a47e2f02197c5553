import { reveal, type Text } from '../../core/secret.ts'
import type { Message } from './message.ts'

/** Milliseconds. */
const deadline = 20_000

export interface Letter {
  readonly to: readonly string[]
  readonly from: string
  /** `smtp://HOST:PORT`, `smtps://USER:PASSWORD@HOST`. */
  readonly server: Text
}

/** Sends the text as mail. Errors: those of the server. */
export const sendMail = async ({ to, from, server }: Letter, { subject, text }: Message): Promise<void> => {
  const { createTransport } = await import('nodemailer')
  const patience = { connectionTimeout: deadline, greetingTimeout: deadline, socketTimeout: deadline }
  const transport = createTransport({ url: reveal(server), ...patience })
  try {
    await transport.sendMail({ from, to: [...to], subject, text })
  } finally {
    transport.close()
  }
}
