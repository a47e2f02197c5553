import { expect, test } from 'vitest'
import { HaproxySettings } from '../../../roles/haproxy/settings.ts'

const issuesOf = (settings: unknown) =>
  HaproxySettings.safeParse(settings).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)

test('every frontend and route leads to a backend that there is', () => {
  const backends = { app: { group: 'app' } }
  const routes = [
    { paths: ['/old'], backend: 'legacy' },
    { paths: ['/new'], backend: 'app' },
  ]
  expect(issuesOf({ backends, frontends: { web: { backend: 'app' } } })).toBeUndefined()
  expect(issuesOf({ backends, frontends: { web: { backend: 'ap', routes } } })).toEqual([
    'frontends.web.backend: there is no backend "ap"; there is: app',
    'frontends.web.routes.0.backend: there is no backend "legacy"; there is: app',
  ])
  expect(issuesOf({ frontends: { web: { backend: 'app' } } })).toEqual([
    'frontends.web.backend: there is no backend "app"; there are: none',
  ])
})
