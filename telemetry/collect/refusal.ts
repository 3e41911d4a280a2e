/** Why a batch is not taken, as its sender is told. */
export class Refusal extends Error {
  readonly status: number
  readonly headers: Record<string, string>

  constructor(status: number, message: string, headers: Record<string, string>) {
    super(message)
    this.status = status
    this.headers = headers
  }
}

export function refuse(status: number, message: string, headers: Record<string, string> = {}): Refusal {
  return new Refusal(status, message, headers)
}
