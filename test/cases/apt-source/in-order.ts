import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { path } from '../../../engine/facts/path.ts'
import { aptSource } from '../../../engine/resources/apt-source.ts'
import { absent, type Case, rootDirectory, rootFile } from '../case.ts'

const content = `Types: deb
URIs: http://mirror.example/debian
Suites: bookworm-backports
Components: main contrib
Architectures: amd64
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`

export default {
  declare: aptSource.present({
    name: 'backports',
    uris: ['http://mirror.example/debian'],
    suites: ['bookworm-backports'],
    components: ['main', 'contrib'],
    architectures: ['amd64'],
    signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
  }),
  answers: [
    effect(path, '/etc/apt/sources.list.d/backports.sources', rootFile(content)),
    effect(path, '/etc/apt/keyrings/backports.asc', absent),
    effect(path, '/etc/apt/keyrings', rootDirectory),
  ],
  plan: inOrder,
} satisfies Case
