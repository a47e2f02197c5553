import { effect } from '../../../engine/core/fact.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import { path } from '../../../engine/facts/path.ts'
import { file } from '../../../engine/resources/file.ts'
import { type Case, rootFile, unplaced } from '../case.ts'

export default {
  declare: file.absent({ path: '/etc/motd' }),
  answers: [effect(path, '/etc/motd', rootFile('bye'))],
  plan: {
    action: 'remove',
    differences: [{ what: 'file', from: '/etc/motd', to: null }],
    steps: [unplaced('/etc/motd', sha256('bye'))],
  },
} satisfies Case
