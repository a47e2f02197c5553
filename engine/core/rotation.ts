/** One process of an app, that balancers may have in rotation. */
export interface Instance {
  readonly app: string
  /** The full name of its unit: `shop@3000.service`. */
  readonly unit: string
  readonly port: number
  readonly health: HealthCheck
  /** It speaks TLS, and shows a certificate of the site's authority for its host's name. */
  readonly tls?: true
}

/** How an instance shows that it serves. */
export interface HealthCheck {
  readonly path: string
  /** The Host header of the question. */
  readonly host: string
  /** The status of a good answer. */
  readonly status: number
  /** The header in which an answer names its release; null where the app does not say it. */
  readonly release: string | null
  /** Good answers in a row after which it is healthy. */
  readonly passes: number
  /** Seconds that it may take to be healthy after a start. */
  readonly within: number
}

/** What a balancer spreads requests over: a backend and its servers. */
export interface Pool {
  readonly backend: string
  readonly servers: readonly PoolServer[]
  /** Clients come back to the server that they had, also while it only drains. */
  readonly sticky?: true
}

export interface PoolServer {
  /** As the balancer calls it. */
  readonly name: string
  /** The inventory's name of the host. */
  readonly host: string
  readonly address: string
  readonly port: number
}
