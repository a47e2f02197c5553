import { z } from 'zod'
import { secret } from '../../engine/core/secret-setting.ts'
import { Hooks, line, port, Rollout, Source, seconds, variable, word } from '../app/common-settings.ts'

export const ControllerSettings = z.strictObject({
  fettle: line.default('node bin/fettle').describe('How Fettle is started in the folder of a release'),
  packages: z.array(word).default(['nodejs']).describe('Debian packages that it needs'),
  inventory: line
    .optional()
    .describe('Inventory that jobs are about, from the site’s folder on. Default: the only one in `inventory/`'),
  key: secret().optional().describe('Private SSH key that it logs in to hosts with'),
  identity: secret()
    .optional()
    .describe('Opens the secrets of the environment: a key as `fettle secrets init` makes it'),
  store: secret()
    .optional()
    .describe('URL of a PostgreSQL database, which several controllers share. Default: a store of its own'),
  environment: z.record(variable, line).default({}).describe('Variables'),
  secrets: z.record(variable, secret()).default({}).describe('Variables with secret values, as `notify:` may ask for'),
  port: port.default(3900).describe('Where it answers whether it goes on, on 127.0.0.1'),
  grace: seconds.default(600).describe('Seconds that jobs under way may take to end when it is to end'),
  keep: z.int().min(1).max(100).default(5).describe('Releases kept on a host besides those in use'),
  source: Source.prefault({}).describe('Where releases come from: the site with Fettle in it'),
  rollout: Rollout.omit({ minHealthy: true, drain: true })
    .prefault({ canarySoak: 5 })
    .describe('How a release gets to the hosts'),
  hooks: Hooks.prefault({}).describe('What else is run'),
})

export type ControllerSettings = z.output<typeof ControllerSettings>
