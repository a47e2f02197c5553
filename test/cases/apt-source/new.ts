import { effect } from '../../../engine/core/fact.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import { script } from '../../../engine/core/step.ts'
import { path } from '../../../engine/facts/path.ts'
import { fetchSource } from '../../../engine/resources/apt-script.ts'
import { aptSource } from '../../../engine/resources/apt-source.ts'
import { absent, type Case, makeFolder, placed } from '../case.ts'

const source = '/etc/apt/sources.list.d/shop.sources'
const keyring = '/etc/apt/keyrings/shop.asc'
const key = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----\n'
const content = (signedBy: string) => `Types: deb
URIs: https://a.example/deb https://b.example/deb
Suites: stable
Components: main
Signed-By: ${signedBy}
`

export default {
  declare: aptSource.present({
    name: 'shop',
    uris: ['https://a.example/deb', 'https://b.example/deb'],
    suites: ['stable'],
    components: ['main'],
    key,
  }),
  answers: [source, keyring, '/etc/apt/keyrings'].map((at) => effect(path, at, absent)),
  plan: {
    action: 'create',
    differences: [
      { what: 'content', from: null, to: content(keyring), text: true },
      { what: 'key', from: null, to: sha256(key).slice(0, 12) },
    ],
    steps: [
      script('fetch the package lists of shop', fetchSource, {
        args: ['shop', content(keyring), content('/run/fettle-source/shop.asc'), key],
        touches: [],
      }),
      makeFolder('/etc/apt/keyrings'),
      placed(keyring, key, null),
      placed(source, content(keyring), null),
    ],
  },
} satisfies Case
