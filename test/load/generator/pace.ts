import { setTimeout as wait } from 'node:timers/promises'

/** Sends one request that was meant to be sent at a moment of performance.now(). */
export type Send = (meantAt: number) => Promise<void>

export interface ClosedLoop {
  /** How many ask at once, each when its answer has come. */
  readonly clients: number
  /** Milliseconds that a client waits after an answer. */
  readonly pauseMs: number
}

export interface FixedRate {
  readonly perSecond: number
}

/** Clients that each ask again when they have an answer; `spreadMs` lies between the first and the last one's begin. */
export const closedLoop = async ({ clients, pauseMs }: ClosedLoop, stopped: AbortSignal, send: Send, spreadMs = 0) => {
  const client = async (index: number) => {
    await wait((spreadMs * index) / clients, undefined, { signal: stopped }).catch(() => {})
    while (!stopped.aborted) {
      await send(performance.now())
      await wait(pauseMs, undefined, { signal: stopped }).catch(() => {})
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, index) => client(index)))
}

/** The moments up to now at which something was due that has not been sent. */
export const dueBy = (now: number, began: number, sent: number, { perSecond }: FixedRate): number[] => {
  const due = Math.floor(((now - began) * perSecond) / 1000) + 1
  return Array.from({ length: Math.max(0, due - sent) }, (_, index) => began + ((sent + index) * 1000) / perSecond)
}

/**
 * Requests at a fixed rate, whether or not earlier ones were answered. Where this process was busy, what was due is
 * sent late, not left out, and knows when it was meant: so a stall counts for each request that it held up.
 */
export const fixedRate = async (rate: FixedRate, stopped: AbortSignal, send: Send) => {
  const running = new Set<Promise<void>>()
  const began = performance.now()
  let sent = 0
  while (!stopped.aborted) {
    for (const meantAt of dueBy(performance.now(), began, sent, rate)) {
      sent++
      const each = send(meantAt).finally(() => running.delete(each))
      running.add(each)
    }
    const next = began + (sent * 1000) / rate.perSecond
    await wait(Math.max(1, next - performance.now()), undefined, { signal: stopped }).catch(() => {})
  }
  await Promise.all(running)
}
