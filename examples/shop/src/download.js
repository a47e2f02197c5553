import { createHash } from 'node:crypto'

const longest = 60
const stepsASecond = 10

/** Seconds that a download shall take; 0 where nothing is asked for. NaN and what is out of range are null. */
export const secondsOf = (asked) => {
  const seconds = Number(asked ?? 0)
  return seconds >= 0 && seconds <= longest ? seconds : null
}

/** Sends a file evenly over some seconds. Length and digest (RFC 9530) go ahead, so that a client can judge what came. */
export const sendEvenly = (response, body, seconds) => {
  const digest = createHash('sha256').update(body).digest('base64')
  response.writeHead(200, {
    'Content-Type': 'application/pdf',
    'Content-Length': body.length,
    'Repr-Digest': `sha-256=:${digest}:`,
  })
  const steps = Math.max(1, Math.round(seconds * stepsASecond))
  const upTo = (step) => Math.floor((body.length * step) / steps)
  let step = 0
  const send = () => {
    response.write(body.subarray(upTo(step), upTo(step + 1)))
    step++
    if (step === steps) finish()
  }
  const timer = setInterval(send, 1000 / stepsASecond)
  const finish = () => {
    clearInterval(timer)
    response.end()
  }
  response.once('close', () => clearInterval(timer))
  if (steps === 1) send()
}
