import type { Item } from '../../../../engine/converge/plan/describe.ts'
import type { Ownership } from '../../../../engine/converge/plan/ownership.ts'
import type { PlanRequest } from '../../../../engine/converge/plan/planning.ts'
import { emptyManifest, type Manifest, type Owned } from '../../../../engine/converge/state/manifest.ts'
import type { Declaration } from '../../../../engine/core/resource.ts'
import { kinds } from '../../../../engine/resources/index.ts'

export const itemOf = (declaration: Declaration, role = 'app'): Item => ({ declaration, role })

/** The site `shop` gives the host one role, and this run computed it. */
export const ownership: Ownership = {
  site: 'shop',
  assigned: new Set(['app']),
  computed: new Set(['app']),
  retired: new Set(),
}

export const owned = (change: Partial<Owned> = {}): Owned => ({
  site: 'shop',
  role: 'app',
  origin: 'created',
  version: null,
  ...change,
})

export const manifestWith = (change: Partial<Manifest>): Manifest => ({ ...emptyManifest, ...change })

export const requestFor = (declarations: readonly Declaration[], change: Partial<PlanRequest> = {}): PlanRequest => ({
  items: declarations.map((declaration) => itemOf(declaration)),
  ownership,
  kinds,
  manifest: emptyManifest,
  bootId: 'boot',
  ...change,
})
