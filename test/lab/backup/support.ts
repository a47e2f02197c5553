import type { PracticeHost } from '../harness.ts'
import { does } from '../support/does.ts'

/** A moment of a server after which whole seconds go by, and before which they did: binlogs know no shorter time. */
export const momentOn = (host: PracticeHost): Promise<string> => does(host, 'sleep 1.1; date -u +%FT%TZ; sleep 1.1')
