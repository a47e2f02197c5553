/** Whether a version is this one, or fits a pattern in which `*` stands for anything; any fits where none is said. */
export const matchesVersion = (version: string, pattern: string | undefined): boolean => {
  if (pattern === undefined) return true
  const parts = pattern.split('*').map((part) => part.replace(/[.+^${}()|[\]\\?]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(version)
}
