import {
  apt,
  authorizedKeys,
  defineRole,
  directory,
  dropIn,
  file,
  group,
  symlink,
  sysctl,
  timer,
  timezone,
  unit,
  user,
  z,
} from 'fettle'

const names = z.array(z.string()).default([])
const texts = z.record(z.string(), z.string()).default({})

/** Things by kind, as a test wants them. */
export default defineRole({
  name: 'pieces',
  summary: 'Single things.',
  settings: z.strictObject({
    packages: names,
    groups: names,
    users: texts.describe('By name: the key that may log in'),
    directories: texts.describe('By path: mode'),
    files: z
      .record(
        z.string(),
        z.strictObject({ content: z.string(), owner: z.string().optional(), mode: z.string().optional() }),
      )
      .default({}),
    links: texts.describe('By path: target'),
    sysctls: texts,
    units: texts.describe('By name: content'),
    dropIns: texts.describe('By unit: content'),
    timers: texts.describe('By name: calendar'),
    timezone: z.string().optional(),
  }),
  resources: ({ settings }) => [
    ...settings.packages.map((name) => apt.installed({ name })),
    ...settings.groups.map((name) => group.present({ name })),
    ...Object.entries(settings.users).flatMap(([name, key]) => [
      user.present({ name }),
      authorizedKeys.present({ user: name, keys: [key] }),
    ]),
    ...Object.entries(settings.directories).map(([path, mode]) => directory.present({ path, mode })),
    ...Object.entries(settings.files).map(([path, { content, owner, mode }]) =>
      file.present({ path, content, ...(owner !== undefined && { owner }), ...(mode !== undefined && { mode }) }),
    ),
    ...Object.entries(settings.links).map(([path, target]) => symlink.present({ path, target })),
    ...Object.entries(settings.sysctls).map(([key, value]) => sysctl.set({ key, value })),
    ...Object.entries(settings.units).map(([name, content]) => unit.present({ name, content })),
    ...Object.entries(settings.dropIns).map(([name, content]) =>
      dropIn.present({ unit: name, name: 'pieces', content }),
    ),
    ...Object.entries(settings.timers).map(([name, calendar]) => timer.present({ name, calendar })),
    ...(settings.timezone === undefined ? [] : [timezone.set({ name: settings.timezone })]),
  ],
})
