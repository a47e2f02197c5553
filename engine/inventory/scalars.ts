import type { ScalarTag } from 'yaml'

/*
 * YAML 1.1 as Ansible's parser reads it, so that an inventory means the same to both: `yes` is true, `010` is
 * eight, `1e3` is text. Dates stay text, as they do in Ansible's JSON.
 */

const digits = (text: string): string => text.replaceAll('_', '')

/** `1:30:00`: base sixty, least significant last. */
const sexagesimal = (text: string): number => text.split(':').reduce((total, part) => total * 60 + Number(part), 0)

const signed = (text: string, read: (unsigned: string) => number): number => {
  const negative = text.startsWith('-')
  const value = read(text.replace(/^[-+]/, ''))
  return negative ? -value : value
}

const integer = (text: string): number => {
  if (/^0b/.test(text)) return Number.parseInt(text.slice(2), 2)
  if (/^0x/.test(text)) return Number.parseInt(text.slice(2), 16)
  if (/^0./.test(text)) return Number.parseInt(text, 8)
  return sexagesimal(text)
}

const float = (text: string): number => {
  if (/^\.inf$/i.test(text)) return Number.POSITIVE_INFINITY
  return sexagesimal(text)
}

const tag = (name: string, test: RegExp, resolve: (text: string) => unknown): ScalarTag => ({
  tag: `tag:yaml.org,2002:${name}`,
  default: true,
  test,
  resolve,
})

export const scalarTags: readonly ScalarTag[] = [
  tag('null', /^(?:~|null|Null|NULL)?$/, () => null),
  tag('bool', /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/, () => true),
  tag('bool', /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/, () => false),
  tag(
    'int',
    /^(?:[-+]?0b[01_]+|[-+]?0x[0-9a-fA-F_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
    (text) => {
      const value = signed(digits(text), integer)
      // Digits that a double cannot hold would come out as other digits.
      return Number.isSafeInteger(value) ? value : text
    },
  ),
  tag(
    'float',
    /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF))$/,
    (text) => signed(digits(text), float),
  ),
  tag('float', /^\.(?:nan|NaN|NAN)$/, () => Number.NaN),
]
