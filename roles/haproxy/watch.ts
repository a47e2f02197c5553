import type { Topology } from '../../engine/core/role.ts'
import type { Alert, Watch } from '../../engine/core/watch.ts'
import type { HaproxySettings } from './settings.ts'

/** What it counts, where its figures are told to somebody. */
export const watchOf = ({ settings: { metrics } }: Topology<HaproxySettings>): readonly Watch[] =>
  metrics ? [{ job: 'haproxy', port: metrics.port, alerts }] : []

const hint = 'fettle lb status'

/** Endpoints of databases have servers that are down in good order: whoever is not the writer. */
const ofWebsites = 'and on (host, proxy) haproxy_backend_http_requests_total'

const alerts: readonly Alert[] = [
  {
    name: 'BackendDown',
    expression: `haproxy_backend_status{state="DOWN"} == 1 ${ofWebsites}`,
    ...{ after: 15, severity: 'critical', hint },
    says: '{{ $labels.host }} has no server of {{ $labels.proxy }} that works.',
  },
  {
    name: 'ServerDown',
    expression: `haproxy_server_status{state="DOWN"} == 1 ${ofWebsites}`,
    ...{ after: 60, severity: 'warning', hint },
    says: '{{ $labels.host }} finds {{ $labels.server }} of {{ $labels.proxy }} down.',
  },
  {
    name: 'ManyErrors',
    expression:
      'sum by (host, proxy) (rate(haproxy_backend_http_responses_total{code="5xx"}[2m])) / sum by (host, proxy) (rate(haproxy_backend_http_responses_total[2m])) > 0.05',
    ...{ after: 120, severity: 'critical', hint },
    says: '{{ $value | humanizePercentage }} of what {{ $labels.proxy }} answers through {{ $labels.host }} are errors of servers.',
  },
]
