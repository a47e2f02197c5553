import { z } from 'zod'

const seconds = (least: number, usual: number, what: string) =>
  z.int().min(least).max(3600).nullable().default(usual).describe(what)

/** Not less than Fettle and the people who use it need: an agent offers several keys, a jump host lets in many at once. */
const Limits = z.strictObject({
  authTries: z.int().min(3).max(100).nullable().default(6).describe('Keys that may be offered in one connection'),
  loginGrace: seconds(20, 30, 'Seconds until a log-in must have succeeded'),
  startups: z
    .string()
    .regex(/^\d{2,4}:\d{1,3}:\d{2,4}$/, 'three numbers: 60:30:120')
    .nullable()
    .default('60:30:120')
    .describe('Connections not yet logged in: so many freely, this share refused beyond, never more'),
  sessions: z.int().min(10).max(1000).nullable().default(10).describe('Sessions in one connection'),
  aliveInterval: seconds(5, 60, 'Seconds of silence after which a client is asked whether it is there'),
  aliveCount: z.int().min(2).max(100).nullable().default(3).describe('Questions without an answer that end it'),
})

/** Every control can be left to the distribution: null, or that very word. */
export const SshSettings = z.strictObject({
  enabled: z.boolean().default(true).describe('Look after sshd; false leaves all of it as it is'),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .describe('Port; another one than now moves in two runs. Default: as it is'),
  keysOnly: z.boolean().default(true).describe('No passwords; false leaves them as they are'),
  rootLogin: z
    .enum(['no', 'prohibit-password', 'distribution'])
    .optional()
    .describe('Whether root logs in itself. Default: no, where Fettle logs in as somebody else; prohibit-password'),
  algorithms: z.enum(['modern', 'distribution']).default('modern').describe('modern takes the weak ones away'),
  limits: Limits.prefault({}).describe('Limits; null leaves one to the distribution'),
  tcpForwarding: z
    .enum(['yes', 'local', 'no', 'distribution'])
    .default('local')
    .describe('local is what jump hosts need; no forbids to be one'),
  agentForwarding: z.boolean().nullable().default(false).describe('Whether clients may lend their agent'),
  x11Forwarding: z.boolean().nullable().default(false).describe('Whether windows may be shown on a client'),
  banner: z.boolean().default(false).describe('Tell strangers the version of the package'),
  extra: z
    .string()
    .default('')
    .describe('Further lines of sshd_config, behind those above; the first one of a kind holds'),
})

export type SshSettings = z.output<typeof SshSettings>
