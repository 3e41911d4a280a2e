/** One line of `strace -f -y`: a system call with its arguments as strace shows them. */
export interface SystemCall {
  name: string
  /** Arguments and result. */
  text: string
}

/** What to trace: everything that names a file, ends in another program, or moves bytes out of the process. */
export const TRACED =
  'trace=%file,%network,execve,execveat,write,writev,pwrite64,pwritev,pwritev2,sendfile,splice,vmsplice,tee,copy_file_range,fallocate,ftruncate,fchmod,fchown,pipe,pipe2,memfd_create,io_uring_setup'

/** Reads a trace. A call that another thread interrupted stands in two lines, of which the first has the arguments. */
export function parseTrace(trace: string): SystemCall[] {
  return trace.split('\n').flatMap((line) => {
    const [, name, text] = /^(?:\d+ +)?([a-z]\w*)\((.*)$/.exec(line) ?? []
    return name === undefined ? [] : [{ name, text: text! }]
  })
}

const WRITING = new Set([
  'write',
  'writev',
  'pwrite64',
  'pwritev',
  'pwritev2',
  'sendfile',
  'splice',
  'vmsplice',
  'tee',
  'copy_file_range',
  'ftruncate',
  'fallocate',
  'fchmod',
  'fchown',
])
const CHANGING =
  /^(creat|mkdir|mknod|rename|link|symlink|unlink|rmdir|truncate|chmod|chown|lchown|fchmodat|fchownat|utime|futimesat|setxattr|lsetxattr|removexattr|memfd_create|mount|umount)/
const FOR_WRITING = /O_(WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)/

/**
 * What a process did beyond its sockets and standard output: files opened for writing, made, renamed, removed; writes to anything
 * else; other programs started; connections to other ports than those named.
 *
 * @param ports where it may connect to
 */
export function findTraces(calls: readonly SystemCall[], ports: readonly number[]): string[] {
  const ownPipes = findOwnPipes(calls)
  const [own, ...later] = calls.filter(({ name }) => name.startsWith('execve'))
  // A gateway starts itself again, in its own place, to bound its memory.
  const others = later.filter((call) => programOf(call) !== programOf(own!))
  const found = calls.filter((call) => isTrace(call, ownPipes, ports))
  return [...others, ...found].map(({ name, text }) => `${name}(${text}`)
}

function programOf({ text }: SystemCall): string | undefined {
  return /^"[^"]*"/.exec(text)?.[0]
}

function isTrace({ name, text }: SystemCall, ownPipes: ReadonlySet<string>, ports: readonly number[]): boolean {
  if (name.startsWith('open')) return FOR_WRITING.test(text)
  if (CHANGING.test(name)) return true
  if (WRITING.has(name)) return !isOwnChannel(text, ownPipes)
  if (name === 'connect') return !ports.some((port) => text.includes(`htons(${port})`))
  // A ring whose other side is a kernel thread could write without a call that is seen here; the others only batch epoll_ctl.
  return name === 'io_uring_setup' && text.includes('IORING_SETUP_SQPOLL')
}

/** Standard output, a socket, or what threads of one process wake each other by. */
function isOwnChannel(text: string, ownPipes: ReadonlySet<string>): boolean {
  const [, descriptor, target] = /^(\d+)<([^>]*)>/.exec(text) ?? []
  if (descriptor === '1') return true
  return target !== undefined && (/^socket:|^TCP|^anon_inode:\[eventfd\]/.test(target) || ownPipes.has(target))
}

/** Pipes that the process made itself: with no other program started, nobody else holds their other end. */
function findOwnPipes(calls: readonly SystemCall[]): Set<string> {
  const pipes = calls.filter(({ name }) => name === 'pipe' || name === 'pipe2')
  return new Set(pipes.flatMap(({ text }) => [...text.matchAll(/<(pipe:\[\d+\])/g)].map(([, pipe]) => pipe!)))
}
