import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { FettleError } from '../core/error.ts'
import { didYouMean } from '../core/suggest.ts'
import { replaceFile } from './replace-file.ts'

export interface LabHost {
  readonly name: string
  readonly release: string
  /** The last number of the address, which also names the host's machine and network interface. */
  readonly number: number
  readonly address: string
  readonly machineId: string
  /** The base image under the host's disk. Empty: none yet. */
  readonly image: string
}

/** What a lab keeps across down and up. */
export interface LabState {
  readonly format: 1
  /** Six hexadecimal digits: tells this lab from others on the machine. */
  readonly id: string
  /** The first three numbers of a /24: `10.120.7`. */
  readonly subnet: string
  /** Folder of the hosts' disks. */
  readonly disks: string
  readonly hosts: Readonly<Record<string, LabHost>>
}

export const labFile = (stateDir: string): string => resolve(stateDir, 'lab.json')
export const lockFile = (stateDir: string): string => resolve(stateDir, 'lock')
export const keyFile = (stateDir: string): string => resolve(stateDir, 'id_ed25519')
export const knownHostsFile = (stateDir: string): string => resolve(stateDir, 'known_hosts')
export const hostDir = (stateDir: string, name: string): string => resolve(stateDir, 'hosts', name)

export const bridgeOf = (id: string): string => `fettle-${id}`
/** This machine, as the hosts of a lab see it. */
export const bridgeAddress = (subnet: string): string => `${subnet}.1`
export const machineOf = (id: string, host: LabHost): string => `f${id}-${host.number}`
/** What systemd-nspawn calls the machine's end of the host's cable. At most 14 characters. */
export const cableOf = (id: string, host: LabHost): string => `vb-${machineOf(id, host)}`

/** Null when there is no lab. Errors: `lab.failed` when another Fettle's format is found. */
export const loadState = async (stateDir: string): Promise<LabState | null> => {
  const text = await readFile(labFile(stateDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return null
  const state = JSON.parse(text) as LabState
  if (state.format === 1) return state
  throw new FettleError({
    code: 'lab.failed',
    message: `${labFile(stateDir)} is of another format`,
    hint: 'take the lab down with the Fettle that made it',
  })
}

/** Like `loadState`, where there must be a lab. */
export const needState = async (stateDir: string): Promise<LabState> => {
  const state = await loadState(stateDir)
  if (state) return state
  throw new FettleError({ code: 'lab.failed', message: 'there is no lab here', hint: 'start one: fettle lab up' })
}

export const needHost = (state: LabState, name: string): LabHost => {
  const host = state.hosts[name]
  if (host) return host
  const names = Object.keys(state.hosts)
  throw new FettleError({
    code: 'lab.failed',
    message: `there is no practice host "${name}"`,
    hint: didYouMean(name, names) ?? `there are: ${names.join(', ')}`,
  })
}

export const saveState = (stateDir: string, state: LabState): Promise<void> =>
  replaceFile(labFile(stateDir), `${JSON.stringify(state, null, 2)}\n`, 0o600)
