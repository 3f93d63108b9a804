/** Types of each subgraph's resolvers, from its schema. Run by `npm run generate`. */
const services = ['device-registry', 'ingestion', 'billing', 'control', 'customer-care'];

export default {
  overwrite: true,
  generates: Object.fromEntries(
    services.map((service) => [
      `services/${service}/src/graphql/generated/schema.ts`,
      {
        schema: [`services/${service}/schema.graphql`],
        plugins: ['typescript'],
        config: {
          enumType: 'string-literal',
          enumsAsTypes: true,
          skipTypename: true,
          useTypeImports: true,
          avoidOptionals: { field: false, inputValue: false, object: true },
          scalars: {
            ID: 'string',
            DateTime: { input: 'Date', output: 'Date | string' },
            Date: 'string',
            Decimal: 'string',
          },
        },
      },
    ]),
  ),
};
