import { effect, topic } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { path } from '../../../engine/facts/path.ts'
import { sysctl as fact } from '../../../engine/facts/sysctl.ts'
import { sysctl } from '../../../engine/resources/sysctl.ts'
import { absent, type Case, makeFolder, placed } from '../case.ts'

const file = '/etc/sysctl.d/zz-vm.swappiness.conf'

export default {
  declare: sysctl.set({ key: 'vm.swappiness', value: 10 }),
  answers: [effect(path, '/etc/sysctl.d', absent), effect(path, file, absent), effect(fact, 'vm.swappiness', '60')],
  plan: {
    action: 'create',
    differences: [
      { what: 'running', from: '60', to: '10' },
      { what: 'at boot', from: null, to: '10' },
    ],
    steps: [
      script('set vm.swappiness to 10', `printf '%s\\n' "$2" >"$1"`, {
        args: ['/proc/sys/vm/swappiness', '10'],
        effects: [effect(fact, 'vm.swappiness', '10')],
        touches: [topic(fact, 'vm.swappiness')],
      }),
      makeFolder('/etc/sysctl.d'),
      placed(file, 'vm.swappiness = 10\n', null),
    ],
  },
} satisfies Case
