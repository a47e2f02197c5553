import { defineRole, directory, file, joined, secret, secretFrom, z } from 'fettle'

/** Places secrets in every way there is. */
export default defineRole({
  name: 'keeper',
  summary: 'Keeps secrets.',
  settings: z.strictObject({
    secrets: z.record(z.string(), secret()).describe('By name: a file below /etc/keeper'),
    made: secretFrom('generate'),
    refuses: z.boolean().default(false).describe('Whether the judge shows what it judges, and refuses it'),
  }),
  resources: ({ settings, render }) => [
    directory.present({ path: '/etc/keeper', mode: '0755' }),
    ...Object.entries(settings.secrets).map(([name, content]) =>
      file.present({ path: `/etc/keeper/${name}`, content }),
    ),
    file.present({ path: '/etc/keeper/made', content: settings.made }),
    file.present({
      path: '/etc/keeper/all',
      content: render('keeper/all', { secrets: settings.secrets, made: settings.made }),
      group: 'adm',
      mode: '0640',
      validate: {
        name: 'keeper',
        script: settings.refuses
          ? 'exec >&2; od -An -tx1 /etc/keeper/made; base64 /etc/keeper/made; cat /etc/keeper/all; false'
          : 'grep -q made /etc/keeper/all',
      },
    }),
    file.present({ path: '/etc/keeper/joined', content: joined`made is ${settings.made}\n`, mode: '0400' }),
  ],
})
