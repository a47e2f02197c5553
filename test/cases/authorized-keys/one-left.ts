import { effect, topic } from '../../../engine/core/fact.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import { authorizedKeys as fact } from '../../../engine/facts/authorized-keys.ts'
import { path } from '../../../engine/facts/path.ts'
import { text } from '../../../engine/facts/text.ts'
import { authorizedKeys } from '../../../engine/resources/authorized-keys.ts'
import { type Case, later } from '../case.ts'

const ada = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIu3Zb0cD1dIcW1bPwH1u7n8fW0xVhjv7d5a5oN3wL8u ada@laptop'
const bob = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJQ0cD1dIcW1bPwH1u7n8fW0xVhjv7d5a5oN3wL8uxyz bob'
const own = { owner: 'ada', group: 'ada' }
const file = (content: string, changedAt = 1) =>
  ({ type: 'file', size: content.length, sha256: sha256(content), ...own, mode: '0600', changedAt }) as const
const directory = { type: 'directory', ...own, mode: '0700', changedAt: 1 } as const

const before = `# mine\n# begin fettle\n${ada}\n${bob}\n# end fettle\n`
const content = `# mine\n# begin fettle\n${ada}\n# end fettle\n`
const found = { home: '/home/ada', group: 'ada', directory, file: file(before), text: before }
const place = '/home/ada/.ssh/authorized_keys'

export default {
  declare: authorizedKeys.present({ user: 'ada', keys: [ada] }),
  answers: [effect(fact, 'ada', found)],
  plan: {
    action: 'change',
    differences: [{ what: 'key', from: 'ssh-ed25519 …3wL8uxyz bob', to: null }],
    steps: [
      {
        does: 'place',
        title: `write ${place}`,
        path: place,
        content,
        owner: 'ada',
        group: 'ada',
        mode: '0600',
        relies: sha256(before),
        guard: {},
        effects: [
          effect(fact, 'ada', {
            ...found,
            directory: { ...directory, changedAt: later },
            file: file(content, later),
            text: content,
          }),
        ],
        touches: [topic(fact, 'ada'), topic(path, place), topic(text, place)],
      },
    ],
  },
} satisfies Case
