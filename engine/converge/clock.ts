/** Seconds by which certificates allow a clock to be wrong. */
const leeway = 300

/**
 * Whoever is shown a certificate judges it by their own clock: what is to be said of a host whose clock is wrong. Both
 * clocks in seconds since the epoch.
 */
export const clockNotices = (host: number, ours: number): readonly string[] => {
  const seconds = Math.abs(host - ours)
  if (seconds <= leeway) return []
  const [way, judged] = host < ours ? ['behind', 'may not be valid yet'] : ['ahead of', 'may have ended already']
  return [
    `its clock is ${lengthOf(seconds)} ${way} ours: certificates of the site’s authority ${judged} to its programs`,
  ]
}

const lengthOf = (seconds: number): string => {
  const minutes = Math.round(seconds / 60)
  if (minutes < 120) return `${minutes} minutes`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`
}
