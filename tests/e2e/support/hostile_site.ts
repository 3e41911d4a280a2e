import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StartedServer, startServer } from '../../../scripts/serve.ts'
import { buildSite, publishData, type SiteBuild, siteFolders } from '../../site/support/build_site.ts'
import { hostileData } from '../../site/support/hostile_data.ts'

/** Where the site is served, to prove that every site works under a sub-path. */
export const SUB_PATH = '/matrix/'

/** A site of hostile names and community figures, built through the whole pipeline and served under a sub-path. */
export interface HostileSite {
  build: SiteBuild
  /** The built files. */
  folder: string
  /** Where it is served, without a slash at the end. */
  address: string
  close: () => Promise<void>
}

export async function startHostileSite(): Promise<HostileSite> {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-site-'))
  try {
    const folders = siteFolders(folder)
    publishData(folders, hostileData())
    const build = buildSite(folders, { SITE_URL: 'https://matrix.example', BASE_PATH: SUB_PATH })
    const server: StartedServer = await startServer({ root: folders.site, basePath: SUB_PATH })
    const close = async () => {
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    }
    const address = server.url.replace(/\/$/, '').replace('localhost', '127.0.0.1')
    return { build, folder: folders.site, address, close }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}
