import { firewall } from '../../../engine/resources/firewall.ts'
import type { Case } from '../case.ts'
import { after, answersOf, described, reloaded, rules, sound, userRules, written } from '../ufw-host.ts'

const fewer = { rules: rules.filter(({ port }) => port !== '80') }
const file = '/etc/ufw/user.rules'
const content = userRules.replace(/### tuple ### allow tcp 80 .*\n.*\n\n/, '')

export default {
  declare: firewall.enforced({ ...described, ...fewer }),
  answers: answersOf(sound, { [file]: userRules }),
  plan: {
    action: 'change',
    differences: [{ what: 'allow 80/tcp from 10.190.89.10', from: 'nginx: web requests', to: null }],
    steps: [written(file, userRules, content), reloaded(after(sound, fewer))],
  },
} satisfies Case
