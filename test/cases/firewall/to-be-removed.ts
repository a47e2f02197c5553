import { topic } from '../../../engine/core/fact.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import type { Unplace } from '../../../engine/core/step.ts'
import { path } from '../../../engine/facts/path.ts'
import { text } from '../../../engine/facts/text.ts'
import { ufw } from '../../../engine/facts/ufw.ts'
import { firewall } from '../../../engine/resources/firewall.ts'
import { type Case, unplaced } from '../case.ts'
import { answersOf, edited, sound, takenDown, userRules, written } from '../ufw-host.ts'

const texts = {
  '/etc/ufw/ufw.conf': 'ENABLED=yes\nLOGLEVEL=low\n',
  '/etc/ufw/user.rules': userRules,
  '/etc/ufw/user6.rules': userRules,
  '/etc/ufw/before.rules':
    '*filter\n# BEGIN fettle: whatever other rules say, the hosts stay within reach from here\n# END fettle\nCOMMIT\n',
}
const [conf, rules, rules6, before] = [
  '/etc/ufw/ufw.conf',
  '/etc/ufw/user.rules',
  '/etc/ufw/user6.rules',
  '/etc/ufw/before.rules',
] as const
const former = (file: string): Unplace => ({
  ...unplaced(file, sha256(userRules)),
  touches: [topic(path, file), topic(text, file), topic(ufw, null)],
})
const after = edited(sound, (line) => line.replace('ENABLED=yes', 'ENABLED=no'))
const files = { ...after.files, [rules]: [], [rules6]: [], [before]: [] }

export default {
  declare: firewall.released(),
  answers: answersOf(sound, texts),
  plan: {
    action: 'remove',
    differences: [
      { what: 'ENABLED', from: 'yes', to: 'no' },
      { what: 'allow 22/tcp from 10.190.89.1', from: 'ufw: log-in', to: null },
      { what: 'allow 5000:5010/tcp from 10.0.0.0/8', from: 'ufw: metrics', to: null },
      { what: 'allow 80/tcp from 10.190.89.10', from: 'nginx: web requests', to: null },
      { what: 'allow 5000:5010/tcp from fd00::/8', from: 'ufw: metrics', to: null },
      { what: 'way in for IPv4', from: 'port 22 from 10.190.89.1', to: null },
    ],
    steps: [
      written(conf, texts[conf], 'ENABLED=no\nLOGLEVEL=low\n'),
      former(rules),
      former(rules6),
      written(before, texts[before], '*filter\nCOMMIT\n'),
      takenDown({ ...after, files, kernel: { 4: [], 6: [] } }),
    ],
  },
} satisfies Case
