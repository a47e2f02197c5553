import { command, defineRole, z } from 'fettle'

/** Goes no further while there is /run/hold, and says in /run/begun that it is there. */
export default defineRole({
  name: 'hold',
  summary: 'A step that waits.',
  settings: z.strictObject({ generation: z.int() }),
  resources: ({ settings: { generation } }) => [
    command.run({
      name: 'wait',
      script: `touch /run/begun; while [ -e /run/hold ]; do sleep 0.1; done; : >/srv/waited-${generation}`,
      creates: `/srv/waited-${generation}`,
    }),
  ],
})
