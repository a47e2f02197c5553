import { effect } from '../../../engine/core/fact.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { authorizedKeys as fact } from '../../../engine/facts/authorized-keys.ts'
import { authorizedKeys } from '../../../engine/resources/authorized-keys.ts'
import type { Case } from '../case.ts'

const ada = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIu3Zb0cD1dIcW1bPwH1u7n8fW0xVhjv7d5a5oN3wL8u ada@laptop'
const bob = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJQ0cD1dIcW1bPwH1u7n8fW0xVhjv7d5a5oN3wL8uxyz bob'
const own = { owner: 'ada', group: 'ada' }
const file = (content: string, changedAt = 1) =>
  ({ type: 'file', size: content.length, sha256: sha256(content), ...own, mode: '0600', changedAt }) as const
const directory = { type: 'directory', ...own, mode: '0700', changedAt: 1 } as const

/** Somebody put one of them there with another comment; it stays theirs. */
const text = `# mine\n${bob} at work\n# begin fettle\n${ada}\n# end fettle\n`

export default {
  declare: authorizedKeys.present({ user: 'ada', keys: [ada, bob] }),
  answers: [effect(fact, 'ada', { home: '/home/ada', group: '1000', directory, file: file(text), text })],
  plan: inOrder,
} satisfies Case
