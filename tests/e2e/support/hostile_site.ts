import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StartedServer, startServer } from '../../../scripts/serve.ts'
import { buildSite, publishData, type SiteBuild, type SiteFolders, siteFolders } from '../../site/support/build_site.ts'
import type { DataFolder } from '../../site/support/data_folder.ts'
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
  /** Builds the site of other data beside it; returns the folder of the built files. */
  buildOther: (name: string, data: DataFolder) => string
  close: () => Promise<void>
}

export async function startHostileSite(): Promise<HostileSite> {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-site-'))
  try {
    const folders = siteFolders(folder)
    const build = publishAndBuild(folders, hostileData())
    const server: StartedServer = await startServer({ root: folders.site, basePath: SUB_PATH })
    const close = async () => {
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    }
    const address = server.url.replace(/\/$/, '').replace('localhost', '127.0.0.1')
    const buildOther = (name: string, data: DataFolder) => {
      const other = siteFolders(join(folder, name))
      publishAndBuild(other, data)
      return other.site
    }
    return { build, folder: folders.site, address, buildOther, close }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

function publishAndBuild(folders: SiteFolders, data: DataFolder): SiteBuild {
  publishData(folders, data)
  return buildSite(folders, { SITE_URL: 'https://matrix.example', BASE_PATH: SUB_PATH })
}
