import type { Problem } from '../core/error.ts'
import { didYouMean } from '../core/suggest.ts'
import { type Connection, connectionFrom } from './connection.ts'
import { positionInLayer, problemInLayer, strongest } from './layer.ts'
import { positionOf, problemAt } from './locate.ts'
import { layersFor } from './membership.ts'
import type { Host, Inventory, Layer } from './model.ts'
import { distinct, placeText } from './trouble.ts'

/** Everything wrong with the variables that Fettle itself understands, each once however many hosts have it. */
export const checkVariables = (inventory: Inventory): readonly Problem[] => {
  const layers = new Set<Layer>()
  for (const group of inventory.groups.values())
    for (const layer of [...group.inline, ...group.files]) layers.add(layer)
  for (const host of inventory.hosts.values()) for (const layer of host.layers) layers.add(layer)
  return distinct([...[...layers].flatMap(checkNames), ...checkConnections(inventory)])
}

const own = [
  'fettle_environment',
  'fettle_known_hosts',
  'fettle_host_keys',
  'fettle_confirm_timeout',
  'fettle_connect_timeout',
  'fettle_addresses',
  'fettle_management',
  'fettle_lab',
  'fettle_lab_release',
]

const password = /^ansible_(?:ssh_|become_|sudo_|su_)?pass(?:word)?$/

const checkNames = (layer: Layer): readonly Problem[] =>
  Object.keys(layer.values).flatMap((name) => {
    if (password.test(name)) return [plainPassword(layer, name)]
    if (name === 'fettle_environment' && typeof layer.values[name] !== 'string')
      return [unnamedEnvironment(layer, name)]
    return name.startsWith('fettle_') && !own.includes(name) && !name.startsWith('fettle_lab_')
      ? [unknownVariable(layer, name)]
      : []
  })

const unknownVariable = (layer: Layer, name: string): Problem =>
  problemInLayer(layer, [name], 'key', {
    code: 'inventory.invalid',
    message: `unknown variable "${name}"`,
    hint: didYouMean(name, own) ?? `Fettle's own variables are ${own.join(', ')}`,
  })

const unnamedEnvironment = (layer: Layer, name: string): Problem =>
  problemInLayer(layer, [name], 'value', { code: 'inventory.invalid', message: `${name} must be a name` })

const plainPassword = (layer: Layer, name: string): Problem =>
  problemInLayer(layer, [name], 'key', {
    code: 'inventory.invalid',
    message: `${name} is a password in plain text`,
    hint: 'remove it; --ask-become-pass asks for the sudo password, and keys log in without one',
  })

const checkConnections = (inventory: Inventory): readonly Problem[] => {
  const problems: Problem[] = []
  const taken = new Map<string, Host>()
  for (const host of inventory.hosts.values()) {
    const connection = connectionFrom(host.name, host.variables, (variable, expected) =>
      problems.push(wrongVariable(host, variable, expected)),
    )
    const place = `${connection.address.toLowerCase().replace(/\.$/, '')} port ${connection.port ?? 22}`
    const other = connection.transport === 'ssh' ? taken.get(place) : undefined
    if (other) problems.push(sameAddress(host, other, place))
    else if (connection.transport === 'ssh') taken.set(place, host)
  }
  return problems
}

const wrongVariable = (host: Host, variable: string, expected: string): Problem => {
  const trouble = { code: 'inventory.invalid', message: `${variable} must be ${expected}` } as const
  const layer = strongest(layersFor(host), [variable])
  const template = String(host.variables[variable]).includes('{{')
  const hint = template ? 'templates in the inventory are not evaluated: write the value' : undefined
  return layer ? problemInLayer(layer, [variable], 'value', { ...trouble, hint }) : { ...trouble, host: host.name }
}

const sameAddress = (host: Host, other: Host, place: string): Problem => {
  const message = `hosts "${other.name}" and "${host.name}" have the same address, ${place}`
  const detail = `"${other.name}" has it from ${placeText(addressPosition(other))}`
  const trouble = { code: 'inventory.invalid', message, detail } as const
  const layer = strongest(layersFor(host), ['ansible_host'])
  return layer
    ? problemInLayer(layer, ['ansible_host'], 'value', trouble)
    : problemAt(host.origin.source, host.origin.path, 'key', trouble)
}

const addressPosition = (host: Host) => {
  const layer = strongest(layersFor(host), ['ansible_host'])
  return layer ? positionInLayer(layer, ['ansible_host']) : positionOf(host.origin.source, host.origin.path, 'key')
}

/** The way to a host of a loaded inventory, whose variables have all been checked. */
export const connectionOf = (host: Host): Connection => connectionFrom(host.name, host.variables, () => {})
