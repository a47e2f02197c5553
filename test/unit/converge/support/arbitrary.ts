import fc from 'fast-check'
import type { ManifestLine } from '../../../../engine/converge/state/manifest.ts'

const key = fc.constantFrom('file:/a', 'file:/b', "file:/é'\n", 'apt:nginx', 'directory:/srv')
const unit = fc.constantFrom('a.service', 'b.service')
const asks = fc.constantFrom('reload' as const, 'restart' as const)
const version = fc.option(fc.constantFrom('1', '2', 'two words'))
const moment = fc.record({ bootId: fc.constantFrom('one', 'other'), uptime: fc.nat(1000) })

/** Any line that a run may have written. */
export const manifestLine: fc.Arbitrary<ManifestLine> = fc.oneof(
  fc.record({
    own: key,
    site: fc.constantFrom('shop', 'blog'),
    role: fc.constantFrom('base', 'nginx'),
    origin: fc.constantFrom('created' as const, 'adopted' as const),
    version,
  }),
  fc.record({ drop: key }),
  fc.record({ owe: unit, asks, because: fc.uniqueArray(key, { minLength: 1, maxLength: 3 }), at: moment }),
  fc.record({ pay: unit, inputs: fc.dictionary(key, fc.option(fc.record({ version, asks })), { maxKeys: 3 }) }),
)

export const anyHistory = fc.array(manifestLine, { maxLength: 20 })
