/** Time that is allowed for work, not counting what a person takes to answer a question. */
export class Deadline {
  readonly #controller = new AbortController()
  #left: number
  #since = performance.now()
  #timer: NodeJS.Timeout

  /** Milliseconds. */
  constructor(allowed: number) {
    this.#left = allowed
    this.#timer = this.#start()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  async waitFor<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    this.clear()
    this.#left -= performance.now() - this.#since
    try {
      return await ask()
    } finally {
      this.#since = performance.now()
      this.#timer = this.#start()
    }
  }

  clear(): void {
    clearTimeout(this.#timer)
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => this.#controller.abort(), Math.max(0, this.#left))
  }
}
