import { PostgreSQL, SQLDialect } from '@codemirror/lang-sql'

/** Keywords of DuckDB that PostgreSQL lacks. */
const KEYWORDS =
  'qualify pivot unpivot asof anti semi positional exclude replace columns summarize describe sample using macro pragma'
const TYPES = 'hugeint uhugeint ubigint uinteger usmallint utinyint tinyint list struct map union blob'

/** DuckDB's dialect of SQL. `names` of tables and columns are not keywords, even if PostgreSQL has them, such as `source`. */
export function createDialect(names: ReadonlySet<string>): SQLDialect {
  const keywords = `${PostgreSQL.spec.keywords} ${KEYWORDS}`.split(' ').filter((word) => !names.has(word))
  return SQLDialect.define({
    ...PostgreSQL.spec,
    keywords: keywords.join(' '),
    types: `${PostgreSQL.spec.types} ${TYPES}`,
    caseInsensitiveIdentifiers: true,
  })
}
