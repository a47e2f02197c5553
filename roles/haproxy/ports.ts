interface Listening {
  readonly frontends: Readonly<
    Record<string, { readonly port: number; readonly tls?: { readonly port: number } | undefined }>
  >
  readonly databases: Readonly<Record<string, { readonly writerPort: number; readonly readerPort: number }>>
  readonly statsPort: number | null
  readonly stats: { readonly port: number } | null
  readonly metrics: { readonly port: number } | null
  readonly limits: { readonly requests: number | null; readonly port: number }
}

interface Taken {
  readonly port: number
  readonly path: readonly string[]
}

/** What listens besides frontends. Of two that want a port, the later one is told. */
const besides = ({ databases, statsPort, stats, metrics, limits }: Listening): readonly Taken[] => [
  ...Object.entries(databases).flatMap(([name, { writerPort, readerPort }]) => [
    { port: writerPort, path: ['databases', name, 'writerPort'] },
    { port: readerPort, path: ['databases', name, 'readerPort'] },
  ]),
  ...(statsPort === null ? [] : [{ port: statsPort, path: ['statsPort'] }]),
  ...(metrics ? [{ port: metrics.port, path: ['metrics', 'port'] }] : []),
  ...(stats ? [{ port: stats.port, path: ['stats', 'port'] }] : []),
  ...(limits.requests === null ? [] : [{ port: limits.port, path: ['limits', 'port'] }]),
]

interface Clash extends Taken {
  readonly message: string
}

/** Ports that two would have: HAProxy starts all the same, and each gets some of the connections. Frontends may differ by address. */
export const portClashes = (settings: Listening): readonly Clash[] => {
  const owners = new Map<number, string>()
  for (const [name, { port, tls }] of Object.entries(settings.frontends)) {
    owners.set(port, `frontends.${name}.port`)
    if (tls) owners.set(tls.port, `frontends.${name}.tls.port`)
  }
  return besides(settings).flatMap((taken) => {
    const owner = owners.get(taken.port)
    owners.set(taken.port, taken.path.join('.'))
    return owner === undefined ? [] : [{ ...taken, message: `${owner} is ${taken.port}, too` }]
  })
}
