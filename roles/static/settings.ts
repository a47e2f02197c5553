import { z } from 'zod'
import { Health, Hooks, identifier, inside, port, Rollout, Source, word } from '../app/common-settings.ts'

/** One line, and nothing that ends an nginx directive. */
export const nginxWord = z.string().regex(/^[^\s;{}"'\\]+$/, 'one word without quotes, braces or semicolons')

/** What every app that nginx serves has. */
export const served = {
  serverNames: z.array(nginxWord).default([]).describe('Names it answers to; none: every name'),
  default: z.boolean().default(false).describe('Answers requests for names that no site has'),
  port: port.or(z.literal(80)).default(80).describe('Port that nginx serves it on'),
  tls: z
    .boolean()
    .default(false)
    .describe('Takes TLS alone on it, with a certificate of the site’s own authority; balancers follow'),
  balancers: z.string().nullable().default(null).describe('Group that may reach it; null for everybody'),
  shared: z.array(inside).default([]).describe('Paths in the release that lead to what survives it'),
  keep: z.int().min(1).max(100).default(5).describe('Releases kept on a host besides those in use'),
  source: Source.prefault({}).describe('Where releases come from'),
  rollout: Rollout.prefault({}).describe('How a release gets to the hosts'),
  hooks: Hooks.prefault({}).describe('What else is run'),
  health: Health.prefault({ path: '/' }).describe('What shows that it is served'),
}

const App = z.strictObject({
  ...served,
  fallback: word.default('=404').describe('For what is not there: `/index.html` for single-page apps'),
  maxAge: z.int().min(0).default(0).describe('Seconds that browsers may keep files under `immutable`'),
  immutable: word.default('/assets/').describe('Beginning of paths whose names change with their content'),
})

export const StaticSettings = z.strictObject({
  apps: z.record(identifier, App).default({}).describe('Apps, by name'),
})

export type StaticSettings = z.output<typeof StaticSettings>
