import { z } from 'zod'
import { secret } from '../../engine/core/secret-setting.ts'
import { command, identifier, inside, variable, word } from '../app/common-settings.ts'
import { served } from '../static/settings.ts'

/** What the configuration of a pool takes between quotes. */
const value = z.string().regex(/^[^"\\$\n\r\0]*$/, 'one line without ", \\ and $')

const App = z.strictObject({
  ...served,
  public: inside.default('public').describe('Folder in the release that the web sees'),
  front: word.default('index.php').describe('Answers for everything that is no file'),
  environment: z.record(variable, value).default({}).describe('Variables'),
  secrets: z.record(variable, secret()).default({}).describe('Variables with secret values'),
  processes: z.int().min(1).max(1000).optional().describe('At most. Default: one for each 64 MiB of half the memory'),
  timeout: z.int().min(1).default(60).describe('Seconds that a request may take'),
  migrate: command.describe('Run once, on one host, in the folder of the new release'),
})

export const PhpSettings = z.strictObject({
  version: z
    .string()
    .regex(/^\d\.\d$/, 'as 8.2')
    .optional()
    .describe('Default: the one of the host’s release'),
  extensions: z.array(word).default([]).describe('Debian’s packages of them without `php8.2-`: mysql, mbstring, xml'),
  apps: z.record(identifier, App).default({}).describe('Apps, by name'),
})

export type PhpSettings = z.output<typeof PhpSettings>
