import { config } from 'zod'

// zod compiles its checks with `new Function` where it may; the page's policy forbids that, and each attempt is reported as a breach.
config({ jitless: true })
