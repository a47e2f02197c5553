import { firewall } from '../../../engine/resources/firewall.ts'
import type { Case } from '../case.ts'
import { after, answersOf, described, reloaded, userRules, withStranger, written } from '../ufw-host.ts'

const exclusive = { exclusive: true }
const [file, file6] = ['/etc/ufw/user.rules', '/etc/ufw/user6.rules'] as const
const userRules6 = userRules
  .replaceAll('ufw-', 'ufw6-')
  .replace(/(### RULES ###\n)[\s\S]*?(\n### tuple ### allow tcp 5000.*\n.*\n)[\s\S]*(\n### END RULES)/, '$1$2$3')
  .replaceAll('10.0.0.0/8', 'fd00::/8')
  .replace('0.0.0.0/0', '::/0')

export default {
  declare: firewall.enforced({ ...described, ...exclusive }),
  answers: answersOf(withStranger, { [file]: 'one', [file6]: 'other' }),
  plan: {
    action: 'change',
    differences: [{ what: 'allow 9999/tcp from anywhere', from: 'not Fettle’s', to: null }],
    steps: [
      written(file, 'one', userRules),
      written(file6, 'other', userRules6),
      reloaded(after(withStranger, exclusive)),
    ],
  },
} satisfies Case
