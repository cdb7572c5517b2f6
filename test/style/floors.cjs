// Which floor may stand on which. The picture is in README.md; this file is what enforces it.
const mayOnlySee = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(mappings|sync|db|server|test)/', pathNot: allowed },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'records-do-no-io',
      severity: 'error',
      from: { path: '^mappings/' },
      to: {
        dependencyTypes: ['npm', 'core'],
        pathNot: 'node_modules/(luxon|rrule-temporal|temporal-polyfill|@types/luxon)',
      },
    },
    {
      name: 'no-drawers', // a name that says nothing collects anything
      severity: 'error',
      from: {},
      to: {
        path: '(^|/)(index|utils?|helpers?|common|misc|shared|types)[.]ts$',
        pathNot: 'node_modules',
      },
    },
    mayOnlySee('mappings-stand-alone', '^mappings/', '^mappings/'),
    mayOnlySee('ports-know-records', '^sync/ports/', '^(mappings|sync/ports)/'),
    mayOnlySee('engine-knows-ports', '^sync/engine/', '^(mappings|sync/ports|sync/engine)/'),
    // neighbours: each sees the ports and itself, never the one next door
    mayOnlySee('neighbours-do-not-meet', '^sync/(exchange/ews|exchange/graph|erp|presence)/', [
      '^mappings/',
      '^sync/ports/',
      '^sync/$1/',
    ]),
    mayOnlySee('db-knows-ports', '^db/', '^(mappings|sync/ports|db)/'),
    mayOnlySee('only-wire-plugs-in-adapters', '^server/(?!wire(-exchange|-repair)?[.]ts$)', [
      '^mappings/',
      '^sync/(ports|engine)/',
      '^sync/presence/(?!drivers/)',
      '^server/',
    ]),
    mayOnlySee('web-knows-views', '^server/web/', ['^server/web/', '^server/http/views[.]ts$']),
    mayOnlySee(
      'nobody-ships-tests',
      '^server/wire(-exchange|-repair)?[.]ts$',
      '^(mappings|sync|db|server)/',
    ),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true, // type-only imports count too
    doNotFollow: 'node_modules',
  },
};
