import { effect, topic } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { path } from '../../../engine/facts/path.ts'
import { sysctl as fact } from '../../../engine/facts/sysctl.ts'
import { sysctl } from '../../../engine/resources/sysctl.ts'
import { absent, type Case, placed, rootDirectory } from '../case.ts'

const file = '/etc/sysctl.d/zz-net.ipv6.conf.all.disable_ipv6.conf'
const at = '/proc/sys/net/ipv6/conf/all/disable_ipv6'

export default {
  declare: sysctl.set({ key: 'net.ipv6.conf.all.disable_ipv6', value: 1 }),
  answers: [
    effect(path, '/etc/sysctl.d', rootDirectory),
    effect(path, file, absent),
    effect(fact, 'net.ipv6.conf.all.disable_ipv6', '0'),
  ],
  plan: {
    action: 'create',
    differences: [
      { what: 'running', from: '0', to: '1' },
      { what: 'at boot', from: null, to: '1' },
    ],
    steps: [
      script('set net.ipv6.conf.all.disable_ipv6 to 1', `printf '%s\\n' "$2" >"$1"`, {
        args: [at, '1'],
        effects: [effect(fact, 'net.ipv6.conf.all.disable_ipv6', '1')],
        touches: [topic(fact, 'net.ipv6.conf.all.disable_ipv6')],
        guard: { undo: `echo 0 >${at}` },
      }),
      placed(file, 'net.ipv6.conf.all.disable_ipv6 = 1\n', null),
    ],
  },
} satisfies Case
