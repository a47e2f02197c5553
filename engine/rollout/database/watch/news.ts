/** How something stands: the cluster, one of its hosts, or the observers. */
export interface Standing {
  /** `cluster`, `observers`, `store`, or the name of a host. */
  readonly subject: string
  /** Two that have the same are not told apart. */
  readonly state: string
  readonly message: string
}

/** Keeps what was told, and gives back what is new. */
export class News {
  readonly #told = new Map<string, string>()

  of(all: readonly Standing[]): readonly Standing[] {
    const fresh = all.filter(({ subject, state }) => this.#told.get(subject) !== state)
    for (const { subject, state } of fresh) this.#told.set(subject, state)
    return fresh
  }
}
