import { pipeline } from 'node:stream/promises'
import type { Outcome } from '../../core/ports.ts'
import { prelude } from './frame.ts'
import type { Opener } from './opener.ts'
import { describeEnding } from './process.ts'

type Fed = { readonly type: 'done'; readonly outcome: Outcome } | { readonly type: 'lost'; readonly why: string }

/** Runs a script with bytes as its stdin. One that ends before it has read them all has its reasons, which it tells. */
export const feed = async (opener: Opener, script: string, bytes: AsyncIterable<Uint8Array>): Promise<Fed> => {
  const since = performance.now()
  const process = await opener.start(`${prelude}${script}`)
  const [stdout, stderr] = [collected(process.stdout), collected(process.stderr)]
  const sent = pipeline(bytes, process.stdin).catch((error: NodeJS.ErrnoException) => error)
  const ending = await process.ended
  process.stdin.destroy()
  const failure = await sent
  if (ending.type !== 'exited') return { type: 'lost', why: describeEnding(ending) }
  if (failure && ending.exit === 0) throw failure
  const outcome = { exit: ending.exit, stdout: stdout(), stderr: stderr(), duration: performance.now() - since }
  return { type: 'done', outcome }
}

const collected = (stream: NodeJS.ReadableStream): (() => string) => {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString()
}
