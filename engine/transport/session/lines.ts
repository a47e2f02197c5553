const newline = 0x0a

/** Cuts a byte stream into lines, whole characters only, each said as soon as it is complete. */
export class Lines {
  readonly #say: (line: string) => void
  #pieces: Buffer[] = []

  constructor(say: (line: string) => void) {
    this.#say = say
  }

  push(bytes: Buffer): void {
    let from = 0
    for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, from)) {
      this.#pieces.push(bytes.subarray(from, at))
      this.#flush()
      from = at + 1
    }
    if (from < bytes.length) this.#pieces.push(bytes.subarray(from))
  }

  /** The last line counts too, when it lacks its newline. */
  finish(): void {
    if (this.#pieces.length > 0) this.#flush()
  }

  #flush(): void {
    const line = Buffer.concat(this.#pieces).toString()
    this.#pieces = []
    this.#say(line)
  }
}
