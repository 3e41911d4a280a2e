import { PostgreSQL, SQLDialect } from '@codemirror/lang-sql'

/** What DuckDB has beside PostgreSQL's words. */
const KEYWORDS =
  'qualify pivot unpivot asof anti semi positional exclude replace columns summarize describe sample using macro pragma'
const TYPES = 'hugeint uhugeint ubigint uinteger usmallint utinyint tinyint list struct map union blob'

/** SQL as DuckDB speaks it. `names` of tables and columns are no keywords: `source` is one of PostgreSQL's. */
export function createDialect(names: ReadonlySet<string>): SQLDialect {
  const keywords = `${PostgreSQL.spec.keywords} ${KEYWORDS}`.split(' ').filter((word) => !names.has(word))
  return SQLDialect.define({
    ...PostgreSQL.spec,
    keywords: keywords.join(' '),
    types: `${PostgreSQL.spec.types} ${TYPES}`,
    caseInsensitiveIdentifiers: true,
  })
}
