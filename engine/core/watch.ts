/** What a host tells of itself in Prometheus' own form, for whoever watches over the site. */
export interface Watch {
  /** Name of the kind of thing that is watched, as Prometheus has its jobs: `database`, `haproxy`. */
  readonly job: string
  /** Where `/metrics` is. */
  readonly port: number
  /** What its figures are of, beside the host: `{ cluster: 'main' }`. */
  readonly labels?: Readonly<Record<string, string>>
  /** When somebody is to be told. */
  readonly alerts: readonly Alert[]
}

/** A state of things that a person must know of. Those of one name are the same on every host. */
export interface Alert {
  /** `DatabaseWithoutWriter`. */
  readonly name: string
  /** What holds then, in PromQL. */
  readonly expression: string
  /** Seconds for which it must have held. */
  readonly after: number
  /** Whether somebody is to come at once, or the day after. */
  readonly severity: 'critical' | 'warning'
  /** One sentence; may name labels, as `{{ $labels.host }}`. */
  readonly says: string
  /** What to look at, as a command. */
  readonly hint: string
}
