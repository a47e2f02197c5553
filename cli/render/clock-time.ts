/** Seconds since the epoch as a host's clock shows them in UTC. */
export const clockTime = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(/\.\d+/, '')
