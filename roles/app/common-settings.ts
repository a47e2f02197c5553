import { z } from 'zod'

export const identifier = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'small letters, digits and -, a letter first')
export const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and _')
  .regex(/^(?!(PORT|RELEASE|VERSION|HOST_NAME|SHARED)$)/, 'a name other than those that every instance is given')
export const line = z.string().regex(/^[^\n\r\0]*$/, 'one line')
export const word = z.string().regex(/^[^\s"'\\]+$/, 'one word without quotes')
export const inside = z
  .string()
  .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\0\n]+$/, 'a path inside the release, without a leading / and ..')
export const port = z.int().min(1024).max(65535)
export const share = z.string().regex(/^([1-9]\d*|[1-9]\d?%|100%)$/, 'a number or a share, as 2 or 25%')
export const seconds = z.int().min(0).max(3600)

export const Health = z.strictObject({
  path: word.startsWith('/').default('/healthz').describe('Asked by balancers, and before an instance gets requests'),
  host: word.default('health.internal').describe('Its Host header'),
  status: z.int().min(100).max(599).default(200).describe('A good answer’s'),
  release: word.nullable().default(null).describe('Header in which an answer names its release: $RELEASE'),
  passes: z.int().min(1).max(100).default(3).describe('Good answers in a row that make it healthy'),
  within: z.int().min(1).max(3600).default(60).describe('Seconds that a start may take'),
})

export const Source = z.strictObject({
  folder: line.default('.').describe('Where it is, from the site’s folder on'),
  build: line.nullable().default(null).describe('Run by sh in a clean copy of it: `npm ci && npm run build`'),
  output: inside.default('.').describe('What of it becomes the release'),
})

export const Rollout = z.strictObject({
  batch: share.default('25%').describe('Hosts at once after the first one'),
  minHealthy: share.default('50%').describe('Instances that stay in rotation'),
  drain: seconds.default(60).describe('Seconds that running requests may take'),
  soak: seconds.default(5).describe('Seconds that the instances of a wave must stay healthy'),
  canarySoak: seconds.default(30).describe('The same for the first host'),
  unreachable: z.enum(['revert', 'leave']).default('revert').describe('When a host is lost on the way'),
})

const databaseName = z.string().regex(/^[\w$-]{1,64}$/, 'letters, digits, _, $ and -')
const databaseUser = z.string().regex(/^[\w.-]{1,32}$/, 'letters, digits, _, - and .')

export const Database = z.union([
  databaseUser,
  z.strictObject({
    group: z.string().optional().describe('Group with its servers. Default: all hosts, where these have one cluster'),
    user: databaseUser.describe('An account of the cluster'),
    name: databaseName.optional().describe('Default: the user’s'),
  }),
])

export const command = line.nullable().default(null)
export const Hooks = z.strictObject({
  before: command.describe('On the controller, in the site’s folder, before anything changes'),
  after: command.describe('On the controller, when all hosts have the release'),
  hostBefore: command.describe('On each host, in the folder of the release, before its instances change'),
  hostAfter: command.describe('On each host, when its instances have it'),
})
