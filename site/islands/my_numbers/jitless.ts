import { config } from 'zod'

// zod compiles its checks with `new Function` if it can. The content security policy forbids that and reports each attempt as a violation.
config({ jitless: true })
