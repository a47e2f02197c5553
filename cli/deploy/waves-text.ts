import type { Wave } from '../../engine/rollout/deploy/waves.ts'

/** What a rollout is to bring, and in which order. */
export const wavesText = (title: string, waves: readonly Wave[]): string => {
  if (waves.length === 0) return `${title}: all instances are as wanted`
  const lines = waves.map((wave, index) => {
    const hosts = wave.map(({ host, groups }) => `${host} (${groups.map((ports) => ports.join(', ')).join(', then ')})`)
    return `  wave ${index + 1}: ${hosts.join(', ')}`
  })
  return [title, ...lines].join('\n')
}
