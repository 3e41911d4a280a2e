import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StartedServer, startServer } from '../../../scripts/serve.ts'
import { buildSite, publishData, type SiteBuild, siteFolders } from '../../site/support/build_site.ts'
import { hostileData } from '../../site/support/hostile_data.ts'

/** A site of hostile names and community figures, built through the whole pipeline and served. */
export interface HostileSite {
  build: SiteBuild
  origin: string
  close: () => Promise<void>
}

export async function startHostileSite(): Promise<HostileSite> {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-site-'))
  try {
    const folders = siteFolders(folder)
    publishData(folders, hostileData())
    const build = buildSite(folders, { SITE_URL: 'https://matrix.example' })
    const server: StartedServer = await startServer({ root: folders.site })
    const close = async () => {
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    }
    return { build, origin: server.url.replace(/\/$/, '').replace('localhost', '127.0.0.1'), close }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}
