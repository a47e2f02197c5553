import { z } from 'zod'
import { secret } from '../../engine/core/secret-setting.ts'
import { From, identifier, port } from '../common-settings.ts'

const time = z.string().regex(/^[1-9]\d*(s|m|h|d)$/, 'a time such as 15s, 4h or 30d')
const mailbox = z.string().regex(/^[^\s@,"]+@[^\s@,"]+$/, 'an address such as ops@example.com')

const Mail = z.strictObject({
  to: z.array(mailbox).min(1).describe('Who gets it'),
  from: mailbox.describe('Who sends it'),
  server: z
    .string()
    .regex(/^[\w.-]+:\d+$/, 'HOST:PORT')
    .describe('Mail server, as `mail.example.com:587`'),
  user: z
    .string()
    .regex(/^[^\s"]+$/, 'one word')
    .optional()
    .describe('Whom it logs in as, over TLS alone'),
  password: secret().optional().describe('Its password'),
  requireTls: z.boolean().default(true).describe('Send nothing without TLS'),
})

export const PrometheusSettings = z
  .strictObject({
    watches: z.string().default('all').describe('Group of the hosts whose figures it collects'),
    interval: time.default('15s').describe('From one look at a host to the next'),
    keep: time.default('30d').describe('How long figures are kept'),
    port: port.default(9090).describe('Where its pages are'),
    from: From.nullable()
      .default(null)
      .describe(
        'Who may open them, without any password: `{ group: NAME }` or `{ networks: [NETWORK] }`. Default: the host itself',
      ),
    webhooks: z
      .record(identifier, secret())
      .default({})
      .describe('URLs that are told of alerts, by name, as JSON of Alertmanager'),
    mail: z.record(identifier, Mail).default({}).describe('Who is told of alerts by mail, by name'),
    wait: time.default('10s').describe('How long alerts are gathered before the first message'),
    repeat: time.default('4h').describe('When somebody is told again of what is still so'),
    rules: z.string().default('').describe('Further groups of rules, in YAML as Prometheus has them'),
  })
  .check(({ value, issues }) => {
    for (const [called, { user, password }] of Object.entries(value.mail)) {
      if ((user === undefined) === (password === undefined)) continue
      issues.push({ code: 'custom', input: user, path: ['mail', called], message: 'user and password, or neither' })
    }
    for (const called of Object.keys(value.mail)) {
      if (!value.webhooks[called]) continue
      issues.push({ code: 'custom', input: called, path: ['mail', called], message: 'a webhook has that name' })
    }
  })

export type PrometheusSettings = z.output<typeof PrometheusSettings>
