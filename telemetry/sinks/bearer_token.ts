import { readFile, stat } from 'node:fs/promises'

/** Where a token is kept. */
export interface TokenPlace {
  token_env?: string
  token_file?: string
}

export type Token = { kind: 'none' } | { kind: 'token'; token: string } | { kind: 'problem'; why: string }

const TOKEN = /^[\x21-\x7e]{1,8192}$/

/** The bearer token as it is now: read at each use, so that it can be changed without a restart. Problems never show it. */
export async function readToken(config: TokenPlace, env: NodeJS.ProcessEnv): Promise<Token> {
  if (config.token_env) return checkToken(env[config.token_env], `environment variable ${config.token_env}`)
  if (config.token_file) return readTokenFile(config.token_file)
  return { kind: 'none' }
}

async function readTokenFile(path: string): Promise<Token> {
  try {
    const { mode } = await stat(path)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) return exposed(path, mode & 0o777)
    return checkToken(await readFile(path, 'utf8'), path)
  } catch (error) {
    const found = (error as NodeJS.ErrnoException).code ?? String(error)
    return {
      kind: 'problem',
      why: `${path}: expected a file with the bearer token, found ${found}. Check the path and who may read it`,
    }
  }
}

function checkToken(text: string | undefined, place: string): Token {
  const token = text?.trim() ?? ''
  if (TOKEN.test(token)) return { kind: 'token', token }
  const found = token === '' ? 'nothing' : 'other characters than printable ASCII without blanks'
  return { kind: 'problem', why: `${place}: expected the bearer token, found ${found}. Set it, or remove the setting` }
}

function exposed(path: string, mode: number): Token {
  const found = `mode 0${mode.toString(8)}`
  return {
    kind: 'problem',
    why: `${path}: expected a token that only its owner can read (mode 0600), found ${found}. Run: chmod 600 ${path}`,
  }
}
