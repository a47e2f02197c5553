/** Bytes that are kept. */
const most = 16_384

/** The end of what somebody says. */
export class Tail {
  #kept = Buffer.alloc(0)
  #dropped = false

  add(chunk: Buffer): void {
    const all = Buffer.concat([this.#kept, chunk])
    this.#dropped ||= all.length > most
    this.#kept = all.subarray(Math.max(0, all.length - most))
  }

  /** Whole lines, where there was more. */
  text(): string {
    const text = this.#kept.toString('utf8')
    return this.#dropped ? `...\n${text.slice(text.indexOf('\n') + 1)}` : text
  }
}
