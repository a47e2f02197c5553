import type { Frame } from './frame.ts'
import { Lines } from './lines.ts'

const newline = 0x0a
const noiseKept = 16 * 1024

/** Finds what one script printed on one stream: the bytes between the frame's two marks, exactly. */
export class FramedStream {
  readonly #begin: Buffer
  readonly #end: Buffer
  readonly #lines: Lines | undefined
  readonly #content: Buffer[] = []
  #unread: Buffer = Buffer.alloc(0)
  #stage: 'before' | 'inside' | 'after' = 'before'
  #head = ''
  #foot = ''

  constructor(frame: Frame, onLine?: (line: string) => void) {
    this.#begin = Buffer.from(frame.begin)
    this.#end = Buffer.from(frame.end)
    this.#lines = onLine && new Lines(onLine)
  }

  get started(): boolean {
    return this.#stage !== 'before'
  }

  get finished(): boolean {
    return this.#stage === 'after'
  }

  /** What stood behind the mark at the beginning. */
  get head(): string {
    return this.#head
  }

  /** What stood behind the mark at the end. */
  get foot(): string {
    return this.#foot
  }

  get text(): string {
    return Buffer.concat(this.#content).toString()
  }

  /** What was said before the frame began: a profile's greeting, or why there is no shell. */
  get noise(): string {
    return this.started ? '' : this.#unread.toString()
  }

  push(chunk: Buffer): void {
    if (this.#stage === 'after') return
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk])
    if (this.#stage === 'before') this.#seekBegin()
    if (this.#stage === 'inside') this.#seekEnd()
  }

  #seekBegin(): void {
    const at = this.#unread.indexOf(this.#begin)
    const stop = at === -1 ? -1 : this.#unread.indexOf(newline, at)
    if (stop === -1) {
      if (at === -1 && this.#unread.length > noiseKept) this.#unread = this.#unread.subarray(-noiseKept)
      return
    }
    this.#head = this.#unread.toString('latin1', at + this.#begin.length, stop)
    this.#unread = this.#unread.subarray(stop + 1)
    this.#stage = 'inside'
  }

  #seekEnd(): void {
    const at = this.#unread.indexOf(this.#end)
    this.#release(at === -1 ? this.#unread.length - this.#heldBack() : at)
    const stop = at === -1 ? -1 : this.#unread.indexOf(newline)
    if (stop === -1) return
    this.#foot = this.#unread.toString('latin1', this.#end.length, stop)
    this.#stage = 'after'
    this.#lines?.finish()
  }

  /** How much of the unread may be the first part of the mark, which holds no newline. */
  #heldBack(): number {
    const sinceNewline = this.#unread.length - 1 - this.#unread.lastIndexOf(newline)
    return Math.min(this.#end.length - 1, sinceNewline)
  }

  #release(length: number): void {
    if (length === 0) return
    const bytes = this.#unread.subarray(0, length)
    this.#content.push(bytes)
    this.#lines?.push(bytes)
    this.#unread = this.#unread.subarray(length)
  }
}
