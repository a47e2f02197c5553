import type { Role } from '../engine/core/role.ts'
import base from './base/index.ts'
import haproxy from './haproxy/index.ts'
import nginx from './nginx/index.ts'

/** The roles that come with Fettle. */
export const roles: readonly Role[] = [base, nginx, haproxy]
