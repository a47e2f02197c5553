import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { authorizedKeys as fact } from '../../../engine/facts/authorized-keys.ts'
import { authorizedKeys } from '../../../engine/resources/authorized-keys.ts'
import type { Case } from '../case.ts'

const ada = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIu3Zb0cD1dIcW1bPwH1u7n8fW0xVhjv7d5a5oN3wL8u ada@laptop'

export default {
  declare: authorizedKeys.present({ user: 'ada', keys: [ada] }),
  answers: [effect(fact, 'ada', null)],
  plan: {
    action: 'change',
    differences: [{ what: 'user', from: null, to: 'ada' }],
    steps: [script('find user ada', 'echo "there is no user $1" >&2; exit 1', { args: ['ada'], touches: [] })],
  },
  unforeseen: 'a user must be described before its keys',
} satisfies Case
