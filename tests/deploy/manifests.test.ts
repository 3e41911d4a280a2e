import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse as parseToml } from 'smol-toml'
import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { Config } from '../../telemetry/config/schema.ts'

/** What is read of the manifests. */
interface Manifest {
  kind: string
  data: Record<string, string>
  spec: {
    template: {
      spec: {
        terminationGracePeriodSeconds: number
        containers: {
          name: string
          args: string[]
          ports: { name: string; containerPort: number }[]
          [probe: string]: unknown
        }[]
      }
    }
  }
}

const { name, bin } = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string; bin: { orch: string } }
const PROGRAM = `/opt/orch/node_modules/${name}/${bin.orch.replace('./', '')}`
const compose = parse(readFileSync('deploy/compose/compose.yaml', 'utf8'))
const manifests = parseAllDocuments(readFileSync('deploy/kubernetes/sidecar.yaml', 'utf8')).map(
  (document) => document.toJS() as Manifest,
)
const kubernetes = Config.parse(parseToml(manifests.find(({ kind }) => kind === 'ConfigMap')!.data['config.toml']!))
const pod = manifests.find(({ kind }) => kind === 'StatefulSet')!.spec.template.spec
const sidecar = pod.containers.find((container) => container.name === 'orch')!

test('every file that the compose file mounts is there, and its settings are valid', () => {
  const mounts = (Object.values(compose.services) as { volumes?: string[] }[]).flatMap(({ volumes = [] }) => volumes)
  const files = mounts.map((mount) => mount.split(':')[0]!).filter((path) => path.startsWith('.'))
  expect(files.length).toBeGreaterThan(4)
  for (const file of files) expect(existsSync(join('deploy/compose', file)), file).toBe(true)
  const settings = Config.parse(parseToml(readFileSync('deploy/compose/config.toml', 'utf8')))
  expect(settings.admin_listen).toBe('0.0.0.0:9464')
  expect(new URL(settings.upstream[0]!.url).hostname in compose.services).toBe(true)
  expect(readFileSync('deploy/compose/prometheus.yml', 'utf8')).toContain("targets: ['orch:9464']")
  expect(Number.parseInt(compose.services.orch.stop_grace_period, 10)).toBeGreaterThan(shutdownTime(settings))
})

test('the ports and probes of the sidecar are where the gateway listens', () => {
  const ports = Object.fromEntries(sidecar.ports.map((port) => [port.name, port.containerPort]))
  expect([`0.0.0.0:${ports.http}`, `0.0.0.0:${ports.admin}`]).toEqual([kubernetes.listen, kubernetes.admin_listen])
  expect(sidecar.livenessProbe).toEqual({ httpGet: { path: '/livez', port: 'admin' } })
  expect(sidecar.readinessProbe).toEqual({ httpGet: { path: '/readyz', port: 'admin' } })
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(shutdownTime(kubernetes))
})

test('the unit and the container start the program that the package ships', () => {
  const unit = readFileSync('deploy/systemd/orch.service', 'utf8')
  expect(unit).toContain(`ExecStart=/usr/bin/node ${PROGRAM} serve `)
  expect(Number(/TimeoutStopSec=(\d+)/.exec(unit)![1])).toBeGreaterThan(shutdownTime(Config.parse({})))
  const containerfile = readFileSync('deploy/container/Containerfile', 'utf8')
  expect(containerfile).toContain(`ENTRYPOINT ["node", "${PROGRAM}"]`)
  expect(containerfile).toMatch(/^USER 10001:10001$/m)
})

function shutdownTime({ lame_duck_s, drain_s, flush_s }: Config): number {
  return lame_duck_s + drain_s + flush_s
}
