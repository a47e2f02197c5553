import { z } from 'zod'
import { isSecret, Secret } from './secret.ts'
import { noteSecret } from './secret-schema.ts'

const schemaOf = (fallback: string | null) => {
  const accepts = (value: unknown): boolean => isSecret(value)
  noteSecret(accepts, fallback)
  return z.custom<Secret>(accepts, 'expected a secret')
}

const meta = { type: 'string', format: 'secret' }

/** A setting that is secret. Users write where it is to be had, `secret:NAME` or `env:NAME`, and roles get a `Secret`. */
export const secret = () => schemaOf(null).meta(meta)

/** The same, which need not be written: `fallback` is where it is to be had then. */
export const secretFrom = (fallback: 'generate' | (string & {})) =>
  schemaOf(fallback)
    .prefault(() => new Secret())
    .meta({ ...meta, default: fallback })
