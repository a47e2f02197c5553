import { command, defineRole, directory, file, service, unit, z } from 'fettle'

const name = 'counter.service'

/** A service that writes down every start and reload; a reload fails while /run/counter-refuses is there. */
const content = `[Service]
Type=exec
ExecStartPre=/bin/sh -c 'echo start >>/var/log/counter'
ExecStart=/bin/sleep infinity
ExecReload=/bin/sh -c 'if [ -e /run/counter-refuses ]; then echo "it refuses" >&2; exit 1; fi; echo reload >>/var/log/counter'

[Install]
WantedBy=multi-user.target
`

export default defineRole({
  name: 'counter',
  summary: 'Counts what happens to a service.',
  settings: z.strictObject({
    config: z.string().default('one'),
    asks: z.enum(['reload', 'restart']).default('reload'),
    runs: z.boolean().default(true),
    /** Goes no further between the file and the reaction while /run/hold is there. */
    holds: z.boolean().default(false),
  }),
  resources: ({ settings: { config, asks, runs, holds } }) => [
    unit.present({ name, content }),
    directory.present({ path: '/etc/counter' }),
    file.present({
      path: '/etc/counter/config',
      content: `${config}\n`,
      ...(asks === 'reload' ? { reloads: [name] } : { restarts: [name] }),
    }),
    ...(holds
      ? [
          command.run({
            name: 'pass',
            script: 'while [ -e /run/hold ]; do sleep 0.1; done',
            unless: '[ ! -e /run/hold ]',
          }),
        ]
      : []),
    ...(runs ? [service.running({ unit: name })] : []),
  ],
})
