import { z } from 'zod'
import { secret } from '../../engine/core/secret-setting.ts'
import { From, port } from '../common-settings.ts'
import { metricsAt } from '../metrics.ts'
import { word } from './common-settings.ts'

export const Statistics = z.strictObject({
  port: port.default(8406).describe('Where the page is'),
  from: From.describe('Who may open it: `{ group: NAME }` or `{ networks: [NETWORK] }`'),
  user: word.default('stats').describe('Who it is that logs in'),
  password: secret().describe('One line that does not begin with #'),
})

export const Metrics = metricsAt(8405)
