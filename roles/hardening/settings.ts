import { z } from 'zod'
import { controls } from './controls.ts'
import { values } from './values.ts'

/** A control is left out by saying why. */
const reason = z.string().trim().min(1)

const Exceptions: z.ZodObject<Readonly<Record<string, z.ZodOptional<z.ZodString>>>> = z.strictObject(
  Object.fromEntries(
    controls.map(({ name, title }) => [name, reason.optional().describe(`Why not: ${title}`)] as const),
  ),
)

export const HardeningSettings = z.strictObject({
  except: Exceptions.prefault({}).describe('Controls that are left out, each with the reason why'),
  ...values,
})
