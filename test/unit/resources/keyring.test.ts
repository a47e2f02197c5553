import { expect, test } from 'vitest'
import { armored } from '../../../engine/resources/keyring.ts'

/** Exported by GnuPG in both forms. */
const base64 = `
mDMEawIGSRYJKwYBBAHaRw8BAQdA3rUz65RMV2NSDagnk7yFzoxiyzEdczB9ODazp2Qa8D60E2sx
IDxrMUBleGFtcGxlLm9yZz6IkAQTFggAOBYhBFs/gJNdzFChJYezSt4V1yV9tzKnBQJrAgZJAhsD
BQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJEN4V1yV9tzKnOGsBAKt01kZYiPN3sreTAo7yq3Rf
01rm2zwVWozG+O/P+Qu9AQCBXNE6gKzU1QmSibi8AnHBVTcdEIGboDept1cR+TDNCA==
`
const armor = `-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEawIGSRYJKwYBBAHaRw8BAQdA3rUz65RMV2NSDagnk7yFzoxiyzEdczB9ODaz
p2Qa8D60E2sxIDxrMUBleGFtcGxlLm9yZz6IkAQTFggAOBYhBFs/gJNdzFChJYez
St4V1yV9tzKnBQJrAgZJAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJEN4V
1yV9tzKnOGsBAKt01kZYiPN3sreTAo7yq3Rf01rm2zwVWozG+O/P+Qu9AQCBXNE6
gKzU1QmSibi8AnHBVTcdEIGboDept1cR+TDNCA==
=Wuhr
-----END PGP PUBLIC KEY BLOCK-----
`

test('base64 becomes the armor that GnuPG makes', () => expect(armored('test', base64)).toBe(armor))
test('armor stays', () => expect(armored('test', armor)).toBe(armor))
test.each(['', 'not base64!', 'aGVsbG8=', '-----BEGIN PGP PRIVATE KEY BLOCK-----\n'])('%j is no public key', (key) =>
  expect(() => armored('test', key)).toThrow('apt source test'),
)
