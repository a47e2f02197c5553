import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { path } from '../../../engine/facts/path.ts'
import { command } from '../../../engine/resources/command.ts'
import { absent, type Case } from '../case.ts'

export default {
  declare: command.run({ name: 'fetch the model', script: 'fetch \'a\' "$1"', args: ['$(id)'], creates: '/srv/model' }),
  answers: [effect(path, '/srv/model', absent)],
  plan: {
    action: 'run',
    differences: [{ what: 'path', from: null, to: '/srv/model' }],
    steps: [script('fetch the model', `sh -e -c 'fetch '\\''a'\\'' "$1"' sh "$@"`, { args: ['$(id)'] })],
  },
  unforeseen: 'what a command makes at its path is not known',
} satisfies Case
