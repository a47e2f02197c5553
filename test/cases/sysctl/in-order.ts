import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { path } from '../../../engine/facts/path.ts'
import { sysctl as fact } from '../../../engine/facts/sysctl.ts'
import { sysctl } from '../../../engine/resources/sysctl.ts'
import { type Case, rootDirectory, rootFile } from '../case.ts'

export default {
  declare: sysctl.set({ key: 'net.ipv4.tcp_rmem', value: '4096  131072\t6291456' }),
  answers: [
    effect(path, '/etc/sysctl.d', rootDirectory),
    effect(path, '/etc/sysctl.d/zz-net.ipv4.tcp_rmem.conf', rootFile('net.ipv4.tcp_rmem = 4096 131072 6291456\n')),
    effect(fact, 'net.ipv4.tcp_rmem', '4096 131072 6291456'),
  ],
  plan: inOrder,
} satisfies Case
