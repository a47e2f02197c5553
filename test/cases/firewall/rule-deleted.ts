import type { Case } from '../case.ts'
import { after, answersOf, enforced, reloaded, sound, userRules, without, written } from '../ufw-host.ts'

const found = without(sound, ' tcp 80 ', '--dport 80 ')
const file = '/etc/ufw/user.rules'

export default {
  declare: enforced,
  answers: answersOf(found, { [file]: 'others' }),
  plan: {
    action: 'change',
    differences: [{ what: 'allow 80/tcp from 10.190.89.10', from: null, to: 'nginx: web requests' }],
    steps: [written(file, 'others', userRules), reloaded(after(found))],
  },
} satisfies Case
