import { reveal, type Text } from '../../core/secret.ts'
import type { Message } from './message.ts'

/** Milliseconds. */
const deadline = 10_000

/** Posts the event as JSON. Errors: any other answer than one of success. */
export const postWebhook = async (url: Text, { event }: Message): Promise<void> => {
  const answer = await fetch(reveal(url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'fettle' },
    body: JSON.stringify(event),
    signal: AbortSignal.timeout(deadline),
  }).catch((error: Error) => {
    // What it says besides may have the URL in it.
    throw new Error(reasonOf(error))
  })
  await answer.body?.cancel()
  if (!answer.ok) throw new Error(`the answer was ${answer.status}`)
}

const reasonOf = ({ name, cause }: Error): string => {
  if (name === 'TimeoutError') return `no answer within ${deadline / 1000} s`
  return (cause as { readonly code?: string } | undefined)?.code ?? 'the request could not be made'
}
