import { effect } from '../../../engine/core/fact.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import { path } from '../../../engine/facts/path.ts'
import { aptSource } from '../../../engine/resources/apt-source.ts'
import { absent, type Case, rootDirectory, rootFile, unplaced } from '../case.ts'

const source = '/etc/apt/sources.list.d/shop.sources'

export default {
  declare: aptSource.absent({ name: 'shop' }),
  answers: [
    effect(path, source, rootFile('x')),
    effect(path, '/etc/apt/keyrings/shop.asc', absent),
    effect(path, '/etc/apt/keyrings', rootDirectory),
  ],
  plan: {
    action: 'remove',
    differences: [{ what: 'file', from: source, to: null }],
    steps: [unplaced(source, sha256('x'))],
  },
} satisfies Case
