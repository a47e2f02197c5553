import { effect, topic } from '../../../engine/core/fact.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import { script } from '../../../engine/core/step.ts'
import { authorizedKeys as fact } from '../../../engine/facts/authorized-keys.ts'
import { path } from '../../../engine/facts/path.ts'
import { text } from '../../../engine/facts/text.ts'
import { authorizedKeys } from '../../../engine/resources/authorized-keys.ts'
import { makeDirectory } from '../../../engine/resources/directory.ts'
import { absent, type Case, later } from '../case.ts'

const ada = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIu3Zb0cD1dIcW1bPwH1u7n8fW0xVhjv7d5a5oN3wL8u ada@laptop'
const own = { owner: 'ada', group: '1000' }
const file = (content: string, changedAt: number) =>
  ({ type: 'file', size: content.length, sha256: sha256(content), ...own, mode: '0600', changedAt }) as const
const directory = { type: 'directory', ...own, mode: '0700', changedAt: later } as const

const found = { home: '/home/ada', group: '1000', directory: absent, file: absent, text: null }
const content = `# begin fettle\n${ada}\n# end fettle\n`
const place = '/home/ada/.ssh/authorized_keys'

export default {
  declare: authorizedKeys.present({ user: 'ada', keys: [ada] }),
  answers: [effect(fact, 'ada', found)],
  plan: {
    action: 'create',
    differences: [
      { what: 'key', from: null, to: 'ssh-ed25519 …5oN3wL8u ada@laptop' },
      { what: '.ssh', from: null, to: 'directory ada 0700' },
      { what: 'file', from: null, to: 'file ada 0600' },
    ],
    steps: [
      script('make directory /home/ada/.ssh', makeDirectory, {
        args: ['/home/ada/.ssh', 'ada:1000', '0700'],
        effects: [effect(fact, 'ada', { ...found, directory })],
        touches: [topic(fact, 'ada'), topic(path, '/home/ada/.ssh')],
      }),
      {
        does: 'place',
        title: `write ${place}`,
        path: place,
        content,
        owner: 'ada',
        group: '1000',
        mode: '0600',
        relies: null,
        effects: [effect(fact, 'ada', { ...found, directory, file: file(content, later), text: content })],
        touches: [topic(fact, 'ada'), topic(path, place), topic(text, place)],
      },
    ],
  },
} satisfies Case
