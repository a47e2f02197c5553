import { check } from './check.ts'

const types = 'service|socket|timer|target|mount|automount|path|slice|scope|swap'

/** The full name of a unit: `nginx` is short for `nginx.service`. */
export const unitName = (name: string): string => {
  check(/^[A-Za-z0-9:_.\\@-]+$/.test(name), `${JSON.stringify(name)} is not the name of a unit`)
  return new RegExp(`\\.(${types})$`).test(name) ? name : `${name}.service`
}
