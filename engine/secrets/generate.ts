import { randomInt } from 'node:crypto'
import { alphabets, type WantedSecret } from '../core/secret-reference.ts'
import type { Entry, Recipe } from './entries.ts'
import type { Make } from './made.ts'

/** A new value: each character chosen by itself, all alike. */
export const generate = ({ length, alphabet, lasting }: Recipe): Entry => {
  const letters = alphabets[alphabet]
  const value = Array.from({ length }, () => letters[randomInt(letters.length)]).join('')
  return { value, made: { length, alphabet, ...(lasting && { lasting }) } }
}

/** What is to be generated and is not there yet. */
export const generating = (wanted: readonly WantedSecret[]): Make => {
  const recipes = wanted.flatMap(({ reference }) =>
    reference.from === 'generate' ? [[reference.name, reference] as const] : [],
  )
  return async (entries) =>
    new Map(recipes.filter(([name]) => !entries.has(name)).map(([name, recipe]) => [name, generate(recipe)]))
}
