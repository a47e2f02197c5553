/** What a site's own roles and resources are written with: `import { defineRole, file, z } from 'fettle'`. */
export { z } from 'zod'
export * from '../engine/core/fact.ts'
export * from '../engine/core/plan.ts'
export * from '../engine/core/resource.ts'
export * from '../engine/core/role.ts'
export * from '../engine/core/step.ts'
export * from '../engine/resources/index.ts'
