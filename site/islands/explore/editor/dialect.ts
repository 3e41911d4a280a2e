import { PostgreSQL, SQLDialect } from '@codemirror/lang-sql'

/** What DuckDB has beside PostgreSQL's words. */
const KEYWORDS =
  'qualify pivot unpivot asof anti semi positional exclude replace columns summarize describe sample using macro pragma'
const TYPES = 'hugeint uhugeint ubigint uinteger usmallint utinyint tinyint list struct map union blob'

/** SQL as DuckDB speaks it. Published names are lower case, so none needs quotes. */
export const duckdbDialect = SQLDialect.define({
  ...PostgreSQL.spec,
  keywords: `${PostgreSQL.spec.keywords} ${KEYWORDS}`,
  types: `${PostgreSQL.spec.types} ${TYPES}`,
})
