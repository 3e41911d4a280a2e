/**
 * Reads libdrm's `amdgpu.ids`: lines `device id, revision id, product name`, in hexadecimal without 0x.
 *
 * @returns names by `DEVICE:REVISION` in upper case
 */
export function parseAmdGpuIds(text: string): Map<string, string> {
  const names = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, device, revision, name] = /^([0-9A-Fa-f]{4}),\s*([0-9A-Fa-f]{2}),\s*(\S.*?)\s*$/.exec(line) ?? []
    if (device && revision && name) names.set(`${device}:${revision}`.toUpperCase(), name)
  }
  return names
}
