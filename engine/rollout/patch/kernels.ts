interface Kernels {
  /** As `uname -r` says it: `6.1.0-28-amd64`; empty in a container. */
  readonly running: string
  /** The version that its package has by now; empty where it is of none. */
  readonly image: string
  /** As `uname -v` says it, where Debian names the version of the package that it was built as. */
  readonly built: string
  /** All that are there. */
  readonly kernels: readonly string[]
}

/** Why a host should start another kernel: there is a newer one of its kind, or its own has been replaced. */
export const kernelReasons = ({ running, image, built, kernels }: Kernels): string[] => {
  const own = kindOf(running)
  if (!own) return []
  const newer = kernels
    .filter((kernel) => kindOf(kernel)?.kind === own.kind)
    .sort(byVersion)
    .at(-1)
  if (newer !== undefined && byVersion(running, newer) < 0) return [`kernel ${newer} instead of ${running}`]
  const [, booted] = /\bDebian (\S+)/.exec(built) ?? []
  return booted !== undefined && image !== '' && booted !== image
    ? [`kernel ${running} as of ${image} instead of ${booted}`]
    : []
}

/** `cloud-amd64` is one kind, `amd64` another; `6.12.41+deb13` is a version. */
const kindOf = (name: string): { readonly version: string; readonly kind: string } | null => {
  const [, version, kind] = /^(\d.*?)-([a-z][a-z\d-]*)$/.exec(name) ?? []
  return version !== undefined && kind !== undefined ? { version, kind } : null
}

const byVersion = (one: string, other: string): number => {
  const [first, second] = [numbersIn(one), numbersIn(other)]
  const at = first.findIndex((number, index) => number !== second[index])
  return at < 0 ? first.length - second.length : (first[at] ?? 0) - (second[at] ?? 0)
}

const numbersIn = (name: string): number[] => (kindOf(name)?.version ?? '').match(/\d+/g)?.map(Number) ?? []
