import {
  apt,
  authorizedKeys,
  command,
  defineRole,
  directory,
  dropIn,
  file,
  group,
  service,
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
        z.strictObject({
          content: z.string(),
          owner: z.string().optional(),
          mode: z.string().optional(),
          reloads: names,
          restarts: names,
          guarded: z.boolean().default(false),
        }),
      )
      .default({}),
    commands: z
      .record(
        z.string(),
        z.strictObject({
          script: z.string(),
          creates: z.string(),
          undo: z.string().optional(),
          detached: z.literal(true).optional(),
          once: z.literal(true).optional(),
        }),
      )
      .default({}),
    links: texts.describe('By path: target'),
    sysctls: texts,
    units: texts.describe('By name: content'),
    dropIns: texts.describe('By unit: content; it restarts where `dropInsRestart`'),
    dropInsRestart: z.boolean().default(false),
    services: z.record(z.string(), z.enum(['running', 'stopped', 'masked'])).default({}),
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
    ...Object.entries(settings.files).map(([path, { content, owner, mode, reloads, restarts, guarded }]) =>
      file.present({
        ...{ path, content, reloads, restarts },
        ...(owner !== undefined && { owner }),
        ...(mode !== undefined && { mode }),
        ...(guarded && { guard: {} }),
      }),
    ),
    ...Object.entries(settings.commands).map(([name, { script, creates, undo, detached, once }]) =>
      command.run({
        ...{ name, script, creates },
        ...(detached && { detached }),
        ...(once && { once }),
        ...(undo !== undefined && { guard: { undo } }),
      }),
    ),
    ...Object.entries(settings.links).map(([path, target]) => symlink.present({ path, target })),
    ...Object.entries(settings.sysctls).map(([key, value]) => sysctl.set({ key, value })),
    ...Object.entries(settings.units).map(([name, content]) => unit.present({ name, content })),
    ...Object.entries(settings.dropIns).map(([name, content]) =>
      dropIn.present({
        ...{ unit: name, name: 'pieces', content },
        ...(settings.dropInsRestart && { restarts: [name] }),
      }),
    ),
    ...Object.entries(settings.timers).map(([name, calendar]) => timer.present({ name, calendar })),
    ...Object.entries(settings.services).map(([unit, state]) => service[state]({ unit })),
    ...(settings.timezone === undefined ? [] : [timezone.set({ name: settings.timezone })]),
  ],
})
