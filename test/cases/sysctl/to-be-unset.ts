import { effect } from '../../../engine/core/fact.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import { path } from '../../../engine/facts/path.ts'
import { sysctl as fact } from '../../../engine/facts/sysctl.ts'
import { sysctl } from '../../../engine/resources/sysctl.ts'
import { type Case, rootDirectory, rootFile, unplaced } from '../case.ts'

const file = '/etc/sysctl.d/zz-vm.swappiness.conf'

export default {
  declare: sysctl.unset({ key: 'vm.swappiness' }),
  answers: [
    effect(path, '/etc/sysctl.d', rootDirectory),
    effect(path, file, rootFile('x')),
    effect(fact, 'vm.swappiness', '10'),
  ],
  plan: {
    action: 'remove',
    differences: [{ what: 'file', from: file, to: null }],
    steps: [unplaced(file, sha256('x'))],
  },
} satisfies Case
